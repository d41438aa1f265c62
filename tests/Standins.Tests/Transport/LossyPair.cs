using System.Net;
using LiteNetLib;

namespace Standins.Tests.Transport;

/// <summary>A client and a server with a <see cref="LossyLink"/> between them; callbacks run on the library's threads.</summary>
internal sealed class LossyPair : IDisposable
{
    private readonly EventBasedNetListener _clientEvents = new();
    private readonly EventBasedNetListener _serverEvents = new();
    private readonly NetManager _client;
    private readonly NetManager _server;
    private NetPeer? _serverPeer;
    private string? _closed;

    public LossyPair(byte channels, LinkFaults faults, int seed, Action<byte, byte[]> atServer, Action<byte, byte[]> atClient)
    {
        _client = Start(_clientEvents, channels, atClient);
        _server = Start(_serverEvents, channels, atServer);
        _serverEvents.ConnectionRequestEvent += request => request.Accept();
        _serverEvents.PeerConnectedEvent += peer => Volatile.Write(ref _serverPeer, peer);
        Link = new LossyLink(new IPEndPoint(IPAddress.Loopback, _server.LocalPort), faults, seed);
        ClientPeer = _client.Connect(Link.Front, "");
    }

    public LossyLink Link { get; }

    public NetPeer ClientPeer { get; }

    public NetPeer ServerPeer => Volatile.Read(ref _serverPeer) ?? throw new InvalidOperationException("Not connected yet.");

    public async Task Connect()
    {
        bool IsConnected() => Volatile.Read(ref _serverPeer) is not null && ClientPeer.ConnectionState == ConnectionState.Connected;
        await Until.Holds("the connection", TimeSpan.FromSeconds(30), IsConnected);
        Assert.Null(_closed);
    }

    public void Dispose()
    {
        _client.Stop();
        _server.Stop();
        Link.Dispose();
    }

    private NetManager Start(EventBasedNetListener events, byte channels, Action<byte, byte[]> received)
    {
        var manager = new NetManager(events)
        {
            UnsyncedEvents = true,
            AutoRecycle = true,
            IPv6Enabled = false,
            ChannelsCount = channels,
            MtuOverride = NetConstants.MaxPacketSize,
            DisconnectTimeout = 60_000,
        };
        events.NetworkReceiveEvent += (_, reader, channel, _) => received(channel, reader.GetRemainingBytes());
        events.PeerDisconnectedEvent += (_, info) => _closed = info.Reason.ToString();
        Assert.True(manager.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0));
        return manager;
    }
}
