using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Simulation.Scenarios;

/// <summary>Draws a scenario from a seed: who is where, how bad the network is, what is said, and what goes wrong meanwhile.</summary>
internal sealed class PlanMaker
{
    /// <summary>When the talking and the trouble end.</summary>
    public static readonly TimeSpan End = TimeSpan.FromSeconds(40);

    /// <summary>Messages that every run has accepted from its users at least.</summary>
    public const int Messages = 200;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);

    private readonly SeededRandomSource _random;
    private readonly List<Step> _steps = [];
    private readonly ulong _seed;

    private PlanMaker(ulong seed)
    {
        _seed = seed;
        _random = new SeededRandomSource(seed * 7919 + 17);
    }

    public static Plan Make(ulong seed, bool? hasAttacker = null)
    {
        var maker = new PlanMaker(seed);
        var setup = maker.MakeSetup();
        if (hasAttacker is { } attacker) setup = setup with { HasAttacker = attacker };
        maker.Talk(setup);
        maker.Trouble(setup);
        if (setup.HasRelay) maker.TroubleRelay();
        if (setup.HasAttacker) maker.Attacks();
        return new Plan(seed, setup, [.. maker._steps.OrderBy(step => step.At)]);
    }

    private Setup MakeSetup()
    {
        var peers = 8 + _random.Next(4);
        var hasRelay = _random.Next(3) > 0;
        var segments = Enumerable.Range(0, peers).Select(_ => hasRelay && _seed % 3 == 0 ? 1 + _random.Next(2) : 1).ToImmutableArray();
        var dev = Some(peers, 4 + _random.Next(peers - 4));
        var secret = Some(peers, 3 + _random.Next(3));
        var clocks = Enumerable.Range(0, peers).Select(_ => _random.Next(4) == 0 ? (long)_random.Next(60_000) - 30_000 : _random.Next(200) - 100);
        ImmutableArray<int> punchable = _random.Next(2) == 0 ? [1, 2] : [];
        return new Setup(
            peers, segments, punchable, hasRelay, _random.Next(4) == 0, [[.. Enumerable.Range(0, peers)], dev, secret], [.. clocks],
            _random.Next(3) switch { 0 => 0, 1 => 0.1, _ => 0.4 }, Milliseconds(1 + _random.Next(40)), Milliseconds(_random.Next(60)), _random.Next(3) * 0.1,
            _random.Next(4) == 0 ? 100_000 : 5_000_000);
    }

    private void Talk(Setup setup)
    {
        foreach (var host in Enumerable.Range(0, setup.Peers))
        {
            if (host > 2 && !setup.Rooms[2].Contains(host) && _random.Next(6) == 0) _steps.Add(new Arrive(Time(Settling, End / 2), host));
        }
        for (var said = 0; said < Messages;)
        {
            var room = _random.Next(6) switch { < 3 => 0, < 5 => 1, _ => 2 };
            var members = setup.Rooms[room];
            var count = _random.Next(15) == 0 ? 5 + _random.Next(20) : 1;
            _steps.Add(new Say(Time(Settling, End), members[_random.Next(members.Length)], room, count));
            said += count;
        }
        for (var i = 0; i < 20; i++)
        {
            var room = _random.Next(3);
            var members = setup.Rooms[room];
            _steps.Add(new Touch(Time(Settling * 2, End), members[_random.Next(members.Length)], room, (TouchKind)_random.Next(4)));
        }
        for (var i = 0; i < 6; i++)
        {
            var (one, two) = (_random.Next(setup.Peers), _random.Next(setup.Peers));
            if (one != two) _steps.Add(new Whisper(Time(Settling * 2, End), one, two));
        }
        for (var i = 0; i < 3; i++) _steps.Add(new Rename(Time(Settling, End), _random.Next(setup.Peers)));
    }

    private void Trouble(Setup setup)
    {
        var count = _random.Next(10);
        for (var i = 0; i < count; i++)
        {
            var at = Time(Settling, End - TimeSpan.FromSeconds(2));
            var until = at + TimeSpan.FromSeconds(0.3 + _random.Next(100) / 10.0);
            var host = _random.Next(setup.Peers);
            var other = _random.Next(setup.Peers);
            switch (_random.Next(8))
            {
                case 0:
                case 1:
                    _steps.Add(new Partition(at, Some(setup.Peers + (setup.HasRelay ? 1 : 0), 1 + _random.Next(setup.Peers - 1)), _random.Next(4) == 0, until));
                    break;
                case 2:
                case 3:
                    if (host != other) _steps.Add(new Cut(at, host, other, _random.Next(3) == 0, until));
                    break;
                case 4:
                    _steps.Add(new Crash(at, host, _random.Next(2) == 0, until));
                    break;
                case 5:
                    _steps.Add(new Quit(at, host, until));
                    break;
                case 6:
                    _steps.Add(new ClockJump(at, host, _random.Next(20_000) - 10_000));
                    break;
                default:
                    _steps.Add(new LeaveRoom(at, setup.Rooms[1][_random.Next(setup.Rooms[1].Length)], 1, until));
                    break;
            }
        }
        if (_random.Next(2) == 0) CrashWhileWriting(setup);
        if (_random.Next(4) == 0) _steps.Add(new Quit(Time(End / 2, End), _random.Next(setup.Peers), null));
    }

    /// <summary>The moments between a message's acceptance and its first copy elsewhere are few; here they are sought.</summary>
    private void CrashWhileWriting(Setup setup)
    {
        var host = setup.Rooms[0][_random.Next(setup.Peers)];
        var at = Time(Settling * 3, End - TimeSpan.FromSeconds(3));
        _steps.Add(new Say(at, host, 0, 1 + _random.Next(3)));
        _steps.Add(new Crash(at + TimeSpan.FromMilliseconds(_random.Next(12)), host, _random.Next(2) == 0, at + TimeSpan.FromSeconds(2)));
    }

    private void TroubleRelay()
    {
        if (_random.Next(2) == 0) return;
        var backup = Time(Settling, End / 2);
        _steps.Add(new RelayBackup(backup));
        var at = Time(backup + TimeSpan.FromSeconds(1), End - TimeSpan.FromSeconds(4));
        _steps.Add(new RelayCrash(at, at + TimeSpan.FromSeconds(0.2 + _random.Next(60) / 10.0), (RelayReturn)_random.Next(4)));
    }

    private void Attacks()
    {
        for (var i = 0; i < 25; i++) _steps.Add(new Attack(Time(Settling, End), _random.Next(AttackerNode.Kinds * 10)));
    }

    private ImmutableArray<int> Some(int of, int count)
    {
        var all = Enumerable.Range(0, of).ToList();
        while (all.Count > count) all.RemoveAt(_random.Next(all.Count));
        return [.. all];
    }

    private TimeSpan Time(TimeSpan from, TimeSpan to) => from + Milliseconds(_random.Next((int)(to - from).TotalMilliseconds));

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
