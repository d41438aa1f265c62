// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
using System.Text;
using LiteNetLib;
using LiteNetLib.Layers;
using LiteNetLib.Utils;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>What the application did in each captured conversation that is replayed whole, on either side.</summary>
internal static class ConversationScripts
{
    private const int FirstData = 2;
    private static readonly byte[] NoRoom = "no room"u8.ToArray();
    private static readonly byte[] GoAway = "go away"u8.ToArray();

    public static readonly IReadOnlyDictionary<string, Script> All = new Dictionary<string, Script>
    {
        ["connect_accept_ping"] = new(Connect, Nothing, manager => manager.PingInterval = 150),
        ["connect_data_bytes"] = new(replay => Connect(replay, Nick()), replay => replay.OnRequest(request => request.Accept())),
        ["connect_empty_data"] = new(replay => Connect(replay, new NetDataWriter()), replay => replay.OnRequest(AcceptEmpty)),
        ["connect_reject_data"] = new(Connect, replay => replay.OnRequest(request => request.Reject(NoRoom))),
        ["connect_reject_wrong_key"] = new(Connect, replay => replay.OnRequest(request => request.AcceptIfKey("other"))),
        ["connect_rejectforce_data"] = new(Connect, replay => replay.OnRequest(request => request.RejectForce(GoAway))),
        ["connect_retry"] = new(Connect, null, manager => manager.MaxConnectAttempts = 3, replay => replay.Pass(600)),
        ["connect_accept_lost"] = new(Connect, Nothing),
        ["send_reliable_ordered_ch0"] = Sending(DeliveryMethod.ReliableOrdered, 0, FirstData, 4),
        ["send_reliable_ordered_ch5"] = Sending(DeliveryMethod.ReliableOrdered, 5, FirstData, 4),
        ["send_reliable_unordered_ch0"] = Sending(DeliveryMethod.ReliableUnordered, 0, FirstData, 4),
        ["send_sequenced_ch0"] = Sending(DeliveryMethod.Sequenced, 0, FirstData, 3),
        ["send_reliable_sequenced_ch0"] = Sending(DeliveryMethod.ReliableSequenced, 0, FirstData, 4),
        ["send_reliable_sequenced_ch3"] = Sending(DeliveryMethod.ReliableSequenced, 3, FirstData, 4),
        ["send_unreliable"] = Sending(DeliveryMethod.Unreliable, 0, FirstData, 3),
        ["reliable_merged_three"] = Doing(FirstData, replay => SendOrdered(replay, "a", "bb", "ccc")),
        ["merged_mixed"] = Doing(FirstData, SendMixed),
        ["ack_plus_data_merged"] = new(
            replay => At(replay, FirstData, () => SendOrdered(replay, "ping")),
            replay => replay.Before(3, () => SendOrdered(replay, "pong"))),
        ["reliable_size_997"] = OfSize(997),
        ["reliable_size_998"] = OfSize(998),
        ["reliable_size_1017"] = OfSize(1017),
        ["reliable_size_1018"] = OfSize(1018),
        ["reliable_size_1019"] = OfSize(1019),
        ["reliable_size_1020"] = OfSize(1020),
        ["two_messages_merge_threshold"] = Doing(FirstData, SendFourSizes),
        ["unreliable_max"] = Doing(FirstData, SendMaximum),
        ["fragmented_5000"] = Doing(FirstData, replay => replay.Peer.Send(Pattern(5000), DeliveryMethod.ReliableOrdered)),
        ["fragmented_unordered_ch2_loss"] = new(
            replay => At(replay, FirstData, () => replay.Peer.Send(Filled(2100, 0xAB), 2, DeliveryMethod.ReliableUnordered)),
            Nothing,
            manager => manager.ChannelsCount = 4),
        ["ordered_loss_resend"] = new(SendInTicks, Nothing),
        ["ack_lost_duplicate"] = Doing(FirstData, replay => SendOrdered(replay, "once")),
        ["reliable_sequenced_loss"] = new(
            replay => At(replay, FirstData, () => replay.Send("r1", DeliveryMethod.ReliableSequenced))
                .Before(3, () => replay.Send("r2", DeliveryMethod.ReliableSequenced)),
            Nothing),
        ["disconnect_with_data"] = Doing(FirstData, replay => replay.Peer.Disconnect("bye"u8.ToArray())),
        ["disconnect_plain_server"] = new(Connect, replay => replay.Before(FirstData, () => replay.Peer.Disconnect())),
        ["disconnect_shutdownok_lost"] = new(
            replay => At(replay, FirstData, () => replay.Peer.Disconnect()), Nothing, manager => manager.DisconnectTimeout = 1500, OutlivePeer),
        ["disconnect_all_stop"] = new(Connect, replay => replay.Before(FirstData, () => replay.Manager.Stop(true))),
        ["reconnect_same_manager"] = new(Reconnect, Nothing),
        ["reconnect_new_process_same_port"] = new(Restart, Nothing),
        ["peer_not_found"] = new(
            replay => At(replay, FirstData, () => replay.Send("still there?", DeliveryMethod.Unreliable)),
            replay => replay.Before(FirstData, () => Forget(replay))),
        ["peer_address_change"] = new(
            replay => At(replay, FirstData, () => SendOrdered(replay, "moved")),
            replay => replay.Before(FirstData, replay.ChangePort),
            manager => manager.AllowPeerAddressChange = true),
        ["data_after_disconnect_call"] = new(
            replay => At(replay, FirstData, () => replay.Peer.Disconnect()),
            replay => replay.Before(3, () => replay.Send("late", DeliveryMethod.Unreliable))),
        ["unconnected_message"] = new(
            replay => replay.Before(0, () => replay.Manager.SendUnconnectedMessage("who is there"u8.ToArray(), replay.Other)),
            replay => replay.Before(1, () => replay.Manager.SendUnconnectedMessage("me"u8.ToArray(), replay.Other)),
            manager => manager.UnconnectedMessagesEnabled = true),
        ["crc32c_layer"] = Doing(FirstData, replay => replay.Send("hello", DeliveryMethod.Unreliable)) with { Layer = () => new Crc32cLayer() },
        ["xor_layer"] = Doing(FirstData, replay => replay.Send("hello", DeliveryMethod.Unreliable)) with
        {
            Layer = () => new XorEncryptLayer("secret"),
        },
    };

    private static void Nothing(Replay replay)
    {
    }

    private static void Connect(Replay replay) => replay.Before(0, replay.Connect);

    private static void Connect(Replay replay, NetDataWriter data) => replay.Before(0, () => replay.Connect(data));

    private static Replay At(Replay replay, int index, Action action)
    {
        Connect(replay);
        return replay.Before(index, action);
    }

    private static Script Doing(int index, Action<Replay> client) =>
        new(replay => At(replay, index, () => client(replay)), Nothing);

    private static Script Sending(DeliveryMethod method, byte channel, int first, int second) => new(
        replay => At(replay, first, () => replay.Send("hello", method, channel)).Before(second, () => replay.Send("world!", method, channel)),
        Nothing,
        manager => manager.ChannelsCount = 8);

    private static Script OfSize(int size) =>
        Doing(FirstData, replay => replay.Peer.Send(Filled(size, 0x55), DeliveryMethod.ReliableOrdered));

    private static byte[] Filled(int size, byte value) => Enumerable.Repeat(value, size).ToArray();

    private static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)((i * 7) + 3))];

    private static NetDataWriter Nick()
    {
        var writer = new NetDataWriter();
        writer.Put(1);
        writer.Put("nick");
        return writer;
    }

    private static void AcceptEmpty(ConnectionRequest request)
    {
        Assert.True(request.Data.IsNull);
        Assert.Equal(0, request.Data.AvailableBytes);
        request.Accept();
    }

    private static void SendOrdered(Replay replay, params string[] texts)
    {
        foreach (string text in texts)
            replay.Send(text, DeliveryMethod.ReliableOrdered);
    }

    private static void SendMixed(Replay replay)
    {
        replay.Send("u1", DeliveryMethod.Unreliable);
        replay.Send("ro", DeliveryMethod.ReliableOrdered);
        replay.Send("ru", DeliveryMethod.ReliableUnordered);
        replay.Send("sq", DeliveryMethod.Sequenced);
        replay.Send("rs", DeliveryMethod.ReliableSequenced);
        replay.Send("u2", DeliveryMethod.Unreliable);
    }

    private static void SendFourSizes(Replay replay)
    {
        foreach (int size in new[] { 500, 500, 490, 490 })
            replay.Peer.Send(new byte[size], DeliveryMethod.ReliableOrdered);
    }

    private static void SendMaximum(Replay replay)
    {
        Assert.Equal(1023, replay.Peer.GetMaxSinglePacketSize(DeliveryMethod.Unreliable));
        Assert.Equal(1020, replay.Peer.GetMaxSinglePacketSize(DeliveryMethod.ReliableOrdered));
        Assert.Throws<TooBigPacketException>(() => replay.Peer.Send(new byte[1024], DeliveryMethod.Unreliable));
        replay.Peer.Send(new byte[1023], DeliveryMethod.Unreliable);
    }

    /// <summary>The second message gets lost; the third is queued in the tick in which its resend falls due.</summary>
    private static void SendInTicks(Replay replay)
    {
        At(replay, FirstData, () => SendOrdered(replay, "m0"));
        replay.Before(4, () => SendOrdered(replay, "m1"));
        replay.Before(5, () =>
        {
            replay.Pass(15);
            SendOrdered(replay, "m2");
        });
        replay.Before(7, () => SendOrdered(replay, "m3"));
        replay.Before(9, () => SendOrdered(replay, "m4"));
    }

    private static void OutlivePeer(Replay replay)
    {
        replay.Pass(4000);
        Assert.Null(replay.Manager.FirstPeer);
    }

    private static void Reconnect(Replay replay)
    {
        const int PingsAgain = 15;
        int noPings = replay.Manager.PingInterval;
        At(replay, FirstData, () => replay.Peer.Disconnect());
        replay.Before(4, replay.Connect);
        replay.Before(6, () => replay.Manager.PingInterval = PingsAgain);
        replay.Before(7, () =>
        {
            replay.Manager.PingInterval = noPings;
            SendOrdered(replay, "hi");
        });
        replay.Before(10, () => replay.Send("un", DeliveryMethod.Unreliable));
    }

    private static void Restart(Replay replay)
    {
        At(replay, FirstData, () =>
        {
            Forget(replay);
            replay.Connect();
        });
        replay.Before(4, () => SendOrdered(replay, "hi"));
    }

    private static void Forget(Replay replay)
    {
        int port = replay.Manager.LocalPort;
        replay.Manager.Stop(false);
        replay.Start(port);
    }
}

/// <summary>What an application does in a conversation.</summary>
/// <param name="Client">Prepares the client's actions; null if there is nothing to replay on that side.</param>
/// <param name="Server">Prepares the server's actions.</param>
/// <param name="Configure">Sets both sides up.</param>
/// <param name="ClientAfter">What the client does when all packets have been seen.</param>
internal sealed record Script(
    Action<Replay>? Client, Action<Replay>? Server, Action<NetManager>? Configure = null, Action<Replay>? ClientAfter = null)
{
    public Func<PacketLayerBase>? Layer { get; init; }
}
#endif
