using System.Net;
using LiteNetLib.Layers;
using LiteNetLib.Utils;

namespace LiteNetLib;

/// <summary>One UDP port and the connections on it, each with up to 64 channels.</summary>
public class NetManager : LiteNetManager, IEnumerable<NetPeer>
{
    private const int MaxChannels = 64;

    private readonly INetEventListener _listener;
    private byte _channelsCount = 1;

    /// <summary>A manager that tells a listener what happens.</summary>
    public NetManager(INetEventListener listener, PacketLayerBase extraPacketLayer = null)
        : base(extraPacketLayer) => _listener = listener;

    /// <summary>Channels a new peer gets, 1 to 64. Both sides must agree.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public byte ChannelsCount
    {
        get => _channelsCount;
        set => _channelsCount = value is >= 1 and <= MaxChannels
            ? value
            : throw new ArgumentException($"A peer has 1 to {MaxChannels} channels.", nameof(value));
    }

    /// <inheritdoc cref="LiteNetManager.FirstPeer"/>
    public new NetPeer FirstPeer => (NetPeer)base.FirstPeer;

    internal override int ChannelCount => _channelsCount;

    /// <inheritdoc cref="LiteNetManager.Connect(string,int,string)"/>
    public new NetPeer Connect(string address, int port, string key) => (NetPeer)base.Connect(address, port, key);

    /// <inheritdoc cref="LiteNetManager.Connect(string,int,NetDataWriter)"/>
    public new NetPeer Connect(string address, int port, NetDataWriter connectionData) =>
        (NetPeer)base.Connect(address, port, connectionData);

    /// <inheritdoc cref="LiteNetManager.Connect(IPEndPoint,string)"/>
    public new NetPeer Connect(IPEndPoint target, string key) => (NetPeer)base.Connect(target, key);

    /// <inheritdoc cref="LiteNetManager.Connect(IPEndPoint,NetDataWriter)"/>
    public new NetPeer Connect(IPEndPoint target, NetDataWriter connectionData) => (NetPeer)base.Connect(target, connectionData);

    /// <inheritdoc cref="LiteNetManager.Connect(IPEndPoint,ReadOnlySpan{byte})"/>
    public new NetPeer Connect(IPEndPoint target, ReadOnlySpan<byte> connectionData) => (NetPeer)base.Connect(target, connectionData);

    /// <inheritdoc cref="LiteNetManager.GetPeers"/>
    public void GetPeers(List<NetPeer> peers, ConnectionState peerState)
    {
        peers.Clear();
        foreach (var peer in this)
        {
            if ((peer.ConnectionState & peerState) != 0)
                peers.Add(peer);
        }
    }

    /// <inheritdoc cref="LiteNetManager.GetConnectedPeers"/>
    public void GetConnectedPeers(List<NetPeer> peers) => GetPeers(peers, ConnectionState.Connected);

    /// <summary>Sends a message to every connected peer.</summary>
    public void SendToAll(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod options) =>
        SendToPeers(data, channelNumber, options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void SendToAll(byte[] data, byte channelNumber, DeliveryMethod options) =>
        SendToPeers(data, channelNumber, options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void SendToAll(NetDataWriter writer, byte channelNumber, DeliveryMethod options) =>
        SendToPeers(writer.AsReadOnlySpan(), channelNumber, options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod)"/>
    public void SendToAll(byte[] data, int start, int length, byte channelNumber, DeliveryMethod options) =>
        SendToPeers(data.AsSpan(start, length), channelNumber, options, null);

    /// <summary>Sends a message to every connected peer but one.</summary>
    public void SendToAll(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToPeers(data, channelNumber, options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(byte[] data, byte channelNumber, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToPeers(data, channelNumber, options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(NetDataWriter writer, byte channelNumber, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToPeers(writer.AsReadOnlySpan(), channelNumber, options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},byte,DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(byte[] data, int start, int length, byte channelNumber, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToPeers(data.AsSpan(start, length), channelNumber, options, excludePeer);

    /// <inheritdoc cref="LiteNetManager.GetEnumerator"/>
    public new NetPeerEnumerator<NetPeer> GetEnumerator() => new(FirstPeer);

    IEnumerator<NetPeer> IEnumerable<NetPeer>.GetEnumerator() => GetEnumerator();

    internal override LiteNetPeer CreatePeer(IPEndPoint endPoint, PeerStart start) => new NetPeer(this, endPoint, start);

    internal override LiteConnectionRequest CreateRequest(IPEndPoint endPoint, Wire.ConnectRequest packet) =>
        new ConnectionRequest(this, endPoint, packet);

    internal override void DispatchReceive(LiteNetPeer peer, NetPacketReader reader, byte channelNumber, DeliveryMethod method) =>
        _listener.OnNetworkReceive((NetPeer)peer, reader, channelNumber, method);

    internal override void Dispatch(NetEvent netEvent)
    {
        var peer = (NetPeer)netEvent.Peer;
        switch (netEvent.Type)
        {
            case NetEventType.Connect:
                _listener.OnPeerConnected(peer);
                break;
            case NetEventType.Disconnect:
                _listener.OnPeerDisconnected(peer, netEvent.DisconnectInfo);
                break;
            case NetEventType.Receive:
                DispatchReceive(peer, netEvent.DataReader, netEvent.ChannelNumber, netEvent.DeliveryMethod);
                break;
            case NetEventType.ReceiveUnconnected:
                _listener.OnNetworkReceiveUnconnected(netEvent.RemoteEndPoint, netEvent.DataReader, UnconnectedMessageType.BasicMessage);
                break;
            case NetEventType.Broadcast:
                _listener.OnNetworkReceiveUnconnected(netEvent.RemoteEndPoint, netEvent.DataReader, UnconnectedMessageType.Broadcast);
                break;
            case NetEventType.Error:
                _listener.OnNetworkError(netEvent.RemoteEndPoint, netEvent.ErrorCode);
                break;
            case NetEventType.LatencyUpdate:
                _listener.OnNetworkLatencyUpdate(peer, netEvent.Latency);
                break;
            case NetEventType.ConnectionRequest:
                _listener.OnConnectionRequest((ConnectionRequest)netEvent.Request);
                break;
            case NetEventType.MessageDelivered:
                _listener.OnMessageDelivered(peer, netEvent.UserData);
                break;
            case NetEventType.PeerAddressChanged:
                _listener.OnPeerAddressChanged(peer, netEvent.RemoteEndPoint);
                break;
        }
    }
}
