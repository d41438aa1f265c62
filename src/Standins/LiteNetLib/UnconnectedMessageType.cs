namespace LiteNetLib;

/// <summary>How a message without a connection was sent.</summary>
public enum UnconnectedMessageType
{
    /// <summary>To this endpoint.</summary>
    BasicMessage,

    /// <summary>To everybody on the network.</summary>
    Broadcast,
}
