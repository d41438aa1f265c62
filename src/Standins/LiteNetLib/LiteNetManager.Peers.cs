using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>The table of peers, and how connections end.</content>
public partial class LiteNetManager
{
    private readonly Lock _peersGate = new();
    private readonly ConcurrentDictionary<PeerAddress, LiteNetPeer> _peers = new();
    private readonly ConcurrentDictionary<int, LiteNetPeer> _peersById = new();
    private readonly Queue<int> _freeIds = new();
    private volatile LiteNetPeer _headPeer;
    private int _nextId;

    /// <summary>The newest peer in any state, or null.</summary>
    public LiteNetPeer FirstPeer => _headPeer;

    /// <summary>The peer with that id in any state.</summary>
    public bool TryGetPeerById(int id, out LiteNetPeer peer) => _peersById.TryGetValue(id, out peer);

    /// <summary>The peer with that id in any state, or null.</summary>
    public LiteNetPeer GetPeerById(int id) => _peersById.GetValueOrDefault(id);

    /// <summary>Peers in one of the states.</summary>
    public int GetPeersCount(ConnectionState peerState)
    {
        int count = 0;
        foreach (var peer in this)
            count += (peer.ConnectionState & peerState) != 0 ? 1 : 0;
        return count;
    }

    /// <summary>Fills a list with the peers in one of the states.</summary>
    public void GetPeers(List<LiteNetPeer> peers, ConnectionState peerState)
    {
        peers.Clear();
        foreach (var peer in this)
        {
            if ((peer.ConnectionState & peerState) != 0)
                peers.Add(peer);
        }
    }

    /// <summary>Fills a list with the connected peers.</summary>
    public void GetConnectedPeers(List<LiteNetPeer> peers) => GetPeers(peers, ConnectionState.Connected);

    /// <summary>Disconnects a peer.</summary>
    public void DisconnectPeer(LiteNetPeer peer) => Disconnect(peer, default);

    /// <summary>Disconnects a peer with data for it.</summary>
    public void DisconnectPeer(LiteNetPeer peer, byte[] data) => Disconnect(peer, data);

    /// <inheritdoc cref="DisconnectPeer(LiteNetPeer,byte[])"/>
    public void DisconnectPeer(LiteNetPeer peer, NetDataWriter writer) => Disconnect(peer, writer.AsReadOnlySpan());

    /// <inheritdoc cref="DisconnectPeer(LiteNetPeer,byte[])"/>
    public void DisconnectPeer(LiteNetPeer peer, byte[] data, int start, int count) => Disconnect(peer, data.AsSpan(start, count));

    /// <summary>Ends a connection without telling the other side.</summary>
    public void DisconnectPeerForce(LiteNetPeer peer) => DisconnectForced(peer, DisconnectReason.DisconnectPeerCalled);

    /// <summary>Disconnects every peer.</summary>
    public void DisconnectAll() => DisconnectAll(null, 0, 0);

    /// <summary>Disconnects every peer with data for it.</summary>
    public void DisconnectAll(byte[] data, int start, int count)
    {
        foreach (var peer in this)
            Disconnect(peer, data.AsSpan(start, count));
    }

    /// <summary>Walks over all peers in any state, newest first.</summary>
    public NetPeerEnumerator<LiteNetPeer> GetEnumerator() => new(_headPeer);

    IEnumerator<LiteNetPeer> IEnumerable<LiteNetPeer>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Ends a connection that is dead already: the other side is not told.</summary>
    internal void DisconnectForced(LiteNetPeer peer, DisconnectReason reason, SocketError error = SocketError.Success)
    {
        var before = peer.Shutdown(default, true, peer.ConnectionNumber);
        if (before != ConnectionState.Disconnected)
            RaiseDisconnected(peer, before, reason, error, default);
    }

    internal void RemovePeer(LiteNetPeer peer)
    {
        lock (_peersGate)
            Remove(peer);
    }

    private void Disconnect(LiteNetPeer peer, ReadOnlySpan<byte> data)
    {
        var before = peer.Shutdown(data, false, peer.ConnectionNumber);
        if (before != ConnectionState.Disconnected)
            RaiseDisconnected(peer, before, DisconnectReason.DisconnectPeerCalled, SocketError.Success, default);
    }

    private int TakeId() => _freeIds.TryDequeue(out int id) ? id : _nextId++;

    private void Add(LiteNetPeer peer)
    {
        peer.NextPeer = _headPeer;
        if (_headPeer != null)
            _headPeer.PreviousPeer = peer;
        _headPeer = peer;
        _peers[peer.AddressKey] = peer;
        _peersById[peer.Id] = peer;
        Disturb();
    }

    /// <summary>Under the table's lock. The peer keeps its link forward: somebody may be walking over it.</summary>
    private void Remove(LiteNetPeer peer)
    {
        if (peer.IsRemoved)
            return;
        peer.IsRemoved = true;
        _peersById.TryRemove(peer.Id, out _);
        _peers.TryRemove(peer.AddressKey, out _);
        if (peer.PreviousPeer != null)
            peer.PreviousPeer.NextPeer = peer.NextPeer;
        else
            _headPeer = peer.NextPeer;
        if (peer.NextPeer != null)
            peer.NextPeer.PreviousPeer = peer.PreviousPeer;
        peer.PreviousPeer = null;
        if (peer.WasRejected)
            _rejectedPeers--;
        _freeIds.Enqueue(peer.Id);
    }

    /// <summary>Finds the peer that says it is at a new address. It moves when the event is processed.</summary>
    private bool TryMovePeer(ConnectAccept identity)
    {
        bool isMatch = _peersById.TryGetValue(identity.PeerId, out var peer)
            && peer.ConnectTime == identity.Time && peer.ConnectionNumber == identity.Number;
        if (!isMatch || !peer.TryChangeState(ConnectionState.Connected, ConnectionState.EndPointChange))
            return false;
        RaiseAddressChanged(peer, SenderEndPoint());
        return true;
    }

    /// <summary>Gives a peer its new address.</summary>
    private void MovePeer(LiteNetPeer peer, IPEndPoint endPoint)
    {
        lock (_peersGate)
        {
            _peers.TryRemove(peer.AddressKey, out _);
            peer.MoveTo(endPoint);
            _peers[peer.AddressKey] = peer;
        }

        peer.TryChangeState(ConnectionState.EndPointChange, ConnectionState.Connected);
    }

    private void ForgetPeers()
    {
        lock (_peersGate)
        {
            _headPeer = null;
            _peers.Clear();
            _peersById.Clear();
            _freeIds.Clear();
            _requests.Clear();
            _nextId = 0;
            _rejectedPeers = 0;
        }

        _held.Clear();
        Volatile.Write(ref _connectedPeers, 0);
    }

    /// <summary>Walks over peers from the newest to the oldest, allocating nothing.</summary>
    /// <typeparam name="T">The kind of peer.</typeparam>
    public struct NetPeerEnumerator<T> : IEnumerator<T>
        where T : LiteNetPeer
    {
        private readonly T _first;
        private bool _hasStarted;

        /// <summary>Starts in front of <paramref name="p"/>, which may be null.</summary>
        public NetPeerEnumerator(T p)
        {
            _first = p;
            Current = null;
        }

        /// <inheritdoc/>
        public T Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }

        /// <inheritdoc/>
        public void Reset()
        {
            _hasStarted = false;
            Current = null;
        }

        /// <inheritdoc/>
        public bool MoveNext()
        {
            Current = _hasStarted ? Current?.NextPeer as T : _first;
            _hasStarted = true;
            return Current != null;
        }
    }
}
