using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>One of a probe's sockets: with an identity of its own, so that no limit per stranger spans two ways.</summary>
internal sealed class ProbeSocket : IDisposable
{
    private const byte UnconnectedMessage = 9;

    private const int MaxDatagram = 512;

    private readonly Socket _socket;
    private readonly LocalInterface? _interface;
    private readonly UInt128 _network;
    private readonly UInt128 _nonce;
    private readonly HashSet<IPEndPoint> _greeted = [];

    private ProbeSocket(ProbeWay way, Socket socket, UInt128 network, LocalInterface? local)
    {
        Way = way;
        _socket = socket;
        _network = network;
        _interface = local;
        Span<byte> random = stackalloc byte[32];
        new SystemRandomSource().Fill(random);

        // The smaller id is the one expected to connect: with a small one nobody tries to, within the time this takes.
        random[..4].Clear();
        Peer = PeerId.Read(random[..16]);
        _nonce = BinaryPrimitives.ReadUInt128BigEndian(random[16..]);
    }

    public ProbeWay Way { get; }

    public PeerId Peer { get; }

    public AddressFamily Family => _socket.AddressFamily;

    /// <summary>Opens a socket; null when the address or port is taken.</summary>
    public static ProbeSocket? TryOpen(ProbeWay way, IPAddress address, int port, UInt128 network, LocalInterface? local = null)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                socket.EnableBroadcast = true;
                if (local is not null) socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address.GetAddressBytes());
            }
            else
            {
                socket.DualMode = false;
                if (local is not null) socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, local.Index);
            }

            socket.Bind(new IPEndPoint(address, port));
            return new ProbeSocket(way, socket, network, local);
        }
        catch (SocketException)
        {
            // Taken, not of this machine, or of a family that this machine does not speak.
            socket?.Dispose();
            return null;
        }
    }

    /// <summary>Says hello or bye to one address; answers what went wrong.</summary>
    public string? Say(BeaconKind kind, IPEndPoint to)
    {
        var beacon = new Beacon(kind, Peer, ((IPEndPoint)_socket.LocalEndPoint!).Port, _nonce, _network, false, 0).Encode();
        try
        {
            _socket.SendTo([UnconnectedMessage, .. beacon], to);
            lock (_greeted) _greeted.Add(to);
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is SocketError.ConnectionRefused ? null : error.Message;
        }
    }

    /// <summary>Says hello to everybody on the socket's interface.</summary>
    public void SayEverywhere(int port)
    {
        if (Family == AddressFamily.InterNetworkV6)
        {
            Say(BeaconKind.Hello, new IPEndPoint(new IPAddress(DiscoverySockets.Group6.GetAddressBytes(), _interface!.Index), port));
            return;
        }

        Say(BeaconKind.Hello, new IPEndPoint(DiscoverySockets.Group4, port));
        Say(BeaconKind.Hello, new IPEndPoint(IPAddress.Broadcast, port));
        foreach (var address in _interface!.Addresses)
        {
            if (address.Address.AddressFamily == AddressFamily.InterNetwork && address.PrefixLength < 31)
                Say(BeaconKind.Hello, new IPEndPoint(LocalNetworks.BroadcastOf(address), port));
        }
    }

    /// <summary>Takes its leave of all it greeted.</summary>
    public void SayBye()
    {
        List<IPEndPoint> greeted;
        lock (_greeted) greeted = [.. _greeted];
        foreach (var address in greeted) Say(BeaconKind.Bye, address);
    }

    public IAsyncEnumerable<(IPEndPoint From, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellation) => ReadAsync(_socket, cancellation);

    /// <summary>What comes in as unconnected messages, without the byte in front, until it is cancelled.</summary>
    public static async IAsyncEnumerable<(IPEndPoint From, ReadOnlyMemory<byte> Data)> ReadAsync(
        Socket socket, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[MaxDatagram];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!cancellation.IsCancellationRequested)
        {
            (IPEndPoint From, byte[] Data)? datagram = null;
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, cancellation).ConfigureAwait(false);
                if (received.ReceivedBytes > 1 && buffer[0] == UnconnectedMessage)
                    datagram = ((IPEndPoint)received.RemoteEndPoint, buffer[1..received.ReceivedBytes]);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
            catch (SocketException)
            {
                // An earlier datagram's destination was unreachable, or one was too long: neither ends the reading.
            }

            if (datagram is { } read) yield return (read.From, read.Data);
        }
    }

    public void Dispose() => _socket.Dispose();
}
