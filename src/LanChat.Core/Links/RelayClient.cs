using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// The link with a relay, as its client: given by the user or found by its beacon, reconnected with growing pauses, held to the identity
/// it showed first (PROTOCOL.md, section 11).
/// </summary>
internal sealed class RelayClient(LinkContext context, Dialer dialer)
{
    private readonly Dictionary<PeerId, (IPEndPoint Address, UInt128 Cookie, TimeSpan Heard)> _found = [];
    private readonly HashSet<PeerId> _refusedIds = [];
    private readonly Dictionary<string, PeerId> _pins = [];
    private Link? _link;
    private PeerId _dialled;
    private bool _isRefused;
    private bool _isDownTold;
    private int _failures;
    private TimeSpan _dialAt;
    private TimeSpan? _lastUp;

    /// <summary>The relay in use; null while there is none.</summary>
    public RelaySession? Session { get; private set; }

    /// <summary>The link with the relay is lost, and with it all that it forwarded; set once by the table.</summary>
    public required Action Lost { private get; init; }

    /// <summary>A message that the node is to have, or one of its other parts; set once by the table.</summary>
    public required Action<RelayMessage, byte> Arrived { private get; init; }

    /// <summary>Ends a link's transport; set once by the table.</summary>
    public required Action<Link> Close { private get; init; }

    private bool IsEnabled => context.Options.UseRelays && !context.IsQuitting;

    private string Address => context.Options.Relay is { } given ? $"{given.Host}:{given.Port}" : _link?.Remote?.ToString() ?? "";

    /// <summary>A relay's beacon was heard on the local network.</summary>
    public void Found(PeerId relay, IPEndPoint address, UInt128 cookie)
    {
        if (context.Options.Relay is not null) return;
        var isKnownBetter = _found.TryGetValue(relay, out var known) && !LinkContext.IsLinkLocal(known.Address.Address)
            && context.Now - known.Heard < LinkTimings.RelayRecently;
        if (isKnownBetter && LinkContext.IsLinkLocal(address.Address)) return;
        if (!_found.ContainsKey(relay) && _found.Count >= 16) _found.Remove(_found.MinBy(pair => pair.Value.Heard).Key);
        // Who was silent for some hellos and is heard again has come back: no pause holds for it any more.
        if (known.Address is not null && context.Now - known.Heard > LinkTimings.RelayLongestRetry) _dialAt = context.Now;
        _found[relay] = (address, cookie, context.Now);
        if (_link is null) context.Arm(Later(_dialAt, context.Now));
    }

    /// <summary>The identity that a relay at this address showed when it was first used: another one is refused.</summary>
    public void Pin(string address, PeerId relay) => _pins[address] = relay;

    /// <summary>Takes whatever identity the relay at this address shows next, and tries it at once.</summary>
    public void Trust(string address)
    {
        _pins.Remove(address);
        _isRefused = false;
        _refusedIds.Clear();
        _dialAt = context.Now;
        context.Arm(context.Now);
    }

    /// <summary>Puts a message on the relay's link; dropped while there is none.</summary>
    public void Send(RelayMessage message, byte channel)
    {
        if (_link is not { Secure.IsEstablished: true } link)
        {
            context.Count("dropped-no-relay");
            return;
        }
        var before = link.Secure.WaitingBytes;
        link.Secure.Append(channel, message);
        link.QueuedBytes += link.Secure.WaitingBytes - before;
        context.MarkDirty(link);
    }

    /// <summary>The handshake is through: whether this is the relay that is wanted.</summary>
    public bool IsWanted(Link link)
    {
        var id = link.Secure.RemoteProfile!.Id;
        if (context.Options.Relay is not { } given)
        {
            if (id == _dialled) return true;
            // A beacon may say anything; who answered is somebody else.
            context.Count("relay-other-identity");
            _found.Remove(_dialled);
            return false;
        }

        // A fingerprint that the user gives beats what was pinned on first use: so is a relay trusted that has got another identity.
        var isTrusted = given.Fingerprint is { } typed ? Fingerprint.Matches(typed, id) : !_pins.TryGetValue(Address, out var pinned) || pinned == id;
        if (isTrusted) return true;
        Refuse(id, "fingerprint");
        return false;
    }

    /// <summary>Takes the messages of one frame; the first frame decides whether the relay admits this node.</summary>
    public void Handle(Link link, List<RelayMessage> messages, byte channel)
    {
        if (link != _link) return;
        foreach (var message in messages)
        {
            if (message is RelayByeMessage bye)
            {
                End(link, bye.Reason);
                return;
            }
        }
        if (Session is null)
        {
            var profile = link.Secure.RemoteProfile!;
            Session = new RelaySession(profile.Id, profile, Address, link.Remote!, link.Secure.HandshakeHash) { Link = link };
            _failures = 0;
            _isDownTold = false;
            context.Tell(new RelayUp(Session));
        }
        foreach (var message in messages) Arrived(message, channel);
    }

    /// <summary>The link is gone, or never came up.</summary>
    /// <param name="link">Which.</param>
    /// <param name="end">How; null when this node ended it.</param>
    /// <param name="refusal">What the other side said with it.</param>
    public void Closed(Link link, LinkEnd? end, RefusalPayload? refusal)
    {
        if (link != _link) return;
        var reason = refusal?.Reason switch
        {
            RefusalReason.BadToken => RelayByes.Token,
            RefusalReason.Banned => RelayByes.Banned,
            RefusalReason.WrongVersion or RefusalReason.Malformed => "version",
            RefusalReason.Full or RefusalReason.TooManyFailures => RelayByes.Full,
            RefusalReason.Stopping => RelayByes.Bye,
            _ when end == LinkEnd.WrongTransport => "version",
            _ => Session is null ? "unreachable" : "lost",
        };
        End(link, reason);
    }

    /// <summary>A connection that asks again with a cookie takes the place of the first.</summary>
    public void Replace(Link link, Link again)
    {
        if (_link == link) _link = again;
    }

    /// <summary>Connects when it is time.</summary>
    public void Tick()
    {
        if (_link is { Session: null } link && Session is not null)
        {
            var deadAt = link.LastHeard + LinkTimings.Dead;
            if (deadAt <= context.Now)
            {
                Close(link);
                End(link, "lost");
            }
            else
            {
                context.Arm(deadAt);
            }
        }
        if (!IsEnabled || _link is not null || _isRefused) return;
        if (context.Options.Relay is null && _found.Count == 0) return;
        if (_dialAt > context.Now)
        {
            context.Arm(_dialAt);
            return;
        }
        Connect();
    }

    private void Connect()
    {
        if (context.Options.Relay is { } given)
        {
            var target = IPAddress.TryParse(given.Host, out var address) ? new IPEndPoint(address, given.Port) : null;
            _link = dialer.Connect(LinkPurpose.Relay, new Dial(DialKind.Relay, PeerId.None, target, given.Host, given.Port), 0);
            return;
        }
        // Everybody on a network finds the same relay that way: a room whose members agree on one is ordered by one.
        // One that has not answered a hello for long is gone; it is tried again when it does.
        var relays = _found.Where(pair => !_refusedIds.Contains(pair.Key) && context.Now - pair.Value.Heard < LinkTimings.RelayFoundStays)
            .OrderBy(pair => pair.Key).ToList();
        if (relays.Count == 0) return;
        var (id, (at, cookie, _)) = relays[_failures % relays.Count];
        _dialled = id;
        _link = dialer.Connect(LinkPurpose.Relay, new Dial(DialKind.Relay, id, at), cookie);
    }

    private void End(Link link, string reason)
    {
        var id = link.Secure.RemoteProfile?.Id ?? PeerId.None;
        var address = Session?.Address ?? Address;
        Close(link);
        var wasUp = Session is not null;
        _link = null;
        Session = null;
        if (wasUp)
        {
            _lastUp = context.Now;
            Lost();
        }
        if (reason == RelayByes.Replaced) context.Tell(new IdentityElsewhere(null));
        if (reason is RelayByes.Token or RelayByes.Banned or "version" or RelayByes.Replaced)
        {
            Refuse(id.IsNone ? _dialled : id, reason, address);
            return;
        }
        _dialAt = context.Now + Pause(reason);
        _failures++;
        context.Arm(_dialAt);
        if (_isDownTold && !wasUp) return;
        _isDownTold = true;
        context.Tell(new RelayDown(address, id, reason));
    }

    private TimeSpan Pause(string reason)
    {
        if (reason == RelayByes.Kicked) return LinkTimings.RelayKicked;
        var isRecent = _lastUp is { } up && context.Now - up < LinkTimings.RelayRecently;
        var longest = isRecent ? LinkTimings.RelayRetry : LinkTimings.RelayLongestRetry;
        var pause = LinkTimings.RelayFirstRetry * (1 << Math.Min(_failures, 8));
        return context.Jitter(pause < longest ? pause : longest, 0.3);
    }

    private void Refuse(PeerId id, string reason, string? address = null)
    {
        if (context.Options.Relay is null) _refusedIds.Add(id);
        else _isRefused = true;
        context.Tell(new RelayRefused(address ?? Address, id, reason));
        _link = null;
        context.Arm(context.Now);
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
