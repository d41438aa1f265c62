using System.Net;
using System.Net.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Events: created where something happens, dispatched there or in PollEvents.</content>
public partial class LiteNetManager
{
    /// <summary>Events dispatched before what they caused is sent: a long poll must not hold back its first answers.</summary>
    private const int EventsPerBatch = 64;

    private const int PooledEvents = 4096;

    private readonly Lock _eventsGate = new();
    private readonly Lock _eventPoolGate = new();
    private NetEvent _eventsHead;
    private NetEvent _eventsTail;
    private NetEvent _eventPool;
    private int _eventPoolCount;
    private NetPacketReader _directReader;

    /// <summary>Dispatches what has happened since the last call; in manual mode also receives.</summary>
    public void PollEvents()
    {
        if (!_isRunning)
            return;
        if (_isManual)
            ReceiveBatch(MaxPacketPerManualReceive > 0 ? MaxPacketPerManualReceive : int.MaxValue, false);
        NetEvent next;
        lock (_eventsGate)
        {
            next = _eventsHead;
            _eventsHead = null;
            _eventsTail = null;
        }

        if (next == null)
            return;
        bool ownsBatch = BeginBatch(false);
        try
        {
            for (int i = 1; next != null; i++)
            {
                var current = next;
                next = current.Next;
                Process(current);
                if (ownsBatch && i % EventsPerBatch == 0)
                    FlushBatch();
            }
        }
        finally
        {
            if (ownsBatch)
                EndBatch();
        }
    }

    internal void ReturnEvent(NetEvent netEvent)
    {
        netEvent.Clear();
        lock (_eventPoolGate)
        {
            if (_eventPoolCount >= PooledEvents)
                return;
            netEvent.Next = _eventPool;
            _eventPool = netEvent;
            _eventPoolCount++;
        }
    }

    /// <summary>Hands a message to the application: straight from the receive buffer if it comes back before the next is read.</summary>
    internal void DeliverMessage(LiteNetPeer peer, byte[] buffer, int offset, int length, byte channelNumber, DeliveryMethod method)
    {
        _batchCausedWork = true;
        bool isUnsynced = UnsyncedEvents || UnsyncedReceiveEvent;
        if (isUnsynced && AutoRecycle && !_isManual)
        {
            var reader = _directReader ??= new NetPacketReader(this, null);
            reader.Hold(buffer, offset, offset + length);
            Guard(reader, peer, channelNumber, method);
            reader.Release();
            return;
        }

        var netEvent = RentReceive(peer, channelNumber, method);
        var packet = RentPacket();
        buffer.AsSpan(offset, length).CopyTo(packet.Data);
        packet.Size = length;
        netEvent.DataReader.Hold(packet, 0);
        Raise(netEvent, isUnsynced);
    }

    /// <summary>Hands a reassembled message, in a rented array, to the application.</summary>
    internal void DeliverOwned(LiteNetPeer peer, byte[] message, int length, byte channelNumber, DeliveryMethod method)
    {
        var netEvent = RentReceive(peer, channelNumber, method);
        netEvent.DataReader.HoldRented(message, length);
        Raise(netEvent, UnsyncedEvents || UnsyncedReceiveEvent);
    }

    /// <summary>Runs application code whose exceptions must not end a library thread.</summary>
    internal void RunGuarded(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception error) when (IsLibraryThread)
        {
            ReportCallbackError(error);
        }
    }

    internal void RaiseDelivered(LiteNetPeer peer, object userData)
    {
        var netEvent = RentEvent(NetEventType.MessageDelivered, peer);
        netEvent.UserData = userData;
        Raise(netEvent, UnsyncedDeliveryEvent);
    }

    internal void RaiseLatency(LiteNetPeer peer, int latency)
    {
        var netEvent = RentEvent(NetEventType.LatencyUpdate, peer);
        netEvent.Latency = latency;
        Raise(netEvent, UnsyncedEvents);
    }

    /// <summary>Dispatches an event to the listener.</summary>
    internal virtual void Dispatch(NetEvent netEvent)
    {
        switch (netEvent.Type)
        {
            case NetEventType.Connect:
                _listener.OnPeerConnected(netEvent.Peer);
                break;
            case NetEventType.Disconnect:
                _listener.OnPeerDisconnected(netEvent.Peer, netEvent.DisconnectInfo);
                break;
            case NetEventType.Receive:
                DispatchReceive(netEvent.Peer, netEvent.DataReader, netEvent.ChannelNumber, netEvent.DeliveryMethod);
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
                _listener.OnNetworkLatencyUpdate(netEvent.Peer, netEvent.Latency);
                break;
            case NetEventType.ConnectionRequest:
                _listener.OnConnectionRequest(netEvent.Request);
                break;
            case NetEventType.MessageDelivered:
                _listener.OnMessageDelivered(netEvent.Peer, netEvent.UserData);
                break;
            case NetEventType.PeerAddressChanged:
                _listener.OnPeerAddressChanged(netEvent.Peer, netEvent.RemoteEndPoint);
                break;
        }
    }

    internal virtual void DispatchReceive(LiteNetPeer peer, NetPacketReader reader, byte channelNumber, DeliveryMethod method) =>
        _listener.OnNetworkReceive(peer, reader, method);

    private void RaiseConnected(LiteNetPeer peer)
    {
        Interlocked.Increment(ref _connectedPeers);
        Raise(RentEvent(NetEventType.Connect, peer), UnsyncedEvents);
    }

    private void RaiseDisconnected(
        LiteNetPeer peer, ConnectionState before, DisconnectReason reason, SocketError error, ReadOnlySpan<byte> packet)
    {
        if (before is ConnectionState.Connected or ConnectionState.EndPointChange)
            Interlocked.Decrement(ref _connectedPeers);
        var netEvent = RentEvent(NetEventType.Disconnect, peer);
        netEvent.DisconnectReason = reason;
        netEvent.ErrorCode = error;
        if (packet.Length > 0)
            netEvent.DataReader.Hold(packet.ToArray(), PacketHeader.DisconnectSize, packet.Length);
        Raise(netEvent, UnsyncedEvents);
    }

    private void RaiseUnknownHost()
    {
        var netEvent = RentEvent(NetEventType.Disconnect, null);
        netEvent.DisconnectReason = DisconnectReason.UnknownHost;
        Raise(netEvent, UnsyncedEvents);
    }

    private void RaiseConnectionRequest(LiteConnectionRequest request)
    {
        var netEvent = RentEvent(NetEventType.ConnectionRequest, null);
        netEvent.Request = request;
        Raise(netEvent, UnsyncedEvents);
    }

    private void RaiseUnconnected(NetEventType type, IPEndPoint sender, ReadOnlySpan<byte> datagram)
    {
        var netEvent = RentEvent(type, null);
        var packet = RentPacket();
        datagram.CopyTo(packet.Data);
        packet.Size = datagram.Length;
        netEvent.RemoteEndPoint = sender;
        netEvent.DataReader.Hold(packet, NetConstants.HeaderSize);
        Raise(netEvent, UnsyncedEvents);
    }

    private void RaiseAddressChanged(LiteNetPeer peer, IPEndPoint endPoint)
    {
        var netEvent = RentEvent(NetEventType.PeerAddressChanged, peer);
        netEvent.RemoteEndPoint = endPoint;
        Raise(netEvent, UnsyncedEvents);
    }

    private void RaiseError(IPEndPoint endPoint, SocketError error)
    {
        var netEvent = RentEvent(NetEventType.Error, null);
        netEvent.RemoteEndPoint = endPoint;
        netEvent.ErrorCode = error;
        Raise(netEvent, UnsyncedEvents);
    }

    private void Raise(NetEvent netEvent, bool now)
    {
        if (now)
        {
            Process(netEvent);
            return;
        }

        lock (_eventsGate)
        {
            if (_eventsTail == null)
                _eventsHead = netEvent;
            else
                _eventsTail.Next = netEvent;
            _eventsTail = netEvent;
        }
    }

    private void Process(NetEvent netEvent)
    {
        if (netEvent.Type == NetEventType.PeerAddressChanged)
        {
            var previous = new IPEndPoint(netEvent.Peer.Address, netEvent.Peer.Port);
            MovePeer(netEvent.Peer, netEvent.RemoteEndPoint);
            netEvent.RemoteEndPoint = previous;
        }

        // An event with data goes back to the pool with its reader, which the callback may already have recycled.
        bool hasData = !netEvent.DataReader.IsNull;
        try
        {
            Dispatch(netEvent);
        }
        catch (Exception error) when (IsLibraryThread)
        {
            ReportCallbackError(error);
        }

        if (!hasData)
            ReturnEvent(netEvent);
        else if (AutoRecycle)
            netEvent.DataReader.Release();
    }

    private void Guard(NetPacketReader reader, LiteNetPeer peer, byte channelNumber, DeliveryMethod method)
    {
        try
        {
            DispatchReceive(peer, reader, channelNumber, method);
        }
        catch (Exception error) when (IsLibraryThread)
        {
            ReportCallbackError(error);
        }
    }

    private static void ReportCallbackError(Exception error) =>
        NetDebug.Error($"A callback threw on a library thread: {error}");

    private NetEvent RentReceive(LiteNetPeer peer, byte channelNumber, DeliveryMethod method)
    {
        var netEvent = RentEvent(NetEventType.Receive, peer);
        netEvent.ChannelNumber = channelNumber;
        netEvent.DeliveryMethod = method;
        return netEvent;
    }

    private NetEvent RentEvent(NetEventType type, LiteNetPeer peer)
    {
        NetEvent netEvent = null;
        lock (_eventPoolGate)
        {
            if (_eventPool != null)
            {
                netEvent = _eventPool;
                _eventPool = netEvent.Next;
                _eventPoolCount--;
                netEvent.Next = null;
            }
        }

        netEvent ??= new NetEvent(this);
        netEvent.Type = type;
        netEvent.Peer = peer;
        return netEvent;
    }

    private void DropEvents()
    {
        lock (_eventsGate)
        {
            _eventsHead = null;
            _eventsTail = null;
        }
    }
}
