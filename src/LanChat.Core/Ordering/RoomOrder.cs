using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Ordering;

/// <summary>
/// A room's order (PROTOCOL.md, section 10): entries stamped by the relay that counts, by epoch and place; then the tail, again and again the
/// least (clock, author, seq, hash) among those whose predecessor and parents, as far as held, already have their place. It is a function of
/// the rows and their stamps alone. What cannot change the place of others is put in place at once; the rest marks where the order is no longer
/// known, and <see cref="Settle"/> works the tail out anew from there.
/// </summary>
/// <remarks>
/// Entries set aside stand nowhere; what follows them follows what they follow. While the tail's keys ascend, which they do unless somebody's
/// clock is far off, taking an entry out or putting one before all that name it moves no other entry.
/// </remarks>
internal sealed class RoomOrder(EntryTable table, Func<int, int, int> compareEpochs, Guards guards)
{
    private readonly OrderList _list = new(table);
    private readonly List<int> _pending = [];
    private readonly Stack<int> _visit = new();
    private readonly HashSet<int> _visited = [];

    /// <summary>Neighbours in the tail that stand in descending order of their keys.</summary>
    private int _descents;
    private int _dirtyFrom = int.MaxValue;

    /// <summary>Entries in the order.</summary>
    public int Count => _list.Count + _pending.Count;

    /// <summary>How many of them are stamped; they stand first.</summary>
    public int StampedCount { get; private set; }

    /// <summary>Whether every place is known, so that asking for one costs little.</summary>
    public bool IsSettled => _dirtyFrom == int.MaxValue;

    /// <summary>Grows whenever the order changes in any way.</summary>
    public long Version { get; private set; }

    /// <summary>Grows whenever entries that had a place change their order among each other, or lose their place.</summary>
    public long Moves { get; private set; }

    public int RowAt(int position)
    {
        Settle();
        return _list.RowAt(position);
    }

    /// <summary>Position of a row, −1 for one that has none.</summary>
    public int PositionOf(int row)
    {
        Settle();
        return table[row].Chunk < 0 ? -1 : _list.PositionOf(row);
    }

    /// <summary>Rows from a position on; the order must not change meanwhile.</summary>
    public IEnumerable<int> From(int position)
    {
        Settle();
        return _list.From(position);
    }

    /// <summary>Gives a row its place.</summary>
    /// <param name="row">Held, not set aside, not in the order.</param>
    /// <param name="children">Held rows that name it.</param>
    public void Place(int row, List<int> children)
    {
        Version++;
        table[row].Set(RowState.Ordered);
        if (table[row].Place > 0)
        {
            InsertStamped(row);
            if (children.Count > 0 && _descents > 0) _dirtyFrom = Math.Min(_dirtyFrom, StampedCount);
            return;
        }
        var position = TailPosition(row, out var isPending);
        var first = children.Count == 0 ? int.MaxValue : FirstDependent(children);
        if (_pending.Count == 0 && !isPending && _dirtyFrom == int.MaxValue && position <= first)
        {
            InsertTail(position, row);
            return;
        }
        _pending.Add(row);
        _dirtyFrom = Math.Min(_dirtyFrom, Math.Min(position, first));
    }

    /// <summary>A row that gets no place, being set aside, still stands between these and what it names.</summary>
    public void Touch(List<int> children)
    {
        if (children.Count == 0) return;
        Version++;
        _dirtyFrom = Math.Min(_dirtyFrom, Math.Min(FirstDependent(children), _list.Count));
    }

    /// <summary>Takes a row out of the order: removed, or set aside.</summary>
    public void Displace(int row)
    {
        Version++;
        Moves++;
        table[row].Set(RowState.Ordered, false);
        if (table[row].Chunk < 0)
        {
            _pending.Remove(row);
            return;
        }
        Take(row, _list.PositionOf(row));
    }

    /// <summary>A row of the tail has got its stamp.</summary>
    public void Restamp(int row)
    {
        Version++;
        if (table[row].Chunk < 0)
        {
            _pending.Remove(row);
            InsertStamped(row);
            return;
        }
        var from = _list.PositionOf(row);
        if (from == StampedCount && StampPosition(row) == StampedCount)
        {
            PassToStamped(row);
            return;
        }
        Moves++;
        Take(row, from);
        InsertStamped(row);
    }

    /// <summary>Works everything out anew: the relay that counts is another one.</summary>
    public void Rebuild()
    {
        Version++;
        Moves++;
        var rows = new List<int>(_pending);
        _pending.Clear();
        _list.Truncate(0, rows);
        StampedCount = 0;
        _descents = 0;
        var stamped = rows.FindAll(row => table[row].Place > 0);
        stamped.Sort(CompareStamps);
        foreach (var row in stamped) _list.Insert(StampedCount++, row);
        _pending.AddRange(rows.Where(row => table[row].Place == 0));
        _dirtyFrom = _pending.Count > 0 ? StampedCount : int.MaxValue;
        if (_dirtyFrom != int.MaxValue) Settle();
    }

    /// <summary>Makes the order known again from where it is not.</summary>
    public void Settle()
    {
        if (_dirtyFrom == int.MaxValue) return;
        var from = Math.Max(StampedCount, Math.Min(_dirtyFrom, _list.Count));
        _dirtyFrom = int.MaxValue;
        var rows = new List<int>();
        _list.Truncate(from, rows);
        if (rows.Count > 0) Moves++;
        rows.AddRange(_pending);
        _pending.Clear();
        TailSort.Sort(table, rows, Dependencies, CompareKeys);
        foreach (var row in rows) _list.Insert(_list.Count, row);
        _descents = CountDescents();
    }

    /// <summary>
    /// Rows in the order that a row has to stand below of: its predecessor and parents as far as held, and for those set aside what they
    /// stand below of.
    /// </summary>
    public void Dependencies(int row, List<int> into)
    {
        _visited.Clear();
        _visit.Push(row);
        while (_visit.TryPop(out var current))
        {
            for (var i = -1; i < table[current].ParentCount; i++)
            {
                var parent = i < 0 ? table[current].Previous : table.Parent(current, i);
                if (parent < 0) continue;
                if (table[parent].Is(RowState.Ordered)) into.Add(parent);
                else if (_visited.Add(parent)) _visit.Push(parent);
            }
        }
    }

    private int CompareKeys(int left, int right)
    {
        if (guards.OrderByArrival) return left.CompareTo(right);
        ref var a = ref table[left];
        ref var b = ref table[right];
        var order = a.Clock.CompareTo(b.Clock);
        if (order == 0 && a.Author != b.Author) order = table.Author(a.Author).CompareTo(table.Author(b.Author));
        if (order == 0) order = a.Seq.CompareTo(b.Seq);
        return order == 0 ? a.Hash.CompareTo(b.Hash) : order;
    }

    private int CompareStamps(int left, int right)
    {
        var order = table[left].Epoch == table[right].Epoch ? 0 : compareEpochs(table[left].Epoch, table[right].Epoch);
        return order == 0 ? table[left].Place.CompareTo(table[right].Place) : order;
    }

    private int TailPosition(int row, out bool isPending)
    {
        var dependencies = new List<int>(5);
        Dependencies(row, dependencies);
        var after = StampedCount;
        isPending = false;
        foreach (var dependency in dependencies)
        {
            if (table[dependency].Place > 0) continue;
            if (table[dependency].Chunk < 0) isPending = true;
            else after = Math.Max(after, _list.PositionOf(dependency) + 1);
        }
        if (isPending) after = Math.Max(after, Math.Min(_dirtyFrom, _list.Count));
        return _list.FirstAfter(after, table[row].Clock, other => CompareKeys(other, row) > 0);
    }

    /// <summary>Children that are set aside pass the dependency on, which only a look at the whole tail can tell.</summary>
    private int FirstDependent(List<int> children)
    {
        var first = int.MaxValue;
        foreach (var child in children)
        {
            ref var value = ref table[child];
            if (!value.Is(RowState.Ordered)) first = Math.Min(first, StampedCount);
            else if (value.Place == 0 && value.Chunk >= 0) first = Math.Min(first, _list.PositionOf(child));
        }
        return first;
    }

    private int StampPosition(int row)
    {
        var low = 0;
        var high = StampedCount;
        if (high > 0 && CompareStamps(_list.RowAt(high - 1), row) < 0) return high;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (CompareStamps(_list.RowAt(middle), row) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void InsertStamped(int row)
    {
        _list.Insert(StampPosition(row), row);
        StampedCount++;
        if (_dirtyFrom != int.MaxValue) _dirtyFrom++;
    }

    private void InsertTail(int position, int row)
    {
        _descents += Descent(position - 1, row) - Descent(position - 1);
        if (position < _list.Count && CompareKeys(row, _list.RowAt(position)) > 0) _descents++;
        _list.Insert(position, row);
    }

    /// <summary>The first of the tail becomes the last of what is stamped: nothing moves.</summary>
    private void PassToStamped(int row)
    {
        if (StampedCount + 1 < _list.Count && CompareKeys(row, _list.RowAt(StampedCount + 1)) > 0) _descents--;
        StampedCount++;
        if (_dirtyFrom != int.MaxValue) _dirtyFrom = Math.Max(_dirtyFrom, StampedCount);
    }

    private void Take(int row, int position)
    {
        if (position < StampedCount)
        {
            _list.RemoveAt(position);
            StampedCount--;
            // What named it stood below it, stamped as it was, whatever it names; now that counts.
            if (_dirtyFrom != int.MaxValue || table[row].Is(RowState.HasChild)) _dirtyFrom = StampedCount;
            return;
        }
        if (_descents > 0 || _dirtyFrom != int.MaxValue) _dirtyFrom = StampedCount;
        else
        {
            _descents -= Descent(position - 1) + Descent(position);
            if (position + 1 < _list.Count) _descents += Descent(position - 1, _list.RowAt(position + 1));
        }
        _list.RemoveAt(position);
    }

    /// <summary>1 where the rows at a position of the tail and the next one stand in descending order.</summary>
    private int Descent(int position) =>
        position >= StampedCount && position + 1 < _list.Count && CompareKeys(_list.RowAt(position), _list.RowAt(position + 1)) > 0 ? 1 : 0;

    private int Descent(int position, int row) => position >= StampedCount && CompareKeys(_list.RowAt(position), row) > 0 ? 1 : 0;

    private int CountDescents()
    {
        var count = 0;
        var before = -1;
        foreach (var row in _list.From(StampedCount))
        {
            if (before >= 0 && CompareKeys(before, row) > 0) count++;
            before = row;
        }
        return count;
    }
}
