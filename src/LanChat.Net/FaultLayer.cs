using System.Collections.Concurrent;
using System.Net;
using LiteNetLib.Layers;

namespace LanChat.Net;

/// <summary>
/// Drops datagrams on demand, as a cut cable or a bad radio would: the <c>fault</c> command of tests and demos. Sits under every datagram
/// of the link socket, and is asked by the discovery sockets.
/// </summary>
internal sealed class FaultLayer() : PacketLayerBase(0)
{
    private readonly ConcurrentDictionary<IPEndPoint, bool> _blocked = new();
    private volatile int _lossPerMille;

    public void Block(IPEndPoint address, bool isBlocked)
    {
        if (isBlocked) _blocked[address] = true;
        else _blocked.TryRemove(address, out _);
    }

    public void SetLoss(double percent) => _lossPerMille = (int)Math.Round(percent * 10);

    /// <summary>Whether this datagram is to be lost.</summary>
    public bool Drops(IPEndPoint? address)
    {
        if (_lossPerMille > 0 && Random.Shared.Next(1000) < _lossPerMille) return true;
        return address is not null && !_blocked.IsEmpty && _blocked.ContainsKey(new IPEndPoint(address.Address, address.Port));
    }

    /// <inheritdoc/>
    public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length)
    {
        if (Drops(endPoint)) length = 0;
    }

    /// <inheritdoc/>
    public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
    {
        if (Drops(endPoint)) length = 0;
    }
}
