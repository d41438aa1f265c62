using System.Collections.Concurrent;
using LiteNetLib;

namespace LanChat.Standins.Tests.LiteNetLib;

public class MessageTests
{
    public static TheoryData<DeliveryMethod> Methods => new(Enum.GetValues<DeliveryMethod>());

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_message_arrives_with_its_channel_and_method(DeliveryMethod method)
    {
        using var pair = new Pair(manager => manager.ChannelsCount = 64);
        var peer = await pair.Connect();
        byte channel = method == DeliveryMethod.Unreliable ? (byte)0 : (byte)63;
        peer.Send("hello"u8, channel, method);
        await pair.Wait("the message arrived", () => pair.ReceivedCount == 1);
        Assert.Equal("hello"u8.ToArray(), pair.Received[0].Data);
        Assert.Equal(channel, pair.Received[0].Channel);
        Assert.Equal(method, pair.Received[0].Method);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flood_arrives_once_and_in_order(bool isUnsynced)
    {
        const int Count = 20_000;
        using var pair = new Pair(isUnsynced: isUnsynced);
        var peer = await pair.Connect();
        byte[] message = new byte[200];
        for (int i = 0; i < Count; i++)
        {
            BitConverter.TryWriteBytes(message, i);
            peer.Send(message, DeliveryMethod.ReliableOrdered);
        }

        await pair.Wait("all messages arrived", () => pair.ReceivedCount == Count);
        Assert.Equal(Enumerable.Range(0, Count), pair.Received.Select(received => BitConverter.ToInt32(received.Data)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reader_that_is_kept_stays_valid_until_it_is_recycled(bool isUnsynced)
    {
        const int Messages = 50;
        using var pair = new Pair(manager => manager.AutoRecycle = false, isUnsynced);
        var kept = new ConcurrentQueue<NetPacketReader>();
        pair.ServerListener.ClearNetworkReceiveEvent();
        pair.ServerListener.NetworkReceiveEvent += (_, reader, _, _) => kept.Enqueue(reader);
        var peer = await pair.Connect();
        for (int i = 0; i < Messages; i++)
            peer.Send(Enumerable.Repeat((byte)i, i % 2 == 0 ? 100 : 3000).ToArray(), DeliveryMethod.ReliableOrdered);
        await pair.Wait("the messages", () => kept.Count == Messages);
        int number = 0;
        foreach (var reader in kept)
        {
            Assert.All(reader.GetRemainingBytes(), value => Assert.Equal(number, value));
            reader.Recycle();
            reader.Recycle();
            Assert.True(reader.IsNull);
            number++;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(10_000_000)]
    public async Task A_fragmented_message_arrives_whole(int size)
    {
        using var pair = new Pair();
        var peer = await pair.Connect();
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        peer.Send(message, DeliveryMethod.ReliableOrdered);
        await pair.Wait("the message arrived", () => pair.ReceivedCount == 1);
        Assert.Equal(message, pair.Received[0].Data);
    }

#if !USE_NUGET_PACKAGES
    /// <summary>The way of systems without segmentation offload, on IPv4 alone and with IPv6 beside it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plain_sockets_carry_everything_too(bool withIPv6)
    {
        const int Messages = 2000;
        using var pair = new Pair(
            manager =>
            {
                manager.UsesPlainSockets = true;
                manager.IPv6Enabled = withIPv6;
            },
            isUnsynced: true);
        var peer = await pair.Connect();
        for (int i = 0; i < Messages; i++)
            peer.Send(BitConverter.GetBytes(i), DeliveryMethod.ReliableOrdered);
        peer.Send(new byte[1_000_000], DeliveryMethod.ReliableOrdered);
        await pair.Wait("all messages", () => pair.ReceivedCount == Messages + 1);
        Assert.Equal(Enumerable.Range(0, Messages), pair.Received.Take(Messages).Select(received => BitConverter.ToInt32(received.Data)));
        Assert.Equal(1_000_000, pair.Received[^1].Data.Length);
    }
#endif
}
