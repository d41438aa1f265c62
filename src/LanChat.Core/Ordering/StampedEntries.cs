using System.Runtime.InteropServices;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Ordering;

/// <summary>
/// Numbers for the entries that stamps name: the row of a held one, the complement of an index for one that is not held, with the places
/// that wait for it.
/// </summary>
internal sealed class StampedEntries(EntryTable table)
{
    private readonly List<EntryHash> _unheld = [];
    private readonly List<int> _free = [];
    private readonly Dictionary<EntryHash, Waiting> _waiting = [];

    /// <summary>Whether a place names this entry, which is not held.</summary>
    public bool IsAwaited(in EntryHash entry) => _waiting.ContainsKey(entry);

    public EntryHash HashOf(int code) => code >= 0 ? table[code].Hash : _unheld[~code];

    /// <summary>The number of an entry that a place names.</summary>
    /// <param name="hash">The entry.</param>
    /// <param name="record">Whose place.</param>
    /// <param name="place">Which place.</param>
    /// <param name="isHeld">False for one that is about to be removed.</param>
    public int CodeOf(in EntryHash hash, StampRecord record, int place, bool isHeld = true)
    {
        var row = isHeld ? table.Find(hash) : -1;
        if (row >= 0)
        {
            table[row].Set(RowState.Stamped);
            return row;
        }
        ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, hash, out var exists);
        if (!exists) waiting = new Waiting(NewCode(hash), []);
        waiting!.Places.Add((record, place));
        return waiting.Code;
    }

    /// <summary>An entry is held from now on; returns the places that named it, null for none.</summary>
    public IReadOnlyList<(StampRecord Record, int Place)>? Arrived(int row)
    {
        if (!_waiting.Remove(table[row].Hash, out var waiting)) return null;
        foreach (var (record, place) in waiting.Places) record.Recode(place, row);
        _free.Add(~waiting.Code);
        table[row].Set(RowState.Stamped);
        return waiting.Places;
    }

    /// <summary>A record's places are not kept any more.</summary>
    public void Forget(StampRecord record)
    {
        foreach (var (_, code) in record.Places())
        {
            if (code >= 0 || !_waiting.TryGetValue(_unheld[~code], out var waiting)) continue;
            waiting.Places.RemoveAll(place => place.Record == record);
            if (waiting.Places.Count > 0) continue;
            _waiting.Remove(_unheld[~code]);
            _free.Add(~code);
        }
    }

    private int NewCode(in EntryHash hash)
    {
        if (_free.Count == 0)
        {
            _unheld.Add(hash);
            return ~(_unheld.Count - 1);
        }
        var index = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        _unheld[index] = hash;
        return ~index;
    }

    private sealed record Waiting(int Code, List<(StampRecord Record, int Place)> Places);
}
