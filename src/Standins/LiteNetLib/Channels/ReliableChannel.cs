using System.Buffers.Binary;
using System.Numerics;
using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib.Channels;

/// <summary>
/// ReliableOrdered and ReliableUnordered, sending side: messages are packed into groups as they are queued, 64 packets are in
/// flight at most, each is repeated until its bit comes back in an acknowledgement.
/// </summary>
internal sealed partial class ReliableChannel(LiteNetPeer peer, byte id) : Channel(peer, id)
{
    private const int WindowSize = NetConstants.DefaultWindowSize;
    private const int PartLengthSize = 2;

    /// <summary>Room a group of few messages keeps free when another joins. The original packs so; receivers do not care.</summary>
    private const int GroupMargin = 20;

    /// <summary>From this many messages on a group is filled to the brim: with small messages the margin would cost a whole one.</summary>
    private const int MarginlessMessages = 4;

    /// <summary>Later packets that must have arrived before a missing one counts as lost rather than overtaken.</summary>
    private const int ReorderTolerance = 3;

    /// <summary>Unacknowledged packets from which on the receiver counts as busy.</summary>
    private const int BusyPackets = 4;

    private readonly NetPacket[] _pending = new NetPacket[WindowSize];
    private PacketQueue _queue;
    private int _queuedMessages;
    private ushort _windowStart;
    private ushort _next;
    private ushort _highestAcked = NetConstants.MaxSequence - 1;

    /// <summary>Bit s mod 64 of every pending packet that must be sent again.</summary>
    private ulong _resend;

    public override int QueuedMessages => _queuedMessages;

    public override bool HasUnacknowledged => _windowStart != _next;

    private bool HasWindow => Sequence.Ahead(_next, _windowStart) < WindowSize;

    public override void Enqueue(ReadOnlySpan<byte> message, DeliveryReceipt receipt)
    {
        int room = Peer.Mtu - NetConstants.ChanneledHeaderSize;
        if (message.Length > room)
        {
            EnqueueFragments(message, receipt, room - NetConstants.FragmentHeaderSize);
            return;
        }

        // A group ends at a part of length zero, so an empty message travels alone.
        _queuedMessages++;
        if (message.Length == 0 || message.Length + PartLengthSize > room)
            EnqueueAlone(message, receipt);
        else
            EnqueueInGroup(message, receipt, room);
    }

    public override bool Collect(DatagramBatch batch, long now, bool mayHold)
    {
        // In front of a single packet the acknowledgement shares its datagram; behind many it does not disturb their equal sizes.
        bool sendsMany = _queue.Count > 1;
        if (OwesAck && !sendsMany && !TryAddAck(batch))
            return false;
        while (_resend != 0)
        {
            int slot = FirstResendSlot();
            var packet = _pending[slot];
            if (!batch.HasRoomFor(packet.Size))
                return false;
            _resend &= ~(1UL << slot);
            packet.WasResent = true;
            Add(batch, packet, now);
            Peer.CountLoss();
        }

        IsHolding = false;
        while (_queue.Count > 0 && HasWindow)
        {
            if (mayHold && ShouldHold(_queue.Peek()))
            {
                IsHolding = true;
                break;
            }

            if (!batch.HasRoomFor(_queue.Peek().Size))
                return false;
            var packet = _queue.Dequeue();
            _queuedMessages -= packet.Messages;
            Peer.OnDequeued(packet.Size);
            packet.IsOpenGroup = false;
            WriteSequence(packet.Data, _next);
            _pending[_next % WindowSize] = packet;
            _next = Sequence.Next(_next);
            Add(batch, packet, now);
        }

        return !OwesAck || TryAddAck(batch);
    }

    public override bool HandleAck(ReadOnlySpan<byte> ack, long now)
    {
        ushort start = ReadSequence(ack);
        int behind = Sequence.Ahead(_windowStart, start);
        if (ack.Length != PacketHeader.AckSize || start >= NetConstants.MaxSequence || behind is < 0 or >= WindowSize)
            return false;
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(ack[NetConstants.ChanneledHeaderSize..]);
        int inFlight = Sequence.Ahead(_next, _windowStart);
        NetPacket released = null;
        for (int i = 0; i < inFlight && behind + i < WindowSize; i++)
        {
            int sequence = (_windowStart + i) & (NetConstants.MaxSequence - 1);
            int slot = sequence % WindowSize;
            if ((bits & (1UL << slot)) == 0 || _pending[slot] == null)
                continue;
            var packet = Release(slot, sequence, now);
            packet.Next = released;
            released = packet;
        }

        if (released != null)
            Peer.Manager.ReturnPacket(released);

        while (_windowStart != _next && _pending[_windowStart % WindowSize] == null)
            _windowStart = Sequence.Next(_windowStart);
        if (Sequence.Ahead(_highestAcked, _windowStart) >= ReorderTolerance)
            MarkOvertaken();

        // A packet held back for more messages goes on waiting for them: acknowledgements come in the midst of a flood too.
        bool canSend = _resend != 0 || (_queue.Count > 0 && HasWindow && !IsHolding);
        if (canSend)
            Peer.Activate(this);
        return canSend;
    }

    public override int MarkExpired(long now, long delay)
    {
        int expired = 0;
        for (int sequence = _windowStart; sequence != _next; sequence = Sequence.Next(sequence))
        {
            int slot = sequence % WindowSize;
            if (_pending[slot] != null && now - _pending[slot].SentAt >= delay)
            {
                _resend |= 1UL << slot;
                expired++;
            }
        }

        return expired;
    }

    public override void DropQueue()
    {
        while (_queue.Count > 0)
            Peer.Manager.ReturnPacket(_queue.Dequeue());
        for (int slot = 0; slot < WindowSize; slot++)
        {
            if (_pending[slot] != null)
                Peer.Manager.ReturnPacket(_pending[slot]);
            _pending[slot] = null;
        }

        _resend = 0;
        _queuedMessages = 0;
        _windowStart = _next;
    }

    private void EnqueueFragments(ReadOnlySpan<byte> message, DeliveryReceipt receipt, int chunk)
    {
        int parts = (message.Length + chunk - 1) / chunk;
        ushort fragmentId = Peer.NextFragmentId();
        if (receipt != null)
            receipt.PartsLeft = parts;
        var rented = Peer.Manager.RentPackets(parts);
        for (int part = 0; part < parts; part++)
        {
            var bytes = message.Slice(part * chunk, Math.Min(chunk, message.Length - (part * chunk)));
            var packet = rented;
            rented = packet.Next;
            Begin(packet, PacketHeader.MakeFragment(Peer.ConnectionNumber), NetConstants.FragmentedHeaderTotalSize + bytes.Length);
            var header = packet.Data.AsSpan(NetConstants.ChanneledHeaderSize);
            BinaryPrimitives.WriteUInt16LittleEndian(header, fragmentId);
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)part);
            BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)parts);
            bytes.CopyTo(header[NetConstants.FragmentHeaderSize..]);
            packet.Receipts = receipt;
            packet.Messages = 1;
            _queuedMessages++;
            _queue.Enqueue(packet);
        }
    }

    private void EnqueueAlone(ReadOnlySpan<byte> message, DeliveryReceipt receipt)
    {
        byte header = PacketHeader.Make(PacketProperty.Channeled, Peer.ConnectionNumber);
        var packet = Rent(header, NetConstants.ChanneledHeaderSize + message.Length);
        message.CopyTo(packet.Data.AsSpan(NetConstants.ChanneledHeaderSize));
        packet.Receipts = receipt;
        packet.Messages = 1;
        _queue.Enqueue(packet);
    }

    private void EnqueueInGroup(ReadOnlySpan<byte> message, DeliveryReceipt receipt, int room)
    {
        var packet = _queue.Tail;
        if (packet == null || !packet.IsOpenGroup || !HasRoomFor(message.Length, packet, room))
        {
            packet = Rent(PacketHeader.Make(PacketProperty.ReliableMerged, Peer.ConnectionNumber), NetConstants.ChanneledHeaderSize);
            packet.IsOpenGroup = true;
            _queue.Enqueue(packet);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(packet.Data.AsSpan(packet.Size), (ushort)message.Length);
        message.CopyTo(packet.Data.AsSpan(packet.Size + PartLengthSize));
        packet.Size += PartLengthSize + message.Length;
        packet.Messages++;
        Peer.OnQueued(PartLengthSize + message.Length);
        if (receipt != null)
            Append(packet, receipt);
    }

    private static bool HasRoomFor(int messageSize, NetPacket group, int room)
    {
        int margin = group.Messages < MarginlessMessages ? GroupMargin : 0;
        return group.Size - NetConstants.ChanneledHeaderSize + PartLengthSize + messageSize + margin <= room;
    }

    private NetPacket Rent(byte header, int size)
    {
        var packet = Peer.Manager.RentPacket();
        Begin(packet, header, size);
        return packet;
    }

    private void Begin(NetPacket packet, byte header, int size)
    {
        WriteHeader(packet.Data, header, 0, Id);
        packet.Size = size;
        Peer.OnQueued(size);
    }

    private static void Append(NetPacket packet, DeliveryReceipt receipt)
    {
        if (packet.Receipts == null)
        {
            packet.Receipts = receipt;
            return;
        }

        var last = packet.Receipts;
        while (last.Next != null)
            last = last.Next;
        last.Next = receipt;
    }

    /// <summary>
    /// A receiver that owes acknowledgements for several packets is busy: the next half-empty one can as well wait for one of these, or
    /// a millisecond, and take more messages along (RFC 896, applied to packets instead of bytes).
    /// </summary>
    private bool ShouldHold(NetPacket packet) =>
        packet.IsOpenGroup && packet.Size < Peer.Mtu * 3 / 4 && Sequence.Ahead(_next, _windowStart) >= BusyPackets;

    private void Add(DatagramBatch batch, NetPacket packet, long now)
    {
        batch.Add(packet.Bytes);
        packet.SentAt = now;
        packet.SentBehind = _next;
        Peer.OnAwaitingAck(this);
    }

    private int FirstResendSlot()
    {
        int start = _windowStart % WindowSize;
        return (start + BitOperations.TrailingZeroCount(BitOperations.RotateRight(_resend, start))) % WindowSize;
    }

    private NetPacket Release(int slot, int sequence, long now)
    {
        var packet = _pending[slot];
        if (!packet.WasResent)
            Peer.AddAckTime(now - packet.SentAt);
        _pending[slot] = null;
        _resend &= ~(1UL << slot);
        if (Sequence.Ahead(sequence, _highestAcked) > 0)
            _highestAcked = (ushort)sequence;
        if (packet.Receipts != null)
            Peer.OnPacketDelivered(packet.Receipts);
        return packet;
    }

    /// <summary>
    /// A packet is lost if several sent after it have arrived: resending it now instead of after the delay keeps the window moving.
    /// Only packets first sent after its last transmission count, so a repetition is judged by its own followers.
    /// </summary>
    private void MarkOvertaken()
    {
        int inFlight = Sequence.Ahead(_next, _windowStart);
        for (int i = 0; i < inFlight; i++)
        {
            int slot = (_windowStart + i) % WindowSize;
            var packet = _pending[slot];
            if (packet == null)
                continue;
            if (Sequence.Ahead(_highestAcked, packet.SentBehind) < ReorderTolerance - 1)
                continue;
            _resend |= 1UL << slot;
        }
    }
}
