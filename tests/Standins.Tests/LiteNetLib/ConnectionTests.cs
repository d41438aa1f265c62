using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using LiteNetLib;
using LiteNetLib.Layers;
using LiteNetLib.Utils;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Connections of two managers with their threads running.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Data_given_at_parting_arrives()
    {
        using var pair = new Pair();
        var peer = await pair.Connect();
        string? heard = null;
        pair.ServerListener.PeerDisconnectedEvent += (_, info) => heard = $"{info.Reason} {info.AdditionalData.GetString()}";
        peer.Disconnect(NetDataWriter.FromString("bye"));
        await pair.Wait("the parting", () => heard != null);
        Assert.Equal("RemoteConnectionClose bye", heard);
        await pair.Wait("the confirmation", () => peer.ConnectionState == ConnectionState.Disconnected);
        Assert.Equal((0, 0), (pair.Server.ConnectedPeersCount, pair.Client.ConnectedPeersCount));
    }

#if !USE_NUGET_PACKAGES
    /// <summary>An accepted connection whose first datagrams are lost: pings without an answer must not make its first message wait for seconds.</summary>
    [Fact]
    public async Task What_was_lost_is_repeated_soon_though_pings_were_lost_as_well()
    {
        var walls = new List<Wall>();
        using var pair = new Pair(manager => manager.PingInterval = 600, layer: () =>
        {
            walls.Add(new Wall());
            return walls[^1];
        });
        NetPeer? accepted = null;
        pair.ServerListener.PeerConnectedEvent += at =>
        {
            accepted = at;
            at.Send([1], DeliveryMethod.ReliableOrdered);
        };
        bool hasCome = false;
        pair.ClientListener.NetworkReceiveEvent += (_, _, _, _) => hasCome = true;
        walls[0].IsClosed = true;
        walls[1].LosesPongs = true;
        var peer = pair.Client.Connect(pair.ServerEndPoint, Pair.Key);

        await pair.Wait("a ping that counts as slow", () => accepted is { RoundTripTime: > 500 });
        walls[0].IsClosed = false;
        await pair.Wait("the connection", () => peer.ConnectionState == ConnectionState.Connected);
        long connected = Stopwatch.GetTimestamp();
        await pair.Wait("the message", () => hasCome);

        Assert.InRange(Stopwatch.GetElapsedTime(connected), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
#endif

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejection_says_why(bool isForced)
    {
        using var pair = new Pair();
        pair.ServerListener.ClearConnectionRequestEvent();
        pair.ServerListener.ConnectionRequestEvent += request =>
        {
            Assert.Equal("wrong", request.Data.GetString());
            if (isForced)
                request.RejectForce(NetDataWriter.FromString("full"));
            else
                request.Reject(NetDataWriter.FromString("full"));
            Assert.Null(request.Accept());
        };
        string? heard = null;
        pair.ClientListener.PeerDisconnectedEvent += (_, info) => heard = $"{info.Reason} {info.AdditionalData.GetString()}";
        pair.Client.Connect(pair.ServerEndPoint, "wrong");
        await pair.Wait("the rejection", () => heard != null);
        Assert.Equal("ConnectionRejected full", heard);
    }

    [Fact]
    public async Task A_silent_peer_times_out_on_the_other_side()
    {
        using var pair = new Pair(manager =>
        {
            manager.DisconnectTimeout = 300;
            manager.PingInterval = 50;
        });
        var peer = await pair.Connect();
        DisconnectReason? reason = null;
        pair.ClientListener.PeerDisconnectedEvent += (_, info) => reason = info.Reason;
        pair.Server.Stop(false);
        await pair.Wait("the timeout", () => reason != null);
        Assert.Equal(DisconnectReason.Timeout, reason);
        await pair.Wait("the end of the peer", () => pair.Client.FirstPeer == null);
        Assert.Equal(ConnectionState.Disconnected, peer.ConnectionState);
    }

    [Fact]
    public async Task A_stopped_manager_says_goodbye_and_can_start_again()
    {
        using var pair = new Pair();
        await pair.Connect();
        DisconnectReason? reason = null;
        pair.ClientListener.PeerDisconnectedEvent += (_, info) => reason = info.Reason;
        int port = pair.Server.LocalPort;
        pair.Server.Stop();
        await pair.Wait("the goodbye", () => reason != null);
        Assert.Equal(DisconnectReason.RemoteConnectionClose, reason);
        Assert.True(pair.Server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, port));
        Assert.False(pair.Server.Start());
        var second = new NetManager(new EventBasedNetListener());
        Assert.False(second.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, port));
        await pair.Connect();
    }

    [Fact]
    public async Task Both_sides_may_connect_at_once()
    {
        using var pair = new Pair();
        pair.ClientListener.ConnectionRequestEvent += request => request.AcceptIfKey(Pair.Key);
        pair.Client.Connect(pair.ServerEndPoint, Pair.Key);
        pair.Server.Connect(new IPEndPoint(IPAddress.Loopback, pair.Client.LocalPort), Pair.Key);
        await pair.Wait("one connection", () => pair.Client.ConnectedPeersCount == 1 && pair.Server.ConnectedPeersCount == 1);
        Assert.Single((IEnumerable<NetPeer>)pair.Client);
        Assert.Single((IEnumerable<NetPeer>)pair.Server);
    }

    [Fact]
    public async Task Each_message_sent_with_a_delivery_event_raises_it_once()
    {
        const int Messages = 300;
        using var pair = new Pair();
        var peer = await pair.Connect();
        var delivered = new ConcurrentBag<int>();
        pair.ClientListener.DeliveryEvent += (_, userData) => delivered.Add((int)userData);
        for (int i = 0; i < Messages; i++)
            peer.SendWithDeliveryEvent(new byte[i % 3 == 0 ? 5000 : i], (DeliveryMethod)(i % 2 * 2), i);
        await pair.Wait("all delivery events", () => delivered.Count == Messages && pair.ReceivedCount == Messages);
        Assert.Equal(Enumerable.Range(0, Messages), delivered.Order());
        Assert.Throws<ArgumentException>(() => peer.SendWithDeliveryEvent([1], DeliveryMethod.Sequenced, 1));
    }

    [Fact]
    public async Task Threads_may_send_to_one_peer_at_the_same_time()
    {
        const int Threads = 4;
        const int Messages = 5000;
        using var pair = new Pair(manager => manager.ChannelsCount = Threads, isUnsynced: true);
        var peer = await pair.Connect();
        var senders = Enumerable.Range(0, Threads).Select(channel => Task.Run(() =>
        {
            for (int i = 0; i < Messages; i++)
                peer.Send(BitConverter.GetBytes(i), (byte)channel, DeliveryMethod.ReliableOrdered);
        }));
        await Task.WhenAll(senders);
        await pair.Wait("all messages", () => pair.ReceivedCount == Threads * Messages);
        foreach (var channel in pair.Received.GroupBy(message => message.Channel))
            Assert.Equal(Enumerable.Range(0, Messages), channel.Select(message => BitConverter.ToInt32(message.Data)));
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_end_a_library_thread()
    {
        using var pair = new Pair(isUnsynced: true);
        var peer = await pair.Connect();
        var errors = new Log();
        NetDebug.Logger = errors;
        try
        {
            pair.ServerListener.NetworkReceiveEvent += (_, _, _, _) => throw new FormatException("in a callback");
            peer.Send([1], DeliveryMethod.ReliableOrdered);
            peer.Send([2], DeliveryMethod.ReliableOrdered);
            await pair.Wait("both messages", () => pair.ReceivedCount == 2 && errors.Lines.Count(line => line.Contains("in a callback")) == 2);
        }
        finally
        {
            NetDebug.Logger = null;
        }
    }

    [Fact]
    public async Task A_message_to_all_spares_the_excluded_and_is_counted()
    {
        using var pair = new Pair(manager => manager.EnableStatistics = true);
        var peer = await pair.Connect();
        int heard = 0;
        pair.ClientListener.NetworkReceiveEvent += (_, reader, _, _) => heard += reader.GetByte();
        pair.Server.SendToAll([100], 0, DeliveryMethod.ReliableOrdered, pair.Server.FirstPeer);
        pair.Server.SendToAll([1], DeliveryMethod.ReliableOrdered);
        await pair.Wait("the message", () => heard > 0);
        Assert.Equal(1, heard);
        Assert.True(pair.Server.Statistics.PacketsSent > 0 && pair.Client.Statistics.BytesReceived > 0);
        Assert.Equal(peer, pair.Client.GetPeerById(peer.Id));
    }

    [Fact]
    public async Task A_name_without_address_is_an_event()
    {
        using var pair = new Pair();
        DisconnectReason? reason = null;
        pair.ClientListener.PeerDisconnectedEvent += (none, info) => reason = none == null ? info.Reason : null;
        Assert.Null(pair.Client.Connect("no such host.invalid", 1, Pair.Key));
        await pair.Wait("the event", () => reason != null);
        Assert.Equal(DisconnectReason.UnknownHost, reason);
        Assert.Throws<InvalidOperationException>(() => new NetManager(pair.ClientListener).Connect(pair.ServerEndPoint, Pair.Key));
    }

    private sealed class Log : INetLogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void WriteNet(NetLogLevel level, string str, params object[] args) => Lines.Enqueue(str);
    }

#if !USE_NUGET_PACKAGES
    /// <summary>While it is closed nothing leaves; or no answer to a ping does.</summary>
    private sealed class Wall() : PacketLayerBase(0)
    {
        private const int PropertyBits = 0x1F;
        private const int Pong = 5;

        private volatile bool _isClosed;

        public bool IsClosed
        {
            get => _isClosed;
            set => _isClosed = value;
        }

        public bool LosesPongs { get; set; }

        public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length)
        {
        }

        public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
        {
            if (_isClosed || (LosesPongs && length > 0 && (data[offset] & PropertyBits) == Pong))
                length = 0;
        }
    }
#endif
}
