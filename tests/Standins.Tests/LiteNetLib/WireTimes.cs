using System.Net;
using LiteNetLib.Layers;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>
/// What differs between a capture and a replay of it: the connect time the client chose, ports, the wall clock in a pong, the
/// padding of an MTU check. Everything else must be equal.
/// </summary>
internal sealed class WireTimes
{
    private const int TimeSize = 8;
    private const byte Pong = 5;
    private const byte ConnectRequest = 6;
    private const byte ConnectAccept = 7;
    private const byte Disconnect = 8;
    private const byte MtuCheck = 10;
    private const byte PeerNotFound = 15;
    private const byte PropertyMask = 0x1F;
    private readonly Dictionary<long, long> _live = [];

    /// <summary>The captured datagram with the connect times of this replay.</summary>
    public byte[] Apply(byte[] captured, PacketLayerBase? layer)
    {
        byte[] bytes = Peel(captured, layer).ToArray();
        int at = TimeOffset(bytes);
        if (at < 0 || !_live.TryGetValue(BitConverter.ToInt64(bytes, at), out long time))
            return captured;
        BitConverter.TryWriteBytes(bytes.AsSpan(at), time);
        return Wrap(bytes, layer);
    }

    /// <summary>A captured request moved in time together with another one that this replay has repeated.</summary>
    public byte[] Shift(byte[] captured, byte[] capturedOwn)
    {
        byte[] bytes = captured.ToArray();
        long own = BitConverter.ToInt64(capturedOwn, TimeOffset(capturedOwn));
        int at = TimeOffset(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(at), BitConverter.ToInt64(bytes, at) - own + _live[own]);
        return bytes;
    }

    /// <summary>Takes the connect time of a request that matched the captured one.</summary>
    public void Learn(byte[] captured, byte[] sent, PacketLayerBase? layer)
    {
        captured = Peel(captured, layer);
        sent = Peel(sent, layer);
        int at = TimeOffset(captured);
        if (at >= 0 && (captured[0] & PropertyMask) == ConnectRequest)
        {
            long time = BitConverter.ToInt64(sent, at);
            Assert.Equal(_live.GetValueOrDefault(BitConverter.ToInt64(captured, at), time), time);
            _live[BitConverter.ToInt64(captured, at)] = time;
        }
    }

    public bool AreEqual(byte[] sent, byte[] expected, PacketLayerBase? layer) =>
        sent.Length == expected.Length && Blank(Peel(sent, layer)).AsSpan().SequenceEqual(Blank(Peel(expected, layer)));

    /// <summary>What is under the packet layer.</summary>
    private static byte[] Peel(byte[] datagram, PacketLayerBase? layer)
    {
        if (layer == null)
            return datagram;
        byte[] bytes = datagram.ToArray();
        int length = bytes.Length;
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        layer.ProcessInboundPacket(ref endPoint, ref bytes, ref length);
        return bytes[..length];
    }

    private static byte[] Wrap(byte[] packet, PacketLayerBase? layer)
    {
        if (layer == null)
            return packet;
        byte[] bytes = new byte[packet.Length + layer.ExtraPacketSizeForLayer];
        packet.CopyTo(bytes, 0);
        int offset = 0;
        int length = packet.Length;
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        layer.ProcessOutBoundPacket(ref endPoint, ref bytes, ref offset, ref length);
        return bytes.AsSpan(offset, length).ToArray();
    }

    private static byte[] Blank(byte[] packet)
    {
        byte[] bytes = packet.ToArray();
        switch (bytes[0] & PropertyMask)
        {
            case ConnectRequest when bytes.Length > 22:
                bytes.AsSpan(5, TimeSize).Clear();
                bytes.AsSpan(20, 2).Clear();
                break;
            case Pong when bytes.Length == 11:
                bytes.AsSpan(3, TimeSize).Clear();
                break;
            case MtuCheck when bytes.Length > 9:
                bytes.AsSpan(5, bytes.Length - 9).Clear();
                break;
        }

        return bytes;
    }

    private static int TimeOffset(byte[] packet) => (packet[0] & PropertyMask) switch
    {
        ConnectRequest when packet.Length > 13 => 5,
        ConnectAccept when packet.Length == 15 => 1,
        Disconnect when packet.Length >= 9 => 1,
        PeerNotFound when packet.Length == 15 => 1,
        _ => -1,
    };
}
