using System.Net;

namespace LanChat.Net;

/// <summary>
/// Beacons that have been heard for a while: the same bytes from the same address. Owned by one reading thread. What is forgotten, or
/// mistaken for another one, costs a moment and nothing else.
/// </summary>
internal sealed class FamiliarBeacons
{
    /// <summary>Beacons remembered; beyond it all are forgotten.</summary>
    private const int Capacity = 512;

    /// <summary>Somebody new repeats its hello within this time, and each of these may be the one that comes through.</summary>
    private static readonly TimeSpan NewFor = TimeSpan.FromSeconds(3);

    /// <summary>Who has not been heard for so long was away: its links may be gone.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, (TimeSpan First, TimeSpan Last)> _heard = [];

    /// <summary>Beacons remembered now.</summary>
    public int Count => _heard.Count;

    /// <summary>Takes note of a beacon; whether it says what has been heard for a while.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="beacon">Its bytes.</param>
    /// <param name="now">On the monotonic clock.</param>
    public bool Knows(IPAddress from, ReadOnlySpan<byte> beacon, TimeSpan now)
    {
        var hash = new HashCode();
        hash.Add(from);
        hash.AddBytes(beacon);
        var key = hash.ToHashCode();
        var isKnown = _heard.TryGetValue(key, out var times) && now - times.Last < ForgottenAfter;
        if (!isKnown && _heard.Count >= Capacity) _heard.Clear();
        _heard[key] = (isKnown ? times.First : now, now);
        return isKnown && now - times.First >= NewFor;
    }
}
