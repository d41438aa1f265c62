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

    /// <summary>Takes packets back, a whole linked list at once; what exceeds <paramref name="limit"/> is left to the collector.</summary>
    public void Return(NetPacket packet, int limit)
    {
        packet.Size = 0;
        packet.Messages = 0;
        packet.IsOpenGroup = false;
        packet.WasResent = false;
        packet.Receipts = null;
        lock (_gate)
        {
            if (_count >= limit)
                return;
            packet.Next = _head;
            _head = packet;
            _count++;
        }
    }
}
