namespace LanChat.Protocol;

/// <summary>
/// A hybrid logical clock reading (Kulkarni et al., "Logical Physical Clocks", 2014): 48 bits of UTC milliseconds above a 16-bit counter,
/// so that comparing two readings as numbers compares time first.
/// </summary>
/// <param name="Value">Milliseconds shifted left by 16, plus the counter.</param>
public readonly record struct HybridClock(ulong Value) : IComparable<HybridClock>
{
    /// <summary>The latest millisecond that 48 bits hold.</summary>
    public const long MaxMilliseconds = (1L << 48) - 1;

    /// <summary>UTC milliseconds since 1970.</summary>
    public long Milliseconds => (long)(Value >> 16);

    /// <summary>The first reading of a millisecond; values outside 0 to <see cref="MaxMilliseconds"/> are clamped.</summary>
    public static HybridClock At(long milliseconds) => new((ulong)Math.Clamp(milliseconds, 0, MaxMilliseconds) << 16);

    /// <summary>The next reading after this one; carries into the milliseconds when the counter is full.</summary>
    public HybridClock Next => new(Value + 1);

    /// <summary>The later of two readings.</summary>
    public static HybridClock Max(HybridClock left, HybridClock right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(HybridClock other) => Value.CompareTo(other.Value);

    /// <summary>Milliseconds and counter with a plus between; what a record prints by itself would never end, every reading having a next one.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Milliseconds}+{Value & 0xFFFF}");
}
