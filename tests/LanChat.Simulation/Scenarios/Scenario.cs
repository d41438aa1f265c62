using System.Collections.Immutable;
using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;
using LanChat.Simulation.Invariants;

namespace LanChat.Simulation.Scenarios;

/// <summary>How a scenario is run.</summary>
internal sealed record RunOptions
{
    /// <summary>Keep the event log as text, to be read.</summary>
    public bool KeepText { get; init; }

    /// <summary>ECDSA and ECDH in place of keyed hashes: slower, and not the same to the byte.</summary>
    public bool UseRealCryptography { get; init; }

    /// <summary>A planted bug.</summary>
    public Guards Guards { get; init; } = Guards.AllInForce;
}

/// <summary>What came of a run.</summary>
/// <param name="Failure">What was found wrong; null for nothing.</param>
/// <param name="LogValue">The event log as one number.</param>
/// <param name="Log">The event log.</param>
/// <param name="Events">Events that happened.</param>
/// <param name="Accepted">Messages accepted from users.</param>
/// <param name="SettledAfter">How long after the trouble ended all agreed.</param>
/// <param name="Texts">What every room came to, as said: texts by room, sorted.</param>
internal sealed record RunResult(
    string? Failure, ulong LogValue, RunLog Log, long Events, int Accepted, TimeSpan SettledAfter, ImmutableSortedDictionary<string, string> Texts);

/// <summary>Carries out a plan: builds the world, does the steps, heals everything, waits for agreement and checks the invariants.</summary>
internal sealed class Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private const int FirstPort = 44042;

    /// <summary>How long before the end what was not accepted is said again by others: after the last crash, so that it is accepted for sure.</summary>
    private static readonly TimeSpan MakingUp = TimeSpan.FromSeconds(1.5);

    private readonly Plan _plan;
    private readonly RunOptions _options;
    private readonly World _world;
    private readonly Observer _observer;
    private readonly ICryptography _crypto;
    private readonly List<Host> _peers = [];
    private readonly HashSet<int> _gone = [];
    private readonly HashSet<int> _absent = [];
    private readonly Dictionary<(int, int), Conditions> _ways = [];
    private readonly Dictionary<int, PeerId> _ids = [];
    private readonly List<(int One, int Two)> _whispers = [];
    private Host? _relay;
    private Attacker? _attacker;
    private readonly HashSet<(int Host, int Room)> _outside = [];
    private bool _hasRelayLost;
    private int _said;

    private Scenario(Plan plan, RunOptions options)
    {
        _plan = plan;
        _options = options;
        _world = new World(plan.Seed, options.KeepText);
        _observer = new Observer(_world) { IsOnRelayDisk = entry => _hasRelayLost || _relay?.Disk is not RelayDisk disk || disk.State.Contains(entry) };
        _crypto = options.UseRealCryptography ? new P256Cryptography() : new KeyedHashCryptography();
        _world.Network.Way = Way;
    }

    public static RunResult Run(Plan plan, RunOptions options)
    {
        var scenario = new Scenario(plan, options);
        string? failure;
        var settled = TimeSpan.Zero;
        try
        {
            failure = scenario.Play(out settled);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            failure = $"{error.GetType().Name}: {error.Message}\n{error.StackTrace}";
        }
        finally
        {
            (scenario._crypto as IDisposable)?.Dispose();
        }
        var log = scenario._world.Log;
        if (failure is not null && options.KeepText) failure += scenario.Counters();
        return new RunResult(
            failure, log.Value, log, scenario._world.Events, scenario._observer.Sayings.Count(s => s.IsAccepted), settled, scenario.Texts());
    }

    private string Counters() => string.Concat(_peers.Select(peer => peer.Node is PeerNode node
        ? $"\n{peer.Name}: {string.Join(", ", node.Counters.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"))}" : $"\n{peer.Name}: down"));

    private void Attack(int kind)
    {
        _attacker?.Do(kind);
        if (_attacker is not null && kind % AttackerNode.Kinds == AttackerNode.StripBodies) _observer.BodiesAreLeftOut();
    }

    private string RoomName(int room) => room switch { 0 => "#lobby", 1 => "#dev", _ => "#secret" };

    private string? Play(out TimeSpan settled)
    {
        settled = TimeSpan.Zero;
        Build();
        foreach (var step in _plan.Steps) _world.At(step.At, () => Do(step));
        for (var at = TimeSpan.FromSeconds(12); at < PlanMaker.End; at += TimeSpan.FromSeconds(9)) _world.At(at, AskSomebody);
        _world.At(PlanMaker.End - MakingUp, MakeUp);
        _world.RunUntil(PlanMaker.End);
        Heal();
        var checks = new Checks(_observer, Members(), _ids, _whispers, _gone, _hasRelayLost, IgnoredAuthor());
        for (var waited = TimeSpan.Zero; waited < Patience; waited += PollInterval)
        {
            _observer.ForgetTranscripts();
            AskEverybody();
            _world.RunUntil(_world.Now + PollInterval);
            settled = _world.Now - PlanMaker.End;
            if (_observer.Complaints.Count > 0) return string.Join('\n', _observer.Complaints.Take(5));
            if (checks.Agreement() is null) return checks.Final() ?? CheckRelaySecrecy() ?? CheckMisdelivery();
        }
        return $"no agreement {Patience.TotalSeconds} s after the trouble ended: {checks.Agreement()}";
    }

    private PeerId IgnoredAuthor() => _attacker is { } attacker && _plan.Setup.Segments.Distinct().Count() > 1 ? attacker.Id : PeerId.None;

    private void Build()
    {
        for (var i = 0; i < _plan.Setup.Peers; i++) AddPeer(i);
        if (_plan.Setup.HasRelay) AddRelay();
        if (_plan.Setup.HasAttacker) _attacker = new Attacker(_world, _crypto, _plan.Seed, SegmentOf(1));
        _relay?.Boot();
        foreach (var arrive in _plan.Steps.OfType<Arrive>()) _absent.Add(arrive.Host);
        foreach (var peer in _peers.Where(peer => !_absent.Contains(peer.Index))) _world.At(_world.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)), () => Boot(peer));
        _world.At(TimeSpan.FromSeconds(2), () => _peers[_plan.Setup.Rooms[2][0]].Give(0, new CreateCommand("#secret", true, null, "a secret")));
        _world.At(TimeSpan.FromSeconds(3), () => _peers.ForEach(JoinRooms));
    }

    private void AddPeer(int index)
    {
        var random = new SeededRandomSource(_plan.Seed * 1000 + (ulong)index);
        var identity = PeerIdentity.Create(_crypto, random);
        _ids[index] = identity.Id;
        var disk = new PeerDisk(_world) { CommitTime = TimeSpan.FromMilliseconds(1 + _world.Random.Next(15)) };
        _peers.Add(new Host(_world, $"peer{index}", SegmentOf(_plan.Setup.Segments[index]), FirstPort + index, disk, host =>
        {
            var options = new PeerNodeOptions
            {
                Identity = identity, Nick = $"peer{index}", InstanceNonce = random.Next(), LinkPort = host.EndPoint.Port,
                Relay = _relay is null ? null : new RelayTarget(_relay.EndPoint.Address.ToString(), _relay.EndPoint.Port),
                IsNewIdentity = host.Life == 1, Guards = _options.Guards,
            };
            return new PeerNode(options, disk.Snapshot, _crypto, random, host.Time);
        })
        {
            Told = _observer.Observe, ClockOffset = _plan.Setup.Clocks[index],
        });
    }

    private void AddRelay()
    {
        var random = new SeededRandomSource(_plan.Seed * 1000 + 999);
        var identity = PeerIdentity.Create(_crypto, random);
        var disk = new RelayDisk(_world) { CommitTime = TimeSpan.FromMilliseconds(1 + _world.Random.Next(10)) };
        _relay = new Host(_world, "relay", SegmentOf(0), PeerNodeOptions.DefaultRelayPort, disk, host => new RelayNode(
            new RelayNodeOptions { Identity = identity, Cryptography = _crypto, Random = random, BeaconPort = host.EndPoint.Port, Guards = _options.Guards },
            disk.Snapshot()));
    }

    private Segment SegmentOf(int number)
    {
        var known = _peers.Find(peer => peer.Segment.Number == number)?.Segment;
        return known ?? new Segment(number, _plan.Setup.PunchableSegments.Contains(number));
    }

    private void Boot(Host peer)
    {
        if (_gone.Contains(peer.Index) || peer.IsUp) return;
        peer.Boot();
        _absent.Remove(peer.Index);
        if (_world.Now > TimeSpan.FromSeconds(3)) _world.After(TimeSpan.FromMilliseconds(300), () => JoinRooms(peer));
    }

    private void JoinRooms(Host peer)
    {
        if (!peer.IsUp) return;
        _outside.Remove((peer.Index, 1));
        if (_plan.Setup.Rooms[1].Contains(peer.Index)) peer.Give(0, new JoinCommand("#dev"));
        if (_plan.Setup.Rooms[2].Skip(1).Contains(peer.Index) && _observer.Invites.TryGetValue("#secret", out var invite)) peer.Give(0, new InviteCommand(invite));
    }

    private void Do(Step step)
    {
        switch (step)
        {
            case Say say: Speak(say); break;
            case Whisper whisper: Speak(whisper); break;
            case Touch touch: Change(touch); break;
            case Rename rename: Up(rename.Host)?.Give(0, new NickCommand($"peer{rename.Host}-{_world.Random.Next(100)}")); break;
            case Crash crash:
                if (crash.IsPowerCut) _observer.Forget(crash.Host);
                _peers[crash.Host].Crash(crash.IsPowerCut);
                if (!_absent.Contains(crash.Host)) _world.At(crash.Back, () => Boot(_peers[crash.Host]));
                break;
            case Quit quit: Leave(quit); break;
            case LeaveRoom leave:
                Up(leave.Host)?.Give(0, new PartCommand(RoomName(leave.Room)));
                _outside.Add((leave.Host, leave.Room));
                _world.At(leave.Back, () => JoinRooms(_peers[leave.Host]));
                break;
            case Partition partition: Divide(partition); break;
            case Cut cut:
                Block(cut.One, cut.Two, cut.IsOneWay, true);
                _world.At(cut.Until, () => Block(cut.One, cut.Two, cut.IsOneWay, false));
                break;
            case ClockJump jump: _peers[jump.Host].ClockOffset += jump.Milliseconds; break;
            case RelayBackup: (_relay?.Disk as RelayDisk)?.Backup(); break;
            case RelayCrash crash: CrashRelay(crash); break;
            case Arrive arrive: Boot(_peers[arrive.Host]); break;
            case Attack attack: Attack(attack.Kind); break;
        }
    }

    private Host? Up(int host) => _peers[host].IsUp ? _peers[host] : null;

    private void Speak(Say say)
    {
        if (Speaker(say) is not { } host) return;
        for (var i = 0; i < say.Count && host.IsUp; i++)
        {
            var room = RoomName(say.Room);
            var reference = (++_said).ToString(CultureInfo.InvariantCulture);
            var text = $"[{reference}] {host.Name} in {room} {new string('x', _world.Random.Next(10) == 0 ? _world.Random.Next(3000) : 10)}";
            _observer.Said(new Saying(reference, host.Index, room, text, _world.Now, [.. _observer.Shown(host.Index, room)]));
            host.Give(_said, new SendCommand(room, text, false, reference));
        }
    }

    /// <summary>Who was to say it, or, while that one is down or out of the room, the next member who can.</summary>
    private Host? Speaker(Say say)
    {
        var members = _plan.Setup.Rooms[say.Room];
        var at = members.IndexOf(say.Host);
        return Enumerable.Range(0, members.Length).Select(i => members[(at + i) % members.Length])
            .Where(member => !_outside.Contains((member, say.Room)) && !_gone.Contains(member)).Select(Up).FirstOrDefault(host => host is not null);
    }

    /// <summary>Some messages were refused, or their writers crashed before they were accepted: so many more are said by others.</summary>
    private void MakeUp()
    {
        var missing = PlanMaker.Messages - _observer.Sayings.Count(saying => saying.IsAccepted);
        for (var i = 0; i < missing; i++)
        {
            var host = _world.Random.Next(_plan.Setup.Peers);
            _world.After(_world.Between(TimeSpan.Zero, MakingUp / 2), () => Speak(new Say(_world.Now, host, 0, 1)));
        }
    }

    private void Speak(Whisper whisper)
    {
        if (Up(whisper.Host) is not { } host) return;
        var room = "@" + _ids[whisper.Other];
        var reference = (++_said).ToString(CultureInfo.InvariantCulture);
        var text = $"[{reference}] {host.Name} to {whisper.Other}";
        _observer.Said(new Saying(reference, whisper.Host, room, text, _world.Now, [.. _observer.Shown(whisper.Host, room)]));
        _whispers.Add((whisper.Host, whisper.Other));
        host.Give(_said, new DirectCommand(room, text, reference));
    }

    private void Change(Touch touch)
    {
        if (Up(touch.Host) is not { } host) return;
        var room = RoomName(touch.Room);
        var own = _observer.Own(touch.Host, room);
        var shown = _observer.Shown(touch.Host, room);
        switch (touch.Kind)
        {
            case TouchKind.Edit when own.Count > 0:
                var edited = own[_world.Random.Next(own.Count)];
                host.Give(0, new EditCommand(edited.Id, $"{edited.Text} edited {_world.Random.Next(1000)}"));
                break;
            case TouchKind.Delete when own.Count > 0:
                host.Give(0, new DeleteCommand(own[_world.Random.Next(own.Count)].Id));
                break;
            case TouchKind.React when shown.Count > 0:
                host.Give(0, new ReactCommand(shown[_world.Random.Next(shown.Count)], _world.Random.Next(2) == 0 ? "👍" : "🎉"));
                break;
            case TouchKind.Topic:
                host.Give(0, new TopicCommand(room, $"topic {_world.Random.Next(1000)}"));
                break;
        }
    }

    private void Leave(Quit quit)
    {
        if (quit.Back is { } back)
        {
            if (!_absent.Contains(quit.Host)) _world.At(back, () => Boot(_peers[quit.Host]));
        }
        else _gone.Add(quit.Host);
        Up(quit.Host)?.Give(0, new QuitCommand());
    }

    private void Divide(Partition partition)
    {
        var all = Enumerable.Range(0, _plan.Setup.Peers + (_relay is null ? 0 : 1)).ToList();
        var pairs = from one in partition.Hosts from two in all where !partition.Hosts.Contains(two) && one < all.Count select (one, two);
        foreach (var (one, two) in pairs.ToList())
        {
            Block(one, two, partition.IsOneWay, true);
            _world.At(partition.Until, () => Block(one, two, partition.IsOneWay, false));
        }
    }

    private void Block(int one, int two, bool isOneWay, bool isBlocked)
    {
        _world.Log.Add(_world.Now, one, isBlocked ? "block" : "unblock", two, isOneWay ? 1 : 0);
        _world.Network.Block(_world.Hosts[one], _world.Hosts[two], isBlocked);
        if (!isOneWay) _world.Network.Block(_world.Hosts[two], _world.Hosts[one], isBlocked);
    }

    private void CrashRelay(RelayCrash crash)
    {
        if (_relay is not { } relay) return;
        var disk = (RelayDisk)relay.Disk;
        relay.Crash(true);
        if (crash.Return == RelayReturn.WithoutLog) disk.Lose();
        else if (crash.Return != RelayReturn.AsItWas) disk.Restore(crash.Return == RelayReturn.OlderCopyNoticed);
        _hasRelayLost |= crash.Return != RelayReturn.AsItWas;
        _world.At(crash.Back, relay.Boot);
    }

    private void Heal()
    {
        foreach (var one in _world.Hosts)
        {
            foreach (var two in _world.Hosts) _world.Network.Block(one, two, false);
        }
        _attacker?.Leave();
        _relay?.Boot();
        foreach (var peer in _peers) Boot(peer);
        _world.RunUntil(_world.Now + TimeSpan.FromSeconds(3));
        foreach (var peer in _peers) JoinRooms(peer);
    }

    private ImmutableArray<ImmutableArray<int>> Members() => [.. _plan.Setup.Rooms.Select(room => room.Where(member => !_gone.Contains(member)).ToImmutableArray())];

    private void AskSomebody()
    {
        var peer = _peers[_world.Random.Next(_peers.Count)];
        for (var room = 0; room < 3 && peer.IsUp; room++)
        {
            if (_plan.Setup.Rooms[room].Contains(peer.Index)) peer.Give(0, new TranscriptQuery(RoomName(room), null));
        }
    }

    private void AskEverybody()
    {
        for (var room = 0; room < 3; room++)
        {
            foreach (var member in _plan.Setup.Rooms[room]) Up(member)?.Give(0, new TranscriptQuery(RoomName(room), null));
        }
        foreach (var (one, two) in _whispers)
        {
            Up(one)?.Give(0, new TranscriptQuery("@" + _ids[two], null));
            Up(two)?.Give(0, new TranscriptQuery("@" + _ids[one], null));
        }
    }

    /// <summary>The relay holds no room key: nothing it keeps shows what was said.</summary>
    private string? CheckRelaySecrecy()
    {
        if (_relay?.Disk is not RelayDisk disk) return null;
        return disk.State.Entries.Any(entry => entry.Encoded.Span.IndexOf("] peer"u8) >= 0) ? "the relay's log shows what was said" : null;
    }

    /// <summary>Nobody who is in a room for good is sent anything of another: the client would have to throw it away.</summary>
    private string? CheckMisdelivery()
    {
        var moved = _plan.Steps.Select(step => step switch { LeaveRoom leave => leave.Host, Quit quit => quit.Host, Crash crash => crash.Host, _ => -1 }).ToHashSet();
        foreach (var peer in _peers.Where(peer => !moved.Contains(peer.Index)))
        {
            if (peer.Node is PeerNode node && node.Counters.GetValueOrDefault("relay-room-not-joined") is > 0 and var count)
                return $"{peer.Name} was sent {count} messages of rooms it is not in";
        }
        return null;
    }

    private Conditions Way(Host from, Host to)
    {
        var key = (from.Index, to.Index);
        if (_ways.TryGetValue(key, out var way)) return way;
        var random = new SeededRandomSource(_plan.Seed ^ (ulong)(from.Index * 1009 + to.Index) * 0x9E3779B97F4A7C15);
        var setup = _plan.Setup;
        return _ways[key] = new Conditions
        {
            Loss = setup.MaxLoss * random.Next(1000) / 1000, Duplication = setup.Duplication, Bandwidth = setup.Bandwidth,
            Delay = TimeSpan.FromMilliseconds(0.2) + setup.MaxDelay * (random.Next(1000) / 1000.0), Jitter = setup.MaxJitter * (random.Next(1000) / 1000.0),
        };
    }

    private ImmutableSortedDictionary<string, string> Texts() => _observer.Sayings.Where(s => s.IsAccepted && !_gone.Contains(s.Host) && !s.Room.StartsWith('@'))
        .GroupBy(s => s.Room).ToImmutableSortedDictionary(group => group.Key, group => string.Join('\n', group.Select(s => s.Text).Order(StringComparer.Ordinal)));
}
