using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib.Channels;

/// <summary>
/// One delivery method on one channel number of a peer. Sending state and the acknowledgement owed belong to the peer's gate;
/// the rest of the receiving state belongs to the receiving thread.
/// </summary>
internal abstract class Channel(LiteNetPeer peer, byte id)
{
    private const int MethodsPerChannel = 4;

    protected readonly LiteNetPeer Peer = peer;
    protected readonly byte Id = id;

    /// <summary>Whether the channel stands in its peer's list of channels with something to send.</summary>
    public bool IsActive;

    /// <summary>Whether the channel stands in its peer's list of channels that the resend timer looks at.</summary>
    public bool IsListedUnacknowledged;

    /// <summary>Whether something sent waits for its acknowledgement. Under the gate.</summary>
    public abstract bool HasUnacknowledged { get; }

    public byte Number => (byte)(Id / MethodsPerChannel);

    public DeliveryMethod Method => (DeliveryMethod)(Id % MethodsPerChannel);

    /// <summary>Messages that wait for room in the window.</summary>
    public virtual int QueuedMessages => 0;

    /// <summary>Whether an acknowledgement is owed. Under the gate.</summary>
    public bool OwesAck { get; protected set; }

    public static byte IdOf(byte channelNumber, DeliveryMethod method) => (byte)((channelNumber * MethodsPerChannel) + (int)method);

    /// <summary>Queues a message. Under the gate.</summary>
    public abstract void Enqueue(ReadOnlySpan<byte> message, DeliveryReceipt receipt);

    /// <summary>Whether the last collection left a packet behind in the hope of more messages for it.</summary>
    public bool IsHolding { get; protected set; }

    /// <summary>Adds what may leave now to a batch; with <paramref name="mayHold"/> a packet may wait for company. Under the gate.</summary>
    /// <returns>False if the batch is full and more remains.</returns>
    public abstract bool Collect(DatagramBatch batch, long now, bool mayHold);

    /// <summary>Takes an acknowledgement. Under the gate.</summary>
    /// <returns>Whether something may leave now.</returns>
    public abstract bool HandleAck(ReadOnlySpan<byte> packet, long now);

    /// <summary>Marks for sending what has waited for an acknowledgement too long. Under the gate.</summary>
    /// <returns>Packets marked.</returns>
    public abstract int MarkExpired(long now, long delay);

    /// <summary>Drops everything queued. Under the gate.</summary>
    public abstract void DropQueue();

    /// <summary>Takes a data packet. On the receiving thread, without the gate.</summary>
    public abstract void HandleData(byte[] buffer, int offset, int length);

    protected static void WriteHeader(byte[] data, byte header, ushort sequence, byte id)
    {
        data[0] = header;
        WriteSequence(data, sequence);
        data[3] = id;
    }

    protected static void WriteSequence(byte[] data, ushort sequence)
    {
        data[1] = (byte)sequence;
        data[2] = (byte)(sequence >> 8);
    }

    protected static ushort ReadSequence(ReadOnlySpan<byte> packet) => (ushort)(packet[1] | (packet[2] << 8));
}
