using System.Buffers.Binary;
using System.Net;
using LiteNetLib.Utils;

namespace LiteNetLib.Layers;

/// <summary>Appends a little-endian CRC-32C to every datagram and drops those whose sum is wrong.</summary>
public sealed class Crc32cLayer : PacketLayerBase
{
    /// <summary>The layer.</summary>
    public Crc32cLayer()
        : base(CRC32C.ChecksumSize)
    {
    }

    /// <inheritdoc/>
    public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length)
    {
        int size = length - CRC32C.ChecksumSize;
        bool intact = size > 0
            && CRC32C.Compute(data, 0, size) == BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(size, CRC32C.ChecksumSize));
        length = intact ? size : 0;
    }

    /// <inheritdoc/>
    public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
    {
        uint sum = CRC32C.Compute(data, offset, length);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(offset + length, CRC32C.ChecksumSize), sum);
        length += CRC32C.ChecksumSize;
    }
}
