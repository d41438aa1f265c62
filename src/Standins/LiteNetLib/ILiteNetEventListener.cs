using System.Net;
using System.Net.Sockets;

namespace LiteNetLib;

/// <summary>For <see cref="LiteNetManager"/> what <see cref="INetEventListener"/> is for <see cref="NetManager"/>: without channels.</summary>
public interface ILiteNetEventListener
{
    /// <inheritdoc cref="INetEventListener.OnPeerConnected"/>
    void OnPeerConnected(LiteNetPeer peer);

    /// <inheritdoc cref="INetEventListener.OnPeerDisconnected"/>
    void OnPeerDisconnected(LiteNetPeer peer, DisconnectInfo disconnectInfo);

    /// <inheritdoc cref="INetEventListener.OnNetworkError"/>
    void OnNetworkError(IPEndPoint endPoint, SocketError socketError);

    /// <inheritdoc cref="INetEventListener.OnNetworkReceive"/>
    void OnNetworkReceive(LiteNetPeer peer, NetPacketReader reader, DeliveryMethod deliveryMethod);

    /// <inheritdoc cref="INetEventListener.OnNetworkReceiveUnconnected"/>
    void OnNetworkReceiveUnconnected(IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType);

    /// <inheritdoc cref="INetEventListener.OnNetworkLatencyUpdate"/>
    void OnNetworkLatencyUpdate(LiteNetPeer peer, int latency);

    /// <inheritdoc cref="INetEventListener.OnConnectionRequest"/>
    void OnConnectionRequest(LiteConnectionRequest request);

    /// <inheritdoc cref="INetEventListener.OnMessageDelivered"/>
    void OnMessageDelivered(LiteNetPeer peer, object userData)
    {
    }

    /// <inheritdoc cref="INetEventListener.OnPeerAddressChanged"/>
    void OnPeerAddressChanged(LiteNetPeer peer, IPEndPoint previousAddress)
    {
    }
}
