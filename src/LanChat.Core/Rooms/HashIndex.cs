using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Finds rows by the first bytes of their hash: open addressing with linear probing; a hash is as random as a hash table could wish.</summary>
internal sealed class HashIndex(ChunkedList<EntryRow> rows)
{
    private const int Free = 0;

    /// <summary>Row + 1, so that zeroed memory is empty.</summary>
    private int[] _slots = new int[32];
    private int _count;

    /// <summary>The row of an entry, or −1.</summary>
    public int Find(in EntryHash hash)
    {
        for (var slot = Home(hash.A); _slots[slot] != Free; slot = After(slot))
        {
            var row = _slots[slot] - 1;
            if (rows[row].Hash == hash) return row;
        }
        return -1;
    }

    /// <summary>The row of the entry that a parent names, or −1.</summary>
    public int Find(UInt128 prefix)
    {
        for (var slot = Home((ulong)(prefix >> 64)); _slots[slot] != Free; slot = After(slot))
        {
            var row = _slots[slot] - 1;
            if (rows[row].Hash.Prefix == prefix) return row;
        }
        return -1;
    }

    /// <summary>Adds a row that is not in yet.</summary>
    public void Add(int row)
    {
        if (++_count * 5 > _slots.Length * 4) Grow();
        Put(row);
    }

    /// <summary>Removes a row that is in, and closes the gap behind it.</summary>
    public void Remove(int row)
    {
        var slot = Home(rows[row].Hash.A);
        while (_slots[slot] != row + 1) slot = After(slot);
        _count--;
        for (var next = After(slot); _slots[next] != Free; next = After(next))
        {
            var home = Home(rows[_slots[next] - 1].Hash.A);
            var isReachable = slot <= next ? home <= slot || home > next : home <= slot && home > next;
            if (!isReachable) continue;
            _slots[slot] = _slots[next];
            slot = next;
        }
        _slots[slot] = Free;
    }

    private void Put(int row)
    {
        var slot = Home(rows[row].Hash.A);
        while (_slots[slot] != Free) slot = After(slot);
        _slots[slot] = row + 1;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new int[old.Length * 2];
        foreach (var entry in old)
        {
            if (entry != Free) Put(entry - 1);
        }
    }

    private int Home(ulong bits) => (int)(bits >> 32) & (_slots.Length - 1);

    private int After(int slot) => (slot + 1) & (_slots.Length - 1);
}
