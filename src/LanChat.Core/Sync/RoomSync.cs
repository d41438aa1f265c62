using System.Collections.Immutable;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Keeps one room's history equal among linked members (PROTOCOL.md, section 9): digests when a link comes up or summaries differ, wants
/// for what is missing, new entries pushed once, receipts to where they came from.
/// </summary>
internal sealed partial class RoomSync(NodeContext context, NodeParts parts, ChatRoom room)
{
    /// <summary>Wants open with one member at a time: one being answered while the next is on its way.</summary>
    private const int MaxOpenWants = 2;

    /// <summary>Bytes asked for in one want; with <see cref="MaxOpenWants"/> it bounds what is in flight from one member.</summary>
    private const int WantBytes = 1024 * 1024;

    /// <summary>
    /// Bytes handed to one member's link and not known to have arrived, beyond which no want of its is answered. What arrived is heard of a few times a
    /// second only, in which a fast link carries half of this; who asks for the same again and again without reading costs no more memory than this.
    /// </summary>
    private const long MaxQueuedBytes = 64 * 1024 * 1024;

    /// <summary>Entry bytes put into one message: several fit the largest frame.</summary>
    private const int MessageBytes = 24 * 1024;

    /// <summary>Runs of stamps sent in answer to one want; the next digest asks for the rest.</summary>
    private const int MaxStampRuns = 16;

    private static readonly TimeSpan ReceiptDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a summary that differs is given to be explained by what is on its way.</summary>
    private static readonly TimeSpan ComparisonDelay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan WantTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SummaryPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SummaryInterval = TimeSpan.FromSeconds(1);

    /// <summary>At most one digest per member in this time, so that two histories that keep changing do not answer each other for ever.</summary>
    private static readonly TimeSpan DigestInterval = TimeSpan.FromMilliseconds(300);

    private readonly HashSet<PeerSession> _missed = [];
    private readonly Dictionary<PeerId, SyncPartner> _partners = new();
    private TimeSpan _summariesUntil;
    private TimeSpan? _nextSummary;
    private TimeSpan? _nextComparison;
    private readonly RecentSummaries _summaries = new(room.Log);
    private TimeSpan? _nextReceipts;
    private TimeSpan? _nextWantCheck;
    private int _lastWantId;

    public IReadOnlyDictionary<PeerId, SyncPartner> Partners => _partners;

    public TimeSpan? NextWakeup => Earliest(
        Earliest(Earliest(Earliest(Earliest(_nextSummary, _nextReceipts), _nextWantCheck), _nextComparison), _nextAnswerCheck), NextBodies);

    /// <summary>A linked member takes part in the room, or has come up on another path.</summary>
    public void Join(PeerSession session)
    {
        if (_partners.TryGetValue(session.PeerId, out var partner) && partner.Session == session)
        {
            // Another path of the same session: compare shortly, in full only where it differs.
            if (!context.Guards.LoseTailOnPathSwitch && IsDirect(session)) Send(session, new SummaryMessage(default, room.Log.Summary()));
            return;
        }

        if (partner is not null) TakeAnswers(partner);
        partner = new SyncPartner(session);
        _partners[session.PeerId] = partner;
        var hasMissed = _missed.Remove(session);
        ExpectBodies();
        if (IsDirect(session)) SendDigest(partner, wantsAnswer: hasMissed);
        SendNeighbours();
    }

    /// <summary>
    /// Something came of this room before its sender had said that it takes part (channels overtake each other), or before the history was
    /// loaded: it is asked for again when the sender joins here.
    /// </summary>
    public void Missed(PeerSession session)
    {
        context.Count("room-message-early");
        _missed.RemoveWhere(known => !known.IsUp);
        _missed.Add(session);
    }

    /// <summary>The relay keeps this room no more: those reached through it alone are in step by their own links from now on.</summary>
    public void CompareWithAll()
    {
        foreach (var partner in _partners.Values) Send(partner.Session, new SummaryMessage(default, room.Log.Summary()));
    }

    /// <summary>A member left the room or is no longer linked.</summary>
    public void Leave(PeerId peer)
    {
        if (!_partners.Remove(peer, out var partner)) return;
        TakeAnswers(partner);
        SendNeighbours();
        Reconsider();
    }

    /// <summary>Whether everybody linked has shown what it holds: then the own chain is known as far as it can be.</summary>
    public bool HasHeardFromAll => _partners.Count > 0 && _partners.Values.All(p => p.HasShownDigest || !IsDirect(p.Session));

    /// <summary>Whether somebody linked holds entries of this author that are not here yet.</summary>
    public bool IsOwnChainBehind() =>
        _partners.Values.Any(p => p.Theirs.TryGetValue(context.Self, out var line) && !room.Log.MissingFrom([line]).IsEmpty);

    public void Handle(PeerSession session, RoomMessage message)
    {
        if (!_partners.TryGetValue(session.PeerId, out var partner) || partner.Session != session)
        {
            Missed(session);
            return;
        }

        switch (message)
        {
            case EntriesMessage entries: HandleEntries(partner, entries); break;
            case DigestMessage digest: HandleDigest(partner, digest); break;
            case WantMessage want: HandleWant(partner, want); break;
            case ReceiptMessage receipt: HandleReceipt(partner, receipt); break;
            case SummaryMessage summary: HandleSummary(partner, summary); break;
            case NeighboursMessage neighbours: partner.Neighbours = [.. neighbours.Peers]; break;
            case ProfilesMessage profiles: foreach (var profile in profiles.Profiles) parts.People.TryHear(partner.Session.PeerId, profile, out _); break;
            case ForkProbeMessage probe: HandleProbe(partner, probe); break;
            case PrunedMessage pruned: room.Log.SetPruned(pruned.Author, pruned.Below); break;
            case WantStampsMessage want: SendStamps(partner, want); break;
            case StampsMessage stamps: room.Feed.TakeRun(stamps.Run); break;
            default: context.Count("room-message-unknown"); break;
        }
    }

    /// <summary>Sends a new entry of this client, once it is on disk, to every linked member.</summary>
    public void Push(Entry entry, ReadOnlyMemory<byte> encoded)
    {
        _summaries.Note();
        foreach (var partner in _partners.Values)
        {
            if (IsDirect(partner.Session)) PushTo(partner, entry, encoded);
        }
    }

    /// <summary>The room's history changed: for a while compare it with others.</summary>
    public void Changed()
    {
        _summariesUntil = context.Now.Monotonic + SummaryPeriod;
        if (_partners.Count > 0 && !context.Guards.SkipRepair) _nextSummary ??= context.Now.Monotonic + SummaryInterval;
    }

    public void Tick()
    {
        var now = context.Now.Monotonic;
        if (_nextReceipts <= now) SendReceipts();
        if (_nextSummary <= now) SendSummaries();
        if (_nextComparison <= now) CompareSummaries();
        if (_nextAnswerCheck <= now) TakeAnswers(now);
        if (_nextWantCheck <= now) CheckWants();
        if (NextBodies <= now) AskForBodies(now);
    }

    /// <summary>Whether room entries go over the link itself; a member reached through the relay alone gets them from the relay's log.</summary>
    private bool IsDirect(PeerSession session) => session.Path is PeerPath.Lan or PeerPath.Punched || !room.Feed.IsLive;

    private void Send(PeerSession session, RoomMessage message)
    {
        if (message is DigestMessage) context.Count("sent-digest-bytes", FrameCodec.MeasureUpperBound(message));
        if (message is EntriesMessage entries)
        {
            context.Count("sent-entries", entries.Entries.Length);
            context.Count("sent-entry-bytes", FrameCodec.MeasureUpperBound(message));
        }
        parts.Links.Send(session, message, room.Id);
    }

    private void PushTo(SyncPartner partner, Entry entry, ReadOnlyMemory<byte> encoded)
    {
        SendProfiles(partner, [entry.Author]);
        Send(partner.Session, new EntriesMessage(default, 0, true, [encoded]));
    }

    private void HandleDigest(SyncPartner partner, DigestMessage digest)
    {
        partner.HasShownDigest = true;
        foreach (var line in digest.Authors)
        {
            partner.Show(line);

            // What it keeps no more is not waited for: of several such words the least counts, and whoever has all of it is asked for all.
            if (line.Floor > 1) room.Log.SetPruned(line.Author, line.Floor);
            if (line.Author == context.Self) room.Outbox.Receipt(partner.Session.PeerId, line);
            CheckFork(partner, line);
        }

        foreach (var head in digest.Stamps)
        {
            var after = room.Log.StampsWantedAfter(head);
            if (after >= 0 && room.Feed.MayTake(head.Relay)) Send(partner.Session, new WantStampsMessage(default, head.Relay, head.Epoch, after));
        }

        if (digest.WantsAnswer && MayAnswer(partner))
        {
            SendDigest(partner, wantsAnswer: false);
            partner.NeighboursTold = [];
            SendNeighbours();
        }
        AskFor(partner);
        room.Outbox.Reconsider();
    }

    private void CheckFork(SyncPartner partner, DigestLine line)
    {
        if (!room.Log.IsForked(line) || !MayAnswer(partner)) return;
        var probes = room.Log.Probes(line.Author, 1, line.Ranges[^1].Last);
        if (!probes.IsEmpty) Send(partner.Session, new ForkProbeMessage(default, line.Author, probes));
    }

    private bool MayAnswer(SyncPartner partner)
    {
        if (partner.TryRequest(context.Now.Monotonic)) return true;
        context.Count("request-too-often");
        return false;
    }

    private void HandleProbe(SyncPartner partner, ForkProbeMessage probe)
    {
        if (!MayAnswer(partner)) return;
        var search = room.Log.CompareProbes(probe.Author, probe.Probes);
        if (!search.Next.IsEmpty) Send(partner.Session, new ForkProbeMessage(default, probe.Author, search.Next));
        if (!search.Send.IsEmpty) parts.Shelf.Get(room.Id, search.Send, read => SendEntries(partner, 0, read));
    }

    /// <summary>Who did not deliver anything of what it showed is not asked for that again before its next digest.</summary>
    private static void CloseWant(SyncPartner partner, int wantId, OpenWant want)
    {
        partner.Wants.Remove(wantId);
        if (want.Taken > 0) return;
        foreach (var line in want.Lines)
        {
            if (partner.Theirs.TryGetValue(line.Author, out var theirs))
                partner.Theirs[line.Author] = theirs with { Ranges = SeqRanges.Subtract(theirs.Ranges, line.Ranges) };
        }
    }

    private void AskFor(SyncPartner partner)
    {
        if (!IsDirect(partner.Session)) return;
        while (partner.Wants.Count < MaxOpenWants)
        {
            var lines = SeqRanges.Subtract(room.Log.MissingFrom([.. partner.Theirs.Values]), UnderWay());
            if (lines.IsEmpty) return;
            lines = SeqRanges.Fitting(lines);
            // Of what one member has, one want at a time asks for all of it: the answer comes in the member's room order, oldest first.
            var id = ++_lastWantId;
            partner.Wants[id] = new OpenWant(lines, context.Now.Monotonic);
            _nextWantCheck ??= context.Now.Monotonic + WantTimeout;
            Send(partner.Session, new WantMessage(default, id, lines, WantBytes));
        }
    }

    private Dictionary<PeerId, ImmutableArray<SeqRange>> UnderWay()
    {
        var result = new Dictionary<PeerId, ImmutableArray<SeqRange>>();
        foreach (var want in _partners.Values.SelectMany(p => p.Wants.Values))
        {
            foreach (var line in want.Lines) result[line.Author] = SeqRanges.Union(result.GetValueOrDefault(line.Author, []), line.Ranges);
        }

        return result;
    }

    private void HandleWant(SyncPartner partner, WantMessage want)
    {
        if (partner.Serving >= MaxOpenWants || (partner.Session.Path is not PeerPath.Relay && partner.Session.QueuedBytes > MaxQueuedBytes))
        {
            context.Count("want-too-many");
            return;
        }

        var hashes = new List<EntryHash>();
        room.Log.Select(want.Authors, hashes, Math.Clamp(want.MaxBytes, 1, WantBytes), out _);
        TellPruned(partner, want);
        if (hashes.Count == 0)
        {
            Send(partner.Session, new EntriesMessage(default, want.WantId, true, []));
            return;
        }

        partner.Serving++;
        parts.Shelf.Get(room.Id, [.. hashes], read =>
        {
            partner.Serving--;
            if (_partners.GetValueOrDefault(partner.Session.PeerId) == partner) SendEntries(partner, want.WantId, read);
        });
    }

    private void TellPruned(SyncPartner partner, WantMessage want)
    {
        foreach (var line in want.Authors)
        {
            var below = room.Log.FloorOf(line.Author);
            if (below > 1 && line.Ranges.Length > 0 && line.Ranges[0].First < below) Send(partner.Session, new PrunedMessage(default, line.Author, below));
        }
    }

    private void SendProfiles(SyncPartner partner, IEnumerable<PeerId> authors)
    {
        var profiles = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (var author in authors)
        {
            if (author == partner.Session.PeerId || author == context.Self) continue;
            if (!parts.People.TryGet(author, out var profile) || !partner.ProfilesSent.Add((author, profile.Version))) continue;
            profiles.Add(profile.Encoded);
            if (profiles.Count < Limits.MaxProfilesPerMessage) continue;
            Send(partner.Session, new ProfilesMessage(default, profiles.ToImmutable()));
            profiles.Clear();
        }

        if (profiles.Count > 0) Send(partner.Session, new ProfilesMessage(default, profiles.ToImmutable()));
    }

    private void HandleReceipt(SyncPartner partner, ReceiptMessage receipt)
    {
        foreach (var line in receipt.Authors)
        {
            partner.Show(line);
            if (line.Author == context.Self) room.Outbox.Receipt(partner.Session.PeerId, line);
        }
    }

    private void HandleSummary(SyncPartner partner, SummaryMessage summary)
    {
        if (context.Guards.SkipRepair || _summaries.Contains(summary.Value)) return;
        partner.OddSummary = summary.Value;
        _nextComparison ??= context.Now.Monotonic + ComparisonDelay;
    }

    /// <summary>A summary that was not known when it came and is not known still: the histories differ by more than what was on its way.</summary>
    private void CompareSummaries()
    {
        _nextComparison = null;
        foreach (var partner in _partners.Values.Where(p => p.OddSummary is not null))
        {
            if (!_summaries.Contains(partner.OddSummary!.Value)) SendDigest(partner, wantsAnswer: true);
            partner.OddSummary = null;
        }
    }

    private void SendDigest(SyncPartner partner, bool wantsAnswer)
    {
        var now = context.Now.Monotonic;
        if (now - partner.LastDigest < DigestInterval && wantsAnswer) return;
        partner.LastDigest = now;
        var lines = room.Log.Digest();
        ImmutableArray<StampHead> stamps = [.. room.Log.StampHeads().Take(Limits.MaxStampHeadsPerDigest)];
        for (var from = 0; from == 0 || from < lines.Length; from += SeqRanges.LinesPerMessage)
        {
            var part = lines[from..Math.Min(lines.Length, from + SeqRanges.LinesPerMessage)];
            Send(partner.Session, new DigestMessage(default, part, from == 0 ? stamps : [], wantsAnswer && from == 0));
        }
    }

    private void SendReceipts()
    {
        _nextReceipts = null;
        foreach (var partner in _partners.Values)
        {
            if (partner.ReceiptsDue.Count == 0) continue;
            var lines = partner.ReceiptsDue.Order().Select(room.Log.LineOf).ToImmutableArray();
            partner.ReceiptsDue.Clear();
            for (var from = 0; from < lines.Length; from += SeqRanges.LinesPerMessage)
            {
                Send(partner.Session, new ReceiptMessage(default, lines[from..Math.Min(lines.Length, from + SeqRanges.LinesPerMessage)]));
            }
        }
    }

    private void SendSummaries()
    {
        var now = context.Now.Monotonic;
        var direct = _partners.Values.Where(p => IsDirect(p.Session)).OrderBy(p => p.Session.PeerId).ToList();
        for (var i = 0; i < 2 && direct.Count > 0; i++)
        {
            var pick = context.NextInt(direct.Count);
            Send(direct[pick].Session, new SummaryMessage(default, room.Log.Summary()));
            direct.RemoveAt(pick);
        }

        _nextSummary = now < _summariesUntil && _partners.Count > 0 ? now + SummaryInterval : null;
    }

    private void SendNeighbours()
    {
        ImmutableArray<PeerId> direct = [.. _partners.Values.Where(p => p.Session.Path is PeerPath.Lan or PeerPath.Punched)
            .Select(p => p.Session.PeerId).Order().Take(Limits.MaxNeighbours)];
        foreach (var partner in _partners.Values)
        {
            if (partner.NeighboursTold.SequenceEqual(direct)) continue;
            partner.NeighboursTold = direct;
            Send(partner.Session, new NeighboursMessage(default, direct));
        }
    }

    private void SendStamps(SyncPartner partner, WantStampsMessage want)
    {
        if (!MayAnswer(partner)) return;
        var after = want.After;
        for (var runs = 0; runs < MaxStampRuns && room.Log.TryStampRun(want.Relay, want.Epoch, after, out var run); runs++)
        {
            Send(partner.Session, new StampsMessage(default, run));
            after = run.First + run.Entries.Length - 1;
        }
    }

    private void CheckWants()
    {
        var now = context.Now.Monotonic;
        foreach (var partner in _partners.Values)
        {
            foreach (var (id, want) in partner.Wants.ToArray())
            {
                if (now - want.LastProgress < WantTimeout) continue;
                TakeAnswer(partner, want);
                partner.Wants.Remove(id);
                partner.Unanswered++;
                context.Count("want-unanswered");
            }
        }

        _nextWantCheck = _partners.Values.Any(p => p.Wants.Count > 0) ? now + WantTimeout : null;
        Reconsider();
    }

    /// <summary>What one member did not deliver another may: those who left wants unanswered are asked after the others.</summary>
    private void Reconsider()
    {
        foreach (var partner in _partners.Values.OrderBy(partner => partner.Unanswered).ToList()) AskFor(partner);
    }

    private static TimeSpan? Earliest(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right ?? left : left;
}
