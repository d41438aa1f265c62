using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// Ways through both NATs to peers that are reached through the relay only. The relay gives each side a token of its own; each side shows
/// it to the relay's NAT module, which tells both where the other is, with both tokens: "tokenA,tokenB" in lower-case hexadecimal. Only a
/// punch that names the own token counts, and only the introduced peer is accepted at its end (PROTOCOL.md, section 11).
/// </summary>
internal sealed class Introductions(LinkContext context, PeerSessions sessions, RelayClient relay, Dialer dialer)
{
    private const int MaxTargets = 3;

    private readonly Dictionary<PeerId, Introduction> _introductions = [];
    private readonly List<PeerId> _over = [];

    /// <summary>A peer is reached through the relay: a direct path is worth trying.</summary>
    public void Consider(PeerId peer)
    {
        if (_introductions.ContainsKey(peer) || context.IsQuitting || _introductions.Count >= LinkTimings.MaxForwardedLinks) return;
        var introduction = new Introduction { AskAt = context.Now + PatienceWith(peer) };
        _introductions[peer] = introduction;
        context.Arm(introduction.AskAt);
    }

    /// <summary>Asks for an introduction now.</summary>
    public void Ask(PeerId peer)
    {
        Consider(peer);
        if (!_introductions.TryGetValue(peer, out var introduction)) return;
        introduction.AskAt = context.Now;
        context.Arm(context.Now);
    }

    /// <summary>Networks have changed: what did not work before may work now.</summary>
    public void Renew()
    {
        foreach (var introduction in _introductions.Values) (introduction.Asked, introduction.AskAt) = (0, context.Now);
        context.Arm(context.Now);
    }

    /// <summary>The relay introduces a peer: its NAT module is shown the token, several times, since datagrams get lost.</summary>
    public void Handle(IntroductionMessage message)
    {
        if (sessions.Find(message.Peer) is null || sessions.IsLinkedOnLan(message.Peer, null) || message.Token.Length != 16)
        {
            context.Count("introduction-unwanted");
            return;
        }
        Consider(message.Peer);
        if (!_introductions.TryGetValue(message.Peer, out var introduction)) return;
        introduction.Token = Convert.ToHexStringLower(message.Token.Span);
        introduction.TokenUntil = context.Now + LinkTimings.Introduction;
        introduction.RequestsLeft = LinkTimings.PunchRequests;
        introduction.RequestAt = context.Now;
        introduction.Targets.Clear();
        context.Arm(context.Now);
    }

    /// <summary>The NAT module has opened a way.</summary>
    public void Handle(PunchSucceeded punched)
    {
        var tokens = punched.Token.Split(',');
        foreach (var (peer, introduction) in _introductions)
        {
            if (introduction.Token is not { } own || introduction.TokenUntil < context.Now || !tokens.Contains(own)) continue;
            var target = LinkContext.Plain(punched.Target);
            introduction.RequestsLeft = 0;
            if (introduction.Targets.Count >= MaxTargets || introduction.Targets.Exists(known => known.Address.Equals(target))) return;
            // Both sides' first packets have gone out: either side's request gets through. One of them is enough.
            var patience = context.OwnId < peer ? TimeSpan.Zero : LinkTimings.LargerIdWaits;
            introduction.Targets.Add((target, context.Now + patience));
            context.Arm(context.Now + patience);
            return;
        }
        context.Count("punch-unknown-token");
    }

    /// <summary>
    /// Whether an incoming link of this peer, from outside the local network, came by way of an introduction: either side's punch may be the
    /// one that got through, so that this side's own need not have been told of.
    /// </summary>
    public bool IsPunched(PeerId peer) =>
        _introductions.TryGetValue(peer, out var introduction) && introduction.TokenUntil + LinkTimings.Handshake > context.Now;

    /// <summary>Asks for introductions, repeats requests, connects to what was opened.</summary>
    public void Tick()
    {
        foreach (var (peer, introduction) in _introductions)
        {
            if (sessions.Find(peer) is { } session && relay.Session is not null) Tick(peer, introduction, session, relay.Session);
            else _over.Add(peer);
        }
        foreach (var peer in _over) _introductions.Remove(peer);
        _over.Clear();
    }

    /// <summary>One introduction tells both sides; the larger id asks only if the smaller one does not.</summary>
    private TimeSpan PatienceWith(PeerId peer) => context.OwnId < peer ? TimeSpan.Zero : LinkTimings.IntroductionPauses[0];

    private void Tick(PeerId peer, Introduction introduction, PeerSession session, RelaySession through)
    {
        // A way that was found once is looked for as soon as it is lost, however often it was looked for before.
        if (session.Path != PeerPath.Relay) (introduction.Asked, introduction.AskAt) = (0, context.Now + PatienceWith(peer));
        else if (introduction.AskAt <= context.Now && introduction.TokenUntil <= context.Now)
        {
            relay.Send(new IntroduceMessage(peer), 0);
            var pauses = LinkTimings.IntroductionPauses;
            introduction.AskAt = context.Now + context.Jitter(pauses[Math.Min(introduction.Asked++, pauses.Length - 1)], 0.2);
        }
        if (introduction.RequestsLeft > 0 && introduction.RequestAt <= context.Now && introduction.Token is { } token)
        {
            introduction.RequestsLeft--;
            introduction.RequestAt = context.Now + LinkTimings.PunchRepeat;
            context.Emit(new RequestPunch(through.EndPoint, token));
        }
        for (var i = 0; i < introduction.Targets.Count; i++)
        {
            var (target, connectAt) = introduction.Targets[i];
            if (connectAt is not { } at) continue;
            if (at > context.Now)
            {
                context.Arm(at);
                continue;
            }
            introduction.Targets[i] = (target, null);
            if (session.Path == PeerPath.Relay) dialer.Connect(LinkPurpose.Peer, new Dial(DialKind.Punched, peer, target), 0, peer);
        }
        if (introduction.RequestsLeft > 0) context.Arm(introduction.RequestAt);
        if (session.Path == PeerPath.Relay && introduction.AskAt > context.Now) context.Arm(introduction.AskAt);
        else if (introduction.TokenUntil > context.Now) context.Arm(introduction.TokenUntil);
    }

    private sealed class Introduction
    {
        public TimeSpan AskAt { get; set; }

        public int Asked { get; set; }

        public string? Token { get; set; }

        public TimeSpan TokenUntil { get; set; }

        public int RequestsLeft { get; set; }

        public TimeSpan RequestAt { get; set; }

        /// <summary>Where ways were opened, and when to connect there; null once that was done.</summary>
        public List<(IPEndPoint Address, TimeSpan? ConnectAt)> Targets { get; } = [];
    }
}
