using System.Runtime.InteropServices;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// What a relay knows in memory of one room's log: of each entry its hash, author, seq, stamp and size, about 70 bytes; no bytes of it.
/// Positions are consecutive; the oldest may be trimmed. Owned by its room.
/// </summary>
internal sealed class RoomIndex
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<PeerId, AuthorLog> _authors = [];
    private readonly List<AuthorLog> _byNumber = [];
    private int[] _buckets = new int[64];
    private long _first = 1;

    /// <summary>Position of the oldest entry, or one above the head when there is none.</summary>
    public long First => _first;

    /// <summary>Position of the newest entry; 0 for none ever.</summary>
    public long Head => _first + _slots.Count - 1;

    /// <summary>Entries held.</summary>
    public int Count => _slots.Count;

    /// <summary>Bytes of their encoded form.</summary>
    public long Bytes { get; private set; }

    /// <summary>Authors known, trimmed ones included.</summary>
    public IReadOnlyList<AuthorLog> Authors => _byNumber;

    /// <summary>The entry at a position.</summary>
    public ref readonly Slot this[long position] => ref CollectionsMarshal.AsSpan(_slots)[(int)(position - _first)];

    /// <summary>Numbers the first position of an empty index whose room was trimmed.</summary>
    public void StartAt(long position)
    {
        if (_slots.Count != 0) throw new InvalidOperationException("The index is not empty.");
        _first = position;
    }

    /// <summary>The author's state; made when new.</summary>
    public AuthorLog Author(PeerId id)
    {
        if (_authors.TryGetValue(id, out var author)) return author;
        author = new AuthorLog(id, _byNumber.Count);
        _authors.Add(id, author);
        _byNumber.Add(author);
        return author;
    }

    /// <summary>The author's state, if it ever wrote here.</summary>
    public AuthorLog? FindAuthor(PeerId id) => _authors.GetValueOrDefault(id);

    /// <summary>The position of an entry; 0 when it is not held.</summary>
    public long Find(EntryHash hash)
    {
        for (var i = Bucket(hash); _buckets[i] != 0; i = (i + 1) & (_buckets.Length - 1))
            if (_slots[_buckets[i] - 1].Hash == hash) return _first + _buckets[i] - 1;
        return 0;
    }

    /// <summary>The position of an author's entry; 0 when it is not held.</summary>
    public long Find(PeerId author, int seq) => FindAuthor(author)?.Position(seq) ?? 0;

    /// <summary>Appends; returns the position.</summary>
    public long Append(in LogIndexEntry entry)
    {
        var author = Author(entry.Author);
        _slots.Add(new Slot(entry.Hash, author.Number, entry.Seq, entry.Epoch, entry.Place, entry.Size, entry.IsKept));
        var position = Head;
        author.Add(entry.Seq, entry.Previous, position);
        Bytes += entry.Size;
        if (_slots.Count * 3 > _buckets.Length * 2) Rehash(_buckets.Length * 2);
        else Insert(_slots.Count - 1);
        return position;
    }

    /// <summary>Drops what is below a position and returns the authors' new floors.</summary>
    public List<LogFloor> Trim(long before)
    {
        var floors = new Dictionary<PeerId, LogFloor>();
        var count = (int)Math.Clamp(before - _first, 0, _slots.Count);
        foreach (ref readonly var slot in CollectionsMarshal.AsSpan(_slots)[..count])
        {
            var author = _byNumber[slot.Author];
            Bytes -= slot.Size;
            if (slot.Seq <= author.FloorSeq) continue;
            author.RaiseFloor(slot.Seq, slot.Hash);
            floors[author.Id] = new LogFloor(author.Id, slot.Seq, slot.Hash);
        }
        foreach (var author in _byNumber) author.Trim(before);
        _slots.RemoveRange(0, count);
        _first += count;
        Rehash(_buckets.Length);
        return [.. floors.Values];
    }

    private int Bucket(EntryHash hash) => (int)(hash.A & (ulong)(_buckets.Length - 1));

    private void Insert(int slot)
    {
        var i = Bucket(_slots[slot].Hash);
        while (_buckets[i] != 0) i = (i + 1) & (_buckets.Length - 1);
        _buckets[i] = slot + 1;
    }

    private void Rehash(int size)
    {
        _buckets = new int[size];
        for (var i = 0; i < _slots.Count; i++) Insert(i);
    }

    /// <summary>One entry.</summary>
    /// <param name="Hash">Which.</param>
    /// <param name="Author">The author's number.</param>
    /// <param name="Seq">Its seq.</param>
    /// <param name="Epoch">Epoch of its stamp.</param>
    /// <param name="Place">Place of its stamp.</param>
    /// <param name="Size">Encoded bytes.</param>
    /// <param name="IsKept">Whether it brought its stamp along.</param>
    public readonly record struct Slot(EntryHash Hash, int Author, int Seq, Epoch Epoch, long Place, int Size, bool IsKept);
}
