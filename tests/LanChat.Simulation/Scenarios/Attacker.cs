using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;

namespace LanChat.Simulation.Scenarios;

/// <summary>A malicious peer in the lobby: a host of its own, driven by the plan.</summary>
internal sealed class Attacker
{
    private const int Port = 45000;
    private readonly Host _host;
    private AttackerNode? _node;

    public Attacker(World world, ICryptography crypto, ulong seed, Segment segment)
    {
        var random = new SeededRandomSource(seed * 1000 + 555);
        var identity = PeerIdentity.Create(crypto, random);
        Id = identity.Id;
        _host = new Host(world, "attacker", segment, Port, new PeerDisk(world), host =>
        {
            var victims = world.Hosts.Where(other => other != host && other.Segment == segment).Select(other => other.EndPoint);
            return _node = new AttackerNode(identity, crypto, random, [.. victims]);
        });
        world.At(TimeSpan.FromSeconds(2), _host.Boot);
    }

    public PeerId Id { get; }

    public void Do(int kind)
    {
        if (!_host.IsUp) return;
        _node!.Attack(kind, _host.Time);
        _host.Post(TimePassed.Instance);
    }

    public void Leave() => _host.Crash(false);
}
