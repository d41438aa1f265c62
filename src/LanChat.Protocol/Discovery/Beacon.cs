using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>What a beacon says.</summary>
public enum BeaconKind
{
    /// <summary>Sent to everybody: I am here.</summary>
    Hello = 0,

    /// <summary>Sent to one stranger: so am I.</summary>
    Reply = 1,

    /// <summary>I am about to go; forgets a candidate, changes no link.</summary>
    Bye = 2,
}

/// <summary>
/// One datagram of discovery: [magic, version, kind, peer id, link port, instance nonce, network hash, flags, cookie]. All beacons have
/// the same length, so that no reply is longer than its hello. Nothing in it is private, nor to be trusted.
/// </summary>
/// <param name="Kind">Hello, reply or bye.</param>
/// <param name="Peer">Who says it is here.</param>
/// <param name="LinkPort">The port it takes links at, 1 to 65535; this counts, not the source port.</param>
/// <param name="InstanceNonce">The same as in its handshakes.</param>
/// <param name="NetworkHash"><see cref="HashOf"/> its network; other networks' beacons are ignored.</param>
/// <param name="IsRelay">Whether it is a relay.</param>
/// <param name="Cookie">16 bytes: in a reply, what to connect with; all zero for none.</param>
public sealed record Beacon(
    BeaconKind Kind, PeerId Peer, int LinkPort, UInt128 InstanceNonce, UInt128 NetworkHash, bool IsRelay, UInt128 Cookie)
{
    private const int RelayFlag = 1;

    /// <summary>Length of every encoded beacon, bytes.</summary>
    public const int EncodedBytes = 88;

    /// <summary>SHA-256("LanChat/1 network" ‖ folded network name)[..16].</summary>
    public static UInt128 HashOf(string network) => BinaryPrimitives.ReadUInt128BigEndian(
        SHA256.HashData(Domain.Join(Domain.Network, System.Text.Encoding.UTF8.GetBytes(Networks.Fold(network)))));

    /// <summary>The datagram's content, <see cref="EncodedBytes"/> long, without LiteNetLib's byte in front.</summary>
    public byte[] Encode()
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        Preamble.Write(ref writer, 9);
        writer.Write((int)Kind);
        writer.WritePeer(Peer);
        Span<byte> port = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)LinkPort);
        writer.Write(port);
        writer.Write128(InstanceNonce);
        writer.Write128(NetworkHash);
        writer.Write(IsRelay ? RelayFlag : 0);
        writer.Write128(Cookie);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a beacon. Flags without a meaning are ignored.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Beacon? beacon, out Rejection rejection)
    {
        var reader = new WireReader(encoded);
        reader.Require(encoded.Length <= Limits.MaxBeaconBytes, Rejection.TooLong);
        Preamble.Read(ref reader, 9);
        var kind = (BeaconKind)reader.Int(0, 127);
        reader.Require(kind <= BeaconKind.Bye, Rejection.UnknownKind);
        var peer = reader.Peer();
        var port = reader.Bytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Span) : 0;
        reader.Require(port > 0, Rejection.OutOfRange);
        var nonce = reader.Number128();
        var network = reader.Number128();
        var isRelay = (reader.Int(0, 127) & RelayFlag) != 0;
        var read = new Beacon(kind, peer, port, nonce, network, isRelay, reader.Number128());
        beacon = reader.Finish(out rejection) ? read : null;
        return beacon is not null;
    }
}
