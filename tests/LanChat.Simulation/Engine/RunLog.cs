using System.Globalization;
using System.Runtime.InteropServices;

namespace LanChat.Simulation.Engine;

/// <summary>
/// Everything that happened, in order: as one running number, so that two runs can be compared at no cost, and on demand as text. Bytes count
/// by their content.
/// </summary>
internal sealed class RunLog(bool keepText)
{
    /// <summary>Lines kept at most; a run that went wrong is understood from its end.</summary>
    private const int MaxLines = 400_000;

    private readonly Queue<string> _lines = new();

    /// <summary>The running number.</summary>
    public ulong Value { get; private set; } = 14695981039346656037;

    /// <summary>Lines logged.</summary>
    public long Count { get; private set; }

    public bool KeepsText => keepText;

    public IReadOnlyCollection<string> Lines => _lines;

    public void Add(TimeSpan at, int host, string what, long first = 0, long second = 0, ReadOnlySpan<byte> bytes = default)
    {
        Count++;
        Mix((ulong)at.Ticks);
        Mix((ulong)host);
        foreach (var letter in what) Mix(letter);
        Mix((ulong)first);
        Mix((ulong)second);
        var content = Digest(bytes);
        Mix(content);
        if (!keepText) return;
        if (_lines.Count == MaxLines) _lines.Dequeue();
        var length = bytes.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $" {bytes.Length} bytes {content:x16}");
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{at.TotalMilliseconds,12:F3} h{host,-3} {what} {first} {second}{length}"));
    }

    private void Mix(ulong value) => Value = unchecked((Value ^ value) * 1099511628211 ^ (Value >> 29));

    private static ulong Digest(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var hash = 0x9E3779B97F4A7C15 + (ulong)bytes.Length;
            var words = MemoryMarshal.Cast<byte, ulong>(bytes);
            foreach (var word in words) hash = (hash ^ word) * 0xBF58476D1CE4E5B9 ^ (hash >> 31);
            foreach (var b in bytes[(words.Length * 8)..]) hash = (hash ^ b) * 0x94D049BB133111EB ^ (hash >> 31);
            return hash;
        }
    }
}
