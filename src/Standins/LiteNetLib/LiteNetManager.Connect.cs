using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Connections begin: our requests and those of others.</content>
public partial class LiteNetManager
{
    private readonly Dictionary<PeerAddress, LiteConnectionRequest> _requests = [];
    private int _rejectedPeers;

    /// <summary>Connects to a host by name or address, presenting a key.</summary>
    /// <returns>The outgoing peer, or null if the name is unknown or that endpoint is just asking us.</returns>
    /// <exception cref="InvalidOperationException">The manager is not running.</exception>
    public LiteNetPeer Connect(string address, int port, string key) => Connect(address, port, NetDataWriter.FromString(key));

    /// <summary>Connects to a host by name or address, presenting data.</summary>
    /// <returns>The outgoing peer, or null if the name is unknown or that endpoint is just asking us.</returns>
    /// <exception cref="InvalidOperationException">The manager is not running.</exception>
    public LiteNetPeer Connect(string address, int port, NetDataWriter connectionData)
    {
        IPEndPoint target;
        try
        {
            target = NetUtils.MakeEndPoint(address, port);
        }
        catch (ArgumentException)
        {
            RaiseUnknownHost();
            return null;
        }

        return Connect(target, connectionData);
    }

    /// <summary>Connects to an endpoint, presenting a key.</summary>
    /// <returns>The outgoing peer, or the existing one, or null if that endpoint is just asking us.</returns>
    /// <exception cref="InvalidOperationException">The manager is not running.</exception>
    public LiteNetPeer Connect(IPEndPoint target, string key) => Connect(target, NetDataWriter.FromString(key));

    /// <summary>Connects to an endpoint, presenting data.</summary>
    /// <inheritdoc cref="Connect(IPEndPoint,string)"/>
    public LiteNetPeer Connect(IPEndPoint target, NetDataWriter connectionData) =>
        Connect(target, connectionData.AsReadOnlySpan());

    /// <summary>Connects to an endpoint, presenting data.</summary>
    /// <exception cref="TooBigPacketException">The request would not fit into one datagram.</exception>
    /// <inheritdoc cref="Connect(IPEndPoint,string)"/>
    public LiteNetPeer Connect(IPEndPoint target, ReadOnlySpan<byte> connectionData)
    {
        if (!_isRunning)
            throw new InvalidOperationException("The manager is not running: call Start first.");
        int room = NetConstants.MaxPacketSize - ExtraPacketSizeForLayer - PacketHeader.ConnectRequestSize - target.Serialize().Size;
        if (connectionData.Length > room)
            throw new TooBigPacketException($"Connection data takes at most {room} bytes, this has {connectionData.Length}.");
        LiteNetPeer peer;
        lock (_peersGate)
        {
            var address = PeerAddress.FromEndPoint(target);
            if (_requests.ContainsKey(address))
                return null;
            int number = 0;
            if (_peers.TryGetValue(address, out var old))
            {
                if (old.ConnectionState is ConnectionState.Outgoing or ConnectionState.Connected)
                    return old;
                number = (old.ConnectionNumber + 1) % NetConstants.MaxConnectionNumber;
                Remove(old);
            }

            peer = CreatePeer(target, new PeerStart
            {
                Id = TakeId(),
                ConnectTime = Clock.NextConnectTime(),
                Number = number,
                State = ConnectionState.Outgoing,
                ConnectData = connectionData,
            });
            Add(peer);
        }

        peer.StartConnecting();
        return peer;
    }

    internal LiteNetPeer Accept(LiteConnectionRequest request)
    {
        if (!_isRunning)
            return null;
        LiteNetPeer peer;
        lock (_peersGate)
        {
            var address = Forget(request);
            if (_peers.TryGetValue(address, out var existing))
                return existing;
            var packet = request.Packet;
            peer = CreatePeer(request.RemoteEndPoint, new PeerStart
            {
                Id = TakeId(),
                ConnectTime = packet.Time,
                Number = packet.Number,
                RemoteId = packet.PeerId,
                State = ConnectionState.Connected,
            });
            Add(peer);
        }

        // A queued event must stand in front of those that the accept's answer causes; a callback must not send before the accept.
        if (!UnsyncedEvents)
            RaiseConnected(peer);
        peer.SendAccept();
        if (UnsyncedEvents)
            RaiseConnected(peer);
        return peer;
    }

    internal void Reject(LiteConnectionRequest request, ReadOnlySpan<byte> data, bool force)
    {
        if (!_isRunning)
            return;
        LiteNetPeer peer;
        bool keeps;
        var packet = request.Packet;
        lock (_peersGate)
        {
            var address = Forget(request);
            if (_peers.ContainsKey(address) || (force && data.IsEmpty))
                return;
            keeps = !force && _rejectedPeers < MaxHalfOpenConnections;
            peer = CreatePeer(request.RemoteEndPoint, new PeerStart
            {
                Id = TakeId(),
                ConnectTime = packet.Time,
                Number = packet.RequestedNumber,
                RemoteId = packet.PeerId,
                State = ConnectionState.ShutdownRequested,
            });
            if (keeps)
            {
                peer.WasRejected = true;
                _rejectedPeers++;
                Add(peer);
            }
            else
            {
                _freeIds.Enqueue(peer.Id);
            }
        }

        peer.StartShutdown(data, packet.RequestedNumber);
    }

    private void HandleConnectRequest(ReadOnlySpan<byte> packet, long now)
    {
        if (ConnectRequest.ReadProtocol(packet) != PacketHeader.ProtocolId)
        {
            Answer(PacketProperty.InvalidProtocol);
            return;
        }

        var request = ConnectRequest.TryParse(packet);
        if (request == null)
            return;
        if (_peers.TryGetValue(_senderAddress, out var peer))
        {
            request = Judge(request, peer);
            if (request == null)
                return;
        }

        LiteConnectionRequest raised;
        lock (_peersGate)
        {
            if (_requests.TryGetValue(_senderAddress, out var pending))
            {
                Refresh(pending, request, now);
                return;
            }

            if (_requests.Count >= MaxHalfOpenConnections)
                return;
            raised = CreateRequest(SenderEndPoint(), request);
            raised.LastSeen = now;
            _requests.Add(_senderAddress, raised);
        }

        RaiseConnectionRequest(raised);
    }

    private static void Refresh(LiteConnectionRequest pending, ConnectRequest request, long now)
    {
        pending.LastSeen = now;
        var known = pending.Packet;
        if (request.Time > known.Time || (request.Time == known.Time && request.Number != known.Number))
            pending.Packet = request;
    }

    /// <summary>What a request means to an endpoint we have a peer for.</summary>
    /// <returns>The request to raise, or null if there is nothing to decide.</returns>
    private ConnectRequest Judge(ConnectRequest request, LiteNetPeer peer)
    {
        switch (peer.ConnectionState)
        {
            case ConnectionState.Outgoing:
                if (!Loses(peer, request))
                    return null;
                DisconnectForced(peer, DisconnectReason.PeerToPeerConnection);
                RemovePeer(peer);
                return request;
            case ConnectionState.Connected:
                if (request.Time == peer.ConnectTime)
                    peer.SendAccept();
                if (request.Time <= peer.ConnectTime)
                    return null;
                DisconnectForced(peer, DisconnectReason.Reconnect);
                break;
            case ConnectionState.Disconnected:
            case ConnectionState.ShutdownRequested:
                if (request.Time < peer.ConnectTime)
                    return null;
                break;
            default:
                return null;
        }

        RemovePeer(peer);
        return request with { Number = (peer.ConnectionNumber + 1) % NetConstants.MaxConnectionNumber };
    }

    /// <summary>
    /// Both sides asked at once: the earlier request wins; at equal times the larger address, compared from its last byte.
    /// </summary>
    private static bool Loses(LiteNetPeer peer, ConnectRequest request)
    {
        if (request.Time != peer.ConnectTime)
            return request.Time < peer.ConnectTime;
        var own = peer.SocketAddress.Buffer.Span[..peer.SocketAddress.Size];
        for (int i = Math.Min(own.Length, request.Address.Length) - 1; i >= 0; i--)
        {
            if (own[i] != request.Address[i])
                return own[i] < request.Address[i];
        }

        return false;
    }

    /// <summary>Takes a request off the list of those that wait for a decision. Under the table's lock.</summary>
    private PeerAddress Forget(LiteConnectionRequest request)
    {
        var address = PeerAddress.FromEndPoint(request.RemoteEndPoint);
        if (_requests.TryGetValue(address, out var pending) && ReferenceEquals(pending, request))
            _requests.Remove(address);
        return address;
    }

    /// <summary>When the list of undecided requests is full, those whose sender has given up make room.</summary>
    private void ExpireRequests(long now)
    {
        if (_requests.Count < MaxHalfOpenConnections)
            return;
        lock (_peersGate)
        {
            foreach (var (address, request) in _requests)
            {
                if (Clock.Milliseconds(now - request.LastSeen) > DisconnectTimeout)
                    _requests.Remove(address);
            }
        }
    }
}
