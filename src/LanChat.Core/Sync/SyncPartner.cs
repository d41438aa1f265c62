using System.Collections.Immutable;
using LanChat.Core.Discovery;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a room knows of one linked member's history.</summary>
internal sealed class SyncPartner(PeerSession session)
{
    /// <summary>Authors kept of what it has shown; whom it shows beyond that is not asked for.</summary>
    public const int MaxAuthors = 16 * Limits.MaxAuthorsPerDigest;

    /// <summary>
    /// Digests, fork probes and stamps answered in a second: far more than two members need to come into step, and little enough that who asks
    /// for ever gets no work done here at its will. What is over it is not answered; a later comparison makes up for it.
    /// </summary>
    public const int RequestsPerSecond = 128;

    /// <summary>
    /// What somebody was asked for and did not bring is not asked for again for this long, and twice as long each time, up to
    /// <see cref="LongestBodiesPause"/>: what nobody has any more is not to be asked for all day.
    /// </summary>
    private static readonly TimeSpan ShortestBodiesPause = TimeSpan.FromSeconds(10);

    /// <summary>At most so long.</summary>
    private static readonly TimeSpan LongestBodiesPause = TimeSpan.FromMinutes(10);

    private TimeSpan _bodiesPause = ShortestBodiesPause;
    private RateWindow _requests = new(RequestsPerSecond);

    public PeerSession Session { get; } = session;

    /// <summary>Whether one more of its questions may be answered now.</summary>
    public bool TryRequest(TimeSpan now) => _requests.TryTake(now);

    /// <summary>Wants that it has left without an answer on this link.</summary>
    public int Unanswered { get; set; }

    /// <summary>What it has shown to hold, by author.</summary>
    public Dictionary<PeerId, DigestLine> Theirs { get; } = new();

    /// <summary>Notes what it holds of one author.</summary>
    public void Show(DigestLine line)
    {
        if (Theirs.Count < MaxAuthors || Theirs.ContainsKey(line.Author)) Theirs[line.Author] = line;
    }

    public bool HasShownDigest { get; set; }

    /// <summary>A summary it showed that this client has not gone through lately.</summary>
    public UInt128? OddSummary { get; set; }

    public TimeSpan LastDigest { get; set; } = TimeSpan.MinValue / 2;

    /// <summary>Whom of the room it is linked to.</summary>
    public HashSet<PeerId> Neighbours { get; set; } = [];

    public ImmutableArray<PeerId> NeighboursTold { get; set; } = [];

    /// <summary>What it was asked for and has not finished answering.</summary>
    public Dictionary<int, OpenWant> Wants { get; } = new();

    /// <summary>Entries whose bodies it was asked for and did not bring.</summary>
    public HashSet<EntryHash> BodiesAsked { get; } = [];

    /// <summary>When it may be asked for those again; null while there are none.</summary>
    public TimeSpan? BodiesAgainAt { get; private set; }

    /// <summary>Notes what it is asked for.</summary>
    public void AskedForBodies(ImmutableArray<EntryHash> entries, TimeSpan now)
    {
        BodiesAsked.UnionWith(entries);
        BodiesAgainAt ??= now + _bodiesPause;
    }

    /// <summary>It had something of what it was asked for: the rest may be asked for at once.</summary>
    public void MayAskForBodiesAgain(ImmutableArray<EntryHash> entries) => BodiesAsked.ExceptWith(entries);

    /// <summary>Begins anew when the pause is over.</summary>
    public void RenewBodies(TimeSpan now)
    {
        if (BodiesAgainAt is not { } again || again > now) return;
        BodiesAsked.Clear();
        BodiesAgainAt = null;
        _bodiesPause = TimeSpan.FromTicks(Math.Min(2 * _bodiesPause.Ticks, LongestBodiesPause.Ticks));
    }

    /// <summary>Wants of its own that are being read from the store.</summary>
    public int Serving { get; set; }

    /// <summary>Authors whose entries came from it since the last receipt.</summary>
    public HashSet<PeerId> ReceiptsDue { get; } = [];

    /// <summary>Profiles sent on this link, so that none is sent twice.</summary>
    public HashSet<(PeerId, long)> ProfilesSent { get; } = [];
}

/// <summary>
/// A want that is being answered. What comes is kept back until the answer is whole, or long or late enough, and then checked together: of each
/// author's run in it one signature is checked, which costs more than all else an entry needs.
/// </summary>
internal sealed class OpenWant(ImmutableArray<WantLine> lines, TimeSpan asked)
{
    private readonly List<ReadOnlyMemory<byte>> _waiting = [];

    public ImmutableArray<WantLine> Lines { get; } = lines;

    /// <summary>Entries that are held, of which only the bodies are wanted; empty for others.</summary>
    public ImmutableArray<EntryHash> Bodies { get; init; } = [];

    public TimeSpan LastProgress { get; private set; } = asked;

    /// <summary>Entries that came in answer and were new.</summary>
    public int Taken { get; private set; }

    /// <summary>Bytes that wait to be checked.</summary>
    public int WaitingBytes { get; private set; }

    /// <summary>When the first of what waits came; null while nothing does.</summary>
    public TimeSpan? WaitingSince { get; private set; }

    /// <summary>Keeps copies of entries back.</summary>
    public void Add(ImmutableArray<ReadOnlyMemory<byte>> lent, TimeSpan now)
    {
        if (lent.IsEmpty) return;
        WaitingSince ??= now;
        foreach (var entry in lent)
        {
            _waiting.Add(entry.ToArray());
            WaitingBytes += entry.Length;
        }
    }

    /// <summary>Hands over what waits, in the order in which it came.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> TakeWaiting()
    {
        ImmutableArray<ReadOnlyMemory<byte>> waiting = [.. _waiting];
        _waiting.Clear();
        (WaitingBytes, WaitingSince) = (0, null);
        return waiting;
    }

    public void Progress(int entries, TimeSpan now)
    {
        Taken += entries;
        if (entries > 0) LastProgress = now;
    }
}
