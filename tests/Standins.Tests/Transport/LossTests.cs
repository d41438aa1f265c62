using System.Buffers.Binary;
using System.Net;
using LiteNetLib;

namespace Standins.Tests.Transport;

/// <summary>Two managers with a bad link between them, both sending.</summary>
public sealed class LossTests
{
    private const byte Channels = 64;
    private const int MessagesPerChannel = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private static readonly LinkFaults Faults = new() { Lost = 0.2, Doubled = 0.1, DelayedUpTo = TimeSpan.FromMilliseconds(4) };

    [Theory]
    [InlineData(1, DeliveryMethod.ReliableOrdered)]
    [InlineData(2, DeliveryMethod.ReliableUnordered)]
    public async Task Every_reliable_message_arrives_once_on_64_channels(int seed, DeliveryMethod method)
    {
        var atServer = new Inbox();
        var atClient = new Inbox();
        using var pair = new LossyPair(Channels, Faults, seed, atServer.Take, atClient.Take);
        await pair.Connect();
        SendAll(pair.ClientPeer, method, seed);
        SendAll(pair.ServerPeer, method, seed + 1);
        const int all = Channels * MessagesPerChannel;
        await Until.Holds("all messages at both ends", Limit, () => atServer.Count >= all && atClient.Count >= all);

        bool isOrdered = method == DeliveryMethod.ReliableOrdered;
        atServer.Check(MessagesPerChannel, isOrdered);
        atClient.Check(MessagesPerChannel, isOrdered);
        Assert.True(pair.Link.Lost > 0 && pair.Link.Doubled > 0);
    }

    [Fact]
    public async Task Ten_megabytes_in_fragments_arrive_whole_both_ways()
    {
        byte[] message = new byte[10_000_000];
        new Random(3).NextBytes(message);
        byte[]? atServer = null;
        byte[]? atClient = null;
        using var pair = new LossyPair(
            1,
            Faults with { DelayedUpTo = TimeSpan.FromMilliseconds(1) },
            seed: 4,
            (_, payload) => atServer = payload,
            (_, payload) => atClient = payload);
        await pair.Connect();
        pair.ClientPeer.Send(message, DeliveryMethod.ReliableOrdered);
        pair.ServerPeer.Send(message, DeliveryMethod.ReliableOrdered);
        await Until.Holds("10 MB at both ends", Limit, () => Volatile.Read(ref atServer) is not null && Volatile.Read(ref atClient) is not null);
        Assert.True(message.AsSpan().SequenceEqual(atServer));
        Assert.True(message.AsSpan().SequenceEqual(atClient));
    }

    /// <summary>Messages of all sizes from empty to a few fragments; the index in front, as far as it fits.</summary>
    private static void SendAll(NetPeer peer, DeliveryMethod method, int seed)
    {
        var random = new Random(seed);
        for (int index = 0; index < MessagesPerChannel; index++)
        {
            for (byte channel = 0; channel < Channels; channel++)
            {
                byte[] message = new byte[4 + (random.Next(50) == 0 ? random.Next(4_000) : random.Next(60))];
                BinaryPrimitives.WriteInt32LittleEndian(message, index);
                peer.Send(message, channel, method);
            }
        }
    }

    /// <summary>What arrived, by channel, in the order of arrival.</summary>
    private sealed class Inbox
    {
        private readonly List<int>[] _indices = [.. Enumerable.Range(0, Channels).Select(_ => new List<int>())];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Take(byte channel, byte[] payload)
        {
            lock (_indices[channel])
                _indices[channel].Add(BinaryPrimitives.ReadInt32LittleEndian(payload));
            Interlocked.Increment(ref _count);
        }

        public void Check(int messages, bool isOrdered)
        {
            foreach (List<int> arrived in _indices)
                Assert.Equal(Enumerable.Range(0, messages), isOrdered ? arrived : arrived.Order());
        }
    }
}
