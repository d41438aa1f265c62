using System.Net;

namespace LiteNetLib.Layers;

/// <summary>Transforms every datagram on its way out and in, below the protocol.</summary>
public abstract class PacketLayerBase
{
    /// <summary>Bytes the layer adds to a datagram; the usable MTU shrinks by them.</summary>
    public readonly int ExtraPacketSizeForLayer;

    /// <summary>A layer that adds <paramref name="extraPacketSizeForLayer"/> bytes.</summary>
    protected PacketLayerBase(int extraPacketSizeForLayer) => ExtraPacketSizeForLayer = extraPacketSizeForLayer;

    /// <summary>Turns a datagram back into a packet, in place or in a new array; a length of 0 drops it.</summary>
    public abstract void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length);

    /// <summary>Turns a packet into a datagram; the array has room for the extra bytes. The endpoint is
    /// null for a broadcast. A length of 0 drops it.</summary>
    public abstract void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length);
}
