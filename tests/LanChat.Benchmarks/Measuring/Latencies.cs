using System.Diagnostics;

namespace LanChat.Benchmarks.Measuring;

/// <summary>
/// Counts durations: below 1 ms in steps of 0.1 µs, above in steps of 10 µs up to 1 s; what is longer counts as 1 s. Small, so that recording
/// millions of them a second does not empty the processor's caches, and without allocation.
/// </summary>
internal sealed class Latencies
{
    private const int FineSteps = 10_000;
    private const double FinePerMicrosecond = 10;
    private const double CoarsePerMicrosecond = 0.1;
    private const int CoarseSteps = 100_000;
    private static readonly double MicrosecondsPerTick = 1e6 / Stopwatch.Frequency;

    private readonly int[] _counts = new int[FineSteps + CoarseSteps];

    public long Count { get; private set; }

    /// <param name="ticks">A difference of two <see cref="Stopwatch.GetTimestamp"/> values.</param>
    public void Add(long ticks)
    {
        double microseconds = Math.Max(0, ticks * MicrosecondsPerTick);
        int fine = (int)Math.Min(FineSteps, microseconds * FinePerMicrosecond);
        int step = fine < FineSteps ? fine : FineSteps + (int)Math.Min(CoarseSteps - 1, microseconds * CoarsePerMicrosecond);
        _counts[step]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The duration, in microseconds, that the share of the recorded ones does not exceed.</summary>
    public double Microseconds(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        int step = 0;
        while (step < _counts.Length - 1 && (seen += _counts[step]) < wanted)
            step++;
        return step < FineSteps ? step / FinePerMicrosecond : (step - FineSteps) / CoarsePerMicrosecond;
    }
}
