namespace LiteNetLib.Wire;

/// <summary>The packet type: bits 0-4 of a packet's first byte. Bits 5-6 are the connection number, bit 7 marks a fragment.</summary>
internal enum PacketProperty : byte
{
    Unreliable,
    Channeled,
    ReliableMerged,
    Ack,
    Ping,
    Pong,
    ConnectRequest,
    ConnectAccept,
    Disconnect,
    UnconnectedMessage,
    MtuCheck,
    MtuOk,
    Broadcast,
    Merged,
    ShutdownOk,
    PeerNotFound,
    InvalidProtocol,
    NatMessage,
    Empty,
}

/// <summary>The first byte of every packet.</summary>
internal static class PacketHeader
{
    public const int ProtocolId = 13;
    public const int AckSize = 13;
    public const int PingSize = 3;
    public const int PongSize = 11;
    public const int ConnectRequestSize = 18;
    public const int ConnectAcceptSize = 15;
    public const int DisconnectSize = 9;
    private const byte PropertyMask = 0x1F;
    private const int NumberShift = 5;
    private const byte NumberMask = 0x60;
    private const byte FragmentFlag = 0x80;

    private static ReadOnlySpan<byte> MinimumSizes => [1, 4, 4, 4, 3, 11, 18, 15, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

    public static PacketProperty Property(byte header) => (PacketProperty)(header & PropertyMask);

    public static int Number(byte header) => (header & NumberMask) >> NumberShift;

    public static bool IsFragment(byte header) => (header & FragmentFlag) != 0;

    public static byte Make(PacketProperty property, int number) => (byte)((int)property | (number << NumberShift));

    public static byte MakeFragment(int number) => (byte)(Make(PacketProperty.Channeled, number) | FragmentFlag);

    /// <summary>Whether the type is known and the packet long enough for its header.</summary>
    public static bool IsValid(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
            return false;
        int property = packet[0] & PropertyMask;
        if (property >= MinimumSizes.Length)
            return false;
        int minimum = MinimumSizes[property] + (IsFragment(packet[0]) ? NetConstants.FragmentHeaderSize : 0);
        return packet.Length >= minimum;
    }
}
