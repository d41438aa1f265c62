using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>A network and its people, made from one seed.</summary>
internal sealed class LinkWorld(ulong seed = 1)
{
    private static readonly KeyedHashCryptography Crypto = new();

    private readonly SeededRandomSource _random = new(seed);

    public VirtualNetwork Network { get; } = new();

    public static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static IPEndPoint Address(int host, int port = 44042) => new(IPAddress.Parse($"10.0.0.{host}"), port);

    public static RoomSecret Room(string name) => RoomSecret.Public(Crypto, "lan", name);

    public PeerIdentity NewIdentity() => PeerIdentity.Create(Crypto, _random);

    /// <summary>Two identities, the smaller id first.</summary>
    public (PeerIdentity Smaller, PeerIdentity Larger) TwoIdentities()
    {
        var (one, other) = (NewIdentity(), NewIdentity());
        return one.Id < other.Id ? (one, other) : (other, one);
    }

    /// <summary>Adds a peer at 10.0.0.<paramref name="host"/>.</summary>
    public TableNode Add(int host, PeerIdentity? identity = null, Func<PeerNodeOptions, PeerNodeOptions>? change = null, IPEndPoint? at = null)
    {
        var endPoint = at ?? Address(host);
        var options = new PeerNodeOptions
        {
            Identity = identity ?? NewIdentity(), Nick = "p" + host, InstanceNonce = new UInt128(1, _random.Next()), LinkPort = endPoint.Port,
        };
        options = change?.Invoke(options) ?? options;
        options.Validate();
        var node = new TableNode(options, endPoint, _random.Next());
        Network.Add(node);
        return node;
    }

    public TableNode[] AddMany(int count) => [.. Enumerable.Range(1, count).Select(host => Add(host))];

    /// <summary>Runs until each of them has a session with all the others.</summary>
    public bool RunUntilLinked(TimeSpan atMost, params TableNode[] nodes) =>
        Network.RunUntil(() => nodes.All(node => nodes.All(other => other == node || node.Table.Find(other.Id) is { IsUp: true })), atMost);

    public static ImmutableArray<PeerTarget> Targets(params (string Host, int Port)[] targets) =>
        [.. targets.Select(target => new PeerTarget(target.Host, target.Port))];
}
