using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Gaps, forks and heads.</summary>
internal sealed partial class RoomLog
{
    /// <summary>Entries kept at one place of an author's chain: the one that counts and proof that there are others.</summary>
    private const int MaxForks = 4;

    /// <summary>Entries past a gap that are kept (PROTOCOL.md, section 7).</summary>
    public const int MaxPastGap = 1024;

    /// <summary>Bytes of entries past a gap that are kept.</summary>
    public const int MaxPastGapBytes = 4 * 1024 * 1024;

    private int _pastGap;
    private long _pastGapBytes;
    private bool _areHeadsStale;

    /// <summary>Forks to be settled, by author and seq: a lower one may change a higher one.</summary>
    private readonly SortedSet<(int Author, int Seq)> _unsettled = [];

    /// <summary>Authors of whom an entry is held that does not count: they wrote two with one number.</summary>
    public IEnumerable<PeerId> ForkedAuthors
    {
        get
        {
            Settle();
            for (var i = 0; i < _chains.Count; i++)
            {
                if (_chains[i].IsForked) yield return _table.Author(i);
            }
        }
    }

    /// <summary>An author's entries on branches that do not count, by seq: one's own are to be written anew.</summary>
    public ImmutableArray<EntryHash> SetAsideOf(PeerId author)
    {
        Settle();
        return _table.TryAuthor(author, out var index) ? [.. _chains[index].Others.Select(row => _table[row].Hash)] : [];
    }

    /// <summary>Entries held past a gap.</summary>
    public int PastGapCount => _pastGap;

    private static readonly Dictionary<PeerId, int> NoneMissing = [];

    /// <summary>How many entries of each author are known to exist and are not held, where some are.</summary>
    public IReadOnlyDictionary<PeerId, int> Missing()
    {
        Settle();
        Dictionary<PeerId, int>? missing = null;
        for (var i = 0; i < _chains.Count; i++)
        {
            var chain = _chains[i];
            var from = Math.Max(chain.Floor, chain.PrunedBelow);
            if (chain.KnownTo < from) continue;
            var count = (long)chain.KnownTo - from + 1;
            foreach (var run in chain.AllRuns()) count -= Math.Max(0, run.Last - Math.Max(run.First, from) + 1);
            if (count > 0) (missing ??= [])[_table.Author(i)] = (int)count;
        }
        return missing ?? NoneMissing;
    }

    /// <summary>Somebody says that an author's entries up to a seq exist.</summary>
    public void ExpectUpTo(PeerId author, int seq)
    {
        var chain = ChainOf(author);
        chain.KnownTo = Math.Max(chain.KnownTo, seq);
    }

    /// <summary>
    /// Somebody has pruned an author's entries below a seq: what starts there is taken on its signature, and what is named below it counts as
    /// there. Of several such words the least counts.
    /// </summary>
    public void SetPruned(PeerId author, int below)
    {
        var chain = ChainOf(author);
        if (below < 1 || (chain.PrunedBelow > 1 && below >= chain.PrunedBelow)) return;
        chain.PrunedBelow = below;
        Remeasure(chain);
        _areHeadsStale = true;
        for (var row = 0; row < _table.Capacity; row++)
        {
            if (_table[row].Is(RowState.Queued)) _display.Recheck(row);
        }
    }

    /// <summary>What an own new entry has to say.</summary>
    /// <param name="self">The author.</param>
    /// <param name="wall">The wall clock.</param>
    public NextEntry Next(PeerId self, HybridClock wall)
    {
        Settle();
        if (_areHeadsStale) RebuildHeads();
        var chain = ChainOf(self);
        var previous = chain.At(chain.Last);
        var limit = wall.Milliseconds + MaxClockLeadMilliseconds;
        var clock = wall;
        var heads = new List<int>();
        foreach (var head in _heads)
        {
            if (_table[head].Clock.Milliseconds <= limit) clock = HybridClock.Max(clock, _table[head].Clock.Next);
            if (head != previous) heads.Add(head);
        }
        KeepLastOfEachAuthor(heads);
        if (_guards.NameNoParents)
        {
            heads.Clear();
            clock = wall;
        }

        if (previous >= 0) clock = HybridClock.Max(clock, _table[previous].Clock.Next);
        heads.Sort((left, right) =>
        {
            var byClock = _table[right].Clock.CompareTo(_table[left].Clock);
            return byClock == 0 ? _table[left].Hash.CompareTo(_table[right].Hash) : byClock;
        });
        var after = heads.Take(Limits.MaxParents).Select(row => new EntryRef(_table.AuthorOf(row), _table[row].Seq, _table[row].Hash.Prefix));
        return new NextEntry(chain.Last + 1, previous < 0 ? default : _table[previous].Hash, [.. after], clock);
    }

    /// <summary>Where a chain has a hole that counts as there it has two heads; an entry names one parent per author.</summary>
    private void KeepLastOfEachAuthor(List<int> heads)
    {
        var last = new Dictionary<int, int>(heads.Count);
        foreach (var head in heads)
        {
            if (!last.TryGetValue(_table[head].Author, out var known) || _table[known].Seq < _table[head].Seq) last[_table[head].Author] = head;
        }
        if (last.Count < heads.Count) heads.RemoveAll(head => last[_table[head].Author] != head);
    }

    /// <summary>Settles everything that was put off until somebody asks: which relay counts, forks. The order settles itself.</summary>
    private void Settle()
    {
        if (_stamps.Ordering != _orderedBy)
        {
            _orderedBy = _stamps.Ordering;
            _stamps.ApplyAll();
            for (var author = 0; author < _chains.Count; author++)
            {
                foreach (var row in _chains[author].Others) Unsettle(author, _table[row].Seq);
            }
            _order.Rebuild();
        }
        while (_unsettled.Count > 0)
        {
            var (author, seq) = _unsettled.Min;
            _unsettled.Remove((author, seq));
            if (SettleFork(author, seq)) Unsettle(author, seq + 1);
        }
    }

    private void Unsettle(int author, int seq)
    {
        if (seq <= _chains[author].LastOfAll) _unsettled.Add((author, seq));
    }

    /// <summary>
    /// Chooses anew which entry counts at a seq: of those that follow no entry set aside the one stamped first, else the least hash. True when
    /// that changed anything.
    /// </summary>
    private bool SettleFork(int author, int seq)
    {
        var chain = _chains[author];
        var counting = chain.At(seq);
        var winner = -1;
        foreach (var row in chain.RowsOf(new SeqRange(seq, seq)))
        {
            var previous = _table[row].Previous;
            if (previous >= 0 && _table[previous].Is(RowState.SetAside)) continue;
            if (winner < 0 || IsBefore(row, winner)) winner = row;
        }
        if (winner == counting || (_guards.FirstForkWins && counting >= 0)) return false;
        chain.Set(seq, winner);
        if (winner >= 0)
        {
            chain.RemoveOther(seq, winner);
            _table[winner].Set(RowState.SetAside, false);
        }
        if (counting >= 0)
        {
            chain.AddOther(seq, counting);
            _table[counting].Set(RowState.SetAside);
            _order.Displace(counting);
        }
        if (winner >= 0)
        {
            var children = new List<int>();
            _table.Children(winner, children);
            _order.Place(winner, children);
        }
        Remeasure(chain);
        _areHeadsStale = true;
        _digestVersion++;
        return true;
    }

    private bool IsBefore(int left, int right)
    {
        var (a, b) = (_stamps.StampOf(left), _stamps.StampOf(right));
        if (a is null != b is null) return a is not null;
        if (a is { } first && b is { } second)
        {
            var order = first.Epoch.CompareTo(second.Epoch);
            if (order == 0) order = first.Place.CompareTo(second.Place);
            if (order != 0) return order < 0;
        }
        return _table[left].Hash.CompareTo(_table[right].Hash) < 0;
    }

    private int ForksAt(PeerId author, int seq)
    {
        if (!_table.TryAuthor(author, out var index) || index >= _chains.Count) return 0;
        return _chains[index].OthersAt(seq).Count + (_chains[index].At(seq) >= 0 ? 1 : 0);
    }

    /// <summary>
    /// Of too many entries at one place those are kept that may come to count: stamped ones, then those that follow no entry set aside, then
    /// the least hashes. So all members keep the same ones, in whatever order they came.
    /// </summary>
    private bool TryDropFork(Entry entry, List<EntryHash> dropped)
    {
        Settle();
        var victim = -1;
        foreach (var row in ChainOf(entry.Author).OthersAt(entry.Seq))
        {
            if (victim < 0 || RankAsFork(row).CompareTo(RankAsFork(victim)) > 0) victim = row;
        }
        if (victim < 0 || _table[victim].Is(RowState.Stamped)) return false;
        var previous = entry.Previous.IsNone ? -1 : _table.Find(entry.Previous);
        var rank = (!_stamps.IsAwaited(entry.Hash), previous >= 0 && _table[previous].Is(RowState.SetAside), entry.Hash);
        if (RankAsFork(victim).CompareTo(rank) < 0) return false;
        dropped.Add(_table[victim].Hash);
        Remove(new HashSet<int> { victim });
        return true;
    }

    private (bool IsUnstamped, bool IsOnBranch, EntryHash Hash) RankAsFork(int row)
    {
        var previous = _table[row].Previous;
        return (!_table[row].Is(RowState.Stamped), previous >= 0 && _table[previous].Is(RowState.SetAside), _table[row].Hash);
    }

    /// <summary>Keeps the bound on what lies past gaps: the farthest goes first, be it the one that comes.</summary>
    private bool TryMakeRoomPastGap(Entry entry, out List<EntryHash> dropped)
    {
        dropped = [];
        var chain = ChainOf(entry.Author);
        var distance = entry.Seq - (long)chain.Anchored;
        if (distance <= 1) return true;
        while (_pastGap + 1 > MaxPastGap || _pastGapBytes + entry.Size > MaxPastGapBytes)
        {
            AuthorChain? farthest = null;
            foreach (var other in _chains)
            {
                if (other.PastGap > 0 && (farthest is null || other.Last - other.Anchored > farthest.Last - farthest.Anchored)) farthest = other;
            }
            if (farthest is null || farthest.Last - farthest.Anchored <= distance) return false;
            var victim = farthest.At(farthest.Last);
            dropped.Add(_table[victim].Hash);
            Remove(new HashSet<int> { victim });
        }
        return true;
    }

    private void TrackGap(AuthorChain chain, int row)
    {
        var seq = _table[row].Seq;
        var before = chain.Anchored;
        chain.Anchored = chain.AnchoredTo;
        if (seq > chain.Anchored && !_table[row].Is(RowState.SetAside)) CountPastGap(chain, row, 1);
        if (chain.PastGap == 0) return;
        for (var s = before + 1; s <= chain.Anchored; s++)
        {
            if (s != seq) CountPastGap(chain, chain.At(s), -1);
        }
    }

    private void Remeasure(AuthorChain chain)
    {
        _pastGap -= chain.PastGap;
        _pastGapBytes -= chain.PastGapBytes;
        (chain.PastGap, chain.PastGapBytes) = (0, 0);
        chain.Anchored = chain.AnchoredTo;
        foreach (var run in chain.Runs)
        {
            for (var seq = Math.Max(run.First, chain.Anchored + 1); seq <= run.Last; seq++) CountPastGap(chain, chain.At(seq), 1);
        }
    }

    private void CountPastGap(AuthorChain chain, int row, int by)
    {
        chain.PastGap += by;
        chain.PastGapBytes += by * _table[row].Size;
        _pastGap += by;
        _pastGapBytes += by * _table[row].Size;
    }

    private void UpdateHeads(int row)
    {
        if (_areHeadsStale) return;
        Complete(row);
        foreach (var waiter in _waiters) Complete(waiter);
    }

    private void RebuildHeads()
    {
        _areHeadsStale = false;
        _heads.Clear();
        for (var row = 0; row < _table.Capacity; row++) _table[row].Set(RowState.Complete | RowState.HasCompleteChild, false);
        for (var row = 0; row < _table.Capacity; row++)
        {
            if (!_table[row].Is(RowState.Free)) Complete(row);
        }
    }

    /// <summary>Where a row's predecessor and parents are held, it may be named, and what it names is no head any more.</summary>
    private void Complete(int row)
    {
        ref var value = ref _table[row];
        if (value.Is(RowState.Complete) || value.Is(RowState.SetAside) || value.Is(RowState.AwaitsBody) || IsAnythingMissingBefore(row)) return;
        value.Set(RowState.Complete);
        for (var i = -1; i < value.ParentCount; i++)
        {
            var before = i < 0 ? value.Previous : _table.Parent(row, i);
            if (before < 0) continue;
            _table[before].Set(RowState.HasCompleteChild);
            _heads.Remove(before);
        }
        if (!value.Is(RowState.HasCompleteChild)) _heads.Add(row);
    }

    /// <summary>Whether a row's predecessor or a parent is not held, though it should be to be had.</summary>
    private bool IsAnythingMissingBefore(int row)
    {
        ref var value = ref _table[row];
        if (value.Previous < 0 && value.Seq > 1)
        {
            var chain = _chains[value.Author];
            if (value.Seq > Math.Max(chain.Floor, chain.PrunedBelow)) return true;
        }
        for (var i = 0; i < value.ParentCount; i++)
        {
            if (_table.Parent(row, i) >= 0) continue;
            var parent = _table.ParentRef(row, i);
            var chain = ChainOf(parent.Author);
            if (parent.Seq >= Math.Max(chain.Floor, chain.PrunedBelow)) return true;
        }
        return false;
    }
}
