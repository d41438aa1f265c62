using System.Collections.Immutable;
using System.Security.Cryptography;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Where two members hold different entries of one author, and how they find out.</summary>
/// <remarks>
/// A chain's head proves all before it only while its author has one entry for each number and what is held has few holes. Of one who has
/// more, two members can hold the same head and different entries below it, of which another one counts. So what is compared is the
/// <em>chain value</em> of a place (PROTOCOL.md, section 9): it differs from the first place on at which anything differs that ranges do not
/// show, whatever lies above.
/// </remarks>
internal sealed partial class RoomLog
{
    /// <summary>Entries sent in one answer to probes; the next comparison finds what is left.</summary>
    private const int MaxForkEntries = 512;

    /// <summary>Per author whose chain is not plain: what the values of its places cover beside the entry there, from each seq on.</summary>
    private readonly Dictionary<int, List<(int Seq, byte[] Value)>> _covers = [];
    private long _coversAt = -1;

    /// <summary>
    /// Up to 32 chain values of an author, spread evenly over what is held between two seqs, both included where held: fewer name every place held
    /// between the first and the last of them.
    /// </summary>
    public ImmutableArray<ForkProbe> Probes(PeerId author, int first, int last)
    {
        Settle();
        if (!_table.TryAuthor(author, out var index) || index >= _chains.Count || last < first) return [];
        var held = HeldBetween(_chains[index], first, last);
        var places = SeqRanges.Count(held);
        var count = (int)Math.Min(places, Limits.MaxForkProbes);
        var probes = ImmutableArray.CreateBuilder<ForkProbe>(count);
        for (var (i, run, before) = (0, 0, 0L); i < count; i++)
        {
            var place = count == 1 ? 0 : (places - 1) * i / (count - 1);
            while (place - before > held[run].Last - held[run].First) before += held[run].Last - held[run++].First + 1;
            var seq = held[run].First + (int)(place - before);
            probes.Add(new ForkProbe(seq, ChainValueAt(index, seq)));
        }
        return probes.MoveToImmutable();
    }

    /// <summary>Whether a digest's line shows that other entries are held there up to its head than here: the author has written two.</summary>
    public bool IsForked(DigestLine theirs)
    {
        if (theirs.Ranges.IsEmpty) return false;
        Settle();
        if (!_table.TryAuthor(theirs.Author, out var index) || index >= _chains.Count) return false;
        var seq = theirs.Ranges[^1].Last;
        return HeadAt(_chains[index], seq) >= 0 && ChainValueAt(index, seq) != theirs.HeadHash;
    }

    /// <summary>
    /// Compares somebody's probes with the own chain, and says what to probe or to send next. Who holds next to nothing where the two differ says so by
    /// naming all of it; who is shown all that the other holds there sends what it holds itself. Seqs say nothing of how much is held: between two that
    /// follow each other in one history there may be hundreds in another.
    /// </summary>
    public ForkSearch CompareProbes(PeerId author, IReadOnlyList<ForkProbe> theirs)
    {
        Settle();
        if (!_table.TryAuthor(author, out var index) || index >= _chains.Count) return new ForkSearch([], []);
        var chain = _chains[index];
        var equal = 0;
        var unequal = 0;
        foreach (var probe in theirs)
        {
            if (HeadAt(chain, probe.Seq) < 0) continue;
            if (ChainValueAt(index, probe.Seq) == probe.Hash) equal = probe.Seq;
            else
            {
                unequal = probe.Seq;
                break;
            }
        }
        if (unequal == 0) return new ForkSearch([], []);
        var isComplete = theirs.Count < Limits.MaxForkProbes;
        var isFew = SeqRanges.Count(HeldBetween(chain, equal + 1, unequal)) < Limits.MaxForkProbes - 1;
        // Nothing between the first and the last of their places is held here, nor will anything of what is held here be held there.
        var isAtEnd = (equal == 0 || equal == theirs[0].Seq) && unequal == theirs[^1].Seq;
        var next = isComplete || (isAtEnd && !isFew) ? [] : Probes(author, Math.Max(1, equal), unequal);
        var send = isComplete || isFew || isAtEnd ? chain.RowsFrom(equal + 1).Take(MaxForkEntries).Select(row => _table[row].Hash) : [];
        return new ForkSearch(next, [.. send]);
    }

    /// <summary>The chain value of a place; 0 where nothing is held.</summary>
    private ulong ChainValueAt(int author, int seq)
    {
        var chain = _chains[author];
        var head = HeadAt(chain, seq);
        if (head < 0) return 0;
        if (!chain.IsForked && chain.RunCount <= Limits.MaxRangesPerDigestLine) return _table[head].Hash.A;
        var covers = CoversOf(author);
        var index = covers.FindLastIndex(cover => cover.Seq <= seq);
        return index < 0 ? _table[head].Hash.A : EntryHash.Read(Fold(covers[index].Value, _table[head].Hash)).A;
    }

    private List<(int Seq, byte[] Value)> CoversOf(int author)
    {
        if (_coversAt != _digestVersion)
        {
            _coversAt = _digestVersion;
            _covers.Clear();
        }
        if (_covers.TryGetValue(author, out var covers)) return covers;
        covers = [];
        var value = new byte[EntryHash.Size];
        foreach (var (seq, hash) in Covered(_chains[author]).Order())
        {
            value = Fold(value, hash);
            if (covers.Count > 0 && covers[^1].Seq == seq) covers[^1] = (seq, value);
            else covers.Add((seq, value));
        }
        return _covers[author] = covers;
    }

    /// <summary>
    /// Entries set aside; and, from the first run on that a digest's line has no place for, both ends of every run before it and the start of
    /// each: what lies between is proved by them.
    /// </summary>
    private IEnumerable<(int Seq, EntryHash Hash)> Covered(AuthorChain chain)
    {
        foreach (var row in chain.Others) yield return (_table[row].Seq, _table[row].Hash);
        var runs = chain.AllRuns();
        for (var i = Limits.MaxRangesPerDigestLine; i < runs.Count; i++)
        {
            for (var before = i == Limits.MaxRangesPerDigestLine ? 0 : i - 1; before < i; before++)
            {
                yield return (runs[i].First, _table[HeadAt(chain, runs[before].First)].Hash);
                yield return (runs[i].First, _table[HeadAt(chain, runs[before].Last)].Hash);
            }
            yield return (runs[i].First, _table[HeadAt(chain, runs[i].First)].Hash);
        }
    }

    private static byte[] Fold(byte[] value, in EntryHash hash)
    {
        Span<byte> bytes = stackalloc byte[2 * EntryHash.Size];
        value.CopyTo(bytes);
        hash.Write(bytes[EntryHash.Size..]);
        return SHA256.HashData(bytes);
    }

    /// <summary>Runs of what is held from one seq to another, both included.</summary>
    private static ImmutableArray<SeqRange> HeldBetween(AuthorChain chain, int first, int last) =>
        [.. chain.AllRuns().Where(run => run.Last >= first && run.First <= last).Select(run => new SeqRange(Math.Max(run.First, first), Math.Min(run.Last, last)))];

    /// <summary>The entry that counts at a seq; where none does, the least hash of those set aside; −1 where nothing is held.</summary>
    private int HeadAt(AuthorChain chain, int seq)
    {
        var head = chain.At(seq);
        if (head >= 0) return head;
        foreach (var other in chain.OthersAt(seq))
        {
            if (head < 0 || _table[other].Hash.CompareTo(_table[head].Hash) < 0) head = other;
        }
        return head;
    }
}
