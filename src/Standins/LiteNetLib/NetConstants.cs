namespace LiteNetLib;

/// <summary>Numbers of the wire protocol. Sizes are in bytes.</summary>
public static class NetConstants
{
    /// <summary>Packets in flight per reliable channel.</summary>
    public const int DefaultWindowSize = 64;

    /// <summary>Requested size of the socket's buffers.</summary>
    public const int SocketBufferSize = 1024 * 1024;

    /// <summary>Time to live of outgoing datagrams.</summary>
    public const int SocketTTL = 255;

    /// <summary>Header of every packet.</summary>
    public const int HeaderSize = 1;

    /// <summary>Header of a packet on a channel.</summary>
    public const int ChanneledHeaderSize = 4;

    /// <summary>Additional header of a fragment.</summary>
    public const int FragmentHeaderSize = 6;

    /// <summary>Whole header of a fragment.</summary>
    public const int FragmentedHeaderTotalSize = ChanneledHeaderSize + FragmentHeaderSize;

    /// <summary>Sequence numbers run from 0 to one less than this.</summary>
    public const ushort MaxSequence = 32768;

    /// <summary>Half of the sequence space: what is further ahead is behind.</summary>
    public const ushort HalfMaxSequence = MaxSequence / 2;

    /// <summary>Connection numbers run from 0 to one less than this.</summary>
    public const byte MaxConnectionNumber = 4;

    /// <summary>Where path MTU discovery starts.</summary>
    public static readonly int InitialMtu = Wire.MtuLadder.Steps[0];

    /// <summary>The largest datagram.</summary>
    public static readonly int MaxPacketSize = Wire.MtuLadder.Steps[^1];

    /// <summary>The largest message without a connection.</summary>
    public static readonly int MaxUnreliableDataSize = MaxPacketSize - HeaderSize;
}
