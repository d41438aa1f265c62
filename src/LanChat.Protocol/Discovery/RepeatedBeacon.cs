using System.Diagnostics.CodeAnalysis;
using System.Net;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// A unicast hello that one process of a machine repeats to the others: [magic, version, 3, address, scope, beacon]. Without the address
/// the others would answer to the repeater. It travels on the loopback interface only and is ignored from anywhere else.
/// </summary>
/// <param name="Source">Where the hello came from, IPv4 or IPv6.</param>
/// <param name="Beacon">The hello as received.</param>
public sealed record RepeatedBeacon(IPAddress Source, ReadOnlyMemory<byte> Beacon)
{
    private const int Kind = 3;

    /// <summary>The datagram's content, without LiteNetLib's byte in front.</summary>
    public byte[] Encode()
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        Preamble.Write(ref writer, 6);
        writer.Write(Kind);
        writer.Write(Source.GetAddressBytes());
        // The number of the interface that a link-local address belongs to: the same for all processes of the machine.
        writer.Write(Source.IsIPv6LinkLocal ? (uint)Source.ScopeId : 0u);
        writer.Write(Beacon.Span);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a repeated beacon; what it repeats is a slice of the input, and still to be decoded.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out RepeatedBeacon? repeated, out Rejection rejection)
    {
        repeated = null;
        var reader = new WireReader(encoded);
        reader.Require(encoded.Length <= Limits.MaxBeaconBytes, Rejection.TooLong);
        Preamble.Read(ref reader, 6);
        reader.Require(reader.Int(0, 127) == Kind, Rejection.UnknownKind);
        var address = reader.Bytes(4, 16);
        reader.Require(address.Length is 4 or 16, Rejection.WrongShape);
        var scope = reader.Long(0, uint.MaxValue);
        var beacon = reader.Bytes(0, Protocol.Beacon.EncodedBytes);
        if (!reader.Finish(out rejection)) return false;
        var source = new IPAddress(address.Span);
        if (source.IsIPv6LinkLocal) source.ScopeId = scope;
        repeated = new RepeatedBeacon(source, beacon);
        return true;
    }
}
