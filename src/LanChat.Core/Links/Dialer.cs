using System.Buffers.Binary;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// Whom to connect to, when and where: people found and not linked yet, and addresses the user gave. The smaller id connects at once, the
/// other one only after a while without a link (PROTOCOL.md, sections 4 and 5).
/// </summary>
internal sealed class Dialer(LinkContext context, PeerSessions sessions)
{
    private const int MaxEndPoints = 4;

    private readonly Dictionary<PeerId, Candidate> _candidates = [];
    private readonly List<Candidate> _due = [];
    private readonly List<GivenPeer> _given = [.. context.Options.Peers.Select((target, index) => new GivenPeer(target, index))];
    private int _unproven;

    /// <summary>Addresses the user gave, as far as their names are resolved.</summary>
    public IEnumerable<(IPEndPoint Address, bool IsPortGiven)> GivenAddresses =>
        _given.Where(given => given.Resolved is not null && !IsLinked(given)).Select(given => (given.Resolved!, given.Target.Port != 0));

    /// <summary>Somebody is said to be there who may not be linked yet.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="instance">Which run; null when not known.</param>
    /// <param name="address">Its link port.</param>
    /// <param name="cookie">What to show there; zero for nothing.</param>
    /// <param name="wanted">How long it is tried.</param>
    public void Consider(PeerId peer, UInt128? instance, IPEndPoint address, UInt128 cookie, TimeSpan wanted)
    {
        if (peer == context.OwnId || peer.IsNone || context.Blocked.ContainsKey(peer) || context.IsQuitting || sessions.IsLinkedOnLan(peer, instance)) return;
        var patience = context.OwnId < peer ? TimeSpan.Zero : LinkTimings.LargerIdWaits;
        if (!_candidates.TryGetValue(peer, out var candidate))
        {
            if (_candidates.Count >= LinkTimings.MaxCandidates && !TryForgetOldest()) return;
            candidate = _candidates[peer] = new Candidate(peer) { DialAt = TimeSpan.MaxValue };
        }
        if (instance is not null && candidate.Instance != instance)
        {
            candidate.Instance = instance;
            candidate.Failures = 0;
            candidate.EndPoints.Clear();
            candidate.DialAt = TimeSpan.MaxValue;
        }
        var isNew = !candidate.EndPoints.Contains(address);
        var isLast = LinkContext.IsLinkLocal(address.Address);
        candidate.EndPoints.Remove(address);
        candidate.EndPoints.Insert(isLast ? candidate.EndPoints.Count : 0, address);
        // One hello comes by several ways within a moment. What a link-local address led to cannot be told to others or remembered.
        if (isLast && candidate.EndPoints.Count == 1) patience += LinkTimings.LinkLocalWaits;
        if (candidate.EndPoints.Count > MaxEndPoints) candidate.EndPoints.RemoveAt(MaxEndPoints);
        if (cookie != 0) candidate.Cookie = (address, cookie);
        candidate.WantedUntil = Later(candidate.WantedUntil, context.Now + wanted);
        // Who has just been heard is there: a long pause after failures is cut short.
        var soon = context.Now + (isNew ? patience : Later(patience, LinkTimings.FirstRetry * Math.Min(10, 1 << Math.Min(candidate.Failures, 4))));
        if (soon < candidate.DialAt) candidate.DialAt = soon;
        context.Arm(Later(candidate.DialAt, context.Now));
    }

    /// <summary>Somebody says that it goes.</summary>
    public void Forget(PeerId peer, UInt128 instance)
    {
        if (_candidates.TryGetValue(peer, out var candidate) && candidate.Instance == instance && candidate.Dialling is null) _candidates.Remove(peer);
    }

    /// <summary>Asks for a connection.</summary>
    public Link Connect(LinkPurpose purpose, Dial dial, UInt128 cookie, PeerId expected = default)
    {
        var secure = SecureLink.Initiate(context.Crypto, context.Options.Identity, context.Random);
        return Request(new Link(purpose, context.NewHandle(), secure) { Dial = dial, Remote = dial.Target, Expected = expected }, cookie);
    }

    /// <summary>Asks again with the cookie that came back; null when it has been asked often enough.</summary>
    public Link? Retry(Link link, ReadOnlyMemory<byte> cookie)
    {
        if (link.Dial is not { Retries: < 2 } dial) return null;
        Settle(link);
        context.Count("cookie-retries");
        var again = new Link(link.Purpose, context.NewHandle(), link.Secure)
        {
            Dial = dial with { Retries = dial.Retries + 1 }, Remote = link.Remote, Expected = link.Expected,
        };
        if (dial.Kind == DialKind.Found && _candidates.TryGetValue(dial.Peer, out var candidate) && candidate.Dialling == link) candidate.Dialling = again;
        if (dial.Given >= 0) _given[dial.Given].Link = again;
        return Request(again, BinaryPrimitives.ReadUInt128BigEndian(cookie.Span));
    }

    /// <summary>The other side has answered the request, whatever the answer: it counts no more among the unproven.</summary>
    public void Settle(Link link)
    {
        if (!link.IsUnproven) return;
        link.IsUnproven = false;
        _unproven--;
        context.Arm(context.Now);
    }

    /// <summary>A connection did not come about, or its handshake failed.</summary>
    /// <param name="link">Which.</param>
    /// <param name="isFinal">Whether the other side said no, so that trying again soon is of no use.</param>
    public void Failed(Link link, bool isFinal)
    {
        Settle(link);
        if (link.Dial is not { } dial) return;
        if (dial.Given >= 0)
        {
            var given = _given[dial.Given];
            given.Link = null;
            given.DialAt = context.Now + (isFinal ? LinkTimings.LongestRetry : context.Jitter(LinkTimings.GivenRetry, 0.2));
            context.Arm(given.DialAt);
        }
        if (dial.Kind != DialKind.Found || !_candidates.TryGetValue(dial.Peer, out var candidate) || candidate.Dialling != link) return;
        candidate.Dialling = null;
        candidate.Failures++;
        var pause = Earlier(LinkTimings.LongestRetry, LinkTimings.FirstRetry * (1 << Math.Min(candidate.Failures - 1, 8)));
        candidate.DialAt = context.Now + context.Jitter(isFinal ? LinkTimings.LongestRetry : pause, 0.2);
        context.Arm(candidate.DialAt);
    }

    /// <summary>Somebody is linked now.</summary>
    public void Linked(Link link)
    {
        Settle(link);
        if (link.Session is not { } session) return;
        if (link.Path == PeerPath.Lan) _candidates.Remove(session.PeerId);
        if (link.Dial is { Given: >= 0 } dial) _given[dial.Given].Peer = session.PeerId;
    }

    /// <summary>A link of somebody who did not say goodbye is lost: its address is tried again.</summary>
    public void Lost(PeerSession session, Link link)
    {
        foreach (var given in _given)
            if (given.Link == link) given.DialAt = context.Now;
        if (link is { IsForwarded: false, Path: PeerPath.Lan, Remote: { } remote })
            Consider(session.PeerId, session.Instance, remote, 0, LinkTimings.Reconnect);
        context.Arm(context.Now);
    }

    /// <summary>The name of an address the user gave is resolved.</summary>
    /// <returns>False when somebody is linked there already: the connection is not needed.</returns>
    public bool Resolved(Link link, IPEndPoint address)
    {
        link.Remote = address;
        if (link.Dial is not { Given: >= 0 } dial) return true;
        _given[dial.Given].Resolved = address;
        return !IsLinked(_given[dial.Given]);
    }

    /// <summary>Connects to whom it is time for.</summary>
    public void Tick()
    {
        if (context.IsQuitting) return;
        foreach (var given in _given) Tick(given);
        foreach (var candidate in _candidates.Values)
        {
            if (candidate.Dialling is not null) continue;
            if (candidate.DialAt <= context.Now) _due.Add(candidate);
            else context.Arm(candidate.DialAt);
        }
        foreach (var candidate in _due) Tick(candidate);
        _due.Clear();
    }

    private void Tick(Candidate candidate)
    {
        if (candidate.WantedUntil < context.Now || sessions.IsLinkedOnLan(candidate.Peer, candidate.Instance))
        {
            _candidates.Remove(candidate.Peer);
            return;
        }
        // The others' turn comes when one of those settles, which asks for a tick.
        if (_unproven >= LinkTimings.MaxUnprovenConnects) return;
        var address = candidate.EndPoints[candidate.Tries++ % candidate.EndPoints.Count];
        var cookie = candidate.Cookie.Address is { } of && of.Equals(address) ? candidate.Cookie.Value : 0;
        candidate.Cookie = default;
        candidate.Dialling = Connect(LinkPurpose.Peer, new Dial(DialKind.Found, candidate.Peer, address), cookie);
    }

    private void Tick(GivenPeer given)
    {
        if (given.Link is { } present && context.ByHandle.ContainsKey(present.Handle)) return;
        given.Link = null;
        if (given.DialAt > context.Now)
        {
            context.Arm(given.DialAt);
            return;
        }
        given.DialAt = context.Now + LinkTimings.GivenRetry;
        context.Arm(given.DialAt);
        if (IsLinked(given)) return;
        var port = given.Target.Port == 0 ? PeerNodeOptions.FirstLinkPort : given.Target.Port;
        var target = IPAddress.TryParse(given.Target.Host, out var address) ? new IPEndPoint(address, port) : null;
        given.Resolved ??= target;
        given.Link = Connect(
            LinkPurpose.Peer, new Dial(DialKind.Given, PeerId.None, target, given.Target.Host, port) { Given = given.Index }, 0);
    }

    private Link Request(Link link, UInt128 cookie)
    {
        Span<byte> bytes = stackalloc byte[AddressCookies.Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, cookie);
        var data = new ConnectRequestPayload(cookie == 0 ? Array.Empty<byte>() : bytes.ToArray(), link.Secure.FirstMessage).Encode();
        context.ByHandle[link.Handle] = link;
        var dial = link.Dial!;
        link.IsUnproven = dial.Kind is DialKind.Found or DialKind.Given;
        if (link.IsUnproven) _unproven++;
        context.Emit(dial.Target is { } target
            ? new OpenLink(link.Handle, target, data, LinkTimings.Requests)
            : new OpenLinkByName(link.Handle, dial.Host, dial.Port, data, LinkTimings.Requests));
        return link;
    }

    // By address, and by port where the user gave one: on one machine several people have different ports.
    private bool IsLinked(GivenPeer given)
    {
        if (sessions.Find(given.Peer) is { } known && known.Links.Exists(link => !link.IsForwarded)) return true;
        if (given.Resolved is not { } resolved) return false;
        foreach (var session in sessions.All)
            foreach (var link in session.Links)
                if (link.Remote is { } remote && remote.Address.Equals(resolved.Address) && (given.Target.Port == 0 || remote.Port == resolved.Port)) return true;
        return false;
    }

    private bool TryForgetOldest()
    {
        var oldest = _candidates.Values.Where(candidate => candidate.Dialling is null).MinBy(candidate => candidate.WantedUntil);
        context.Count("candidates-forgotten");
        return oldest is not null && _candidates.Remove(oldest.Peer);
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class Candidate(PeerId peer)
    {
        public PeerId Peer { get; } = peer;

        public UInt128? Instance { get; set; }

        public List<IPEndPoint> EndPoints { get; } = [];

        public (IPEndPoint? Address, UInt128 Value) Cookie { get; set; }

        public TimeSpan DialAt { get; set; }

        public TimeSpan WantedUntil { get; set; }

        public int Failures { get; set; }

        public int Tries { get; set; }

        public Link? Dialling { get; set; }
    }

    private sealed class GivenPeer(PeerTarget target, int index)
    {
        public PeerTarget Target { get; } = target;

        public int Index { get; } = index;

        public IPEndPoint? Resolved { get; set; }

        /// <summary>Who turned out to be there.</summary>
        public PeerId Peer { get; set; }

        public Link? Link { get; set; }

        public TimeSpan DialAt { get; set; }
    }
}
