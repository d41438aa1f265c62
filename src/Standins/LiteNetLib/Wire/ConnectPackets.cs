using System.Buffers.Binary;
using System.Net;

namespace LiteNetLib.Wire;

/// <summary>
/// A parsed ConnectRequest: header, int32 protocol, int64 connect time, int32 sender's peer id, u8 address size, address, data.
/// </summary>
/// <param name="Time">UTC ticks at the sender's Connect call: identifies the connection.</param>
/// <param name="RequestedNumber">Connection number in the header.</param>
/// <param name="Number">Connection number the connection gets: a lingering predecessor raises it.</param>
/// <param name="PeerId">The sender's id of the connection.</param>
/// <param name="Address">Our address as the sender sees it, as a sockaddr.</param>
/// <param name="Data">The application's data.</param>
internal sealed record ConnectRequest(long Time, int RequestedNumber, int Number, int PeerId, byte[] Address, byte[] Data)
{
    private const int IPv4SocketAddressSize = 16;
    private const int IPv6SocketAddressSize = 28;

    public static int ReadProtocol(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadInt32LittleEndian(packet[1..]);

    public static long ReadTime(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadInt64LittleEndian(packet[5..]);

    /// <summary>Null if the packet is malformed.</summary>
    public static ConnectRequest TryParse(ReadOnlySpan<byte> packet)
    {
        int number = PacketHeader.Number(packet[0]);
        int addressSize = packet[17];
        bool isAddress = addressSize is IPv4SocketAddressSize or IPv6SocketAddressSize;
        if (!isAddress || packet.Length < PacketHeader.ConnectRequestSize + addressSize)
            return null;
        var rest = packet[PacketHeader.ConnectRequestSize..];
        int peerId = BinaryPrimitives.ReadInt32LittleEndian(packet[13..]);
        return new ConnectRequest(
            ReadTime(packet), number, number, peerId, rest[..addressSize].ToArray(), rest[addressSize..].ToArray());
    }

    public static byte[] Build(SocketAddress target, long time, int peerId, int number, ReadOnlySpan<byte> data)
    {
        byte[] packet = new byte[PacketHeader.ConnectRequestSize + target.Size + data.Length];
        packet[0] = PacketHeader.Make(PacketProperty.ConnectRequest, number);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(1), PacketHeader.ProtocolId);
        BinaryPrimitives.WriteInt64LittleEndian(packet.AsSpan(5), time);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(13), peerId);
        packet[17] = (byte)target.Size;
        target.Buffer.Span[..target.Size].CopyTo(packet.AsSpan(PacketHeader.ConnectRequestSize));
        data.CopyTo(packet.AsSpan(PacketHeader.ConnectRequestSize + target.Size));
        return packet;
    }
}

/// <summary>
/// The 15 bytes of ConnectAccept, and of the long form of PeerNotFound: header, int64 connect time, u8 number, u8 flag, int32 peer id.
/// </summary>
internal readonly record struct ConnectAccept(long Time, int Number, int Flag, int PeerId)
{
    public static bool TryParse(ReadOnlySpan<byte> packet, out ConnectAccept accept)
    {
        accept = default;
        if (packet.Length != PacketHeader.ConnectAcceptSize)
            return false;
        accept = new ConnectAccept(
            BinaryPrimitives.ReadInt64LittleEndian(packet[1..]), packet[9], packet[10],
            BinaryPrimitives.ReadInt32LittleEndian(packet[11..]));
        return accept.Number < NetConstants.MaxConnectionNumber && accept.Flag <= 1 && accept.PeerId >= 0;
    }

    public void Write(Span<byte> packet, PacketProperty property)
    {
        packet[0] = PacketHeader.Make(property, 0);
        BinaryPrimitives.WriteInt64LittleEndian(packet[1..], Time);
        packet[9] = (byte)Number;
        packet[10] = (byte)Flag;
        BinaryPrimitives.WriteInt32LittleEndian(packet[11..], PeerId);
    }
}
