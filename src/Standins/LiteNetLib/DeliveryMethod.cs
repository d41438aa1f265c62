namespace LiteNetLib;

/// <summary>How a message travels. The value is part of the channel id on the wire.</summary>
public enum DeliveryMethod : byte
{
    /// <summary>Every message arrives once, in any order.</summary>
    ReliableUnordered = 0,

    /// <summary>Messages may get lost, none arrives twice or after a newer one.</summary>
    Sequenced = 1,

    /// <summary>Every message arrives once and in order.</summary>
    ReliableOrdered = 2,

    /// <summary>Only the newest message is certain to arrive; none arrives twice or after a newer one.</summary>
    ReliableSequenced = 3,

    /// <summary>Messages may get lost, arrive twice or out of order.</summary>
    Unreliable = 4,
}
