using System.Buffers.Binary;
using LiteNetLib.Channels;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Receiving. Runs on the receiving thread only.</content>
public partial class LiteNetPeer
{
    /// <summary>Unacknowledged packets after which an acknowledgement no longer waits for company.</summary>
    private const int AckAfterPackets = 32;

    /// <summary>
    /// How long an acknowledgement may wait for data to ride with, or for another packet to acknowledge with it: below the 15 ms the original takes,
    /// and below half of the shortest time after which a sender repeats.
    /// </summary>
    private static readonly long AckDelay = 12 * Clock.TicksPerMillisecond;

    /// <summary>The same where the sender waits for the word.</summary>
    private static readonly long HurriedAckDelay = Clock.TicksPerMillisecond;

    /// <summary>How long a packet may wait for company.</summary>
    private static readonly long HoldTime = Clock.TicksPerMillisecond;

    /// <summary>After a pause this long an acknowledgement leaves at once: nothing else is likely to follow soon.</summary>
    private static readonly long QuietTime = 50 * Clock.TicksPerMillisecond;

    private readonly Dictionary<ushort, Reassembly> _reassemblies = [];
    private long _reassemblyBytes;
    private DeliveryReceipt _deliveredHead;
    private DeliveryReceipt _deliveredTail;
    private long _lastHeard;
    private long _ackOwedSince;
    private long _lastAckAt;
    private int _packetsToAck;
    private bool _ackHurries;
    private ushort _lastPingAnswered;

    /// <summary>Whether the peer stands in the receiving thread's list of peers for which something is held back.</summary>
    internal bool IsInHeldList { get; set; }

    internal bool OwesAcks => Volatile.Read(ref _packetsToAck) > 0;

    /// <summary>Whether a packet waits for company.</summary>
    internal bool IsHolding => Volatile.Read(ref _isHolding);

    /// <summary>Takes a packet that passed the header check.</summary>
    internal void HandlePacket(byte[] buffer, int offset, int length, long now)
    {
        var state = _state;
        if (state is ConnectionState.Outgoing or ConnectionState.Disconnected)
            return;
        byte header = buffer[offset];
        var property = PacketHeader.Property(header);
        if (property == PacketProperty.ShutdownOk)
        {
            if (state == ConnectionState.ShutdownRequested)
                _state = ConnectionState.Disconnected;
            return;
        }

        // The original sends its MTU checks with number 0 whatever the connection's is, and so never gets an answer after a reconnect.
        bool isOldFormCheck = property == PacketProperty.MtuCheck && PacketHeader.Number(header) == 0;
        if (PacketHeader.Number(header) != ConnectionNumber && !isOldFormCheck)
            return;
        Volatile.Write(ref _lastHeard, now);
        switch (property)
        {
            case PacketProperty.Merged:
                HandleMerged(buffer, offset + NetConstants.HeaderSize, offset + length, now);
                break;
            case PacketProperty.Unreliable:
                NetManager.DeliverMessage(this, buffer, offset + 1, length - 1, 0, DeliveryMethod.Unreliable);
                break;
            case PacketProperty.Channeled:
            case PacketProperty.ReliableMerged:
                ChannelFor(buffer[offset + 3])?.HandleData(buffer, offset, length);
                break;
            case PacketProperty.Ack:
                HandleAck(buffer.AsSpan(offset, length), now);
                break;
            default:
                HandleControl(property, buffer.AsSpan(offset, length), now);
                break;
        }
    }

    /// <summary>Notes that a channel owes an acknowledgement. Under the gate.</summary>
    internal void OnAckOwed(Channel channel, bool hurries)
    {
        Activate(channel);
        bool isNews = _packetsToAck++ == 0 || _packetsToAck == AckAfterPackets || (hurries && !_ackHurries);
        _ackHurries |= hurries;
        if (_packetsToAck == 1)
            _ackOwedSince = NetManager.Now;
        if (isNews)
            NetManager.NoteHeld(this);
    }

    /// <summary>When what is held back should leave: acknowledgements without data, packets without company.</summary>
    internal long DueAt
    {
        get
        {
            long due = IsHolding ? _heldSince + HoldTime : long.MaxValue;
            if (!OwesAcks)
                return due;
            bool isDue = _packetsToAck >= AckAfterPackets || _ackOwedSince - _lastAckAt >= QuietTime;
            return isDue ? 0 : Math.Min(due, _ackOwedSince + (_ackHurries ? HurriedAckDelay : AckDelay));
        }
    }

    internal void Deliver(byte[] buffer, int offset, int length, Channel channel) =>
        NetManager.DeliverMessage(this, buffer, offset, length, channel.Number, channel.Method);

    /// <summary>Takes one part of a fragmented message. What exceeds the limits is lost, though acknowledged.</summary>
    internal void HandleFragment(ReadOnlySpan<byte> packet, Channel channel)
    {
        ushort fragmentId = BinaryPrimitives.ReadUInt16LittleEndian(packet[4..]);
        ushort part = BinaryPrimitives.ReadUInt16LittleEndian(packet[6..]);
        ushort total = BinaryPrimitives.ReadUInt16LittleEndian(packet[8..]);
        byte channelId = packet[3];
        if (part >= total)
            return;
        if (!_reassemblies.TryGetValue(fragmentId, out var reassembly))
        {
            int limit = Math.Min(NetManager.MaxReassembliesPerPeer, NetConstants.DefaultWindowSize * ChannelsCount);
            if (_reassemblies.Count >= limit)
                return;
            reassembly = new Reassembly(channelId, total);
            _reassemblies.Add(fragmentId, reassembly);
        }

        if (reassembly.Parts != total || reassembly.ChannelId != channelId || _reassemblyBytes > NetManager.MaxReassemblyBytesPerPeer)
            return;
        _reassemblyBytes -= reassembly.Capacity;
        reassembly.Add(part, packet[NetConstants.FragmentedHeaderTotalSize..]);
        if (!reassembly.IsComplete)
        {
            _reassemblyBytes += reassembly.Capacity;
            return;
        }

        _reassemblies.Remove(fragmentId);
        byte[] message = reassembly.Finish(out int length);
        NetManager.DeliverOwned(this, message, length, channel.Number, channel.Method);
    }

    /// <summary>Keeps the receipts of an acknowledged packet until the gate is left. Under the gate.</summary>
    internal void OnPacketDelivered(DeliveryReceipt receipts)
    {
        while (receipts != null)
        {
            var next = receipts.Next;
            if (--receipts.PartsLeft == 0)
            {
                receipts.Next = null;
                if (_deliveredTail == null)
                    _deliveredHead = receipts;
                else
                    _deliveredTail.Next = receipts;
                _deliveredTail = receipts;
            }

            receipts = next;
        }
    }

    private void HandleMerged(byte[] buffer, int position, int end, long now)
    {
        while (end - position > sizeof(ushort))
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(position));
            position += sizeof(ushort);
            if (size == 0 || size > end - position || !PacketHeader.IsValid(buffer.AsSpan(position, size)))
                return;

            // A Merged inside a Merged is nonsense, and would let a datagram choose our recursion depth.
            if (PacketHeader.Property(buffer[position]) != PacketProperty.Merged)
                HandlePacket(buffer, position, size, now);
            position += size;
        }
    }

    private Channel ChannelFor(byte id)
    {
        if (id >= ChannelsCount * MethodsPerChannel)
            return null;
        var channel = FindChannel(id);
        if (channel != null)
            return channel;
        lock (Gate)
            return GetChannel(id);
    }

    private void HandleAck(ReadOnlySpan<byte> packet, long now)
    {
        byte id = packet[3];
        var channel = FindChannel(id);
        if (channel == null)
            return;
        bool needsFlush;
        DeliveryReceipt delivered;
        lock (Gate)
        {
            bool canSend = channel.HandleAck(packet, now);
            needsFlush = canSend && !_isFlushing && !_isFlushScheduled;
            _flushAgain |= canSend;
            delivered = _deliveredHead;
            _deliveredHead = null;
            _deliveredTail = null;
        }

        for (; delivered != null; delivered = delivered.Next)
            NetManager.RaiseDelivered(this, delivered.UserData);
        if (needsFlush)
            NetManager.RequestFlush(this);
    }

    private void HandleControl(PacketProperty property, ReadOnlySpan<byte> packet, long now)
    {
        switch (property)
        {
            case PacketProperty.Ping:
                AnswerPing(packet, now);
                NetManager.OnPinged(this, now);
                break;
            case PacketProperty.Pong:
                HandlePong(packet, now);
                break;
            case PacketProperty.MtuCheck:
            case PacketProperty.MtuOk:
                HandleMtu(property, packet);
                break;
        }
    }

    private void AnswerPing(ReadOnlySpan<byte> packet, long now)
    {
        // Only the low 15 bits count: that follows both a counter that wraps at 32768 and the original's at 65536.
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        int ahead = Sequence.Ahead(sequence & (NetConstants.MaxSequence - 1), _lastPingAnswered);
        if (ahead <= 0)
            return;
        NotePinged(ahead, now);
        _lastPingAnswered = (ushort)(sequence & (NetConstants.MaxSequence - 1));
        Span<byte> pong = stackalloc byte[PacketHeader.PongSize];
        pong[0] = PacketHeader.Make(PacketProperty.Pong, ConnectionNumber);
        BinaryPrimitives.WriteUInt16LittleEndian(pong[1..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(pong[3..], DateTime.UtcNow.Ticks);
        NetManager.SendToPeer(pong, this);
    }

    private void OnAcksSent(long now)
    {
        if (_packetsToAck == 0)
            return;
        _packetsToAck = 0;
        _ackHurries = false;
        _lastAckAt = now;
    }
}
