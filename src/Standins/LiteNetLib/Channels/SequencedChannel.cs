using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib.Channels;

/// <summary>
/// Sequenced and ReliableSequenced: sequence numbers from 1, the receiver takes only what is newer than the last. The reliable form
/// repeats the newest packet until it is acknowledged with exactly its sequence.
/// </summary>
internal sealed class SequencedChannel(LiteNetPeer peer, byte id) : Channel(peer, id)
{
    private readonly bool _isReliable = (DeliveryMethod)(id % 4) == DeliveryMethod.ReliableSequenced;
    private PacketQueue _queue;
    private NetPacket _unacknowledged;
    private ushort _lastSent;
    private bool _resend;
    private ushort _lastReceived;

    public override bool HasUnacknowledged => _unacknowledged != null;

    public override void Enqueue(ReadOnlySpan<byte> message, DeliveryReceipt receipt)
    {
        var packet = Peer.Manager.RentPacket();
        _lastSent = Sequence.Next(_lastSent);
        WriteHeader(packet.Data, PacketHeader.Make(PacketProperty.Channeled, Peer.ConnectionNumber), _lastSent, Id);
        message.CopyTo(packet.Data.AsSpan(NetConstants.ChanneledHeaderSize));
        packet.Size = NetConstants.ChanneledHeaderSize + message.Length;
        _queue.Enqueue(packet);
        Peer.OnQueued(packet.Size);
    }

    public override bool Collect(DatagramBatch batch, long now, bool mayHold)
    {
        if (OwesAck)
        {
            if (!batch.HasRoomFor(NetConstants.ChanneledHeaderSize))
                return false;
            ushort last = _lastReceived;
            batch.Add([PacketHeader.Make(PacketProperty.Ack, Peer.ConnectionNumber), (byte)last, (byte)(last >> 8), Id]);
            OwesAck = false;
        }

        if (_resend && _unacknowledged != null && _queue.Count == 0)
        {
            if (!batch.HasRoomFor(_unacknowledged.Size))
                return false;
            batch.Add(_unacknowledged.Bytes);
            _unacknowledged.SentAt = now;
        }

        _resend = false;
        while (_queue.Count > 0)
        {
            if (!batch.HasRoomFor(_queue.Peek().Size))
                return false;
            var packet = _queue.Dequeue();
            batch.Add(packet.Bytes);
            Peer.OnDequeued(packet.Size);
            if (_isReliable)
                Keep(packet, now);
            else
                Peer.Manager.ReturnPacket(packet);
        }

        return true;
    }

    public override bool HandleAck(ReadOnlySpan<byte> packet, long now)
    {
        if (_unacknowledged == null || packet.Length != NetConstants.ChanneledHeaderSize)
            return false;
        if (ReadSequence(packet) == ReadSequence(_unacknowledged.Bytes))
            Keep(null, now);
        return false;
    }

    public override int MarkExpired(long now, long delay)
    {
        if (_unacknowledged == null || now - _unacknowledged.SentAt < delay)
            return 0;
        _resend = true;
        return 1;
    }

    public override void DropQueue()
    {
        while (_queue.Count > 0)
            Peer.Manager.ReturnPacket(_queue.Dequeue());
        Keep(null, 0);
    }

    public override void HandleData(byte[] buffer, int offset, int length)
    {
        var packet = buffer.AsSpan(offset, length);
        ushort sequence = ReadSequence(packet);
        if (PacketHeader.IsFragment(packet[0]) || sequence >= NetConstants.MaxSequence)
            return;
        bool isNew = Sequence.Ahead(sequence, _lastReceived) > 0;
        lock (Peer.Gate)
        {
            if (isNew)
                _lastReceived = sequence;
            if (_isReliable)
            {
                OwesAck = true;
                Peer.OnAckOwed(this, hurries: false);
            }
        }

        if (isNew)
            Peer.Deliver(buffer, offset + NetConstants.ChanneledHeaderSize, length - NetConstants.ChanneledHeaderSize, this);
    }

    private void Keep(NetPacket packet, long now)
    {
        if (_unacknowledged != null)
            Peer.Manager.ReturnPacket(_unacknowledged);
        _unacknowledged = packet;
        if (packet == null)
            return;
        packet.SentAt = now;
        Peer.OnAwaitingAck(this);
    }
}
