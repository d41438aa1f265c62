namespace LiteNetLib;

/// <summary>Where a peer is in its life. The values are flags, for filters.</summary>
[Flags]
public enum ConnectionState : byte
{
    /// <summary>We asked for a connection.</summary>
    Outgoing = 1 << 1,

    /// <summary>Messages travel.</summary>
    Connected = 1 << 2,

    /// <summary>We said goodbye and wait for the confirmation.</summary>
    ShutdownRequested = 1 << 3,

    /// <summary>Over; the peer lingers for <see cref="LiteNetManager.DisconnectTimeout"/> so that late datagrams are recognised.</summary>
    Disconnected = 1 << 4,

    /// <summary>The peer was recognised at a new address and moves there.</summary>
    EndPointChange = 1 << 5,

    /// <summary>Every state but <see cref="Disconnected"/>.</summary>
    Any = Outgoing | Connected | ShutdownRequested | EndPointChange,
}
