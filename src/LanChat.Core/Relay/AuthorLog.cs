using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a relay's log of a room holds of one author: runs of seqs with the positions of their entries. Owned by the room's index.</summary>
internal sealed class AuthorLog(PeerId id, int number)
{
    private readonly List<Run> _runs = [];

    /// <summary>Who.</summary>
    public PeerId Id => id;

    /// <summary>Index of this author in the room.</summary>
    public int Number => number;

    /// <summary>The profile entries are checked against; null until somebody has brought it.</summary>
    public Profile? Profile
    {
        get;
        set
        {
            field = value;
            EncodedProfile = null;
        }
    }

    /// <summary>The message that brings the profile to a subscriber, made when first needed.</summary>
    public byte[]? EncodedProfile { get; set; }

    /// <summary>The highest seq that was trimmed; 0 for none.</summary>
    public int FloorSeq { get; private set; }

    /// <summary>The entry there.</summary>
    public EntryHash FloorHash { get; private set; }

    /// <summary>The highest seq held; the floor when none is.</summary>
    public int HeadSeq => _runs.Count > 0 ? _runs[^1].Last : FloorSeq;

    /// <summary>The position of a seq; 0 when it is not held.</summary>
    public long Position(int seq)
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
            if (seq >= _runs[i].First) return seq <= _runs[i].Last ? _runs[i].Positions[seq - _runs[i].First] : 0;
        return 0;
    }

    /// <summary>What the entry after <paramref name="seq"/> must name as its predecessor, where that entry is held as the first of a run.</summary>
    public EntryHash? PredecessorOfNext(int seq)
    {
        foreach (var run in _runs)
            if (run.First == seq + 1) return run.Previous;
        return null;
    }

    /// <summary>Takes an entry of a seq not held.</summary>
    public void Add(int seq, EntryHash previous, long position)
    {
        var i = _runs.Count;
        while (i > 0 && _runs[i - 1].First > seq) i--;
        if (i > 0 && _runs[i - 1].Last == seq - 1) _runs[i - 1].Positions.Add(position);
        else _runs.Insert(i++, new Run(seq, previous, [position]));
        if (i >= _runs.Count || _runs[i].First != seq + 1) return;
        _runs[i - 1].Positions.AddRange(_runs[i].Positions);
        _runs.RemoveAt(i);
    }

    /// <summary>Lets go of every entry below a position of the room. The rest of a run that loses some from its middle is several runs.</summary>
    public void Trim(long before)
    {
        var kept = new List<Run>();
        foreach (var run in _runs)
        {
            for (var i = 0; i < run.Positions.Count; i++)
            {
                if (run.Positions[i] < before) continue;
                if (i > 0 && run.Positions[i - 1] >= before) kept[^1].Positions.Add(run.Positions[i]);
                else kept.Add(new Run(run.First + i, i == 0 ? run.Previous : default, [run.Positions[i]]));
            }
        }
        _runs.Clear();
        _runs.AddRange(kept);
    }

    /// <summary>Takes over what was trimmed.</summary>
    public void RaiseFloor(int seq, EntryHash hash)
    {
        if (seq <= FloorSeq) return;
        FloorSeq = seq;
        FloorHash = hash;
    }

    /// <summary>The digest's line; <paramref name="headHash"/> are the first 8 bytes of the head's hash.</summary>
    public DigestLine Digest(ulong headHash)
    {
        // The oldest ranges are left out when there are too many: a client then offers again what is there, which costs bytes and no more.
        var skip = Math.Max(0, _runs.Count - Limits.MaxRangesPerDigestLine);
        return new DigestLine(
            Id, FloorSeq + 1, [.. _runs.Skip(skip).Select(run => new SeqRange(run.First, run.Last))], headHash);
    }

    /// <summary>Consecutive seqs.</summary>
    /// <param name="First">The lowest.</param>
    /// <param name="Previous">The predecessor the lowest names; none where unknown.</param>
    /// <param name="Positions">One per seq.</param>
    private sealed record Run(int First, EntryHash Previous, List<long> Positions)
    {
        public int Last => First + Positions.Count - 1;
    }
}
