using System.Net;
using System.Net.Sockets;

namespace LiteNetLib;

/// <summary>A listener that raises .NET events.</summary>
public class EventBasedNetListener : INetEventListener
{
    /// <summary>Handles <see cref="PeerConnectedEvent"/>.</summary>
    public delegate void OnPeerConnected(NetPeer peer);

    /// <summary>Handles <see cref="PeerDisconnectedEvent"/>.</summary>
    public delegate void OnPeerDisconnected(NetPeer peer, DisconnectInfo disconnectInfo);

    /// <summary>Handles <see cref="NetworkErrorEvent"/>.</summary>
    public delegate void OnNetworkError(IPEndPoint endPoint, SocketError socketError);

    /// <summary>Handles <see cref="NetworkReceiveEvent"/>.</summary>
    public delegate void OnNetworkReceive(NetPeer peer, NetPacketReader reader, byte channel, DeliveryMethod deliveryMethod);

    /// <summary>Handles <see cref="NetworkReceiveUnconnectedEvent"/>.</summary>
    public delegate void OnNetworkReceiveUnconnected(
        IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType);

    /// <summary>Handles <see cref="NetworkLatencyUpdateEvent"/>.</summary>
    public delegate void OnNetworkLatencyUpdate(NetPeer peer, int latency);

    /// <summary>Handles <see cref="ConnectionRequestEvent"/>.</summary>
    public delegate void OnConnectionRequest(ConnectionRequest request);

    /// <summary>Handles <see cref="DeliveryEvent"/>.</summary>
    public delegate void OnDeliveryEvent(NetPeer peer, object userData);

    /// <summary>Handles <see cref="PeerAddressChangedEvent"/>.</summary>
    public delegate void OnPeerAddressChangedEvent(NetPeer peer, IPEndPoint previousAddress);

    /// <inheritdoc cref="INetEventListener.OnPeerConnected"/>
    public event OnPeerConnected PeerConnectedEvent;

    /// <inheritdoc cref="INetEventListener.OnPeerDisconnected"/>
    public event OnPeerDisconnected PeerDisconnectedEvent;

    /// <inheritdoc cref="INetEventListener.OnNetworkError"/>
    public event OnNetworkError NetworkErrorEvent;

    /// <inheritdoc cref="INetEventListener.OnNetworkReceive"/>
    public event OnNetworkReceive NetworkReceiveEvent;

    /// <inheritdoc cref="INetEventListener.OnNetworkReceiveUnconnected"/>
    public event OnNetworkReceiveUnconnected NetworkReceiveUnconnectedEvent;

    /// <inheritdoc cref="INetEventListener.OnNetworkLatencyUpdate"/>
    public event OnNetworkLatencyUpdate NetworkLatencyUpdateEvent;

    /// <inheritdoc cref="INetEventListener.OnConnectionRequest"/>
    public event OnConnectionRequest ConnectionRequestEvent;

    /// <inheritdoc cref="INetEventListener.OnMessageDelivered"/>
    public event OnDeliveryEvent DeliveryEvent;

    /// <inheritdoc cref="INetEventListener.OnPeerAddressChanged"/>
    public event OnPeerAddressChangedEvent PeerAddressChangedEvent;

    /// <summary>Removes all handlers of <see cref="PeerConnectedEvent"/>.</summary>
    public void ClearPeerConnectedEvent() => PeerConnectedEvent = null;

    /// <summary>Removes all handlers of <see cref="PeerDisconnectedEvent"/>.</summary>
    public void ClearPeerDisconnectedEvent() => PeerDisconnectedEvent = null;

    /// <summary>Removes all handlers of <see cref="NetworkErrorEvent"/>.</summary>
    public void ClearNetworkErrorEvent() => NetworkErrorEvent = null;

    /// <summary>Removes all handlers of <see cref="NetworkReceiveEvent"/>.</summary>
    public void ClearNetworkReceiveEvent() => NetworkReceiveEvent = null;

    /// <summary>Removes all handlers of <see cref="NetworkReceiveUnconnectedEvent"/>.</summary>
    public void ClearNetworkReceiveUnconnectedEvent() => NetworkReceiveUnconnectedEvent = null;

    /// <summary>Removes all handlers of <see cref="NetworkLatencyUpdateEvent"/>.</summary>
    public void ClearNetworkLatencyUpdateEvent() => NetworkLatencyUpdateEvent = null;

    /// <summary>Removes all handlers of <see cref="ConnectionRequestEvent"/>.</summary>
    public void ClearConnectionRequestEvent() => ConnectionRequestEvent = null;

    /// <summary>Removes all handlers of <see cref="DeliveryEvent"/>.</summary>
    public void ClearDeliveryEvent() => DeliveryEvent = null;

    /// <summary>Removes all handlers of <see cref="PeerAddressChangedEvent"/>.</summary>
    public void ClearPeerAddressChangedEvent() => PeerAddressChangedEvent = null;

    void INetEventListener.OnPeerConnected(NetPeer peer) => PeerConnectedEvent?.Invoke(peer);

    void INetEventListener.OnPeerDisconnected(NetPeer peer, DisconnectInfo disconnectInfo) =>
        PeerDisconnectedEvent?.Invoke(peer, disconnectInfo);

    void INetEventListener.OnNetworkError(IPEndPoint endPoint, SocketError socketError) =>
        NetworkErrorEvent?.Invoke(endPoint, socketError);

    void INetEventListener.OnNetworkReceive(NetPeer peer, NetPacketReader reader, byte channelNumber, DeliveryMethod deliveryMethod) =>
        NetworkReceiveEvent?.Invoke(peer, reader, channelNumber, deliveryMethod);

    void INetEventListener.OnNetworkReceiveUnconnected(
        IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType) =>
        NetworkReceiveUnconnectedEvent?.Invoke(remoteEndPoint, reader, messageType);

    void INetEventListener.OnNetworkLatencyUpdate(NetPeer peer, int latency) => NetworkLatencyUpdateEvent?.Invoke(peer, latency);

    void INetEventListener.OnConnectionRequest(ConnectionRequest request) => ConnectionRequestEvent?.Invoke(request);

    void INetEventListener.OnMessageDelivered(NetPeer peer, object userData) => DeliveryEvent?.Invoke(peer, userData);

    void INetEventListener.OnPeerAddressChanged(NetPeer peer, IPEndPoint previousAddress) =>
        PeerAddressChangedEvent?.Invoke(peer, previousAddress);
}
