using System.Buffers.Binary;
using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib.Channels;

/// <content>Receiving side: a window of 64 sequences whose start moves only when a packet 64 or more ahead of it arrives.</content>
internal sealed partial class ReliableChannel
{
    /// <summary>Packets that arrived before an earlier one, by sequence mod 64; null until the first does.</summary>
    private NetPacket[] _early;

    /// <summary>Sequences of what is in <see cref="_early"/>, or was delivered early on an unordered channel; -1 for none.</summary>
    private int[] _earlySequence;

    private readonly bool _isOrdered = (DeliveryMethod)(id % 4) == DeliveryMethod.ReliableOrdered;
    private ushort _receiveStart;
    private ushort _expected;

    /// <summary>Bit s mod 64 of every sequence of the window that arrived; a copy of it is the acknowledgement.</summary>
    private ulong _received;

    public override void HandleData(byte[] buffer, int offset, int length)
    {
        ushort sequence = ReadSequence(buffer.AsSpan(offset));
        if (!Accept(sequence))
            return;
        int slot = sequence % WindowSize;
        if (sequence == _expected)
        {
            _expected = Sequence.Next(_expected);
            Unpack(buffer, offset, length);
            DeliverEarly();
            return;
        }

        _early ??= new NetPacket[WindowSize];
        _earlySequence ??= CreateEarlySequences();
        if (_isOrdered)
        {
            Hold(slot, sequence, buffer.AsSpan(offset, length));
        }
        else
        {
            _earlySequence[slot] = sequence;
            Unpack(buffer, offset, length);
        }
    }

    private static int[] CreateEarlySequences()
    {
        int[] sequences = new int[WindowSize];
        Array.Fill(sequences, -1);
        return sequences;
    }

    /// <summary>Moves the window and marks the sequence.</summary>
    /// <returns>Whether the packet is new.</returns>
    private bool Accept(ushort sequence)
    {
        int ahead = Sequence.Ahead(sequence, _receiveStart);
        bool isOutside = sequence >= NetConstants.MaxSequence || Sequence.Ahead(sequence, _expected) > WindowSize;
        if (isOutside || ahead is < 0 or >= 2 * WindowSize)
            return false;
        lock (Peer.Gate)
        {
            for (; ahead >= WindowSize; ahead--)
            {
                _received &= ~(1UL << (_receiveStart % WindowSize));
                _receiveStart = Sequence.Next(_receiveStart);
            }

            ulong bit = 1UL << (sequence % WindowSize);
            bool isNew = (_received & bit) == 0;
            _received |= bit;
            OwesAck = true;

            // Behind a gap, or for what comes twice, the sender waits for the word: it repeats by it, or has repeated for want of it.
            Peer.OnAckOwed(this, hurries: !isNew || sequence != _expected);
            return isNew;
        }
    }

    private bool TryAddAck(DatagramBatch batch)
    {
        if (!batch.HasRoomFor(PacketHeader.AckSize))
            return false;
        Span<byte> ack = stackalloc byte[PacketHeader.AckSize];
        ack[0] = PacketHeader.Make(PacketProperty.Ack, Peer.ConnectionNumber);
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _receiveStart);
        ack[3] = Id;
        BinaryPrimitives.WriteUInt64LittleEndian(ack[NetConstants.ChanneledHeaderSize..], _received);
        ack[^1] = 0;
        batch.Add(ack);
        OwesAck = false;
        return true;
    }

    private void Hold(int slot, ushort sequence, ReadOnlySpan<byte> bytes)
    {
        // Only a sender that leaves its window can find the slot taken.
        if (_early[slot] != null)
            Peer.Manager.ReturnPacket(_early[slot]);
        var packet = Peer.Manager.RentPacket();
        bytes.CopyTo(packet.Data);
        packet.Size = bytes.Length;
        _early[slot] = packet;
        _earlySequence[slot] = sequence;
    }

    private void DeliverEarly()
    {
        while (_earlySequence != null && _earlySequence[_expected % WindowSize] == _expected)
        {
            int slot = _expected % WindowSize;
            var packet = _early[slot];
            _early[slot] = null;
            _earlySequence[slot] = -1;
            _expected = Sequence.Next(_expected);
            if (packet != null)
            {
                Unpack(packet.Data, 0, packet.Size);
                Peer.Manager.ReturnPacket(packet);
            }
        }
    }

    private void Unpack(byte[] buffer, int offset, int length)
    {
        byte header = buffer[offset];
        int position = offset + NetConstants.ChanneledHeaderSize;
        int end = offset + length;
        if (PacketHeader.Property(header) == PacketProperty.Channeled)
        {
            if (PacketHeader.IsFragment(header))
                Peer.HandleFragment(buffer.AsSpan(offset, length), this);
            else
                Peer.Deliver(buffer, position, end - position, this);
            return;
        }

        // The original stops at a part of length zero and loses what follows; here it is an empty message.
        while (end - position >= PartLengthSize)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(position));
            position += PartLengthSize;
            if (size > end - position)
                return;
            Peer.Deliver(buffer, position, size, this);
            position += size;
        }
    }
}
