using System.Collections.Immutable;
using System.Security.Cryptography;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Where two members hold different entries of one author, and how they find out.</summary>
/// <remarks>
/// A chain's head proves all before it only while its author has one entry for each number. Of one who has more, two members can hold the same
/// head and different entries below it, of which another one counts. So what is compared is the <em>chain value</em> of a place (PROTOCOL.md,
/// section 6): it differs from the first place on at which anything held differs, whatever lies above.
/// </remarks>
internal sealed partial class RoomLog
{
    /// <summary>Entries sent in one answer to probes; the next comparison finds what is left.</summary>
    private const int MaxForkEntries = 512;

    /// <summary>Per author with entries set aside: hash over them in the order of (seq, hash), after each seq that has some.</summary>
    private readonly Dictionary<int, List<(int Seq, byte[] Value)>> _asideValues = [];
    private long _asideValuesAt = -1;

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
        if (from < unequal) return new ForkSearch(Probes(author, equal > 0 ? equal : from, unequal), []);
        return new ForkSearch([], [.. chain.RowsFrom(unequal).Take(MaxForkEntries).Select(row => _table[row].Hash)]);
    }

    /// <summary>
    /// The first 8 bytes of the hash of the entry at a seq; for an author of whom entries up to there are set aside, of a hash over those
    /// and that. 0 where nothing is held.
    /// </summary>
    private ulong ChainValueAt(int author, int seq)
    {
        var head = HeadAt(_chains[author], seq);
        if (head < 0) return 0;
        if (!_chains[author].IsForked) return _table[head].Hash.A;
        var aside = AsideValues(author);
        var index = aside.FindLastIndex(value => value.Seq <= seq);
        if (index < 0) return _table[head].Hash.A;
        Span<byte> bytes = stackalloc byte[2 * EntryHash.Size];
        aside[index].Value.CopyTo(bytes);
        _table[head].Hash.Write(bytes[EntryHash.Size..]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes));
    }

    private List<(int Seq, byte[] Value)> AsideValues(int author)
    {
        if (_asideValuesAt != _digestVersion)
        {
            _asideValuesAt = _digestVersion;
            _asideValues.Clear();
        }
        if (_asideValues.TryGetValue(author, out var values)) return values;
        values = [];
        var bytes = new byte[2 * EntryHash.Size];
        foreach (var rows in _chains[author].Others.GroupBy(row => _table[row].Seq))
        {
            foreach (var hash in rows.Select(row => _table[row].Hash).Order())
            {
                hash.Write(bytes.AsSpan(EntryHash.Size));
                SHA256.HashData(bytes, bytes);
            }
            values.Add((rows.Key, bytes[..EntryHash.Size]));
        }
        return _asideValues[author] = values;
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
