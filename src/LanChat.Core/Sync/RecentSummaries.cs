using LanChat.Core.Rooms;

namespace LanChat.Core;

/// <summary>
/// The summaries a room has gone through lately. Who shows one of them is merely a moment behind: what it lacks is on its way, and a digest
/// would be wasted on it.
/// </summary>
internal sealed class RecentSummaries(RoomLog log)
{
    /// <summary>How many are kept: a few seconds of lively talk.</summary>
    private const int Capacity = 32;

    private readonly Queue<UInt128> _order = new();
    private readonly HashSet<UInt128> _known = [];

    /// <summary>Remembers the present one.</summary>
    public void Note()
    {
        var present = log.Summary();
        if (!_known.Add(present)) return;
        _order.Enqueue(present);
        if (_order.Count > Capacity) _known.Remove(_order.Dequeue());
    }

    /// <summary>Whether this is, or was lately, the room's.</summary>
    public bool Contains(UInt128 summary) => summary == log.Summary() || _known.Contains(summary);
}
