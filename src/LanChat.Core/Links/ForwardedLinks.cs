using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// Links with peers inside the relay's: a handshake and frames of their own, so that the relay sees sizes and times alone. There is at
/// most one with a peer at a time (PROTOCOL.md, section 11).
/// </summary>
internal sealed class ForwardedLinks(LinkContext context, PeerSessions sessions, RelayClient relay, Handshakes handshakes)
{
    private readonly Dictionary<PeerId, Link> _links = [];
    private readonly Dictionary<PeerId, TimeSpan> _reachable = [];
    private readonly List<PeerId> _due = [];
    private long _lastToken;

    /// <summary>A frame came in on an established link; set once by the table.</summary>
    public required Action<Link, byte, ReadOnlyMemory<byte>> FrameArrived { private get; init; }

    /// <summary>The relay tells of somebody: a link through it is opened unless there is a direct one.</summary>
    public void Open(PeerId peer)
    {
        if (peer == context.OwnId || (_reachable.Count >= LinkTimings.MaxForwardedLinks && !_reachable.ContainsKey(peer))) return;
        if (_reachable.ContainsKey(peer)) return;
        _reachable[peer] = context.Now + Patience(peer);
        context.Arm(_reachable[peer]);
    }

    /// <summary>The relay tells that somebody is there no more; a goodbye ends the session if it had no other path.</summary>
    public void Close(PeerId peer, PresenceReason reason)
    {
        _reachable.Remove(peer);
        if (!_links.TryGetValue(peer, out var link)) return;
        Drop(link, false);
        if (reason is PresenceReason.Bye or PresenceReason.Kicked && sessions.Find(peer) is { Best: null } session) sessions.End(session, reason);
    }

    /// <summary>A direct path is lost or in doubt: the relay's path is wanted now if there is one.</summary>
    public void Want(PeerId peer)
    {
        if (relay.Session is null || !_reachable.TryGetValue(peer, out var at) || _links.ContainsKey(peer)) return;
        // Its time as set by a failure is kept.
        if (at <= context.Now) context.Arm(context.Now);
        else context.Arm(at);
    }

    /// <summary>Ends a link, with a word to the other side if the relay still is there.</summary>
    public void Drop(Link link, bool isSilent)
    {
        var peer = link.Expected;
        if (!_links.TryGetValue(peer, out var present) || present != link) return;
        _links.Remove(peer);
        handshakes.Forget(link);
        if (!isSilent && relay.Session is not null) relay.Send(new ForwardMessage(peer, ForwardKind.Close, default), 0);
        sessions.Detach(link, true);
        link.Secure.Dispose();
        if (!_reachable.ContainsKey(peer)) return;
        _reachable[peer] = context.Now + context.Jitter(LinkTimings.GivenRetry, 0.2) + Patience(peer);
        context.Arm(_reachable[peer]);
    }

    /// <summary>The relay is gone, and with it every path through it.</summary>
    public void RelayLost()
    {
        _reachable.Clear();
        foreach (var link in _links.Values.ToArray()) Drop(link, true);
    }

    /// <summary>Sends a handshake message.</summary>
    public void SendHandshake(Link link, ReadOnlyMemory<byte> message) =>
        relay.Send(new ForwardMessage(link.Expected, ForwardKind.Handshake, message), 0);

    /// <summary>Sends a sealed frame on the channel it was sealed for.</summary>
    public void SendFrame(Link link, byte channel, ReadOnlyMemory<byte> frame) =>
        relay.Send(new ForwardMessage(link.Expected, ForwardKind.Frame, frame), channel);

    /// <summary>Takes what the relay passed on.</summary>
    public void Receive(ForwardMessage message, byte channel)
    {
        var link = _links.GetValueOrDefault(message.Peer);
        switch (message.Kind)
        {
            case ForwardKind.Open:
                Respond(link, message);
                break;
            case ForwardKind.Handshake when link is { Secure.IsEstablished: false }:
                handshakes.Read(link, channel, message.Bytes, "");
                break;
            case ForwardKind.Frame when link is { Secure.IsEstablished: true }:
                FrameArrived(link, channel, message.Bytes);
                break;
            case ForwardKind.Frame when link is null:
                // The other side goes on with a link that this side has lost; a Close is never answered.
                context.Count("forwarded-unknown");
                relay.Send(new ForwardMessage(message.Peer, ForwardKind.Close, default), 0);
                break;
            case ForwardKind.Close when link is not null:
                Drop(link, true);
                break;
            default:
                context.Count("forwarded-misplaced");
                break;
        }
    }

    /// <summary>Takes a question whether this side is there, or the answer to one.</summary>
    public void HandleAlive(Link link, AliveMessage alive)
    {
        if (!link.IsForwarded) return;
        if (!alive.IsAnswer)
        {
            sessions.Append(link, alive with { IsAnswer = true }, null);
            return;
        }
        if (link.AskedAt is { } asked && alive.Token == link.AskedToken)
        {
            var sample = context.Now - asked;
            link.RoundTrip = link.RoundTrip == TimeSpan.Zero ? sample : (link.RoundTrip * 0.875) + (sample * 0.125);
        }
        link.AskedAt = null;
    }

    /// <summary>Opens what is due and asks who is silent.</summary>
    public void Tick()
    {
        if (relay.Session is null) return;
        foreach (var (peer, at) in _reachable)
        {
            if (_links.ContainsKey(peer) || sessions.IsLinkedDirectly(peer)) continue;
            if (at <= context.Now) _due.Add(peer);
            else context.Arm(at);
        }
        foreach (var peer in _due) Initiate(peer);
        _due.Clear();
        foreach (var link in _links.Values) Ask(link);
    }

    private void Initiate(PeerId peer)
    {
        var secure = SecureLink.Initiate(context.Crypto, context.Options.Identity, context.Random, Limits.MaxForwardedFrameBytes);
        relay.Send(new ForwardMessage(peer, ForwardKind.Open, secure.FirstMessage), 0);
        Add(peer, secure);
    }

    private void Respond(Link? present, ForwardMessage message)
    {
        if (present is { Secure: { IsInitiator: true, IsEstablished: false } } && context.OwnId < message.Peer) return;
        if (message.Peer == context.OwnId || _links.Count >= LinkTimings.MaxForwardedLinks || context.IsQuitting) return;
        if (present is not null) Drop(present, true);
        var secure = SecureLink.TryRespond(
            context.Crypto, context.Options.Identity, context.Random, message.Bytes, out var rejection, Limits.MaxForwardedFrameBytes);
        if (secure is null)
        {
            context.Count("forwarded-" + rejection);
            return;
        }
        var link = Add(message.Peer, secure);
        SendHandshake(link, secure.SecondMessage(context.Payload("")));
    }

    private Link Add(PeerId peer, SecureLink secure)
    {
        var link = new Link(LinkPurpose.Forwarded, default, secure) { Expected = peer, Path = PeerPath.Relay, IsOpen = true, LastHeard = context.Now };
        _links[peer] = link;
        handshakes.Await(link);
        return link;
    }

    private void Ask(Link link)
    {
        if (link.Session is not { } session) return;
        var pause = session.Best == link ? LinkTimings.AliveWhenBest : LinkTimings.AliveWhenIdle;
        if (link.LastAsk + pause <= context.Now && link.AskedAt is null)
        {
            link.LastAsk = context.Now;
            link.AskedAt = context.Now;
            link.AskedToken = ++_lastToken;
            sessions.Append(link, new AliveMessage(link.AskedToken, false), null);
        }
        context.Arm(link.AskedAt is null ? link.LastAsk + pause : context.Now + pause);
    }

    private TimeSpan Patience(PeerId peer) => context.OwnId < peer ? TimeSpan.Zero : LinkTimings.LargerIdWaits;
}
