using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Core.Discovery;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// Everything between a driver's inputs and the decoded messages of authenticated peers: discovery, handshakes, which links stay, paths, the
/// relay as its client. Owned by a <c>PeerNode</c>, which calls
/// <code>
/// Handle(input, now)   true when the input was one of its kinds
/// Tick(now)            when NextWakeup has come; costs nothing before
/// TryTakeEvent         until it is false, after either
/// Flush(now)           at the end of each turn: what leaves for one peer on one channel is sealed as one frame
/// </code>
/// Messages longer than <see cref="Limits.MaxForwardedFrameBytes"/> fit no forwarded link; whoever builds them keeps below that.
/// </summary>
internal sealed class LinkTable
{
    private readonly LinkContext _context;
    private readonly PeerSessions _sessions;
    private readonly RoomTags _rooms;
    private readonly Handshakes _handshakes;
    private readonly Dialer _dialer;
    private readonly RelayClient _relay;
    private readonly ForwardedLinks _forwarded;
    private readonly Introductions _introductions;
    private readonly Greetings _greetings;
    private readonly KnownPeers _knownPeers;
    private readonly FrameReader _frames;
    private readonly byte[] _sealed = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
    private TimeSpan? _quitUntil;
    private TimeSpan _nextIdentityWarning;

    /// <summary>A table without links; the first input or tick starts it.</summary>
    /// <param name="options">Checked.</param>
    /// <param name="crypto">Signs, verifies, agrees on keys.</param>
    /// <param name="random">Handshake keys, jitter.</param>
    /// <param name="emit">Takes what is to be done, in order.</param>
    public LinkTable(PeerNodeOptions options, ICryptography crypto, IRandomSource random, Action<NodeOutput> emit)
    {
        _context = new LinkContext(options, crypto, random, emit);
        var cookies = new AddressCookies(random);
        _sessions = new PeerSessions(_context) { Close = Close, LinkLost = LinkLost };
        _rooms = new RoomTags(_context, _sessions);
        _dialer = new Dialer(_context, _sessions);
        _handshakes = new Handshakes(_context, cookies) { SendHandshake = SendHandshake, Established = Establish, Failed = HandshakeFailed };
        _relay = new RelayClient(_context, _dialer) { Lost = RelayLost, Arrived = RelayArrived, Close = Close };
        _forwarded = new ForwardedLinks(_context, _sessions, _relay, _handshakes) { FrameArrived = ReadFrame };
        _introductions = new Introductions(_context, _sessions, _relay, _dialer);
        _greetings = new Greetings(_context, _sessions, _dialer, cookies) { RelayFound = _relay.Found, IdentitySeen = WarnOfIdentity };
        _knownPeers = new KnownPeers(_context, _sessions, _dialer);
        _frames = new FrameReader(_context);
        _context.Arm(TimeSpan.Zero);
    }

    /// <summary>Everybody there is a session with, those between two paths included.</summary>
    public IReadOnlyCollection<PeerSession> Sessions => _sessions.All;

    /// <summary>The relay in use; null while there is none.</summary>
    public RelaySession? Relay => _relay.Session;

    /// <summary>When <see cref="Tick"/> wants to be called at the latest; null for never.</summary>
    public TimeSpan? NextWakeup => _context.Wakeup;

    /// <summary>Whether <see cref="Quit"/> was called and the goodbyes have had their time.</summary>
    public bool IsQuitComplete { get; private set; }

    /// <summary>Drops, refusals, retries, by name.</summary>
    public IReadOnlyDictionary<string, long> Counters => _context.Counters;

    /// <summary>The session with a peer; null when there is none.</summary>
    public PeerSession? Find(PeerId peer) => _sessions.Find(peer);

    /// <summary>Takes an input; false when it is of a kind that does not concern links.</summary>
    public bool Handle(NodeInput input, Timestamp now)
    {
        _context.SetNow(now);
        switch (input)
        {
            case ConnectRequested request: _handshakes.Decide(request); break;
            case LinkOpened opened: Opened(opened); break;
            case LinkClosed closed: Closed(closed); break;
            case LinkBytes bytes: Arrived(bytes); break;
            case LinkMeasured measured: Measured(measured); break;
            case NameResolved resolved: Resolved(resolved); break;
            case BeaconReceived beacon: _greetings.Handle(beacon); break;
            case InterfacesChanged changed: Changed(changed); break;
            case LoopDelayed delayed: Excuse(delayed.By); break;
            case PunchSucceeded punched: _introductions.Handle(punched); break;
            case PunchRequested: _context.Count("punch-requested"); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Does what has become due.</summary>
    public void Tick(Timestamp now)
    {
        _context.SetNow(now);
        if (!_context.TryTakeWakeup()) return;
        _handshakes.Tick();
        _sessions.Tick();
        _dialer.Tick();
        _relay.Tick();
        _forwarded.Tick();
        _introductions.Tick();
        _greetings.Tick();
        _knownPeers.Tick();
        if (_quitUntil is { } until) TickQuit(until);
    }

    /// <summary>The next thing that happened; false when there is no more.</summary>
    public bool TryTakeEvent([NotNullWhen(true)] out LinkEvent? happened) => _context.TryTakeEvent(out happened);

    /// <summary>Replaces this node's profile: handshakes carry it, and whoever is linked hears of it.</summary>
    public void SetProfile(Profile profile)
    {
        _context.OwnProfile = profile;
        foreach (var session in _sessions.All) _sessions.Send(session, new ProfileMessage(profile.Encoded), null);
        if (_relay.Session is not null) _relay.Send(new ProfileUpdateMessage(profile.Encoded), 0);
    }

    /// <summary>Replaces the rooms this node takes part in; whoever is linked hears of a change.</summary>
    public void SetRooms(IReadOnlyCollection<RoomSecret> rooms) => _rooms.Set(rooms);

    /// <summary>
    /// Sends on the best path, and while that is in doubt on the next one, too. A room's messages go on its channel, with its tag on each
    /// link filled in; others on channel 0. Between two paths the message is dropped and counted: <see cref="PeerPathChanged"/> tells when to
    /// compare again.
    /// </summary>
    /// <exception cref="ArgumentException">The message is longer than a frame.</exception>
    public void Send(PeerSession peer, PeerMessage message, RoomId? room) => _sessions.Send(peer, message, room);

    /// <summary>Sends to the relay; dropped and counted while there is none.</summary>
    public void SendRelay(RelayMessage message, byte channel) => _relay.Send(message, channel);

    /// <summary>The identity a relay at this address showed when it was first used: another one is refused there.</summary>
    public void PinRelay(string address, PeerId relay) => _relay.Pin(address, relay);

    /// <summary>Accepts whatever identity the relay at this address shows, and tries it at once.</summary>
    public void TrustRelay(string address) => _relay.Trust(address);

    /// <summary>The relay tells of somebody in a shared room: a link through it is opened while there is no direct one.</summary>
    public void OpenForwarded(PeerId peer) => _forwarded.Open(peer);

    /// <summary>The relay tells that somebody is there no more, in no room.</summary>
    public void CloseForwarded(PeerId peer, PresenceReason reason) => _forwarded.Close(peer, reason);

    /// <summary>
    /// The room of two with a linked peer: announced to that peer alone, so that who has not opened it yet still recognises what the other
    /// writes there. The direct rooms among <see cref="SetRooms"/> need it, too.
    /// </summary>
    public void SetDirectRoom(PeerSession peer, RoomSecret room) => _rooms.SetDirect(peer, room);

    /// <summary>Takes that back for somebody who is not linked any more.</summary>
    public void ForgetDirectRoom(PeerId peer) => _rooms.ForgetDirect(peer);

    /// <summary>The test command <c>fault</c>: drops a peer's datagrams both ways, or takes that back. Relayed links stay.</summary>
    public void Block(PeerId peer, bool isBlocked)
    {
        if (!isBlocked)
        {
            if (!_context.Blocked.Remove(peer, out var addresses)) return;
            foreach (var address in addresses) _context.Emit(new BlockAddress(address, false));
            _context.Arm(_context.Now);
            return;
        }
        _context.Blocked.TryAdd(peer, []);
        foreach (var link in _context.ByHandle.Values)
            if (link.Session?.PeerId == peer && link.Remote is not null) BlockAddress(peer, link.Remote);
    }

    /// <summary>Tries an address somebody might be at.</summary>
    public void TryAddress(PeerId peer, IPEndPoint address) =>
        _dialer.Consider(peer, null, LinkContext.Plain(address), 0, LinkTimings.Reconnect);

    /// <summary>Addresses of earlier runs, newest first: greeted at once and from time to time.</summary>
    public void Remember(IEnumerable<(PeerId Id, IPEndPoint Address)> addresses) => _greetings.Remember(addresses);

    /// <summary>Seals what waits and hands it out.</summary>
    public void Flush(Timestamp now)
    {
        _context.SetNow(now);
        var dirty = _context.Dirty;
        // What goes through the relay is put into the relay's own frames, which are sealed after it.
        for (var i = 0; i < dirty.Count; i++)
            if (dirty[i].IsForwarded) Flush(dirty[i]);
        for (var i = 0; i < dirty.Count; i++)
            if (!dirty[i].IsForwarded) Flush(dirty[i]);
        dirty.Clear();
    }

    /// <summary>Says goodbye inside all links and to the network; <see cref="IsQuitComplete"/> says when that has had its time.</summary>
    public void Quit(Timestamp now)
    {
        _context.SetNow(now);
        if (_context.IsQuitting) return;
        _context.IsQuitting = true;
        foreach (var session in _sessions.All)
            foreach (var link in session.Links) _sessions.Append(link, new ByeMessage(), null);
        // A relay reads nothing behind its goodbye: what it is to pass on goes ahead.
        foreach (var link in _context.Dirty.Where(link => link.IsForwarded).ToArray()) Flush(link);
        if (_relay.Session is not null) _relay.Send(new RelayByeMessage(RelayByes.Bye), 0);
        _greetings.SayBye();
        _quitUntil = _context.Now + LinkTimings.Quit;
        _context.Arm(_context.Now);
    }

    private void BlockAddress(PeerId peer, IPEndPoint address)
    {
        if (_context.Blocked[peer].Add(address)) _context.Emit(new BlockAddress(address, true));
    }

    private void TickQuit(TimeSpan until)
    {
        _context.Arm(until);
        if (_context.ByHandle.Count > 0 && until > _context.Now) return;
        foreach (var link in _context.ByHandle.Values.ToArray()) Close(link);
        IsQuitComplete = true;
        _quitUntil = null;
    }

    private void Flush(Link link)
    {
        link.IsDirty = false;
        while (link.Secure.TryTakeFrame(_sealed, out var channel, out var length))
        {
            var frame = _sealed.AsSpan(0, length).ToArray();
            if (link.IsForwarded) _forwarded.SendFrame(link, channel, frame);
            else _context.Emit(new SendBytes(link.Handle, channel, frame));
        }
    }

    private void Opened(LinkOpened opened)
    {
        if (!_context.ByHandle.TryGetValue(opened.Link, out var link) || link.IsOpen) return;
        link.Remote = LinkContext.Plain(opened.Remote);
        _dialer.Settle(link);
        _handshakes.Open(link);
    }

    private void Closed(LinkClosed closed)
    {
        if (!_context.ByHandle.Remove(closed.Link, out var link)) return;
        RefusalPayload? refusal = null;
        if (!closed.Data.IsEmpty && !RefusalPayload.TryDecode(closed.Data, out refusal, out var rejection)) _context.Count("refusal-" + rejection);
        if (closed.End == LinkEnd.Refused && refusal?.Reason == RefusalReason.Retry && _dialer.Retry(link, refusal.Cookie) is { } again)
        {
            _relay.Replace(link, again);
            return;
        }
        _handshakes.Forget(link);
        _context.Count("closed-" + closed.End);
        var isFinal = refusal is not null && refusal.Reason != RefusalReason.Retry;
        if (link.Purpose == LinkPurpose.Relay) _relay.Closed(link, closed.End, refusal);
        else if (refusal is not null) _context.Tell(new LinkRefused(link.Remote, refusal.Reason));
        if (link.Session is null) _dialer.Failed(link, isFinal);
        else _sessions.Detach(link, false);
        link.Secure.Dispose();
    }

    private void Arrived(LinkBytes bytes)
    {
        if (!_context.ByHandle.TryGetValue(bytes.Link, out var link)) return;
        _sessions.Heard(link);
        if (link.Secure.IsEstablished) ReadFrame(link, bytes.Channel, bytes.Bytes);
        else _handshakes.Read(link, bytes.Channel, bytes.Bytes, link.Purpose == LinkPurpose.Relay ? _context.Options.RelayToken : "");
        _context.MarkDirty(link);
    }

    private void Measured(LinkMeasured measured)
    {
        if (!_context.ByHandle.TryGetValue(measured.Link, out var link)) return;
        _sessions.Heard(link, measured.Silence);
        link.RoundTrip = measured.RoundTrip;
        link.QueuedBytes = measured.QueuedBytes + link.Secure.WaitingBytes;
        if (_relay.Session is { } relay && relay.Link == link) relay.RoundTrip = measured.RoundTrip;
        if (link.Session is not { } session) return;
        if (link.IsSuperseded && link.CloseAt is not null && link.SupersedeAt is null && link.Initiator == _context.OwnId && measured.QueuedMessages == 0)
        {
            link.CloseAt = _context.Now;
            _context.Arm(_context.Now);
        }
        if (session.Best == link && link.IsInDoubt(_context.Now)) _forwarded.Want(session.PeerId);
    }

    private void Resolved(NameResolved resolved)
    {
        if (!_context.ByHandle.TryGetValue(resolved.Link, out var link)) return;
        if (_dialer.Resolved(link, LinkContext.Plain(resolved.Remote))) return;
        Close(link);
        _dialer.Failed(link, false);
    }

    private void Changed(InterfacesChanged changed)
    {
        _context.Interfaces = changed.Interfaces;
        _greetings.Restart();
        _introductions.Renew();
    }

    private void Excuse(TimeSpan by)
    {
        _context.Count("loop-delayed");
        _sessions.Excuse(by);
        _handshakes.Excuse(by);
        if (_relay.Session?.Link is { } link) link.LastHeard += by;
    }

    /// <summary>A handshake's other end is authenticated; false ends the link.</summary>
    private bool Establish(Link link)
    {
        var id = link.Secure.RemoteProfile!.Id;
        if (id == _context.OwnId)
        {
            if (link.Secure.RemoteNonce != _context.Options.InstanceNonce) WarnOfIdentity(link.Remote);
            _context.Count("linked-to-oneself");
            return false;
        }
        if (link.Purpose == LinkPurpose.Relay) return _relay.IsWanted(link);
        if (!link.Expected.IsNone && link.Expected != id)
        {
            _context.Count("other-peer-than-introduced");
            return false;
        }
        if (!link.IsForwarded && _context.Blocked.ContainsKey(id))
        {
            BlockAddress(id, link.Remote!);
            return false;
        }
        if (!link.IsForwarded)
        {
            var isPunched = link.Dial?.Kind == DialKind.Punched || (link.Dial is null && _introductions.IsPunched(id));
            link.Path = isPunched && !_context.IsOnLocalNetwork(link.Remote!.Address) ? PeerPath.Punched : PeerPath.Lan;
        }
        _rooms.Announce(link);
        if (link.Secure.IsConfirmed) Attach(link);
        return true;
    }

    private void Attach(Link link)
    {
        _handshakes.Forget(link);
        _sessions.Attach(link);
        _rooms.Renew(link);
        _dialer.Linked(link);
        _knownPeers.Linked();
        _context.MarkDirty(link);
        if (link.IsForwarded) _introductions.Consider(link.Session!.PeerId);
        _context.Arm(_context.Now);
    }

    private void ReadFrame(Link link, byte channel, ReadOnlyMemory<byte> frame)
    {
        var wasConfirmed = link.Secure.IsConfirmed;
        if (!_frames.TryOpen(link, channel, frame, out var plaintext))
        {
            _context.Count("bad-frame");
            var isPeer = link.Session is not null;
            Close(link);
            _handshakes.Forget(link);
            if (link.Purpose == LinkPurpose.Relay) _relay.Closed(link, null, null);
            else if (isPeer) _sessions.Detach(link, false);
            else _dialer.Failed(link, false);
            return;
        }
        if (link.Purpose == LinkPurpose.Relay)
        {
            _handshakes.Forget(link);
            _relay.Handle(link, _frames.DecodeRelay(link, plaintext), channel);
            return;
        }
        if (!wasConfirmed && link.Secure.IsConfirmed) Attach(link);
        if (link.Session is not { } session) return;
        _sessions.Heard(link);
        foreach (var message in _frames.DecodePeer(link, plaintext))
        {
            if (!session.IsUp) return;
            Take(session, link, message, channel);
        }
    }

    private void Take(PeerSession session, Link link, PeerMessage message, byte channel)
    {
        switch (message)
        {
            case RoomMessage inRoom when link.RoomByTag.TryGetValue(inRoom.Tag, out var room):
                _context.Tell(new PeerMessageArrived(session, room, message, channel));
                break;
            case RoomMessage: _context.Count("room-not-shared"); break;
            case RoomsMessage rooms: _rooms.Handle(session, link, rooms); break;
            case ProfileMessage profile: TakeProfile(session, profile); break;
            case KnownPeersMessage known: _knownPeers.Handle(session, known); break;
            case AliveMessage alive: _forwarded.HandleAlive(link, alive); break;
            case SupersededMessage: _sessions.Supersede(link); break;
            case ByeMessage: _sessions.End(session, PresenceReason.Bye); break;
            default: _context.Tell(new PeerMessageArrived(session, null, message, channel)); break;
        }
    }

    private void TakeProfile(PeerSession session, ProfileMessage message)
    {
        if (!Profile.TryDecode(message.Profile, _context.Crypto, out var profile, out var rejection)) _context.Count("profile-" + rejection);
        else if (profile.Id != session.PeerId) _context.Count("profile-misdirected");
        else if (profile.Version > session.Profile.Version)
        {
            session.Profile = profile;
            _context.Tell(new PeerProfileChanged(session));
        }
    }

    private void RelayArrived(RelayMessage message, byte channel)
    {
        switch (message)
        {
            case ForwardMessage forward: _forwarded.Receive(forward, channel); break;
            case IntroductionMessage introduction: _introductions.Handle(introduction); break;
            default: _context.Tell(new RelayMessageArrived(message, channel)); break;
        }
    }

    private void RelayLost()
    {
        _forwarded.RelayLost();
        _context.Arm(_context.Now);
    }

    private void SendHandshake(Link link, ReadOnlyMemory<byte> message)
    {
        if (link.IsForwarded) _forwarded.SendHandshake(link, message);
        else _context.Emit(new SendBytes(link.Handle, 0, message));
    }

    /// <summary>Too late, not understood, or not wanted: ended without a word, except through a relay.</summary>
    private void HandshakeFailed(Link link)
    {
        if (link.IsForwarded)
        {
            _forwarded.Drop(link, false);
            return;
        }
        if (_context.ByHandle.Remove(link.Handle)) _context.Emit(new CloseLink(link.Handle, true));
        if (link.Purpose == LinkPurpose.Relay) _relay.Closed(link, null, null);
        _dialer.Failed(link, false);
        link.Secure.Dispose();
    }

    private void Close(Link link)
    {
        if (link.IsForwarded)
        {
            Flush(link);
            _forwarded.Drop(link, false);
            return;
        }
        if (!_context.ByHandle.Remove(link.Handle)) return;
        Flush(link);
        _context.Emit(new CloseLink(link.Handle, false));
        link.Secure.Dispose();
    }

    private void LinkLost(PeerSession session, Link link)
    {
        _context.Count("path-lost");
        _dialer.Lost(session, link);
        _forwarded.Want(session.PeerId);
    }

    private void WarnOfIdentity(IPEndPoint? address)
    {
        if (_context.Now < _nextIdentityWarning) return;
        _nextIdentityWarning = _context.Now + LinkTimings.IdentityWarning;
        _context.Tell(new IdentityElsewhere(address));
    }
}
