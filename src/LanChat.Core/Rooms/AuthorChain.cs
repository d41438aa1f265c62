using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>One author's entries in a room by seq: the chain that counts as runs of rows, and what forks set aside.</summary>
internal sealed class AuthorChain
{
    private readonly List<Run> _runs = [];

    /// <summary>Entries on branches that do not count, by seq.</summary>
    private readonly SortedDictionary<int, List<int>> _others = [];

    /// <summary>The lowest seq wanted, raised by the own retention.</summary>
    public int Floor { get; set; } = 1;

    /// <summary>What others say is pruned everywhere they know of: below it nothing is to be had. 1 where nobody said so.</summary>
    public int PrunedBelow { get; set; } = 1;

    /// <summary>The highest seq known to exist, held or not.</summary>
    public int KnownTo { get; set; }

    /// <summary><see cref="AnchoredTo"/> as last measured.</summary>
    public int Anchored { get; set; }

    /// <summary>Entries past a gap, as last measured.</summary>
    public int PastGap { get; set; }

    /// <summary>Bytes of the entries past a gap.</summary>
    public long PastGapBytes { get; set; }

    /// <summary>The highest seq held on the chain that counts; 0 for none.</summary>
    public int Last => _runs.Count == 0 ? 0 : _runs[^1].Last;

    /// <summary>Whether some seq has more than one entry or an entry that does not count.</summary>
    public bool IsForked => _others.Count > 0;

    /// <summary>The highest seq of any entry held.</summary>
    public int LastOfAll => Math.Max(Last, _others.Count == 0 ? 0 : _others.Keys.Last());

    /// <summary>The end of the run that starts at the chain's start, at the floor or where others have pruned; what lies beyond is past a gap.</summary>
    public int AnchoredTo
    {
        get
        {
            var anchored = Math.Max(Floor, PrunedBelow) - 1;
            foreach (var run in _runs)
            {
                if (run.First > anchored + 1 && run.First > 1) break;
                anchored = Math.Max(anchored, run.Last);
            }
            return anchored;
        }
    }

    /// <summary>Row of the entry that counts at a seq; −1 for none.</summary>
    public int At(int seq)
    {
        var index = IndexAfter(seq) - 1;
        return index >= 0 && _runs[index].Last >= seq ? _runs[index].Rows[seq - _runs[index].First] : -1;
    }

    /// <summary>Rows of the entries at a seq that do not count.</summary>
    public IReadOnlyList<int> OthersAt(int seq) => _others.TryGetValue(seq, out var rows) ? rows : [];

    /// <summary>Rows of all entries that do not count, by seq.</summary>
    public IEnumerable<int> Others => _others.Values.SelectMany(rows => rows);

    /// <summary>All rows of a range of seqs, those that count first at each.</summary>
    public IEnumerable<int> RowsOf(SeqRange range)
    {
        foreach (var run in _runs)
        {
            if (run.Last < range.First) continue;
            if (run.First > range.Last) break;
            for (var seq = Math.Max(run.First, range.First); seq <= Math.Min(run.Last, range.Last); seq++) yield return run.Rows[seq - run.First];
        }
        foreach (var (seq, rows) in _others)
        {
            if (seq < range.First || seq > range.Last) continue;
            foreach (var row in rows) yield return row;
        }
    }

    /// <summary>All rows from a seq on, seq by seq, the one that counts first at each.</summary>
    public IEnumerable<int> RowsFrom(int first)
    {
        foreach (var run in AllRuns())
        {
            for (var seq = Math.Max(run.First, first); seq <= run.Last; seq++)
            {
                if (At(seq) is >= 0 and var row) yield return row;
                foreach (var other in OthersAt(seq)) yield return other;
            }
        }
    }

    /// <summary>The lowest seq from one on at which an entry counts; the highest number there is for none.</summary>
    public int NextCounting(int seq)
    {
        foreach (var run in _runs)
        {
            if (run.Last >= seq) return Math.Max(run.First, seq);
        }
        return int.MaxValue;
    }

    /// <summary>Runs of seqs at which anything is held, be it on a branch that does not count.</summary>
    public List<SeqRange> AllRuns()
    {
        var runs = Runs.ToList();
        if (_others.Count == 0) return runs;
        runs.AddRange(_others.Keys.Where(seq => At(seq) < 0).Select(seq => new SeqRange(seq, seq)));
        runs.Sort((left, right) => left.First.CompareTo(right.First));
        var merged = new List<SeqRange>(runs.Count);
        foreach (var run in runs)
        {
            if (merged.Count > 0 && merged[^1].Last + 1 == run.First) merged[^1] = merged[^1] with { Last = run.Last };
            else merged.Add(run);
        }
        return merged;
    }

    /// <summary>How many runs the chain that counts has.</summary>
    public int RunCount => _runs.Count;

    /// <summary>Runs of the chain that counts.</summary>
    public IEnumerable<SeqRange> Runs => _runs.Select(run => new SeqRange(run.First, run.Last));

    /// <summary>Makes a row the one that counts at a seq; −1 for none.</summary>
    public void Set(int seq, int row)
    {
        var index = IndexAfter(seq);
        var before = index > 0 ? _runs[index - 1] : null;
        if (before is not null && before.Last >= seq)
        {
            if (row >= 0) before.Rows[seq - before.First] = row;
            else Cut(index - 1, seq);
            return;
        }
        if (row < 0) return;
        var after = index < _runs.Count ? _runs[index] : null;
        if (before is not null && before.Last + 1 == seq) before.Rows.Add(row);
        else if (after is not null && after.First == seq + 1)
        {
            after.Rows.Insert(0, row);
            after.First--;
            return;
        }
        else _runs.Insert(index, before = new Run { First = seq, Rows = { row } });
        if (after is null || after.First != seq + 1) return;
        before.Rows.AddRange(after.Rows);
        _runs.Remove(after);
    }

    /// <summary>Puts a row among those that do not count.</summary>
    public void AddOther(int seq, int row)
    {
        if (!_others.TryGetValue(seq, out var rows)) _others.Add(seq, rows = []);
        rows.Add(row);
    }

    /// <summary>Takes a row from those that do not count.</summary>
    public bool RemoveOther(int seq, int row)
    {
        if (!_others.TryGetValue(seq, out var rows) || !rows.Remove(row)) return false;
        if (rows.Count == 0) _others.Remove(seq);
        return true;
    }

    private void Cut(int index, int seq)
    {
        var run = _runs[index];
        var at = seq - run.First;
        if (at < run.Rows.Count - 1)
        {
            _runs.Insert(index + 1, new Run { First = seq + 1, Rows = run.Rows.GetRange(at + 1, run.Rows.Count - at - 1) });
        }
        run.Rows.RemoveRange(at, run.Rows.Count - at);
        if (run.Rows.Count == 0) _runs.RemoveAt(index);
    }

    /// <summary>Index of the first run that starts after a seq.</summary>
    private int IndexAfter(int seq)
    {
        var index = _runs.Count;
        while (index > 0 && _runs[index - 1].First > seq) index--;
        return index;
    }

    private sealed class Run
    {
        public required int First { get; set; }

        public List<int> Rows { get; init; } = [];

        public int Last => First + Rows.Count - 1;
    }
}
