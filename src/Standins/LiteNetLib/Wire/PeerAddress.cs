using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LiteNetLib.Wire;

/// <summary>An IPv4 or IPv6 endpoint as a value: the key under which peers are found without allocating.</summary>
internal readonly struct PeerAddress : IEquatable<PeerAddress>
{
    private const int IPv6SocketAddressSize = 28;
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly uint _scope;
    private readonly ushort _port;
    private readonly bool _isIPv6;

    private PeerAddress(ulong high, ulong low, uint scope, ushort port, bool isIPv6)
    {
        _high = high;
        _low = low;
        _scope = scope;
        _port = port;
        _isIPv6 = isIPv6;
    }

    /// <summary>From the bytes of an operating system's sockaddr: the layouts differ in the family field only.</summary>
    public static PeerAddress FromSocketAddress(ReadOnlySpan<byte> bytes)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (bytes.Length < IPv6SocketAddressSize)
            return new PeerAddress(0, MemoryMarshal.Read<uint>(bytes[4..]), 0, port, false);
        return new PeerAddress(
            MemoryMarshal.Read<ulong>(bytes[8..]), MemoryMarshal.Read<ulong>(bytes[16..]), MemoryMarshal.Read<uint>(bytes[24..]),
            port, true);
    }

    public static PeerAddress FromEndPoint(IPEndPoint endPoint)
    {
        Span<byte> address = stackalloc byte[16];
        bool isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        endPoint.Address.TryWriteBytes(address, out _);
        ushort port = (ushort)endPoint.Port;
        return isIPv6
            ? new PeerAddress(
                MemoryMarshal.Read<ulong>(address), MemoryMarshal.Read<ulong>(address[8..]), (uint)endPoint.Address.ScopeId, port, true)
            : new PeerAddress(0, MemoryMarshal.Read<uint>(address), 0, port, false);
    }

    public IPEndPoint ToEndPoint()
    {
        if (!_isIPv6)
            return new IPEndPoint(new IPAddress((long)_low), _port);
        Span<byte> address = stackalloc byte[16];
        MemoryMarshal.Write(address, in _high);
        MemoryMarshal.Write(address[8..], in _low);
        return new IPEndPoint(new IPAddress(address, _scope), _port);
    }

    public bool Equals(PeerAddress other) =>
        _low == other._low && _port == other._port && _high == other._high && _scope == other._scope && _isIPv6 == other._isIPv6;

    public override bool Equals(object obj) => obj is PeerAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_low, _high, _port);
}
