using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Arithmetic on ascending, disjoint, inclusive runs of seqs.</summary>
internal static class SeqRanges
{
    /// <summary>
    /// Author lines in one digest or message of receipts: with as many ranges each as a line may name they fit a frame, also on a link that a relay
    /// forwards.
    /// </summary>
    public const int LinesPerMessage = 400;

    /// <summary>Bytes that the lines of one want take at most: half of what fits a frame on a link that a relay forwards.</summary>
    private const int MaxLinesBytes = Limits.MaxForwardedFrameBytes / 2;

    /// <summary>What a line takes on the wire without its ranges, and a range, at most.</summary>
    private const int LineBytes = 24;
    private const int RangeBytes = 11;

    /// <summary>How many seqs the runs cover.</summary>
    public static long Count(ImmutableArray<SeqRange> ranges)
    {
        var count = 0L;
        foreach (var range in ranges) count += range.Last - (long)range.First + 1;
        return count;
    }

    public static bool Contains(ImmutableArray<SeqRange> ranges, int seq)
    {
        foreach (var range in ranges)
        {
            if (seq < range.First) return false;
            if (seq <= range.Last) return true;
        }

        return false;
    }

    /// <summary>What of <paramref name="ranges"/> is not in <paramref name="minus"/>.</summary>
    public static ImmutableArray<SeqRange> Subtract(ImmutableArray<SeqRange> ranges, ImmutableArray<SeqRange> minus)
    {
        if (minus.IsDefaultOrEmpty || ranges.IsDefaultOrEmpty) return ranges.IsDefault ? [] : ranges;
        var result = ImmutableArray.CreateBuilder<SeqRange>();
        var next = 0;
        foreach (var range in ranges)
        {
            long first = range.First;
            while (next < minus.Length && minus[next].Last < first) next++;
            for (var i = next; i < minus.Length && minus[i].First <= range.Last; i++)
            {
                if (minus[i].First > first) result.Add(new SeqRange((int)first, minus[i].First - 1));
                first = Math.Max(first, minus[i].Last + 1L);
            }

            if (first <= range.Last) result.Add(new SeqRange((int)first, range.Last));
        }

        return result.ToImmutable();
    }

    /// <summary>Both together.</summary>
    public static ImmutableArray<SeqRange> Union(ImmutableArray<SeqRange> left, ImmutableArray<SeqRange> right)
    {
        if (left.IsDefaultOrEmpty) return right.IsDefault ? [] : right;
        if (right.IsDefaultOrEmpty) return left;
        var all = left.AddRange(right).Sort((a, b) => a.First.CompareTo(b.First));
        var result = ImmutableArray.CreateBuilder<SeqRange>();
        var current = all[0];
        foreach (var range in all.AsSpan()[1..])
        {
            if (range.First <= current.Last + 1L) current = new SeqRange(current.First, Math.Max(current.Last, range.Last));
            else
            {
                result.Add(current);
                current = range;
            }
        }

        result.Add(current);
        return result.ToImmutable();
    }

    /// <summary>One seq more; mostly it is the one after the last.</summary>
    public static ImmutableArray<SeqRange> With(ImmutableArray<SeqRange> ranges, int seq)
    {
        if (ranges.IsDefaultOrEmpty || seq > ranges[^1].Last + 1L || seq < ranges[^1].First) return Union(ranges, [new SeqRange(seq, seq)]);
        return seq <= ranges[^1].Last ? ranges : ranges.SetItem(ranges.Length - 1, new SeqRange(ranges[^1].First, seq));
    }

    /// <summary>
    /// As many of these lines as one message holds, each with as many ranges as a line may name, the lowest; what is left over is asked for when
    /// this has come. What somebody shows in many messages may be more than fits one.
    /// </summary>
    public static ImmutableArray<WantLine> Fitting(ImmutableArray<WantLine> lines)
    {
        var result = ImmutableArray.CreateBuilder<WantLine>();
        var bytes = 0;
        foreach (var line in lines.Take(Limits.MaxAuthorsPerDigest))
        {
            var ranges = line.Ranges.Length > Limits.MaxRangesPerDigestLine ? line.Ranges[..Limits.MaxRangesPerDigestLine] : line.Ranges;
            bytes += LineBytes + (RangeBytes * ranges.Length);
            if (bytes > MaxLinesBytes) break;
            result.Add(line with { Ranges = ranges });
        }

        return result.ToImmutable();
    }

    /// <summary>Lines less what is under way elsewhere.</summary>
    public static ImmutableArray<WantLine> Subtract(ImmutableArray<WantLine> lines, IReadOnlyDictionary<PeerId, ImmutableArray<SeqRange>> underWay)
    {
        var result = ImmutableArray.CreateBuilder<WantLine>();
        foreach (var line in lines)
        {
            var left = underWay.TryGetValue(line.Author, out var minus) ? Subtract(line.Ranges, minus) : line.Ranges;
            if (!left.IsDefaultOrEmpty) result.Add(new WantLine(line.Author, left));
        }

        return result.ToImmutable();
    }
}
