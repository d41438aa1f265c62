using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>
/// The numbers of rows that the next writes are about, so that they need not be looked up again. To be forgotten with every rollback, and where
/// rows are removed.
/// </summary>
internal sealed class KnownRows
{
    /// <summary>Entries remembered; what is written about an entry is mostly written with it.</summary>
    private const int MaxEntries = 4096;

    private readonly Dictionary<EntryHash, (long Number, bool IsNew)> _entries = [];

    public Dictionary<RoomId, long> Rooms { get; } = [];

    public Dictionary<PeerId, long> Relays { get; } = [];

    /// <summary>Remembers an entry's row.</summary>
    /// <param name="isNew">Whether it was inserted just now, and so has nothing in the index.</param>
    public void Add(EntryHash entry, long number, bool isNew)
    {
        if (_entries.Count >= MaxEntries) _entries.Clear();
        _entries[entry] = (number, isNew);
    }

    public bool TryGetEntry(EntryHash entry, out long number, out bool isNew)
    {
        var isKnown = _entries.TryGetValue(entry, out var row);
        (number, isNew) = row;
        return isKnown;
    }

    public void Clear()
    {
        _entries.Clear();
        Rooms.Clear();
        Relays.Clear();
    }
}
