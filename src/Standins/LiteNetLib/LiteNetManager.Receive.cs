using System.Net;
using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>The receiving thread: takes what has arrived, hands it on, then sends what that caused.</content>
public partial class LiteNetManager
{
    /// <summary>Reads from one socket before what they caused is sent.</summary>
    private const int ReceivesPerBatch = 64;

    /// <summary>The most a coalesced read returns.</summary>
    private const int ReceiveBufferSize = 65536;

    /// <summary>Batches closer together than this, of few datagrams each, from many peers, are an acknowledgement storm.</summary>
    private static readonly long StormInterval = 50 * Clock.TicksPerMicrosecond;

    /// <summary>A datagram that was there already when the last one had been dealt with is not the last.</summary>
    private static readonly long DenseInterval = 5 * Clock.TicksPerMicrosecond;

    private const int StormBatch = 4;
    private const int StormPeers = 16;
    private const int NapMicroseconds = 50;

    private readonly byte[] _receiveBuffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);
    private readonly List<LiteNetPeer> _held = [];

    /// <summary>When the first of the held peers has something due, or before.</summary>
    private long _heldDueAt = long.MaxValue;
    private bool _isReadableIPv4 = true;
    private bool _isReadableIPv6 = true;
    private PeerAddress _senderAddress;
    private IPEndPoint _layerEndPoint;
    private long _lastBatchAt;
    private long _firstReceivedAt;
    private int _batchSize;
    private bool _isDense;
    private bool _batchCausedWork;

    /// <summary>Puts a peer on the receiving thread's list; called on that thread only.</summary>
    internal void NoteHeld(LiteNetPeer peer)
    {
        _heldDueAt = Math.Min(_heldDueAt, peer.DueAt);
        if (peer.IsInHeldList)
            return;
        peer.IsInHeldList = true;
        _held.Add(peer);
    }

    private void ReceiveLoop()
    {
        IsLibraryThread = true;
        while (_isRunning)
        {
            // With a single socket and no acknowledgement to keep in mind the read itself may wait: one system call less.
            bool readWaits = _socketIPv6 == null && _held.Count == 0;
            if (!readWaits)
                (_isReadableIPv4, _isReadableIPv6) = UdpSocket.WaitReadable(_socketIPv4, _socketIPv6, MicrosecondsToWait());
            long before = Clock.Now;
            ReceiveBatch(_isDense || IsInRound(before) ? ReceivesPerBatch : 1, readWaits);
            long after = Clock.Now;

            // Asking a socket for more than the one datagram it had delays the answer to that one.
            bool wasWaiting = _firstReceivedAt - before < DenseInterval && before - _lastBatchAt < DenseInterval;
            _isDense = _batchSize > 1 || (_batchSize == 1 && wasWaiting);
            bool isStorm = IsAckStorm(before);
            _lastBatchAt = after;
            if (isStorm)
                _socketIPv4.Nap(NapMicroseconds);
            else if (_batchSize > 0 && !_batchCausedWork && _held.Count == 0 && IsInRound(after))
                _socketIPv4.Nap(RoundNap(after));
        }
    }

    /// <summary>
    /// Many clients acknowledge what a hub sent them one by one, a few microseconds apart, and nobody waits for these datagrams:
    /// waking up for each costs more than taking it.
    /// </summary>
    private bool IsAckStorm(long now)
    {
        bool isQuick = now - _lastBatchAt < StormInterval && _firstReceivedAt - now < StormInterval;
        return isQuick && !_batchCausedWork && _batchSize is > 0 and <= StormBatch && ConnectedPeersCount >= StormPeers;
    }

    /// <summary>Takes what has arrived, up to a limit, and sends what it caused.</summary>
    private void ReceiveBatch(int limit, bool mayWait)
    {
        bool ownsBatch = BeginBatch(!_isManual);
        _batchSize = 0;
        _batchCausedWork = false;
        try
        {
            if (_isReadableIPv4 || mayWait)
                Drain(_socketIPv4, limit, mayWait);
            if (_isReadableIPv6 && _socketIPv6 != null)
                Drain(_socketIPv6, limit, false);
        }
        finally
        {
            if (ownsBatch)
                EndBatch();
        }

        SendDue(_isManual ? Now + _manualStep : Now);
    }

    private void Drain(UdpSocket socket, int limit, bool mayWait)
    {
        for (int i = 0; i < limit && _isRunning; i++)
        {
            int received = socket.Receive(_receiveBuffer, mayWait && i == 0, out int segmentSize);
            if (received < 0)
                return;
            if (received == 0)
                continue;
            _senderAddress = PeerAddress.FromSocketAddress(socket.Sender);
            long now = Now;
            if (_batchSize++ == 0)
                _firstReceivedAt = now;
            for (int offset = 0; offset < received; offset += segmentSize)
                HandleDatagram(offset, Math.Min(segmentSize, received - offset), now);
        }
    }

    private int MicrosecondsToWait()
    {
        if (_held.Count == 0)
            return ReceivePollingTime;
        return (int)Math.Clamp((_heldDueAt - Clock.Now) / Clock.TicksPerMicrosecond, 1, ReceivePollingTime);
    }

    /// <summary>Sends what was held back and is due; in manual mode, where everything leaves in ManualUpdate, schedules it.</summary>
    private void SendDue(long now)
    {
        if (_held.Count == 0 || now < _heldDueAt)
            return;
        int kept = 0;
        _heldDueAt = long.MaxValue;
        for (int i = 0; i < _held.Count; i++)
        {
            var peer = _held[i];
            long due = peer.DueAt;
            if (due > now && due < long.MaxValue)
            {
                _held[kept++] = peer;
                _heldDueAt = Math.Min(_heldDueAt, due);
                continue;
            }

            peer.IsInHeldList = false;
            if (due == long.MaxValue)
                continue;
            if (_isManual)
                ScheduleFlush(peer);
            else
                peer.Flush();
        }

        _held.RemoveRange(kept, _held.Count - kept);
    }

    private void HandleDatagram(int offset, int length, long now)
    {
        if (length > NetConstants.MaxPacketSize)
            return;
        if (EnableStatistics)
        {
            Statistics.IncrementPacketsReceived();
            Statistics.AddBytesReceived(length);
        }

        byte[] buffer = _receiveBuffer;
        _layerEndPoint = null;
        if (HasPacketLayer && !TryPassLayer(ref buffer, ref offset, ref length))
            return;
        if (!PacketHeader.IsValid(buffer.AsSpan(offset, length)))
            return;
        HandlePacket(buffer, offset, length, now);
    }

    private bool TryPassLayer(ref byte[] buffer, ref int offset, ref int length)
    {
        byte[] copy = buffer.AsSpan(offset, length).ToArray();
        var endPoint = _peers.TryGetValue(_senderAddress, out var peer) ? peer : _senderAddress.ToEndPoint();
        var given = endPoint;
        PacketLayer.ProcessInboundPacket(ref endPoint, ref copy, ref length);
        if (!ReferenceEquals(given, endPoint))
            _senderAddress = PeerAddress.FromEndPoint(endPoint);
        if (endPoint is not LiteNetPeer)
            _layerEndPoint = endPoint;
        buffer = copy;
        offset = 0;
        return length > 0 && length <= copy.Length && length <= NetConstants.MaxPacketSize;
    }

    private IPEndPoint SenderEndPoint() => _layerEndPoint ?? _senderAddress.ToEndPoint();

    private void HandlePacket(byte[] buffer, int offset, int length, long now)
    {
        var packet = buffer.AsSpan(offset, length);
        var property = PacketHeader.Property(packet[0]);
        switch (property)
        {
            case PacketProperty.ConnectRequest:
                HandleConnectRequest(packet, now);
                return;
            case PacketProperty.Broadcast:
                if (BroadcastReceiveEnabled)
                    RaiseUnconnected(NetEventType.Broadcast, SenderEndPoint(), packet);
                return;
            case PacketProperty.UnconnectedMessage:
                if (UnconnectedMessagesEnabled)
                    RaiseUnconnected(NetEventType.ReceiveUnconnected, SenderEndPoint(), packet);
                return;
            case PacketProperty.NatMessage:
                if (NatPunchEnabled)
                    NatPunchModule.HandleMessage(SenderEndPoint(), packet[NetConstants.HeaderSize..]);
                return;
        }

        bool isKnown = _peers.TryGetValue(_senderAddress, out var peer);
        switch (property)
        {
            case PacketProperty.PeerNotFound:
                HandlePeerNotFound(packet, peer);
                break;
            case PacketProperty.InvalidProtocol:
                if (isKnown && peer.ConnectionState == ConnectionState.Outgoing)
                    DisconnectForced(peer, DisconnectReason.InvalidProtocol);
                break;
            case PacketProperty.Disconnect:
                HandleDisconnect(packet, peer);
                break;
            case PacketProperty.ConnectAccept:
                if (isKnown && ConnectAccept.TryParse(packet, out var accept) && peer.TryAccept(accept))
                    RaiseConnected(peer);
                break;
            default:
                if (isKnown)
                    peer.HandlePacket(buffer, offset, length, now);
                else
                    Answer(PacketProperty.PeerNotFound);
                break;
        }
    }

    private void HandlePeerNotFound(ReadOnlySpan<byte> packet, LiteNetPeer peer)
    {
        if (peer != null)
        {
            if (peer.ConnectionState != ConnectionState.Connected)
                return;
            if (packet.Length == 1)
                peer.SendIdentity();
            else if (packet.Length == 2 && packet[1] == 1)
                DisconnectForced(peer, DisconnectReason.PeerNotFound);
            return;
        }

        // Two managers without a peer would answer each other's two-byte form forever, so it stays unanswered.
        if (packet.Length <= 2)
            return;
        bool isIdentity = packet.Length == PacketHeader.ConnectAcceptSize && packet[10] == 1;
        if (isIdentity && AllowPeerAddressChange && ConnectAccept.TryParse(packet, out var identity) && TryMovePeer(identity))
            return;
        Span<byte> answer = [PacketHeader.Make(PacketProperty.PeerNotFound, 0), 1];
        SendTo(answer, SenderEndPoint());
    }

    private void HandleDisconnect(ReadOnlySpan<byte> packet, LiteNetPeer peer)
    {
        if (peer == null)
        {
            Answer(PacketProperty.ShutdownOk);
            return;
        }

        var before = peer.HandleDisconnect(packet);
        if (before == ConnectionState.Disconnected)
            return;
        var reason = before == ConnectionState.Connected
            ? DisconnectReason.RemoteConnectionClose
            : DisconnectReason.ConnectionRejected;
        RaiseDisconnected(peer, before, reason, default, packet);
        Answer(PacketProperty.ShutdownOk);
    }

    private void Answer(PacketProperty property)
    {
        Span<byte> packet = [PacketHeader.Make(property, 0)];
        SendTo(packet, SenderEndPoint());
    }
}
