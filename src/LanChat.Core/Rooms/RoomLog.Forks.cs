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

    /// <summary>Up to 32 chain values of an author, spread evenly between two seqs, both included where held.</summary>
    public ImmutableArray<ForkProbe> Probes(PeerId author, int first, int last)
    {
        Settle();
        if (!_table.TryAuthor(author, out var index) || index >= _chains.Count || last < first) return [];
        var probes = ImmutableArray.CreateBuilder<ForkProbe>();
        var before = 0;
        for (var i = 0; i < Limits.MaxForkProbes; i++)
        {
            var seq = (int)(first + ((long)last - first) * i / (Limits.MaxForkProbes - 1));
            if (seq <= before || HeadAt(_chains[index], seq) < 0) continue;
            probes.Add(new ForkProbe(seq, ChainValueAt(index, seq)));
            before = seq;
        }
        return probes.ToImmutable();
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

    /// <summary>Compares somebody's probes with the own chain, and says what to probe or to send next.</summary>
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
        var from = NextHeld(chain, equal);
        // Where probes name every place, what lies between the last equal one and the first unequal one is lacking on one side.
        if (from < unequal && unequal - equal >= Limits.MaxForkProbes) return new ForkSearch(Probes(author, equal > 0 ? equal : from, unequal), []);
        return new ForkSearch([], [.. chain.RowsFrom(equal + 1).Take(MaxForkEntries).Select(row => _table[row].Hash)]);
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

    private static int NextHeld(AuthorChain chain, int seq)
    {
        foreach (var run in chain.AllRuns())
        {
            if (run.Last > seq) return Math.Max(run.First, seq + 1);
        }
        return int.MaxValue;
    }

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
