namespace LiteNetLib.Wire;

/// <summary>
/// A pooled buffer of one packet, in wire form. Owned by exactly one queue, window slot or event at a time.
/// </summary>
internal sealed class NetPacket
{
    public readonly byte[] Data = new byte[MtuLadder.Steps[^1]];

    /// <summary>The next packet of the queue or free list that holds this one.</summary>
    public NetPacket Next;

    /// <summary>Bytes used.</summary>
    public int Size;

    /// <summary>Messages inside a reliable group.</summary>
    public int Messages;

    /// <summary>Whether more messages may be appended.</summary>
    public bool IsOpenGroup;

    /// <summary>Who is told when the packet has been acknowledged.</summary>
    public DeliveryReceipt Receipts;

    /// <summary>Clock ticks of the last transmission.</summary>
    public long SentAt;

    /// <summary>Whether the packet was sent more than once: its acknowledgement then says nothing about the round trip (Karn).</summary>
    public bool WasResent;

    /// <summary>Highest sequence handed out when the packet was sent last: acknowledgements beyond it prove a loss.</summary>
    public int SentBehind;

    public ReadOnlySpan<byte> Bytes => new(Data, 0, Size);

    /// <summary>Forgets everything but the list the packet is part of.</summary>
    public void Clear()
    {
        Size = 0;
        Messages = 0;
        IsOpenGroup = false;
        WasResent = false;
        Receipts = null;
    }
}

/// <summary>A delivery event to come: raised when all parts of the message have been acknowledged.</summary>
internal sealed class DeliveryReceipt(object userData, int parts)
{
    public readonly object UserData = userData;

    /// <summary>The receipt of the next message of the same group.</summary>
    public DeliveryReceipt Next;

    /// <summary>Packets that carry parts of the message and are not acknowledged yet.</summary>
    public int PartsLeft = parts;
}
