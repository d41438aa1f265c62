using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Discovery;

/// <summary>
/// Beacons out and in: hellos by their schedule, answers to strangers within their limits, goodbyes, addresses of earlier runs
/// (PROTOCOL.md, section 5). Beacons change no link and no presence.
/// </summary>
internal sealed class Greetings
{
    private readonly LinkContext _context;
    private readonly PeerSessions _sessions;
    private readonly Dialer _dialer;
    private readonly AddressCookies _cookies;
    private readonly byte[] _hello;
    private readonly Dictionary<(PeerId, UInt128), TimeSpan> _answered = [];
    private readonly List<(TimeSpan At, byte[] Data, IPEndPoint To)> _answers = [];
    private readonly List<(PeerId Id, IPEndPoint Address)> _remembered = [];
    private int _hellosSent;
    private TimeSpan _nextHello = TimeSpan.MinValue;
    private TimeSpan _nextRemembered = TimeSpan.MinValue;
    private RateWindow _answerRate = new(DiscoveryTimings.AnswersPerSecond);
    private RateWindow _repeatRate = new(DiscoveryTimings.AnswersPerSecond);

    public Greetings(LinkContext context, PeerSessions sessions, Dialer dialer, AddressCookies cookies)
    {
        _context = context;
        _sessions = sessions;
        _dialer = dialer;
        _cookies = cookies;
        _hello = Encode(BeaconKind.Hello, 0);
    }

    /// <summary>A relay's beacon was heard; set once by the table.</summary>
    public required Action<PeerId, IPEndPoint, UInt128> RelayFound { private get; init; }

    /// <summary>This node's identity was seen in another instance; set once by the table.</summary>
    public required Action<IPEndPoint?> IdentitySeen { private get; init; }

    private bool IsOn => _context.Options.IsDiscoveryEnabled && !_context.IsQuitting;

    /// <summary>Takes addresses of earlier runs, newest first.</summary>
    public void Remember(IEnumerable<(PeerId Id, IPEndPoint Address)> addresses)
    {
        foreach (var (id, address) in addresses.Take(DiscoveryTimings.MaxRemembered)) _remembered.Add((id, LinkContext.Plain(address)));
        _nextRemembered = TimeSpan.MinValue;
        _context.Arm(_context.Now);
    }

    /// <summary>Interfaces have changed or the machine woke: everybody is greeted anew, at once.</summary>
    public void Restart()
    {
        _hellosSent = 0;
        _nextHello = _nextRemembered = TimeSpan.MinValue;
        _context.Arm(_context.Now);
    }

    /// <summary>Tells the network that this node goes: candidates are forgotten, links are not concerned.</summary>
    public void SayBye()
    {
        if (_context.Options.IsDiscoveryEnabled) _context.Emit(new SendBeacon(Encode(BeaconKind.Bye, 0), null));
    }

    /// <summary>Takes a datagram of a discovery socket or of the link socket.</summary>
    public void Handle(BeaconReceived received)
    {
        if (!IsOn) return;
        var from = LinkContext.Plain(received.From);
        if (Beacon.TryDecode(received.Data, out var beacon, out var rejection))
        {
            if (received.Arrival == BeaconArrival.DiscoveryUnicast && beacon.Kind == BeaconKind.Hello && _repeatRate.TryTake(_context.Now))
                _context.Emit(new RepeatBeaconLocally(new RepeatedBeacon(from.Address, received.Data).Encode()));
            Handle(beacon, from.Address);
        }
        // Another process of this machine got it; from elsewhere it would let anybody point answers at anybody.
        else if (IPAddress.IsLoopback(from.Address) && RepeatedBeacon.TryDecode(received.Data, out var repeated, out _)
            && Beacon.TryDecode(repeated.Beacon, out beacon, out rejection))
        {
            Handle(beacon, repeated.Source);
        }
        else
        {
            _context.Count("beacon-" + rejection);
        }
    }

    /// <summary>Sends what is due.</summary>
    public void Tick()
    {
        if (!IsOn) return;
        for (var i = _answers.Count - 1; i >= 0; i--)
        {
            if (_answers[i].At > _context.Now)
            {
                _context.Arm(_answers[i].At);
                continue;
            }
            _context.Emit(new SendBeacon(_answers[i].Data, _answers[i].To));
            _answers.RemoveAt(i);
        }
        if (_nextHello <= _context.Now) SayHello();
        if (_nextRemembered <= _context.Now) GreetRemembered();
        _context.Arm(_nextHello);
        if (_remembered.Count > 0) _context.Arm(_nextRemembered);
    }

    private void SayHello()
    {
        var burst = DiscoveryTimings.HelloPauses;
        _nextHello = _context.Now + (_hellosSent < burst.Length
            ? burst[_hellosSent] : _context.Jitter(DiscoveryTimings.HelloInterval, DiscoveryTimings.HelloJitter));
        _hellosSent++;
        _context.Emit(new SendBeacon(_hello, null));
        foreach (var (address, isPortGiven) in _dialer.GivenAddresses) Greet(address, isPortGiven);
    }

    private void GreetRemembered()
    {
        _nextRemembered = _context.Now + DiscoveryTimings.RememberedInterval;
        foreach (var (id, address) in _remembered)
            if (!_sessions.IsLinkedOnLan(id, null)) Greet(address, true);
    }

    private void Greet(IPEndPoint address, bool alsoLinkPort)
    {
        _context.Emit(new SendBeacon(_hello, new IPEndPoint(address.Address, _context.Options.DiscoveryPort)));
        if (alsoLinkPort && address.Port != _context.Options.DiscoveryPort) _context.Emit(new SendBeacon(_hello, address));
    }

    private void Handle(Beacon beacon, IPAddress source)
    {
        if (beacon.NetworkHash != _context.NetworkHash)
        {
            _context.Count("beacon-other-network");
            return;
        }
        var address = new IPEndPoint(source, beacon.LinkPort);
        if (beacon.Peer == _context.OwnId)
        {
            if (beacon.InstanceNonce != _context.Options.InstanceNonce && beacon.Kind != BeaconKind.Bye) IdentitySeen(address);
            return;
        }
        if (beacon.Kind == BeaconKind.Bye)
        {
            _dialer.Forget(beacon.Peer, beacon.InstanceNonce);
            return;
        }
        if (beacon.IsRelay)
        {
            if (_context.Options.UseRelays) RelayFound(beacon.Peer, address, beacon.Cookie);
            return;
        }
        if (_sessions.IsLinkedOnLan(beacon.Peer, beacon.InstanceNonce)) return;
        if (beacon.Kind == BeaconKind.Hello) Answer(beacon, address);
        _dialer.Consider(beacon.Peer, beacon.InstanceNonce, address, beacon.Kind == BeaconKind.Reply ? beacon.Cookie : 0, DiscoveryTimings.StrangerWanted);
    }

    private void Answer(Beacon hello, IPEndPoint to)
    {
        var stranger = (hello.Peer, hello.InstanceNonce);
        if (_answered.TryGetValue(stranger, out var last) && _context.Now - last < DiscoveryTimings.AnswerPause) return;
        if (!_answerRate.TryTake(_context.Now))
        {
            _context.Count("answers-limited");
            return;
        }
        if (_answered.Count >= DiscoveryTimings.MaxAnswered) ForgetAnswered();
        _answered[stranger] = _context.Now;
        var cookie = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(_cookies.Make(to, _context.Now));
        var data = Encode(BeaconKind.Reply, cookie);
        if (_sessions.All.Count <= DiscoveryTimings.ManyLinked)
        {
            _context.Emit(new SendBeacon(data, to));
            return;
        }
        // Many hear one hello: their answers are spread, so that they do not meet in one queue.
        var at = _context.Now + (DiscoveryTimings.AnswerSpread * _context.Chance());
        _answers.Add((at, data, to));
        _context.Arm(at);
    }

    private void ForgetAnswered()
    {
        foreach (var (stranger, at) in _answered.ToArray())
            if (_context.Now - at >= DiscoveryTimings.AnswerPause) _answered.Remove(stranger);
        if (_answered.Count >= DiscoveryTimings.MaxAnswered) _answered.Clear();
    }

    private byte[] Encode(BeaconKind kind, UInt128 cookie) => new Beacon(
        kind, _context.OwnId, _context.Options.LinkPort, _context.Options.InstanceNonce, _context.NetworkHash, false, cookie).Encode();
}
