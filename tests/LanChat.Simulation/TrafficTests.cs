using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;
using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

public sealed class TrafficTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_thousand_path_flips_lose_nothing_and_hold_up_little(int seed)
    {
        var result = PathFlips.Run((ulong)seed, 1000);
        Assert.Null(result.Problem);
        Assert.True(result.Flips >= 1000);
        Assert.InRange(result.Percentile(99), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void In_a_full_mesh_each_entry_goes_to_each_member_once_and_digests_stay_small()
    {
        var result = FullMesh.Run(40, 50, 1);
        Assert.Equal(39, result.Links);
        Assert.Equal(50 * 39, result.Shown);
        Assert.Equal(50 * 39, result.EntrySends);
        Assert.Equal(0, result.MostSendsByOne);
        Assert.True(result.DigestBytes < result.AllBytes / 10, $"{result.DigestBytes} of {result.AllBytes} bytes are digests");
    }

    /// <summary>
    /// A relay that answers sooner than the own disk: what was ordered before it was said to be accepted must not count as under way for ever,
    /// or so many of those keep all the rest from the relay.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(60)]
    public void All_that_is_poured_out_at_once_is_kept_by_the_relay_and_said_to_be(int commitMilliseconds)
    {
        const int Count = 6000;
        var world = new World(7, false);
        world.Network.Way = (_, _) => new Conditions { Delay = TimeSpan.FromMilliseconds(1) };
        var crypto = new KeyedHashCryptography();
        var random = new SeededRandomSource(7);
        var log = new RelayDisk(world) { CommitTime = TimeSpan.FromMilliseconds(1) };
        var options = new RelayNodeOptions
        {
            Identity = PeerIdentity.Create(crypto, random), Cryptography = crypto, Random = random, EntriesPerSecond = 100_000, EntriesBurst = 100_000,
        };
        var relay = new Host(world, "relay", new Segment(0, false), PeerNodeOptions.DefaultRelayPort, log, _ => new RelayNode(options, log.Snapshot()));
        var identity = PeerIdentity.Create(crypto, random);
        var disk = new PeerDisk(world) { CommitTime = TimeSpan.FromMilliseconds(commitMilliseconds) };
        var kept = new HashSet<string>();
        var ana = new Host(world, "ana", new Segment(1, true), 44042, disk, host => new PeerNode(
            new PeerNodeOptions
            {
                Identity = identity, Nick = "ana", InstanceNonce = random.Next(), LinkPort = 44042, IsNewIdentity = true,
                Relay = new RelayTarget(relay.EndPoint.Address.ToString(), relay.EndPoint.Port),
            },
            disk.Snapshot, crypto, random, host.Time))
        {
            Told = (_, output) =>
            {
                if (output is Tell { Event: DeliveryEvent { State.IsOnRelay: true, Ref: { } reference } }) kept.Add(reference);
            },
        };
        relay.Boot();
        ana.Boot();
        for (var i = 0; i < Count; i++)
        {
            var text = i.ToString(CultureInfo.InvariantCulture);
            world.At(TimeSpan.FromSeconds(3) + (TimeSpan.FromMilliseconds(5) * (i / 20)), () => ana.Give(0, new SendCommand("#lobby", text, false, text)));
        }
        world.RunUntil(TimeSpan.FromSeconds(25));
        Assert.Equal(Count, log.State.Entries.Count());
        Assert.Equal(Count, kept.Count);
    }
}
