// The settings are the stand-in's own.
#if !USE_NUGET_PACKAGES
using System.Net;
using LiteNetLib;

namespace Standins.Tests.Fuzz;

/// <summary>Each bound on what others can make a node keep, reached.</summary>
public sealed class LimitTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly EventBasedNetListener _events = new();
    private readonly List<ConnectionRequest> _requests = [];
    private readonly List<int> _received = [];
    private readonly List<DisconnectReason> _closed = [];
    private readonly List<RawPeer> _raw = [];
    private readonly NetManager _server;

    public LimitTests()
    {
        _server = new NetManager(_events) { UnsyncedEvents = true, AutoRecycle = true, IPv6Enabled = false, EnableStatistics = true };
        _events.ConnectionRequestEvent += request => Locked(_requests, list => list.Add(request));
        _events.NetworkReceiveEvent += (_, reader, _, _) => Locked(_received, list => list.Add(reader.AvailableBytes));
        _events.PeerDisconnectedEvent += (_, info) => Locked(_closed, list => list.Add(info.Reason));
        Assert.True(_server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0));
    }

    [Fact]
    public async Task Undecided_requests_beyond_the_limit_are_ignored_until_one_is_decided()
    {
        _server.MaxHalfOpenConnections = 4;
        RawPeer[] strangers = [.. Enumerable.Range(0, 10).Select(_ => NewRawPeer())];
        byte[][] requests = [.. strangers.Select(stranger => stranger.ConnectRequest("key"))];
        await SendAndSettle(strangers, requests);
        Assert.Equal(4, Count(_requests));

        ConnectionRequest first = _requests[0];
        first.Accept();
        await SendAndSettle(strangers, requests);
        Assert.Equal(5, Count(_requests));
    }

    [Fact]
    public async Task Unfinished_messages_beyond_the_limit_are_thrown_away()
    {
        _server.MaxReassembliesPerPeer = 2;
        RawPeer peer = await ConnectRawPeer();
        byte[] part = new byte[100];
        ushort sequence = 0;
        foreach (ushort message in (ushort[])[1, 2, 3])
            peer.SendFragment(sequence++, message, part: 0, parts: 2, part);
        foreach (ushort message in (ushort[])[3, 2, 1])
            peer.SendFragment(sequence++, message, part: 1, parts: 2, part.AsSpan(0, message));

        await Until.Holds("two whole messages", Soon, () => Count(_received) == 2);
        Assert.Equal([102, 101], _received);
    }

    [Fact]
    public async Task Unfinished_bytes_beyond_the_limit_are_thrown_away_and_the_connection_goes_on()
    {
        _server.MaxReassemblyBytesPerPeer = 10_000;
        RawPeer peer = await ConnectRawPeer();
        byte[] part = new byte[1000];
        for (ushort index = 0; index < 40; index++)
            peer.SendFragment(index, message: 1, part: index, parts: 40, part);
        peer.Send([(byte)(peer.ConnectionNumber << 5), 1, 2, 3]);

        await Until.Holds("the message after it", Soon, () => Count(_received) > 0);
        Assert.Equal([3], _received);
        Assert.Empty(_closed);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_given_up_when_its_queue_is_full()
    {
        _server.MaxQueuedBytesPerPeer = 1_000_000;
        await ConnectRawPeer();
        NetPeer peer = _server.FirstPeer;
        byte[] message = new byte[1000];
        for (int count = 0; count < 2_000; count++)
            peer.Send(message, DeliveryMethod.ReliableOrdered);

        await Until.Holds("the end of the connection", Soon, () => Count(_closed) == 1);
        Assert.Equal(0, _server.ConnectedPeersCount);
    }

    public void Dispose()
    {
        _server.Stop();
        _raw.ForEach(peer => peer.Dispose());
    }

    private static void Locked<T>(List<T> list, Action<List<T>> action)
    {
        lock (list)
            action(list);
    }

    private static int Count<T>(List<T> list)
    {
        lock (list)
            return list.Count;
    }

    private RawPeer NewRawPeer()
    {
        var peer = new RawPeer(_server.LocalPort);
        _raw.Add(peer);
        return peer;
    }

    private async Task<RawPeer> ConnectRawPeer()
    {
        _events.ConnectionRequestEvent += request => request.Accept();
        RawPeer peer = NewRawPeer();
        Assert.True(peer.TryConnect("key"));
        await Until.Holds("the connection", Soon, () => _server.ConnectedPeersCount == 1);
        return peer;
    }

    /// <summary>Sends one datagram each and waits until the server has taken them all.</summary>
    private async Task SendAndSettle(RawPeer[] peers, byte[][] datagrams)
    {
        long before = _server.Statistics.PacketsReceived;
        for (int index = 0; index < peers.Length; index++)
            peers[index].Send(datagrams[index]);
        await Until.Holds("the requests", Soon, () => _server.Statistics.PacketsReceived >= before + peers.Length);
    }
}
#endif
