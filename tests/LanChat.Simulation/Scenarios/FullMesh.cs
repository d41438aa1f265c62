using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Simulation.Engine;

namespace LanChat.Simulation.Scenarios;

/// <summary>What a talk in a full mesh cost.</summary>
/// <param name="Links">Members each peer was linked to, the fewest.</param>
/// <param name="Said">Messages said.</param>
/// <param name="Shown">Times a message was shown to somebody who had not written it.</param>
/// <param name="EntrySends">Times an entry was sent.</param>
/// <param name="MostSendsByOne">Entries that one node sent of others' messages, the most.</param>
/// <param name="EntryBytes">Bytes of messages that carry entries.</param>
/// <param name="DigestBytes">Bytes of digests.</param>
/// <param name="AllBytes">All bytes on the links during the talk.</param>
internal sealed record MeshResult(
    int Links, int Said, int Shown, long EntrySends, long MostSendsByOne, long EntryBytes, long DigestBytes, long AllBytes);

/// <summary>Many peers in one room on one LAN, each linked to each, and a talk among them.</summary>
internal static class FullMesh
{
    public static MeshResult Run(int peers, int messages, ulong seed)
    {
        var world = new World(seed, false);
        world.Network.Way = (_, _) => new Conditions { Delay = TimeSpan.FromMilliseconds(1), Jitter = TimeSpan.FromMilliseconds(2) };
        var crypto = new KeyedHashCryptography();
        var random = new SeededRandomSource(seed + 99);
        var segment = new Segment(1, true);
        var shown = 0;
        for (var i = 0; i < peers; i++)
        {
            var identity = PeerIdentity.Create(crypto, random);
            var disk = new PeerDisk(world);
            var name = $"peer{i}";
            var host = new Host(world, name, segment, 44042 + i, disk, self => new PeerNode(
                new PeerNodeOptions { Identity = identity, Nick = name, InstanceNonce = random.Next(), LinkPort = self.EndPoint.Port, IsNewIdentity = true },
                disk.Snapshot, crypto, random, self.Time))
            {
                MeasureEvery = 5,
                Told = (_, output) => shown += output is Tell { Event: MessageEvent { Message.IsOwn: false } } ? 1 : 0,
            };
            world.At(TimeSpan.FromMilliseconds(20 * i), host.Boot);
        }
        world.RunUntil(TimeSpan.FromSeconds(30));
        var links = world.Hosts.Min(host => host.Links.Count);
        long Sum(string counter) => world.Hosts.Sum(host => ((PeerNode)host.Node!).Counters.GetValueOrDefault(counter));
        var (bytesBefore, digestsBefore) = (world.Network.BytesSent, Sum("sent-digest-bytes"));
        for (var i = 1; i <= messages; i++)
        {
            var (number, host) = (i, world.Hosts[world.Random.Next(peers)]);
            var text = number.ToString(CultureInfo.InvariantCulture) + new string('x', 200);
            world.After(TimeSpan.FromMilliseconds(200 * i), () => host.Give(number, new SendCommand("#lobby", text)));
        }
        world.RunUntil(world.Now + TimeSpan.FromMilliseconds(200 * messages) + TimeSpan.FromSeconds(15));
        return new MeshResult(
            links, messages, shown, Sum("sent-entries"), world.Hosts.Max(host => ((PeerNode)host.Node!).Counters.GetValueOrDefault("sent-entries-of-others")),
            Sum("sent-entry-bytes"), Sum("sent-digest-bytes") - digestsBefore, world.Network.BytesSent - bytesBefore);
    }
}
