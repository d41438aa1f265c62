using System.Runtime.InteropServices;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// The rows of a room with their hash index, the parents they name, and who waits for what is not held. Rows are numbered and reused;
/// a number is valid while its entry is held.
/// </summary>
internal sealed class EntryTable
{
    private readonly ChunkedList<EntryRow> _rows = new();
    private readonly HashIndex _index;

    /// <summary>A row, or the complement of an index into <see cref="_missing"/>.</summary>
    private readonly ChunkedList<int> _parents = new();
    private readonly List<int>[] _freeParents = [[], [], [], [], []];
    private readonly List<int> _freeRows = [];
    private readonly List<PeerId> _authors = [];
    private readonly Dictionary<PeerId, int> _authorIndex = [];

    /// <summary>Predecessors named and not held, by row.</summary>
    private readonly Dictionary<int, EntryHash> _missingPrevious = [];
    private readonly Dictionary<EntryHash, List<int>> _waitingForPrevious = [];

    /// <summary>Parents named and not held; several rows may name the same.</summary>
    private readonly List<MissingParent?> _missing = [];
    private readonly List<int> _freeMissing = [];
    private readonly Dictionary<EntryRef, int> _missingIndex = [];

    public EntryTable() => _index = new HashIndex(_rows);

    /// <summary>Entries held.</summary>
    public int Count { get; private set; }

    /// <summary>Row numbers in use are below this.</summary>
    public int Capacity => _rows.Count;

    public ref EntryRow this[int row] => ref _rows[row];

    public int Find(in EntryHash hash) => _index.Find(hash);

    public PeerId AuthorOf(int row) => _authors[_rows[row].Author];

    public PeerId Author(int index) => _authors[index];

    public bool TryAuthor(PeerId id, out int index) => _authorIndex.TryGetValue(id, out index);

    /// <summary>The author's index; a new one where it is not known yet.</summary>
    public int Intern(PeerId author)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_authorIndex, author, out var exists);
        if (exists) return index;
        _authors.Add(author);
        return index = _authors.Count - 1;
    }

    /// <summary>The row a parent names, or −1. One that names somebody else's entry by its hash names nothing.</summary>
    public int Find(in EntryRef reference)
    {
        var row = _index.Find(reference.HashPrefix);
        return row >= 0 && _rows[row].Seq == reference.Seq && AuthorOf(row) == reference.Author ? row : -1;
    }

    /// <summary>Adds an entry that is not held, linked to what is held. Who waited for it is linked to it and appended to <paramref name="waiters"/>.</summary>
    public int Add(Entry entry, int kind, EntryFlags flags, int size, List<int> waiters)
    {
        var value = new EntryRow
        {
            Hash = entry.Hash, Clock = entry.Clock, Author = Intern(entry.Author), Seq = entry.Seq, Previous = -1, Chunk = -1,
            Kind = (short)Math.Clamp(kind, -1, short.MaxValue), Size = (ushort)Math.Min(size, ushort.MaxValue), Flags = (byte)flags,
            State = (RowState)entry.After.Length,
        };
        int row;
        if (_freeRows.Count > 0)
        {
            row = _freeRows[^1];
            _freeRows.RemoveAt(_freeRows.Count - 1);
            _rows[row] = value;
        }
        else row = _rows.Add(value);
        _index.Add(row);
        Count++;
        LinkPrevious(row, entry.Previous);
        LinkParents(row, entry);
        LinkWaiters(row, entry.Ref, waiters);
        return row;
    }

    /// <summary>The row of a row's parent: −1 when it is not held.</summary>
    public int Parent(int row, int number)
    {
        var parent = _parents[_rows[row].Parents + number];
        return parent >= 0 ? parent : -1;
    }

    /// <summary>The parent a row names, held or not.</summary>
    public EntryRef ParentRef(int row, int number)
    {
        var parent = _parents[_rows[row].Parents + number];
        if (parent < 0) return _missing[~parent]!.Reference;
        ref var held = ref _rows[parent];
        return new EntryRef(_authors[held.Author], held.Seq, held.Hash.Prefix);
    }

    /// <summary>The hash of a row's predecessor, held or not; none for the first of a chain.</summary>
    public EntryHash PreviousHash(int row)
    {
        var previous = _rows[row].Previous;
        return previous >= 0 ? _rows[previous].Hash : _missingPrevious.GetValueOrDefault(row);
    }

    /// <summary>Held rows that name an entry that is not held as their predecessor.</summary>
    public IReadOnlyList<int> WaitingForPrevious(in EntryHash hash) => _waitingForPrevious.TryGetValue(hash, out var rows) ? rows : [];

    /// <summary>Rows whose predecessor is named and not held.</summary>
    public IEnumerable<int> WithoutPrevious => _missingPrevious.Keys;

    /// <summary>Held rows that name a row. Rare (forks), so it may look at every row.</summary>
    public void Children(int row, List<int> into)
    {
        if (!_rows[row].Is(RowState.HasChild)) return;
        for (var child = 0; child < _rows.Count; child++)
        {
            ref var value = ref _rows[child];
            if (value.Is(RowState.Free)) continue;
            var isChild = value.Previous == row;
            for (var i = 0; i < value.ParentCount && !isChild; i++) isChild = _parents[value.Parents + i] == row;
            if (isChild) into.Add(child);
        }
    }

    /// <summary>Removes entries. Those left that name them wait for them, and are appended to <paramref name="children"/>.</summary>
    public void Remove(IReadOnlySet<int> rows, List<int> children)
    {
        if (rows.Any(row => _rows[row].Is(RowState.HasChild))) UnlinkChildren(rows, children);
        foreach (var row in rows)
        {
            ref var value = ref _rows[row];
            if (_missingPrevious.Remove(row, out var previous)) Unwait(_waitingForPrevious, previous, row);
            for (var i = 0; i < value.ParentCount; i++)
            {
                var parent = _parents[value.Parents + i];
                if (parent < 0) RemoveWaiter(~parent, row);
            }
            if (value.ParentCount > 0) _freeParents[value.ParentCount].Add(value.Parents);
            _index.Remove(row);
            value = new EntryRow { State = RowState.Free, Chunk = -1, Previous = -1 };
            _freeRows.Add(row);
            Count--;
        }
    }

    private void LinkPrevious(int row, in EntryHash previous)
    {
        if (previous.IsNone) return;
        var held = _index.Find(previous);
        if (held >= 0)
        {
            _rows[row].Previous = held;
            _rows[held].Set(RowState.HasChild);
            return;
        }
        _missingPrevious[row] = previous;
        Wait(_waitingForPrevious, previous, row);
    }

    private void LinkParents(int row, Entry entry)
    {
        var count = entry.After.Length;
        var start = NewParents(count);
        _rows[row].Parents = start;
        for (var i = 0; i < count; i++)
        {
            var held = Find(entry.After[i]);
            if (held >= 0) _rows[held].Set(RowState.HasChild);
            _parents[start + i] = held >= 0 ? held : ~AddWaiter(entry.After[i], row);
        }
    }

    private int NewParents(int count)
    {
        if (count == 0) return 0;
        var free = _freeParents[count];
        if (free.Count > 0)
        {
            var reused = free[^1];
            free.RemoveAt(free.Count - 1);
            return reused;
        }
        var start = _parents.Add(-1);
        for (var i = 1; i < count; i++) _parents.Add(-1);
        return start;
    }

    private void LinkWaiters(int row, in EntryRef reference, List<int> waiters)
    {
        ref var value = ref _rows[row];
        if (_waitingForPrevious.Remove(value.Hash, out var successors))
        {
            foreach (var successor in successors)
            {
                _rows[successor].Previous = row;
                _missingPrevious.Remove(successor);
                waiters.Add(successor);
            }
        }
        if (_missingIndex.Remove(reference, out var missing))
        {
            foreach (var child in _missing[missing]!.Waiting)
            {
                for (var i = 0; i < _rows[child].ParentCount; i++)
                {
                    ref var parent = ref _parents[_rows[child].Parents + i];
                    if (parent == ~missing) parent = row;
                }
                waiters.Add(child);
            }
            _missing[missing] = null;
            _freeMissing.Add(missing);
        }
        if (waiters.Count > 0) value.Set(RowState.HasChild);
    }

    /// <summary>Rare (retention, a withdrawn entry, a bound that was hit), so it may look at every row.</summary>
    private void UnlinkChildren(IReadOnlySet<int> removed, List<int> children)
    {
        for (var child = 0; child < _rows.Count; child++)
        {
            ref var value = ref _rows[child];
            if (value.Is(RowState.Free) || removed.Contains(child)) continue;
            var isChild = value.Previous >= 0 && removed.Contains(value.Previous);
            if (isChild)
            {
                var hash = _rows[value.Previous].Hash;
                value.Previous = -1;
                _missingPrevious[child] = hash;
                Wait(_waitingForPrevious, hash, child);
            }
            for (var i = 0; i < value.ParentCount; i++)
            {
                ref var parent = ref _parents[value.Parents + i];
                if (parent < 0 || !removed.Contains(parent)) continue;
                ref var held = ref _rows[parent];
                parent = ~AddWaiter(new EntryRef(_authors[held.Author], held.Seq, held.Hash.Prefix), child);
                isChild = true;
            }
            if (isChild) children.Add(child);
        }
    }

    private int AddWaiter(in EntryRef reference, int row)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_missingIndex, reference, out var exists);
        if (!exists)
        {
            var parent = new MissingParent(reference, []);
            if (_freeMissing.Count > 0)
            {
                index = _freeMissing[^1];
                _freeMissing.RemoveAt(_freeMissing.Count - 1);
                _missing[index] = parent;
            }
            else
            {
                index = _missing.Count;
                _missing.Add(parent);
            }
        }
        _missing[index]!.Waiting.Add(row);
        return index;
    }

    private void RemoveWaiter(int index, int row)
    {
        if (_missing[index] is not { } parent) return;
        parent.Waiting.Remove(row);
        if (parent.Waiting.Count > 0) return;
        _missingIndex.Remove(parent.Reference);
        _missing[index] = null;
        _freeMissing.Add(index);
    }

    private static void Wait(Dictionary<EntryHash, List<int>> waiting, in EntryHash hash, int row)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(waiting, hash, out _);
        (list ??= []).Add(row);
    }

    private static void Unwait(Dictionary<EntryHash, List<int>> waiting, in EntryHash hash, int row)
    {
        if (!waiting.TryGetValue(hash, out var list)) return;
        list.Remove(row);
        if (list.Count == 0) waiting.Remove(hash);
    }

    /// <summary>A parent that somebody names and that is not held.</summary>
    private sealed record MissingParent(EntryRef Reference, List<int> Waiting);
}
