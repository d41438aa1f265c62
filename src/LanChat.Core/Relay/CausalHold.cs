using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>An entry that waits for its predecessor or for parents.</summary>
internal sealed class HeldEntry(Entry entry, ReadOnlyMemory<byte> encoded, RelayClient publisher, TimeSpan since)
{
    public Entry Entry { get; private set; } = entry;

    public ReadOnlyMemory<byte> Encoded { get; private set; } = encoded;

    public RelayClient Publisher => publisher;

    public TimeSpan Since => since;

    /// <summary>Takes its bytes out of the frame they came in, which would stay in memory with them.</summary>
    public void Detach()
    {
        Encoded = Encoded.ToArray();
        if (EntryCodec.TryDecode(Encoded, out var copy, out _)) Entry = copy;
    }

    /// <summary>What it waits for; never empty while held.</summary>
    public List<EntryRef> Missing { get; } = [];

    /// <summary>Whether others than the publisher were asked.</summary>
    public bool OthersAsked { get; set; }

    /// <summary>The author's, with which the signature was checked.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Whether it will be stamped without one of its parents: its stamp says so.</summary>
    public bool IsWaived { get; set; }

    /// <summary>Whether its time is up, so that what is still missing counts no more.</summary>
    public bool AreParentsWaived { get; set; }

    /// <summary>Whether its publisher has pruned the predecessor and nobody else brought it.</summary>
    public bool IsPredecessorPruned { get; set; }
}

/// <summary>One room's entries that wait. Bounds are the caller's: per client and in all.</summary>
internal sealed class CausalHold
{
    private readonly Dictionary<EntryHash, LinkedListNode<HeldEntry>> _byHash = [];
    private readonly Dictionary<(PeerId Author, int Seq), List<HeldEntry>> _waiting = [];
    private readonly HashSet<(PeerId Author, int Seq)> _seats = [];
    private readonly LinkedList<HeldEntry> _oldestFirst = [];

    public int Count => _byHash.Count;

    public bool Contains(EntryHash hash) => _byHash.ContainsKey(hash);

    /// <summary>Whether an entry of this author and seq is among those that wait: then nobody need be asked for it, and no second one waits beside it.</summary>
    public bool Contains(PeerId author, int seq) => _seats.Contains((author, seq));

    /// <summary>The one that waits longest.</summary>
    public HeldEntry? Oldest => _oldestFirst.First?.Value;

    /// <summary>All, oldest first; may be changed while enumerated only through the copy it is.</summary>
    public List<HeldEntry> All() => [.. _oldestFirst];

    public void Add(HeldEntry held)
    {
        _byHash.Add(held.Entry.Hash, _oldestFirst.AddLast(held));
        _seats.Add((held.Entry.Author, held.Entry.Seq));
        foreach (var missing in held.Missing)
        {
            if (!_waiting.TryGetValue((missing.Author, missing.Seq), out var list)) _waiting.Add((missing.Author, missing.Seq), list = []);
            list.Add(held);
        }
    }

    public void Remove(HeldEntry held)
    {
        if (!_byHash.Remove(held.Entry.Hash, out var node)) return;
        _oldestFirst.Remove(node);
        _seats.Remove((held.Entry.Author, held.Entry.Seq));
        foreach (var missing in held.Missing) StopWaiting(held, missing);
    }

    /// <summary>Takes note of an entry that came in; returns those that waited for it, whether or not for this very one.</summary>
    public List<HeldEntry> Arrived(EntryRef arrived)
    {
        if (!_waiting.Remove((arrived.Author, arrived.Seq), out var list)) return [];
        foreach (var held in list) held.Missing.RemoveAll(missing => missing.Author == arrived.Author && missing.Seq == arrived.Seq);
        return list;
    }

    private void StopWaiting(HeldEntry held, EntryRef missing)
    {
        if (!_waiting.TryGetValue((missing.Author, missing.Seq), out var list)) return;
        list.Remove(held);
        if (list.Count == 0) _waiting.Remove((missing.Author, missing.Seq));
    }
}
