#if !USE_NUGET_PACKAGES
using System.Diagnostics;
using System.Net;
using LiteNetLib;
using LiteNetLib.Layers;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Who pings whom on an idle connection, in a time of the test's own.</summary>
public sealed class PingTests : IDisposable
{
    private const int Interval = 300;
    private const int Step = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Toll _atServer = new();
    private readonly Toll _atClient = new();
    private readonly EventBasedNetListener _serverListener = new();
    private readonly NetManager _server;
    private readonly NetManager _client;
    private readonly NetPeer _peer;

    public PingTests()
    {
        _server = Manager(_serverListener, _atServer);
        _client = Manager(new EventBasedNetListener(), _atClient);
        _serverListener.ConnectionRequestEvent += request => request.AcceptIfKey(Pair.Key);
        _peer = _client.Connect(new IPEndPoint(IPAddress.Loopback, _server.LocalPort), Pair.Key);
        Pass(2 * Interval);
        Assert.Equal(ConnectionState.Connected, _peer.ConnectionState);
    }

    public void Dispose()
    {
        _client.Stop();
        _server.Stop();
    }

    [Fact]
    public void Who_was_connected_to_sends_one_ping_in_ten_where_none_is_lost()
    {
        Pass(10 * Interval);
        (_atServer.Pings, _atClient.Pings) = (0, 0);

        Pass(100 * Interval);

        Assert.InRange(_atClient.Pings, 90, 101);
        Assert.InRange(_atServer.Pings, 8, 12);
        Assert.True(_server.FirstPeer.TimeSinceLastPacket <= Interval + (2 * Step));
        Assert.True(_peer.TimeSinceLastPacket <= Interval + (2 * Step));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_pings_or_answers_are_lost_both_sides_ping(bool isLostAtClient)
    {
        Pass(10 * Interval);
        (isLostAtClient ? _atClient : _atServer).LosesEvery = 3;
        Pass(20 * Interval);
        (_atServer.Pings, _atClient.Pings) = (0, 0);

        Pass(40 * Interval);

        Assert.InRange(_atClient.Pings, 36, 41);
        Assert.InRange(_atServer.Pings, 36, 41);
    }

    [Fact]
    public void A_side_that_falls_silent_is_noticed_in_time()
    {
        Pass(20 * Interval);
        _client.Stop(false);

        Pass((int)_server.DisconnectTimeout + (2 * Interval));

        Assert.Equal(0, _server.ConnectedPeersCount);
    }

    /// <summary>A number that was left out names no ping, though its place in the memory of pings had another one's time.</summary>
    [Fact]
    public void An_answer_to_a_ping_that_was_never_sent_says_nothing_of_the_way()
    {
        bool hasCome = false;
        _serverListener.NetworkReceiveEvent += (_, _, _, _) => hasCome = true;
        Pass(4 * Interval);
        foreach (bool isLost in (bool[])[true, true, false, true, true])
            _atServer.PongsLost.Enqueue(isLost);
        _atClient.PongsBeforeForgery = 2;
        Pass(7 * Interval);
        Assert.Equal(0, _atClient.PongsBeforeForgery);

        _atClient.LosesMessage = true;
        _peer.Send([1], DeliveryMethod.ReliableOrdered);
        Pass(2 * Step);
        Assert.False(_atClient.LosesMessage);
        Assert.False(hasCome);
        Pass(200);

        Assert.True(hasCome);
    }

    private static NetManager Manager(EventBasedNetListener listener, PacketLayerBase layer)
    {
        var manager = new NetManager(listener, layer) { PingInterval = Interval, DisconnectTimeout = 2500, AutoRecycle = true, IPv6Enabled = false };
        Assert.True(manager.StartInManualMode(IPAddress.Loopback, IPAddress.IPv6Loopback, 0));
        return manager;
    }

    private void Pass(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += Step)
        {
            Settle();
            _client.ManualUpdate(Step);
            _server.ManualUpdate(Step);
        }
    }

    /// <summary>
    /// Takes what is under way, the answers to it too: on a busy machine the kernel may deliver a datagram a moment after it was sent, and the test's time
    /// must not go on meanwhile.
    /// </summary>
    private void Settle()
    {
        var clock = Stopwatch.StartNew();
        int sent;
        do
        {
            sent = _atClient.Sent + _atServer.Sent;
            _client.PollEvents();
            _server.PollEvents();
            Assert.True(clock.Elapsed < Patience, "A datagram over loopback has not arrived.");
        }
        while (_client.IsRunning && (sent != _atClient.Sent + _atServer.Sent || _atClient.Received != _atServer.Sent || _atServer.Received != _atClient.Sent));
    }

    /// <summary>Counts the pings that leave, and loses some of them and of the answers.</summary>
    private sealed class Toll() : PacketLayerBase(0)
    {
        private const int PropertyBits = 0x1F;
        private const int Ping = 4;
        private const int Pong = 5;

        private const int Channeled = 1;
        private const int ReliableMerged = 2;

        private int _counted;

        /// <summary>Datagrams that left and were not lost.</summary>
        public int Sent { get; private set; }

        /// <summary>Datagrams that came.</summary>
        public int Received { get; private set; }

        public int Pings { get; set; }

        public int LosesEvery { get; set; } = int.MaxValue;

        /// <summary>Whether each of the next answers is lost.</summary>
        public Queue<bool> PongsLost { get; } = [];

        /// <summary>The answer after which this is 0 is made one to the number before.</summary>
        public int PongsBeforeForgery { get; set; }

        /// <summary>Whether the next message is lost.</summary>
        public bool LosesMessage { get; set; }

        public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length)
        {
            Received++;
            if (length > 0 && (data[0] & PropertyBits) == Pong && PongsBeforeForgery > 0 && --PongsBeforeForgery == 0)
                data[1]--;
        }

        public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
        {
            int property = length > 0 ? data[offset] & PropertyBits : 0;
            Pings += property == Ping ? 1 : 0;
            if (property is Channeled or ReliableMerged && LosesMessage)
                (LosesMessage, length) = (false, 0);
            if (property == Pong && PongsLost.TryDequeue(out bool isLost) && isLost)
                length = 0;
            if (property is Ping or Pong && ++_counted % LosesEvery == 0)
                length = 0;
            Sent += length > 0 ? 1 : 0;
        }
    }
}
#endif
