using System.Diagnostics;

namespace LiteNetLib.Wire;

/// <summary>The monotonic clock of timers: setting the wall clock must not resend or time out anything.</summary>
internal static class Clock
{
    public static readonly long TicksPerMillisecond = Stopwatch.Frequency / 1000;
    public static readonly long TicksPerMicrosecond = Math.Max(1, Stopwatch.Frequency / 1_000_000);

    private static long LastConnectTime;

    public static long Now => Stopwatch.GetTimestamp();

    public static double Milliseconds(long ticks) => (double)ticks / TicksPerMillisecond;

    /// <summary>
    /// The time that identifies a connection on the wire: UTC ticks, but larger than every earlier one of this process,
    /// because the other side takes a smaller one for a late packet.
    /// </summary>
    public static long NextConnectTime()
    {
        while (true)
        {
            long last = Interlocked.Read(ref LastConnectTime);
            long next = Math.Max(DateTime.UtcNow.Ticks, last + 1);
            if (Interlocked.CompareExchange(ref LastConnectTime, next, last) == last)
                return next;
        }
    }
}
