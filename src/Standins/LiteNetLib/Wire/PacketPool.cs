namespace LiteNetLib.Wire;

/// <summary>A bounded free list of packets, shared by all threads of a manager.</summary>
internal sealed class PacketPool
{
    private readonly Lock _gate = new();
    private NetPacket _head;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public NetPacket Rent()
    {
        lock (_gate)
        {
            var packet = _head;
            if (packet != null)
            {
                _head = packet.Next;
                packet.Next = null;
                _count--;
                return packet;
            }
        }

        return new NetPacket();
    }

    /// <summary>A linked list of packets, so that a message of many parts takes the lock once.</summary>
    public NetPacket RentList(int count)
    {
        NetPacket list = null;
        lock (_gate)
        {
            for (; count > 0 && _head != null; count--)
            {
                var packet = _head;
                _head = packet.Next;
                packet.Next = list;
                list = packet;
                _count--;
            }
        }

        for (; count > 0; count--)
            list = new NetPacket { Next = list };
        return list;
    }

    /// <summary>Takes a packet, or a linked list of them, back; what exceeds <paramref name="limit"/> is left to the collector.</summary>
    public void Return(NetPacket list, int limit)
    {
        for (var packet = list; packet != null; packet = packet.Next)
            packet.Clear();
        lock (_gate)
        {
            while (list != null && _count < limit)
            {
                var next = list.Next;
                list.Next = _head;
                _head = list;
                _count++;
                list = next;
            }
        }
    }
}
