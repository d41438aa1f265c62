using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LiteNetLib;

namespace LanChat.Benchmarks.Transport;

/// <summary>A connected pair of managers in this process, with callbacks on the threads that cause them.</summary>
internal sealed class Loopback : IDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly NetManager _client;
    private readonly NetManager _server;

    public Loopback(byte channels)
    {
        _client = Manager(ClientEvents, channels);
        _server = Manager(ServerEvents, channels);
        ServerEvents.ConnectionRequestEvent += request => ServerPeer = request.Accept();
        using var connected = new ManualResetEventSlim();
        ClientEvents.PeerConnectedEvent += _ => connected.Set();
        _client.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
        _server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
        Client = _client.Connect(new IPEndPoint(IPAddress.Loopback, _server.LocalPort), "benchmark");
        if (!connected.Wait(ConnectLimit))
            throw new InvalidOperationException("The two ends did not connect over loopback.");
    }

    public EventBasedNetListener ClientEvents { get; } = new();

    public EventBasedNetListener ServerEvents { get; } = new();

    /// <summary>The server as the client sees it.</summary>
    public NetPeer Client { get; }

    /// <summary>The client as the server sees it.</summary>
    public NetPeer? ServerPeer { get; private set; }

    /// <summary>The settings every benchmark measures with; the largest datagram from the start.</summary>
    public static NetManager Manager(INetEventListener events, byte channels) => new(events)
    {
        UnsyncedEvents = true,
        AutoRecycle = true,
        IPv6Enabled = false,
        ChannelsCount = channels,
        MtuOverride = NetConstants.MaxPacketSize,
        DisconnectTimeout = 30_000,
    };

    /// <summary>A bound UDP socket on loopback with large buffers.</summary>
    public static Socket Udp(int bufferBytes = 1 << 20)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = bufferBytes,
            SendBufferSize = bufferBytes,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    public static double SecondsSince(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalSeconds;

    public void Dispose()
    {
        _client.Stop();
        _server.Stop();
    }
}
