using System.Net.Sockets;

namespace LiteNetLib;

/// <summary>Why a peer was disconnected.</summary>
public enum DisconnectReason
{
    /// <summary>No answer to any connection request.</summary>
    ConnectionFailed,

    /// <summary>Nothing was heard for <see cref="LiteNetManager.DisconnectTimeout"/>, or the queue limit was reached.</summary>
    Timeout,

    /// <summary>The network says the host cannot be reached.</summary>
    HostUnreachable,

    /// <summary>The network says the network cannot be reached.</summary>
    NetworkUnreachable,

    /// <summary>The other side disconnected.</summary>
    RemoteConnectionClose,

    /// <summary>This side disconnected.</summary>
    DisconnectPeerCalled,

    /// <summary>The other side rejected the request.</summary>
    ConnectionRejected,

    /// <summary>The other side speaks another protocol version.</summary>
    InvalidProtocol,

    /// <summary>The host name could not be resolved.</summary>
    UnknownHost,

    /// <summary>The other side connected anew.</summary>
    Reconnect,

    /// <summary>Both sides connected at once and this side's attempt lost.</summary>
    PeerToPeerConnection,

    /// <summary>The other side does not know this connection.</summary>
    PeerNotFound,
}

/// <summary>What is known about a disconnect.</summary>
public struct DisconnectInfo
{
    /// <summary>Why.</summary>
    public DisconnectReason Reason;

    /// <summary>The socket error behind it, if any.</summary>
    public SocketError SocketErrorCode;

    /// <summary>What the other side said at parting. Never null; <c>IsNull</c> if no datagram came with it.</summary>
    public NetPacketReader AdditionalData;
}
