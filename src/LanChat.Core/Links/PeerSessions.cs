using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>Everybody this node has an authenticated link with: which links, which of them to use, and when somebody is gone.</summary>
internal sealed class PeerSessions(LinkContext context)
{
    private readonly Dictionary<PeerId, PeerSession> _sessions = [];
    private readonly List<PeerSession> _ended = [];

    /// <summary>Ends a link's transport; set once by the table, which knows all kinds.</summary>
    public required Action<Link> Close { private get; init; }

    /// <summary>A path to a peer was lost without a goodbye; set once by the table.</summary>
    public required Action<PeerSession, Link> LinkLost { private get; init; }

    public IReadOnlyCollection<PeerSession> All => _sessions.Values;

    public PeerSession? Find(PeerId peer) => _sessions.GetValueOrDefault(peer);

    /// <summary>Whether there is a direct link on the local network with this instance, or with any when none is given.</summary>
    public bool IsLinkedOnLan(PeerId peer, UInt128? instance) =>
        _sessions.TryGetValue(peer, out var session) && (instance is null || session.Instance == instance)
        && session.Links.Exists(link => link.Path == PeerPath.Lan && !link.IsSuperseded);

    /// <summary>Whether there is any direct link that is not in doubt.</summary>
    public bool IsLinkedDirectly(PeerId peer) =>
        _sessions.TryGetValue(peer, out var session) && session.Links.Exists(link => !link.IsForwarded && !link.IsInDoubt(context.Now));

    /// <summary>Takes in a link whose both ends are authenticated.</summary>
    public void Attach(Link link)
    {
        var profile = link.Secure.RemoteProfile!;
        var session = _sessions.GetValueOrDefault(profile.Id);
        if (session is not null && session.Instance != link.Secure.RemoteNonce)
        {
            context.Count("instance-replaced");
            End(session, PresenceReason.Lost);
            session = null;
        }
        session ??= _sessions[profile.Id] = new PeerSession(profile.Id, link.Secure.RemoteNonce, profile);
        var isNewer = profile.Version > session.Profile.Version;
        if (isNewer) session.Profile = profile;
        link.Session = session;
        link.Initiator = link.Secure.IsInitiator ? context.OwnId : profile.Id;
        Heard(link);
        var before = session.Best;
        var wasInDoubt = before is null || before.IsInDoubt(context.Now);
        session.Links.Add(link);
        Sort(session);
        if (!session.IsUp)
        {
            session.IsUp = true;
            context.Tell(new PeerUp(session));
        }
        else
        {
            if (wasInDoubt || before!.Path != session.Path) context.Tell(new PeerPathChanged(session));
            if (isNewer) context.Tell(new PeerProfileChanged(session));
        }
        ChooseWhichStays(session);
        if (link is { Path: PeerPath.Lan, Remote: { } remote } && !LinkContext.IsLinkLocal(remote.Address))
            context.Tell(new AddressWorked(session.PeerId, remote));
    }

    /// <summary>A link's transport is gone.</summary>
    /// <param name="link">Which.</param>
    /// <param name="isExpected">Whether it was this or the other side's wish, and nothing is to be done about it.</param>
    public void Detach(Link link, bool isExpected)
    {
        if (link.Session is not { } session || !session.Links.Contains(link)) return;
        var wasBest = session.Best == link;
        session.Links.Remove(link);
        session.Path = session.Best?.Path ?? PeerPath.None;
        ChooseWhichStays(session);
        if (session.Best is null) context.Arm(session.LastHeard + LinkTimings.Dead);
        else if (wasBest && !link.IsSuperseded) context.Tell(new PeerPathChanged(session));
        if (session.Best is null || (!isExpected && !link.IsSuperseded)) LinkLost(session, link);
    }

    /// <summary>The session is over at once, and so are all of its links.</summary>
    public void End(PeerSession session, PresenceReason reason)
    {
        if (!_sessions.TryGetValue(session.PeerId, out var present) || present != session) return;
        _sessions.Remove(session.PeerId);
        var links = session.Links.ToArray();
        session.Links.Clear();
        foreach (var link in links) Close(link);
        session.Path = PeerPath.None;
        session.IsUp = false;
        context.Tell(new PeerDown(session, reason));
        context.Arm(context.Now);
    }

    /// <summary>Something came in on a link, or its transport says that something did.</summary>
    public void Heard(Link link, TimeSpan silence = default)
    {
        var at = context.Now - silence;
        if (at > link.LastHeard) link.LastHeard = at;
        if (link.Session is { } session && link.LastHeard > session.LastHeard) session.LastHeard = link.LastHeard;
    }

    /// <summary>Sends on the best path, and while that is in doubt on the next one, too.</summary>
    public void Send(PeerSession session, PeerMessage message, RoomId? room)
    {
        if (session.Best is not { } best)
        {
            context.Count("dropped-no-path");
            return;
        }
        Append(best, message, room);
        if (session.Links.Count == 1 || !best.IsInDoubt(context.Now) || context.Options.Guards.LoseTailOnPathSwitch) return;
        context.Count("sent-twice");
        Append(session.Links.Find(link => link != best && !link.IsInDoubt(context.Now)) ?? session.Links[1], message, room);
    }

    /// <summary>Puts a message on one link, with the room's tag there.</summary>
    public void Append(Link link, PeerMessage message, RoomId? room)
    {
        var channel = (byte)0;
        if (room is { } id && message is RoomMessage inRoom)
        {
            if (!link.TagByRoom.TryGetValue(id, out var tag))
            {
                context.Count("dropped-room-not-joined");
                return;
            }
            channel = id.Channel;
            message = inRoom.Tag == tag ? inRoom : inRoom with { Tag = tag };
        }
        var before = link.Secure.WaitingBytes;
        link.Secure.Append(channel, message);
        link.QueuedBytes += link.Secure.WaitingBytes - before;
        context.MarkDirty(link);
    }

    /// <summary>Lost paths, lost peers, superseded links that have had their time.</summary>
    public void Tick()
    {
        foreach (var session in _sessions.Values) Tick(session);
        foreach (var session in _ended) End(session, PresenceReason.Lost);
        _ended.Clear();
    }

    /// <summary>This node's loop was late: its silences do not count.</summary>
    public void Excuse(TimeSpan by)
    {
        foreach (var session in _sessions.Values)
        {
            session.LastHeard = Earlier(session.LastHeard + by, context.Now);
            foreach (var link in session.Links)
            {
                link.LastHeard = Earlier(link.LastHeard + by, context.Now);
                if (link.AskedAt is { } asked) link.AskedAt = Earlier(asked + by, context.Now);
            }
        }
    }

    /// <summary>The other side will close this link as the lesser of two.</summary>
    public void Supersede(Link link)
    {
        link.IsSuperseded = true;
        link.CloseAt = context.Now + LinkTimings.SupersededStays + LinkTimings.SupersededDrains;
        context.Arm(link.CloseAt.Value);
        Sort(link.Session!);
    }

    private void Tick(PeerSession session)
    {
        for (var i = session.Links.Count - 1; i >= 0; i--)
        {
            if (i >= session.Links.Count) continue;
            var link = session.Links[i];
            if (IsOver(link, out var isExpected))
            {
                Close(link);
                Detach(link, isExpected);
            }
        }
        if (session.Links.Count > 0) return;
        if (context.Now - session.LastHeard >= LinkTimings.Dead) _ended.Add(session);
        else context.Arm(session.LastHeard + LinkTimings.Dead);
    }

    private bool IsOver(Link link, out bool isExpected)
    {
        isExpected = true;
        if (link.SupersedeAt is { } supersede)
        {
            if (supersede <= context.Now)
            {
                Append(link, new SupersededMessage(), null);
                link.SupersedeAt = null;
                link.IsSuperseded = true;
                link.CloseAt = context.Now + LinkTimings.SupersededDrains;
                Sort(link.Session!);
            }
            else
            {
                context.Arm(supersede);
            }
        }
        if (link.CloseAt is { } close)
        {
            if (close <= context.Now) return true;
            context.Arm(close);
        }
        isExpected = false;
        var deadAt = link.SilentSince(context.Now) + LinkTimings.Dead;
        if (deadAt <= context.Now)
        {
            context.Count("path-timed-out");
            return true;
        }
        context.Arm(deadAt);
        return false;
    }

    /// <summary>Of several links of one kind the first stays; only its initiator closes the others.</summary>
    private void ChooseWhichStays(PeerSession session)
    {
        Link? stays = null;
        foreach (var link in session.Links)
        {
            if (link.IsForwarded || link.IsSuperseded) continue;
            if (stays is null || stays.Path != link.Path)
            {
                stays = link;
                link.SupersedeAt = null;
                continue;
            }
            if (stays.Initiator != context.OwnId || link.SupersedeAt is not null) continue;
            link.SupersedeAt = context.Now + LinkTimings.SupersededStays;
            context.Arm(link.SupersedeAt.Value);
        }
    }

    private static void Sort(PeerSession session)
    {
        session.Links.Sort(Link.Compare);
        session.Path = session.Links[0].Path;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
