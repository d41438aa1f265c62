using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;

namespace LanChat.Net;

/// <summary>
/// The sockets of discovery beside the link socket (PROTOCOL.md, section 5): one on the well-known port, shared by every LanChat process of
/// the machine, that listens; and one helper per interface that sends to the groups and to 255.255.255.255, which only a socket bound to an
/// interface's address can reach on a LAN without a router.
/// </summary>
internal sealed class DiscoverySockets : IDisposable
{
    /// <summary>LiteNetLib's unconnected message: beacons look alike on either port.</summary>
    private const byte UnconnectedMessage = 9;

    private const int MaxDatagram = 512;

    /// <summary>Copies of one hello come within this time.</summary>
    private static readonly TimeSpan SeveralWays = TimeSpan.FromMilliseconds(20);

    internal static readonly IPAddress Group4 = IPAddress.Parse("239.255.42.42");
    internal static readonly IPAddress Group6 = IPAddress.Parse("ff12::4c43");
    private static readonly IPAddress LoopbackBroadcast = IPAddress.Parse("127.255.255.255");

    private readonly NodeLoop _loop;
    private readonly FaultLayer? _faults;
    private readonly int _port;
    private readonly List<Thread> _readers = [];
    private readonly List<HelloSocket> _helloSockets = [];
    private readonly HashSet<(AddressFamily, int)> _joined = [];
    private readonly byte[] _buffer = new byte[MaxDatagram];

    /// <summary>Guards the helpers and interfaces: the system reports changes on a thread of its own.</summary>
    private readonly Lock _gate = new();
    private readonly Socket? _listen4;
    private readonly Socket? _listen6;
    private ImmutableHashSet<IPAddress> _ownAddresses = [];
    private volatile bool _isStopping;
    private ImmutableArray<LocalInterface> _interfaces = [];

    public DiscoverySockets(NodeLoop loop, int port, FaultLayer? faults)
    {
        _loop = loop;
        _port = port;
        _faults = faults;
        _listen4 = TryListen(AddressFamily.InterNetwork, port);
        _listen6 = TryListen(AddressFamily.InterNetworkV6, port);
    }

    /// <summary>Whether the well-known port could be shared; if not, another program holds it for itself.</summary>
    public bool IsListening => _listen4 is not null || _listen6 is not null;

    public void Start()
    {
        if (_listen4 is not null) Start(() => Read(_listen4, new IPEndPoint(IPAddress.Any, 0)));
        if (_listen6 is not null) Start(() => Read(_listen6, new IPEndPoint(IPAddress.IPv6Any, 0)));
    }

    /// <summary>Joins the groups on every interface and makes helpers anew.</summary>
    public void UseInterfaces(ImmutableArray<LocalInterface> interfaces)
    {
        lock (_gate)
        {
            _interfaces = interfaces;
            _ownAddresses = [.. interfaces.SelectMany(i => i.Addresses).Select(a => Unscoped(a.Address))];
            foreach (var helper in _helloSockets) helper.Socket.Dispose();
            _helloSockets.Clear();
            foreach (var network in interfaces) AddHelloSockets(network);
        }
    }

    /// <summary>Sends to every place where somebody may listen, from the link socket where its port matters and from the helpers.</summary>
    public void SendEverywhere(ReadOnlySpan<byte> beacon, LinkTransport link)
    {
        lock (_gate)
        {
            foreach (var address in _interfaces.Where(i => !i.IsLoopback).SelectMany(i => i.Addresses))
            {
                if (address.Address.AddressFamily == AddressFamily.InterNetwork && address.PrefixLength < 31)
                    link.SendBeacon(beacon, new IPEndPoint(LocalNetworks.BroadcastOf(address), _port));
            }

            foreach (var helper in _helloSockets) helper.Send(Framed(beacon), _faults);
        }
    }

    /// <summary>Repeats to the other processes of this machine.</summary>
    public void RepeatLocally(ReadOnlySpan<byte> beacon)
    {
        lock (_gate)
        {
            foreach (var helper in _helloSockets.Where(h => h.IsLoopback)) helper.Send(Framed(beacon), _faults);
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        _listen4?.Dispose();
        _listen6?.Dispose();
        foreach (var helper in _helloSockets) helper.Socket.Dispose();
        foreach (var reader in _readers) reader.Join(TimeSpan.FromSeconds(1));
    }

    private ReadOnlySpan<byte> Framed(ReadOnlySpan<byte> beacon)
    {
        _buffer[0] = UnconnectedMessage;
        beacon.CopyTo(_buffer.AsSpan(1));
        return _buffer.AsSpan(0, beacon.Length + 1);
    }

    /// <summary>A socket on the shared port; null when another program holds it for itself.</summary>
    internal static Socket? TryListen(AddressFamily family, int port)
    {
        if (family == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6) return null;
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (family == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.PacketInformation, true);
            }
            else
            {
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            }

            socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Joins the group of a family on every interface; one without multicast is left out.</summary>
    internal static void JoinGroups(Socket socket, AddressFamily family, ImmutableArray<LocalInterface> interfaces)
    {
        foreach (var network in interfaces.Where(i => i.Addresses.Any(a => a.Address.AddressFamily == family)))
        {
            try
            {
                if (family == AddressFamily.InterNetwork)
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group4, network.Index));
                else
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(Group6, network.Index));
            }
            catch (SocketException)
            {
                // Broadcast remains.
            }
        }
    }

    private void AddHelloSockets(LocalInterface network)
    {
        Join(network);
        foreach (var address in network.Addresses)
        {
            var is4 = address.Address.AddressFamily == AddressFamily.InterNetwork;
            if (!is4 && (!address.Address.IsIPv6LinkLocal || network.IsLoopback)) continue;
            if (HelloSocket.TryMake(network, address, _port) is { } added) _helloSockets.Add(added);
        }
    }

    private void Join(LocalInterface network)
    {
        if (_listen4 is not null && network.Addresses.Any(a => a.Address.AddressFamily == AddressFamily.InterNetwork))
            TryJoin(_listen4, SocketOptionLevel.IP, AddressFamily.InterNetwork, new MulticastOption(Group4, network.Index), network.Index);
        if (_listen6 is not null && network.Addresses.Any(a => a.Address.AddressFamily == AddressFamily.InterNetworkV6))
            TryJoin(_listen6, SocketOptionLevel.IPv6, AddressFamily.InterNetworkV6, new IPv6MulticastOption(Group6, network.Index), network.Index);
    }

    private void TryJoin(Socket socket, SocketOptionLevel level, AddressFamily family, object option, int index)
    {
        if (!_joined.Add((family, index))) return;
        try
        {
            socket.SetSocketOption(level, SocketOptionName.AddMembership, option);
        }
        catch (SocketException)
        {
            // Joined already, or an interface without multicast: broadcast remains.
            _joined.Remove((family, index));
        }
    }

    private void Start(ThreadStart read)
    {
        var reader = new Thread(read) { IsBackground = true, Name = "lanchat-beacons" };
        _readers.Add(reader);
        reader.Start();
    }

    /// <summary>
    /// Threads that wait in the system cost less than asynchronous reads: beacons come all day and hardly ever say anything new. Those that
    /// repeat themselves do not even wake the loop.
    /// </summary>
    private void Read(Socket socket, EndPoint any)
    {
        var buffer = new byte[MaxDatagram];
        var familiar = new FamiliarBeacons();
        var rested = -SeveralWays;
        while (!_isStopping)
        {
            try
            {
                var (flags, remote) = (SocketFlags.None, any);
                var length = socket.ReceiveMessageFrom(buffer.AsSpan(), ref flags, ref remote, out var packet);
                var from = (IPEndPoint)remote;
                if (length < 2 || buffer[0] != UnconnectedMessage || _faults?.Drops(from) == true) continue;
                var isUnicast = _ownAddresses.Contains(Unscoped(packet.Address));
                var received = new BeaconReceived(from, isUnicast ? BeaconArrival.DiscoveryUnicast : BeaconArrival.DiscoveryGroup, buffer[1..length]);
                if (!familiar.Knows(from.Address, buffer.AsSpan(1, length - 1), NodeLoop.Now.Monotonic))
                {
                    _loop.TryPost(received);
                    continue;
                }

                _loop.TryPostQuietly(received);
                // The same hello comes by several ways at once; they are taken together.
                if (NodeLoop.Now.Monotonic - rested < SeveralWays) continue;
                Thread.Sleep(1);
                rested = NodeLoop.Now.Monotonic;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An earlier datagram's destination was unreachable, or one was too long: neither is about this socket. Or it is being closed.
            }
        }
    }

    private static IPAddress Unscoped(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;

    /// <summary>A socket bound to one address of one interface, for sending only.</summary>
    private sealed class HelloSocket(Socket socket, bool isLoopback, ImmutableArray<IPEndPoint> destinations)
    {
        public Socket Socket { get; } = socket;

        public bool IsLoopback { get; } = isLoopback;

        public static HelloSocket? TryMake(LocalInterface network, LocalAddress address, int port)
        {
            var family = address.Address.AddressFamily;
            var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            try
            {
                if (family == AddressFamily.InterNetwork)
                {
                    socket.EnableBroadcast = true;
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address.Address.GetAddressBytes());
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 1);
                }
                else
                {
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, network.Index);
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback, true);
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, 1);
                }

                socket.Bind(new IPEndPoint(address.Address, 0));
                return new HelloSocket(socket, network.IsLoopback, Destinations(family, network, port));
            }
            catch (SocketException)
            {
                socket.Dispose();
                return null;
            }
        }

        public void Send(ReadOnlySpan<byte> datagram, FaultLayer? faults)
        {
            foreach (var destination in destinations)
            {
                if (faults?.Drops(null) == true) continue;
                try
                {
                    Socket.SendTo(datagram, SocketFlags.None, destination);
                }
                catch (SocketException)
                {
                    // No route, or an interface that has just gone: the other destinations are tried all the same.
                }
            }
        }

        private static ImmutableArray<IPEndPoint> Destinations(AddressFamily family, LocalInterface network, int port)
        {
            if (family == AddressFamily.InterNetworkV6) return [new IPEndPoint(new IPAddress(Group6.GetAddressBytes(), network.Index), port)];
            return network.IsLoopback
                ? [new IPEndPoint(LoopbackBroadcast, port), new IPEndPoint(Group4, port)]
                : [new IPEndPoint(Group4, port), new IPEndPoint(IPAddress.Broadcast, port)];
        }
    }
}
