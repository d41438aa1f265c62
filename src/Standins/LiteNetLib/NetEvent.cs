using System.Net;
using System.Net.Sockets;

namespace LiteNetLib;

internal enum NetEventType
{
    Connect,
    Disconnect,
    Receive,
    ReceiveUnconnected,
    Error,
    LatencyUpdate,
    Broadcast,
    ConnectionRequest,
    MessageDelivered,
    PeerAddressChanged,
}

/// <summary>Something that happened, pooled. Its reader belongs to it for good.</summary>
internal sealed class NetEvent
{
    public readonly NetPacketReader DataReader;
    public NetEvent Next;
    public NetEventType Type;
    public LiteNetPeer Peer;
    public IPEndPoint RemoteEndPoint;
    public object UserData;
    public int Latency;
    public SocketError ErrorCode;
    public DisconnectReason DisconnectReason;
    public LiteConnectionRequest Request;
    public DeliveryMethod DeliveryMethod;
    public byte ChannelNumber;

    public NetEvent(LiteNetManager manager) => DataReader = new NetPacketReader(manager, this);

    public DisconnectInfo DisconnectInfo => new()
    {
        Reason = DisconnectReason,
        SocketErrorCode = ErrorCode,
        AdditionalData = DataReader,
    };

    public void Clear()
    {
        Next = null;
        Peer = null;
        RemoteEndPoint = null;
        UserData = null;
        Request = null;
        ErrorCode = SocketError.Success;
    }
}
