using System.Diagnostics.CodeAnalysis;
using LanChat.Protocol;

namespace LanChat.Core.Ordering;

/// <summary>What became of a stamp.</summary>
internal enum StampOutcome
{
    /// <summary>Taken.</summary>
    Added,

    /// <summary>Known; a signature that came with it was taken if it was missing.</summary>
    Duplicate,

    /// <summary>The relay said something else about this place before: two orders were shown. The first word stays.</summary>
    TwoOrders,

    /// <summary>More relays or epochs than a room keeps, or a place out of range.</summary>
    Refused,
}

/// <summary>The stamps of one relay and epoch in a room, as runs of consecutive places.</summary>
/// <remarks>An entry is kept as a number that <see cref="StampedEntries"/> turns into its hash: a room has as many stamps as entries.</remarks>
internal sealed class StampRecord(PeerId relay, RoomId room, Epoch epoch, StampedEntries hashes)
{
    private readonly List<Run> _runs = [];

    public Epoch Epoch => epoch;

    /// <summary>Stamps known.</summary>
    public int Count { get; private set; }

    /// <summary>The highest place known; 0 for none.</summary>
    public int Last => _runs.Count == 0 ? 0 : _runs[^1].Last;

    /// <summary>The end of the first run: what follows it is wanted.</summary>
    public int ContiguousLast => _runs.Count == 0 ? 0 : _runs[0].Last;

    /// <summary>The hash at a place; none where it is not known.</summary>
    public EntryHash At(int place) => Find(place) is { } run ? hashes.HashOf(run.Codes[place - run.First]) : default;

    /// <summary>Whether a place was stamped though a parent was missing.</summary>
    public bool IsWaived(int place) => Find(place)?.Waived.Contains(place) == true;

    /// <summary>Says that the entry at a place has another number now.</summary>
    public void Recode(int place, int code)
    {
        if (Find(place) is { } run) run.Codes[place - run.First] = code;
    }

    /// <summary>Every place known with its entry's number.</summary>
    public IEnumerable<(int Place, int Code)> Places()
    {
        foreach (var run in _runs)
        {
            for (var i = 0; i < run.Codes.Count; i++) yield return (run.First + i, run.Codes[i]);
        }
    }

    public StampOutcome Add(int place, in EntryHash entry, bool isWaived, in EntryHash chain, ReadOnlyMemory<byte> signature)
    {
        var known = Find(place);
        if (known is not null) return Compare(known, place, entry, chain, signature);
        var index = IndexAfter(place);
        var before = index > 0 ? _runs[index - 1] : null;
        var after = index < _runs.Count ? _runs[index] : null;
        if (before is not null && before.Last + 1 == place)
        {
            if (StampChain.Next(before.LastChain, relay, room, epoch, place, entry) != chain) return StampOutcome.TwoOrders;
        }
        else if (place == 1 && StampChain.Next(default, relay, room, epoch, place, entry) != chain) return StampOutcome.TwoOrders;
        else
        {
            before = new Run(place);
            _runs.Insert(index, before);
        }
        if (after is not null && after.First == place + 1
            && StampChain.Next(chain, relay, room, epoch, after.First, hashes.HashOf(after.Codes[0])) != after.Points[0].Chain)
        {
            if (before.Codes.Count == 0) _runs.Remove(before);
            return StampOutcome.TwoOrders;
        }
        Count++;
        before.Append(hashes.CodeOf(entry, this, place), isWaived, chain, signature);
        if (after is not null && after.First == place + 1)
        {
            before.Join(after);
            _runs.Remove(after);
        }
        return StampOutcome.Added;
    }

    /// <summary>Takes the relay's signature, already verified, over the chain value at a place. False when the value here is another.</summary>
    public bool TryProve(int place, in EntryHash chain, ReadOnlyMemory<byte> signature)
    {
        if (Find(place) is not { } run) return true;
        if (!TryChainAt(run, place, out var own)) return true;
        if (own != chain) return false;
        run.AddPoint(place, chain, signature);
        return true;
    }

    /// <summary>The highest place whose chain value is proved by a signature, and that value.</summary>
    public bool TryHead(out int place, out EntryHash chain)
    {
        for (var r = _runs.Count - 1; r >= 0; r--)
        {
            for (var i = _runs[r].Points.Count - 1; i >= 0; i--)
            {
                var point = _runs[r].Points[i];
                if (point.Signature.IsEmpty) continue;
                (place, chain) = (point.Place, point.Chain);
                return true;
            }
        }
        (place, chain) = (0, default);
        return false;
    }

    /// <summary>A provable run that starts after a place or, where what follows is not known, later; false when there is none.</summary>
    public bool TryChainAt(long place, out EntryHash chain)
    {
        chain = default;
        return place is > 0 and <= int.MaxValue && Find((int)place) is { } run && TryChainAt(run, (int)place, out chain);
    }

    public bool TryRun(long after, ReadOnlyMemory<byte> relayKey, [NotNullWhen(true)] out StampRun? result)
    {
        result = null;
        foreach (var run in _runs)
        {
            if (run.Last <= after) continue;
            var first = (int)Math.Max(after + 1, run.First == 1 ? 1 : run.First + 1);
            var end = run.Points.FindLast(point => point.Place >= first && point.Place < first + Limits.MaxStampsPerRun && !point.Signature.IsEmpty);
            EntryHash before = default;
            if (end is null || (first > 1 && !TryChainAt(run, first - 1, out before))) continue;
            var entries = run.Codes.GetRange(first - run.First, end.Place - first + 1).ConvertAll(hashes.HashOf);
            var waived = Enumerable.Range(0, entries.Count).Where(i => run.Waived.Contains(first + i));
            result = new StampRun(relay, relayKey, room, epoch, first, before, [.. entries], [.. waived], end.Signature);
            return true;
        }
        return false;
    }

    private StampOutcome Compare(Run run, int place, EntryHash entry, in EntryHash chain, ReadOnlyMemory<byte> signature)
    {
        if (hashes.HashOf(run.Codes[place - run.First]) != entry) return StampOutcome.TwoOrders;
        var point = run.Points.Find(p => p.Place == place);
        if (point is not null && point.Chain != chain) return StampOutcome.TwoOrders;
        if (!signature.IsEmpty && !TryProve(place, chain, signature)) return StampOutcome.TwoOrders;
        return StampOutcome.Duplicate;
    }

    private bool TryChainAt(Run run, int place, out EntryHash chain)
    {
        var point = run.Points.FindLast(p => p.Place <= place);
        chain = place == run.Last ? run.LastChain : point?.Chain ?? default;
        if (place == run.Last) return true;
        if (point is null) return false;
        for (var p = point.Place + 1; p <= place; p++) chain = StampChain.Next(chain, relay, room, epoch, p, hashes.HashOf(run.Codes[p - run.First]));
        return true;
    }

    private Run? Find(int place)
    {
        var index = IndexAfter(place) - 1;
        return index >= 0 && _runs[index].Last >= place ? _runs[index] : null;
    }

    /// <summary>Index of the first run that starts after a place.</summary>
    private int IndexAfter(int place)
    {
        var index = _runs.Count;
        while (index > 0 && _runs[index - 1].First > place) index--;
        return index;
    }

    /// <summary>A chain value worth keeping: signed, or a base to work others out from.</summary>
    private sealed record Point(int Place, EntryHash Chain, ReadOnlyMemory<byte> Signature);

    private sealed class Run(int first)
    {
        /// <summary>A signature proves all before it, so older ones are thinned to one in so many places, less than a run may have.</summary>
        private const int PointSpacing = 256;

        public int First { get; } = first;

        public List<int> Codes { get; } = [];

        public List<Point> Points { get; } = [];

        public HashSet<int> Waived { get; } = [];

        public EntryHash LastChain { get; private set; }

        public int Last => First + Codes.Count - 1;

        public void Append(int code, bool isWaived, in EntryHash chain, ReadOnlyMemory<byte> signature)
        {
            Codes.Add(code);
            LastChain = chain;
            if (isWaived) Waived.Add(Last);
            if (Codes.Count == 1 || !signature.IsEmpty || Last - Points[^1].Place >= PointSpacing) AddPoint(Last, chain, signature);
        }

        public void AddPoint(int place, in EntryHash chain, ReadOnlyMemory<byte> signature)
        {
            var index = Points.FindIndex(point => point.Place >= place);
            if (index < 0) index = Points.Count;
            var point = new Point(place, chain, signature);
            if (index < Points.Count && Points[index].Place == place) Points[index] = signature.IsEmpty ? Points[index] : point;
            else Points.Insert(index, point);
            if (index >= 2 && place - Points[index - 2].Place < PointSpacing) Points.RemoveAt(index - 1);
        }

        public void Join(Run next)
        {
            Codes.AddRange(next.Codes);
            Points.AddRange(next.Points);
            Waived.UnionWith(next.Waived);
            LastChain = next.LastChain;
        }
    }
}
