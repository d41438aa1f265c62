using LiteNetLib.Wire;

namespace LiteNetLib.Channels;

/// <summary>A linked first-in first-out queue of packets. Guarded by its owner's lock.</summary>
internal struct PacketQueue
{
    private NetPacket _head;

    public NetPacket Tail { get; private set; }

    public int Count { get; private set; }

    public void Enqueue(NetPacket packet)
    {
        packet.Next = null;
        if (Tail == null)
            _head = packet;
        else
            Tail.Next = packet;
        Tail = packet;
        Count++;
    }

    public readonly NetPacket Peek() => _head;

    public NetPacket Dequeue()
    {
        var packet = _head;
        _head = packet.Next;
        if (_head == null)
            Tail = null;
        packet.Next = null;
        Count--;
        return packet;
    }
}
