using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;

namespace LanChat.Simulation.Scenarios;

/// <summary>What came of a run of path flips.</summary>
/// <param name="Flips">How often a way was cut or mended.</param>
/// <param name="Said">Messages said.</param>
/// <param name="Problem">What was lost, repeated or reported; null for nothing.</param>
/// <param name="Stalls">For each flip the longest that a message said around it took, sorted.</param>
internal sealed record FlipResult(int Flips, int Said, string? Problem, IReadOnlyList<TimeSpan> Stalls)
{
    /// <summary>The stall that so many of a hundred flips stay below.</summary>
    public TimeSpan Percentile(double percent) => Stalls[Math.Min(Stalls.Count - 1, (int)(Stalls.Count * percent / 100))];
}

/// <summary>
/// Two peers that talk while the direct way between them, or one's way to the relay, or every way, is cut and mended again and again, in one
/// direction or both. With an even seed they share a LAN, with an odd one each is behind a NAT that lets the other in once a relay has introduced
/// them. Where every way is cut, a message is held up from when there is one again.
/// </summary>
internal sealed class PathFlips
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ShortestCut = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestCut = TimeSpan.FromSeconds(5);

    /// <summary>Every way at once: beyond this links end and the others are told that somebody has gone, which is no flip any more.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private readonly World _world;
    private readonly Host _ana;
    private readonly Host _bruno;
    private readonly Host _relay;
    private readonly Dictionary<string, (TimeSpan Said, int Flip)> _open = [];
    private readonly HashSet<string> _arrived = [];
    private readonly Dictionary<int, TimeSpan> _stalls = [];

    /// <summary>By which path each of the two last said that it reaches the other.</summary>
    private readonly Dictionary<Host, PeerPath> _paths = [];
    private readonly int _flips;
    private string? _problem;
    private int _flip;
    private int _said;
    private TimeSpan _mended;
    private bool _isSilent;
    private bool _isOver;

    private PathFlips(ulong seed, int flips, Guards guards)
    {
        _flips = flips;
        _world = new World(seed, false);
        _world.Network.Way = (_, _) => new Conditions { Delay = TimeSpan.FromMilliseconds(3), Jitter = TimeSpan.FromMilliseconds(4), Loss = 0.02 };
        var crypto = new KeyedHashCryptography();
        var random = new SeededRandomSource(seed * 31 + 5);
        var disk = new RelayDisk(_world);
        var options = new RelayNodeOptions { Identity = PeerIdentity.Create(crypto, random), Cryptography = crypto, Random = random, Guards = guards };
        _relay = new Host(_world, "relay", new Segment(0, false), PeerNodeOptions.DefaultRelayPort, disk, _ => new RelayNode(options, disk.Snapshot()));
        var home = new Segment(1, true);
        _ana = Peer("ana", home, 44042, crypto, random, guards);
        _bruno = Peer("bruno", seed % 2 == 0 ? home : new Segment(2, true), 44043, crypto, random, guards);
    }

    public static FlipResult Run(ulong seed, int flips, Guards? guards = null)
    {
        var run = new PathFlips(seed, flips, guards ?? Guards.AllInForce);
        run.Play();
        return new FlipResult(run._flip, run._said, run._problem, [.. run._stalls.Values.Order()]);
    }

    private Host Peer(string name, Segment segment, int port, ICryptography crypto, SeededRandomSource random, Guards guards)
    {
        var identity = PeerIdentity.Create(crypto, random);
        var disk = new PeerDisk(_world) { CommitTime = TimeSpan.FromMilliseconds(2) };
        return new Host(_world, name, segment, port, disk, host => new PeerNode(
            new PeerNodeOptions
            {
                Identity = identity, Nick = name, InstanceNonce = random.Next(), LinkPort = port, IsNewIdentity = true, Guards = guards,
                Relay = new RelayTarget(_relay.EndPoint.Address.ToString(), _relay.EndPoint.Port),
            },
            disk.Snapshot, crypto, random, host.Time))
        {
            Told = Told,
        };
    }

    private void Play()
    {
        _relay.Boot();
        _ana.Boot();
        _bruno.Boot();
        _world.At(TimeSpan.FromSeconds(5), Say);
        _world.At(TimeSpan.FromSeconds(6), Flip);
        while (!_isOver) _world.RunUntil(_world.Now + TimeSpan.FromSeconds(10));
        _world.RunUntil(_world.Now + TimeSpan.FromSeconds(20));
        if (_open.Count > 0) _problem ??= $"{_open.Count} messages never arrived, first [{_open.Keys.First()}]";
    }

    private void Say()
    {
        if (_isOver) return;
        var from = _world.Random.Next(2) == 0 ? _ana : _bruno;
        var text = (++_said).ToString(CultureInfo.InvariantCulture);
        _open[text] = (_world.Now, _flip);
        from.Give(_said, new SendCommand("#lobby", text, false, text));
        _world.After(Between, Say);
    }

    /// <summary>Cuts one way or all, for a fraction of a second up to some seconds, then mends what it cut.</summary>
    private void Flip()
    {
        var isAll = _world.Random.Next(8) == 0;
        (Host One, Host Two)[] ways = isAll
            ? [(_ana, _relay), (_ana, _bruno)]
            : [_world.Random.Next(4) switch { 0 => (_ana, _relay), 1 => (_bruno, _relay), _ => (_ana, _bruno) }];

        // Where the relay is the only path there is, because what was punched has closed, it cannot be cut without cutting everything.
        _isSilent = isAll || (ways[0].Two == _relay && _paths.ContainsValue(PeerPath.Relay));
        var isOneWay = !isAll && _world.Random.Next(3) == 0;
        _flip++;
        foreach (var (one, two) in ways)
        {
            _world.Network.Block(one, two, true);
            if (!isOneWay) _world.Network.Block(two, one, true);
        }
        _world.After(_world.Between(ShortestCut, _isSilent ? LongestSilence : LongestCut), () => Mend(ways));
    }

    private void Mend((Host One, Host Two)[] ways)
    {
        _flip++;
        foreach (var (one, two) in ways)
        {
            _world.Network.Block(one, two, false);
            _world.Network.Block(two, one, false);
        }
        if (_isSilent) _mended = _world.Now;
        _isSilent = false;
        if (_flip >= _flips) _world.After(TimeSpan.FromSeconds(4), () => _isOver = true);
        else _world.After(_world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)), Flip);
    }

    private void Told(Host host, NodeOutput output)
    {
        if (output is Tell { Event: PeerEvent peer }) _paths[host] = peer.Path;
        if (output is not Tell { Event: MessageEvent message } || message.Message.IsOwn) return;
        var text = message.Message.Text;
        if (!_arrived.Add(text)) _problem ??= $"[{text}] was shown twice";
        if (!_open.Remove(text, out var said)) return;
        var took = _world.Now - (said.Said < _mended ? _mended : said.Said);
        if (!_stalls.TryGetValue(said.Flip, out var longest) || took > longest) _stalls[said.Flip] = took;
    }
}
