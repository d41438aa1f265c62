using System.Diagnostics.CodeAnalysis;
using LanChat.Core.Ordering;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// What is to be shown, each entry once and in causal order: an entry waits until what its author had seen is shown, or for five seconds,
/// whichever is first (PROTOCOL.md, section 7, delivery). One that came without its body waits for that, too, or for the word that it was taken back.
/// </summary>
internal sealed class DisplayQueue(EntryTable table, RoomOrder order, Func<int, bool> isMissingBefore, Guards guards)
{
    /// <summary>How long an entry waits for what its author had seen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Rows that wait, with the time their patience ends, in the order of that time.</summary>
    private readonly Queue<(int Row, EntryHash Hash, TimeSpan Deadline)> _waiting = new();

    /// <summary>Rows that wait for a held row to be shown.</summary>
    private readonly Dictionary<int, List<int>> _waitingFor = [];

    /// <summary>Rows due now, the first in the room's order last.</summary>
    private readonly List<int> _due = [];
    private readonly HashSet<int> _isDue = [];
    private long _sortedAt = -1;
    private int _highest = -1;
    private long _highestAt = -1;

    /// <summary>When the next patience ends; null when nothing waits.</summary>
    public TimeSpan? NextWakeup
    {
        get
        {
            DropDone();
            return _waiting.TryPeek(out var first) ? first.Deadline : null;
        }
    }

    /// <summary>Whether something can be taken without waiting.</summary>
    public bool IsDue => _due.Count > 0;

    /// <summary>A row that the user has not been shown.</summary>
    public void Add(int row, TimeSpan now)
    {
        table[row].Set(RowState.Queued);
        if (!TryMakeDue(row)) _waiting.Enqueue((row, table[row].Hash, now + Patience));
    }

    /// <summary>Looks at a row again: something it waited for has come.</summary>
    public void Recheck(int row)
    {
        if (table[row].Is(RowState.Queued)) TryMakeDue(row);
    }

    /// <summary>A row's body is not waited for any more.</summary>
    public void BodySettled(int row)
    {
        Recheck(row);
        if (!table[row].Is(RowState.Queued) && _waitingFor.Remove(row, out var followers)) followers.ForEach(Recheck);
    }

    /// <summary>A row that is removed waits no more.</summary>
    public void Remove(int row)
    {
        table[row].Set(RowState.AwaitsBody, false);
        if (!table[row].Is(RowState.Queued))
        {
            BodySettled(row);
            return;
        }
        table[row].Set(RowState.Queued, false);
        if (_isDue.Remove(row)) _due.Remove(row);
        foreach (var waiting in _waitingFor.Values) waiting.Remove(row);
        if (_waitingFor.Remove(row, out var followers)) followers.ForEach(Recheck);
        if (_highest == row) _highestAt = -1;
    }

    /// <summary>The next row to show; it counts as shown from now on.</summary>
    public bool TryTake(TimeSpan now, out Shown shown)
    {
        DropDone();
        while (_waiting.TryPeek(out var first) && first.Deadline <= now)
        {
            _waiting.Dequeue();
            MakeDue(first.Row);
            DropDone();
        }
        shown = default;
        if (_due.Count == 0) return false;
        Sort();
        var row = _due[^1];
        _due.RemoveAt(_due.Count - 1);
        _isDue.Remove(row);
        shown = Show(row);
        return true;
    }

    private Shown Show(int row)
    {
        ref var value = ref table[row];
        value.Set(RowState.Queued, false);
        var position = order.PositionOf(row);
        var highest = HighestShown();
        var isLate = position >= 0 && highest >= 0 && order.PositionOf(highest) > position;
        if (position >= 0 && !isLate) _highest = row;
        value.Flags |= (byte)(isLate ? EntryFlags.Shown | EntryFlags.Late : EntryFlags.Shown);
        var isMissing = !AreDependenciesShown(row, null);
        if (_waitingFor.Remove(row, out var followers)) followers.ForEach(Recheck);
        return new Shown(value.Hash, isLate, isMissing, value.Is(RowState.ClockWrong), value.Is(RowState.SetAside));
    }

    private bool TryMakeDue(int row)
    {
        if (_isDue.Contains(row)) return true;
        if (table[row].Is(RowState.AwaitsBody) || (!guards.ForgetCausalParents && !AreDependenciesShown(row, _waitingFor))) return false;
        MakeDue(row);
        return true;
    }

    private void MakeDue(int row)
    {
        if (!_isDue.Add(row)) return;
        if (_sortedAt != order.Moves || !order.IsSettled)
        {
            _sortedAt = -1;
            _due.Add(row);
            return;
        }
        var low = 0;
        var high = _due.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ComparePositions(_due[middle], row) > 0) low = middle + 1;
            else high = middle;
        }
        _due.Insert(low, row);
    }

    /// <summary>Whether all that a row's author had seen is shown, or is not to be had; else it is entered as waiting for the first that is not.</summary>
    private bool AreDependenciesShown(int row, Dictionary<int, List<int>>? waitingFor)
    {
        for (var i = -1; i < table[row].ParentCount; i++)
        {
            var before = i < 0 ? table[row].Previous : table.Parent(row, i);
            if (before < 0 || (!table[before].Is(RowState.Queued) && !table[before].Is(RowState.AwaitsBody))) continue;
            if (waitingFor is null) return false;
            if (!waitingFor.TryGetValue(before, out var followers)) waitingFor.Add(before, followers = []);
            followers.Add(row);
            return false;
        }
        return !isMissingBefore(row);
    }

    /// <summary>Sorted by place, the first last, where rows that are set aside come first of all.</summary>
    private void Sort()
    {
        order.Settle();
        if (_sortedAt == order.Moves) return;
        _due.Sort((left, right) => ComparePositions(right, left));
        _sortedAt = order.Moves;
    }

    private int ComparePositions(int left, int right)
    {
        var difference = order.PositionOf(left).CompareTo(order.PositionOf(right));
        return difference == 0 ? table[left].Hash.CompareTo(table[right].Hash) : difference;
    }

    /// <summary>The shown row that stands last.</summary>
    private int HighestShown()
    {
        order.Settle();
        if (_highestAt == order.Moves) return _highest;
        _highestAt = order.Moves;
        _highest = -1;
        for (var position = order.Count - 1; position >= 0 && _highest < 0; position--)
        {
            var row = order.RowAt(position);
            if (((EntryFlags)table[row].Flags).HasFlag(EntryFlags.Shown)) _highest = row;
        }
        return _highest;
    }

    private void DropDone()
    {
        while (_waiting.TryPeek(out var first)
            && (table[first.Row].Hash != first.Hash || !table[first.Row].Is(RowState.Queued) || _isDue.Contains(first.Row))) _waiting.Dequeue();
    }
}
