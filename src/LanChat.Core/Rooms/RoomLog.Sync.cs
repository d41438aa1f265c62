using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>What is held, what others lack, and what they have that is lacking here.</summary>
internal sealed partial class RoomLog
{
    /// <summary>Up to so many wanted entries are collected and sorted; for more it is cheaper to walk through the room's order.</summary>
    private const int MaxSorted = 2048;

    private static readonly SortedSet<int> NoSeqs = [];

    private readonly Dictionary<int, SortedSet<int>> _unjoined = [];
    private long _unjoinedAt = -1;
    private long _digestVersion;
    private long _digestAt = -1;
    private ImmutableArray<DigestLine> _digest = [];
    private UInt128 _summary;
    private long _summaryAt = -1;

    /// <summary>Grows whenever digest, summary or stamp heads change.</summary>
    public long DigestVersion
    {
        get
        {
            Settle();
            return _digestVersion;
        }
    }

    /// <summary>One line per author of whom something is held or not wanted.</summary>
    public ImmutableArray<DigestLine> Digest()
    {
        if (_digestAt == DigestVersion) return _digest;
        var lines = ImmutableArray.CreateBuilder<DigestLine>();
        for (var i = 0; i < _chains.Count; i++)
        {
            if (_chains[i].LastOfAll > 0 || _chains[i].Floor > 1) lines.Add(Line(i));
        }
        _digestAt = _digestVersion;
        return _digest = lines.ToImmutable();
    }

    /// <summary>The digest's line for one author.</summary>
    public DigestLine LineOf(PeerId author)
    {
        Settle();
        return _table.TryAuthor(author, out var index) && index < _chains.Count ? Line(index) : new DigestLine(author, 1, [], 0);
    }

    /// <summary>A hash over all lines and stamp heads: equal means equal histories.</summary>
    public UInt128 Summary()
    {
        if (_summaryAt == DigestVersion) return _summary;
        _summary = SummaryHash.Compute(Digest(), _stamps.Heads());
        _summaryAt = _digestVersion;
        return _summary;
    }

    /// <summary>What somebody holds that is lacking here, the lowest of each author first.</summary>
    public ImmutableArray<WantLine> MissingFrom(IReadOnlyList<DigestLine> theirs)
    {
        Settle();
        var wants = ImmutableArray.CreateBuilder<WantLine>();
        foreach (var line in theirs)
        {
            var isKnown = _table.TryAuthor(line.Author, out var index) && index < _chains.Count;
            var ranges = isKnown ? Subtract(line.Ranges, HeldOf(index), _chains[index].Floor) : line.Ranges;
            if (!ranges.IsEmpty) wants.Add(new WantLine(line.Author, ranges));
        }
        return wants.ToImmutable();
    }

    /// <summary>
    /// What a relay lacks, by its digest, and can take: never below its floor, nothing set aside and nothing past a gap, which it would refuse
    /// again and again while what is good waits behind.
    /// </summary>
    public ImmutableArray<WantLine> MissingAt(IReadOnlyList<DigestLine> theirs)
    {
        Settle();
        var lines = theirs.ToDictionary(line => line.Author);
        var awaited = FirstAwaited();
        var wants = ImmutableArray.CreateBuilder<WantLine>();
        for (var i = 0; i < _chains.Count; i++)
        {
            if (_chains[i].Last == 0) continue;
            var author = _table.Author(i);
            var chain = _chains[i];
            var last = Math.Min(chain.Anchored, awaited.GetValueOrDefault(i, int.MaxValue) - 1);
            ImmutableArray<SeqRange> ranges = [.. chain.Runs.Where(run => run.First <= last)
                .Select(run => run with { Last = Math.Min(run.Last, last) }).Take(Limits.MaxRangesPerDigestLine)];
            if (lines.TryGetValue(author, out var line)) ranges = Subtract(ranges, line.Ranges, line.Floor);
            if (!ranges.IsEmpty) wants.Add(new WantLine(author, ranges));
        }
        return wants.ToImmutable();
    }

    /// <summary>
    /// By author the first entry whose body may still come within the time that it waits to be shown: a relay keeps what it was given first.
    /// </summary>
    private Dictionary<int, int> FirstAwaited()
    {
        var first = new Dictionary<int, int>();
        foreach (var row in _awaiting)
        {
            ref var value = ref _table[row];
            if (value.Is(RowState.Queued)) first[value.Author] = Math.Min(first.GetValueOrDefault(value.Author, int.MaxValue), value.Seq);
        }
        return first;
    }

    /// <summary>
    /// Entries held of what is wanted, in the room's order, those set aside last, up to a number of bytes but at least one.
    /// </summary>
    /// <param name="wants">Ranges of authors.</param>
    /// <param name="into">Receives the hashes.</param>
    /// <param name="maxBytes">How many bytes of entries at most.</param>
    /// <param name="more">Whether there is more than fitted.</param>
    public void Select(IReadOnlyList<WantLine> wants, List<EntryHash> into, int maxBytes, out bool more)
    {
        Settle();
        var rows = new List<int>();
        var aside = new List<int>();
        var isMany = !TryCollect(wants, rows, aside);
        IEnumerable<int> ordered = isMany ? WalkFrom(wants) : SortByPosition(rows);
        more = false;
        long bytes = 0;
        foreach (var row in ordered.Concat(aside))
        {
            bytes += _table[row].Size;
            if (bytes > maxBytes && into.Count > 0)
            {
                more = true;
                return;
            }
            into.Add(_table[row].Hash);
        }
    }

    private DigestLine Line(int author)
    {
        var chain = _chains[author];
        return new DigestLine(_table.Author(author), chain.Floor, RangesOf(author), ChainValueAt(author, chain.LastOfAll));
    }

    /// <summary>Seqs held, as many ranges as a digest may name: the lowest, and the one with the head.</summary>
    private ImmutableArray<SeqRange> RangesOf(int author)
    {
        var held = HeldOf(author);
        if (held.Count > Limits.MaxRangesPerDigestLine) held.RemoveRange(Limits.MaxRangesPerDigestLine - 1, held.Count - Limits.MaxRangesPerDigestLine);
        return [.. held];
    }

    /// <summary>
    /// Seqs held, on whichever branch, but for those where the next entry follows another one than is held: the author has written two, and the
    /// other one is wanted, too.
    /// </summary>
    private List<SeqRange> HeldOf(int author)
    {
        var chain = _chains[author];
        var held = chain.AllRuns();
        foreach (var seq in UnjoinedOf(author))
        {
            var index = held.FindIndex(range => range.First <= seq && range.Last >= seq);
            if (index < 0) continue;
            var range = held[index];
            held.RemoveAt(index);
            if (seq < range.Last) held.Insert(index, new SeqRange(seq + 1, range.Last));
            if (seq > range.First) held.Insert(index, new SeqRange(range.First, seq - 1));
        }
        return held;
    }

    private SortedSet<int> UnjoinedOf(int author)
    {
        if (_unjoinedAt != _digestVersion)
        {
            _unjoinedAt = _digestVersion;
            _unjoined.Clear();
            foreach (var row in _table.WithoutPrevious)
            {
                var (index, seq) = (_table[row].Author, _table[row].Seq);
                if (HeadAt(_chains[index], seq - 1) < 0) continue;
                if (!_unjoined.TryGetValue(index, out var seqs)) _unjoined.Add(index, seqs = []);
                seqs.Add(seq - 1);
            }
        }
        return _unjoined.GetValueOrDefault(author) ?? NoSeqs;
    }

    /// <summary>What is in some ranges from a floor on and not in others; all ascend. As many as a line may name, the lowest.</summary>
    private static ImmutableArray<SeqRange> Subtract(ImmutableArray<SeqRange> ranges, IEnumerable<SeqRange> held, int floor)
    {
        var left = ImmutableArray.CreateBuilder<SeqRange>();
        var holes = held.ToList();
        foreach (var range in ranges)
        {
            var first = Math.Max(range.First, floor);
            foreach (var hole in holes)
            {
                if (hole.Last < first) continue;
                if (hole.First > range.Last || first > range.Last) break;
                if (hole.First > first) left.Add(new SeqRange(first, hole.First - 1));
                first = hole.Last == int.MaxValue ? int.MaxValue : hole.Last + 1;
            }
            if (first <= range.Last && !(holes.Count > 0 && holes[^1].Last == int.MaxValue)) left.Add(new SeqRange(first, range.Last));
        }
        return [.. left.Take(Limits.MaxRangesPerDigestLine)];
    }

    /// <summary>Collects the rows of what is wanted; false when they are many.</summary>
    private bool TryCollect(IReadOnlyList<WantLine> wants, List<int> rows, List<int> aside)
    {
        var isFew = true;
        foreach (var want in wants)
        {
            if (!_table.TryAuthor(want.Author, out var index) || index >= _chains.Count) continue;
            foreach (var row in _chains[index].Others)
            {
                if (IsWanted(want.Ranges, _table[row].Seq) && !aside.Contains(row)) aside.Add(row);
            }
            for (var i = 0; i < want.Ranges.Length && isFew; i++)
            {
                foreach (var row in _chains[index].RowsOf(want.Ranges[i]))
                {
                    if (!_table[row].Is(RowState.Ordered)) continue;
                    rows.Add(row);
                    if ((isFew = rows.Count <= MaxSorted) == false) break;
                }
            }
        }
        return isFew;
    }

    private List<int> SortByPosition(List<int> rows)
    {
        var keyed = rows.Distinct().Select(row => (Position: _order.PositionOf(row), Row: row)).ToList();
        keyed.Sort();
        return keyed.ConvertAll(pair => pair.Row);
    }

    /// <summary>An author's entries stand in the order of their seqs, so nothing wanted stands above the first of each range.</summary>
    private IEnumerable<int> WalkFrom(IReadOnlyList<WantLine> wants)
    {
        var start = int.MaxValue;
        var byAuthor = new Dictionary<int, ImmutableArray<SeqRange>>();
        foreach (var want in wants)
        {
            if (!_table.TryAuthor(want.Author, out var index) || index >= _chains.Count) continue;
            byAuthor[index] = byAuthor.TryGetValue(index, out var ranges) ? ranges.AddRange(want.Ranges) : want.Ranges;
            foreach (var range in want.Ranges)
            {
                var seq = _chains[index].NextCounting(range.First);
                if (seq <= range.Last) start = Math.Min(start, _order.PositionOf(_chains[index].At(seq)));
            }
        }
        if (start == int.MaxValue) yield break;
        foreach (var row in _order.From(start))
        {
            if (byAuthor.TryGetValue(_table[row].Author, out var ranges) && IsWanted(ranges, _table[row].Seq)) yield return row;
        }
    }

    private static bool IsWanted(ImmutableArray<SeqRange> ranges, int seq)
    {
        foreach (var range in ranges)
        {
            if (seq >= range.First && seq <= range.Last) return true;
        }
        return false;
    }
}
