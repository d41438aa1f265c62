using System.Net;
using System.Net.Sockets;

namespace LiteNetLib;

/// <summary>
/// Receives what happens. By default in <see cref="LiteNetManager.PollEvents"/>, on its caller's thread; with
/// <see cref="LiteNetManager.UnsyncedEvents"/> on the library's threads.
/// </summary>
public interface INetEventListener
{
    /// <summary>A connection stands.</summary>
    void OnPeerConnected(NetPeer peer);

    /// <summary>A connection ended, or an attempt failed.</summary>
    void OnPeerDisconnected(NetPeer peer, DisconnectInfo disconnectInfo);

    /// <summary>A socket operation failed; <paramref name="endPoint"/> may be null.</summary>
    void OnNetworkError(IPEndPoint endPoint, SocketError socketError);

    /// <summary>A message arrived.</summary>
    void OnNetworkReceive(NetPeer peer, NetPacketReader reader, byte channelNumber, DeliveryMethod deliveryMethod);

    /// <summary>A message without a connection arrived.</summary>
    void OnNetworkReceiveUnconnected(IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType);

    /// <summary>The latency was measured: half of a round trip, in milliseconds.</summary>
    void OnNetworkLatencyUpdate(NetPeer peer, int latency);

    /// <summary>Somebody asks for a connection.</summary>
    void OnConnectionRequest(ConnectionRequest request);

    /// <summary>A message sent with a delivery event has been acknowledged.</summary>
    void OnMessageDelivered(NetPeer peer, object userData)
    {
    }

    /// <summary>A peer moved to another address.</summary>
    void OnPeerAddressChanged(NetPeer peer, IPEndPoint previousAddress)
    {
    }
}
