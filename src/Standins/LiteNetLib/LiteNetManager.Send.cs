using System.Net;
using System.Net.Sockets;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Sending: to all, without a connection, and who sends when.</content>
public partial class LiteNetManager
{
    /// <summary>All threads together may send messages alone this often; beyond that the logic thread gathers them.</summary>
    private static readonly long AloneInterval = 8 * Clock.TicksPerMicrosecond;

    private static readonly long AloneBurst = 4 * Clock.TicksPerMillisecond;

    [ThreadStatic]
    private static LiteNetManager BatchOwner;

    [ThreadStatic]
    private static List<LiteNetPeer> BatchPeers;

    /// <summary>Only the receiving thread comes back soon enough to send what was held back.</summary>
    [ThreadStatic]
    private static bool BatchMayHold;

    private long _aloneUntil;

    /// <summary>Sends a message to every connected peer, on channel 0.</summary>
    public void SendToAll(ReadOnlySpan<byte> data, DeliveryMethod options) => SendToAll(data, options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void SendToAll(byte[] data, DeliveryMethod options) => SendToAll(data.AsSpan(), options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void SendToAll(NetDataWriter writer, DeliveryMethod options) => SendToAll(writer.AsReadOnlySpan(), options, null);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void SendToAll(byte[] data, int start, int length, DeliveryMethod options) =>
        SendToAll(data.AsSpan(start, length), options, null);

    /// <summary>Sends a message to every connected peer but one, on channel 0.</summary>
    public void SendToAll(ReadOnlySpan<byte> data, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToPeers(data, 0, options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(byte[] data, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToAll(data.AsSpan(), options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(NetDataWriter writer, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToAll(writer.AsReadOnlySpan(), options, excludePeer);

    /// <inheritdoc cref="SendToAll(ReadOnlySpan{byte},DeliveryMethod,LiteNetPeer)"/>
    public void SendToAll(byte[] data, int start, int length, DeliveryMethod options, LiteNetPeer excludePeer) =>
        SendToAll(data.AsSpan(start, length), options, excludePeer);

    /// <summary>Sends a message without a connection: at once, at most 1431 bytes less what a packet layer adds.</summary>
    /// <returns>Whether it left.</returns>
    public bool SendUnconnectedMessage(ReadOnlySpan<byte> message, IPEndPoint remoteEndPoint) =>
        _isRunning && SendSimple(PacketProperty.UnconnectedMessage, message, remoteEndPoint);

    /// <inheritdoc cref="SendUnconnectedMessage(ReadOnlySpan{byte},IPEndPoint)"/>
    public bool SendUnconnectedMessage(byte[] message, IPEndPoint remoteEndPoint) =>
        SendUnconnectedMessage(message.AsSpan(), remoteEndPoint);

    /// <inheritdoc cref="SendUnconnectedMessage(ReadOnlySpan{byte},IPEndPoint)"/>
    public bool SendUnconnectedMessage(NetDataWriter writer, IPEndPoint remoteEndPoint) =>
        SendUnconnectedMessage(writer.AsReadOnlySpan(), remoteEndPoint);

    /// <inheritdoc cref="SendUnconnectedMessage(ReadOnlySpan{byte},IPEndPoint)"/>
    public bool SendUnconnectedMessage(NetDataWriter writer, string address, int port) =>
        SendUnconnectedMessage(writer.AsReadOnlySpan(), NetUtils.MakeEndPoint(address, port));

    /// <inheritdoc cref="SendUnconnectedMessage(ReadOnlySpan{byte},IPEndPoint)"/>
    public bool SendUnconnectedMessage(byte[] message, int start, int length, IPEndPoint remoteEndPoint) =>
        SendUnconnectedMessage(message.AsSpan(start, length), remoteEndPoint);

    /// <summary>Sends to everybody on the local network who listens on a port: IPv4 broadcast, and IPv6 multicast to all nodes.</summary>
    /// <returns>Whether it left on one of the two.</returns>
    public bool SendBroadcast(byte[] data, int start, int length, int port)
    {
        if (!_isRunning)
            return false;
        var message = data.AsSpan(start, length);
        bool sent = SendSimple(PacketProperty.Broadcast, message, new IPEndPoint(IPAddress.Broadcast, port));
        if (_socketIPv6 != null)
            sent |= SendSimple(PacketProperty.Broadcast, message, new IPEndPoint(IPAddress.Parse(IPv6AllNodes), port));
        return sent;
    }

    /// <inheritdoc cref="SendBroadcast(byte[],int,int,int)"/>
    public bool SendBroadcast(byte[] data, int port) => SendBroadcast(data, 0, data.Length, port);

    /// <inheritdoc cref="SendBroadcast(byte[],int,int,int)"/>
    public bool SendBroadcast(NetDataWriter writer, int port) => SendBroadcast(writer.Data, 0, writer.Length, port);

    internal void SendToPeers(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod method, LiteNetPeer except)
    {
        foreach (var peer in this)
        {
            if (peer != except)
                peer.SendOn(data, channelNumber, method);
        }
    }

    /// <summary>Sends one packet to a peer at once.</summary>
    internal void SendToPeer(ReadOnlySpan<byte> packet, LiteNetPeer peer) => SendRaw(packet, peer, peer.SocketAddress);

    /// <summary>Sends one packet to anybody at once.</summary>
    internal bool SendTo(ReadOnlySpan<byte> packet, IPEndPoint target) =>
        SendRaw(packet, target, target.Serialize()) == SocketError.Success;

    /// <summary>Sends one packet that dies after <paramref name="ttl"/> hops.</summary>
    internal void SendWithTtl(ReadOnlySpan<byte> packet, IPEndPoint target, short ttl)
    {
        var socket = target.AddressFamily == AddressFamily.InterNetwork ? _socketIPv4?.Socket : null;
        if (socket != null)
            socket.Ttl = ttl;
        SendTo(packet, target);
        if (socket != null)
            socket.Ttl = NetConstants.SocketTTL;
    }

    internal SocketError SendThroughLayer(ReadOnlySpan<byte> packet, IPEndPoint target, SocketAddress address)
    {
        byte[] data = new byte[packet.Length + ExtraPacketSizeForLayer];
        packet.CopyTo(data);
        int offset = 0;
        int length = packet.Length;
        bool isBroadcast = target.Address.Equals(IPAddress.Broadcast) || target.Address.IsIPv6Multicast;
        var seen = isBroadcast ? null : target;
        PacketLayer.ProcessOutBoundPacket(ref seen, ref data, ref offset, ref length);
        if (length == 0)
            return SocketError.Success;
        var result = SocketFor(address.Family)?.Send(data.AsSpan(offset, length), address) ?? SocketError.AddressFamilyNotSupported;
        if (result != SocketError.Success)
            OnSendFailed(target, result);
        return result;
    }

    internal void CountSent(int datagrams, long bytes)
    {
        if (EnableStatistics)
            Statistics.CountSent(datagrams, bytes);
    }

    /// <summary>A failed send costs a datagram, as the network may too; the application hears of it.</summary>
    internal void OnSendFailed(IPEndPoint target, SocketError error)
    {
        // A too big datagram is a path MTU probe that found the limit; a full buffer is a loss like any other.
        bool isExpected = error is SocketError.MessageSize or SocketError.NoBufferSpaceAvailable or SocketError.WouldBlock
            or SocketError.ConnectionRefused or SocketError.ConnectionReset;
        if (isExpected || !_isRunning)
            return;
        bool isUnreachable = error is SocketError.HostUnreachable or SocketError.NetworkUnreachable;
        if (isUnreachable && DisconnectOnUnreachable && target is LiteNetPeer peer)
        {
            var reason = error == SocketError.HostUnreachable
                ? DisconnectReason.HostUnreachable
                : DisconnectReason.NetworkUnreachable;
            DisconnectForced(peer, reason, error);
        }

        RaiseError(target, error);
    }

    /// <summary>The queue limit was reached: what may be lost is lost, a reliable stream with a hole must end.</summary>
    internal void OnQueueOverflow(LiteNetPeer peer, DeliveryMethod method)
    {
        if (method is DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered or DeliveryMethod.ReliableSequenced)
            DisconnectForced(peer, DisconnectReason.Timeout);
    }

    /// <summary>A peer has something to send: who does it, and when?</summary>
    internal void RequestFlush(LiteNetPeer peer)
    {
        if (_isManual)
        {
            ScheduleFlush(peer);
            return;
        }

        if (BatchOwner == this)
        {
            _batchCausedWork = true;
            if (peer.TrySchedule())
                BatchPeers.Add(peer);
            return;
        }

        long now = Clock.Now;
        if (TryPassAlone(now) && peer.TryPassAlone(now))
            peer.Flush();
        else
            ScheduleFlush(peer);
    }

    /// <summary>Leaves the flush to the logic thread.</summary>
    internal void ScheduleFlush(LiteNetPeer peer)
    {
        if (!peer.TrySchedule())
            return;
        bool wake;
        lock (_flushGate)
        {
            _toFlush.Add(peer);
            wake = !_isLogicBusy;
            _isLogicBusy = true;
        }

        if (wake)
            _logicSignal.Set();
    }

    /// <summary>Until <see cref="EndBatch"/>, sends of this thread are gathered.</summary>
    /// <param name="mayHold">Whether packets may wait for company.</param>
    /// <returns>False if the thread gathers already, for this manager or another.</returns>
    private bool BeginBatch(bool mayHold)
    {
        if (BatchOwner != null)
            return false;
        BatchOwner = this;
        BatchMayHold = mayHold;
        BatchPeers ??= [];
        return true;
    }

    private static void EndBatch()
    {
        FlushBatch();
        BatchOwner = null;
    }

    private static void FlushBatch()
    {
        var peers = BatchPeers;
        bool mayHold = BatchMayHold;
        for (int i = 0; i < peers.Count; i++)
        {
            if (peers[i].Flush(mayHold))
                peers[i].Manager.NoteHeld(peers[i]);
        }

        peers.Clear();
    }

    private void FlushScheduled()
    {
        while (true)
        {
            lock (_flushGate)
            {
                (_toFlush, _flushing) = (_flushing, _toFlush);
                _isLogicBusy = _flushing.Count > 0;
                if (!_isLogicBusy)
                    return;
            }

            foreach (var peer in _flushing)
                peer.Flush();
            _flushing.Clear();
        }
    }

    private bool TryPassAlone(long now)
    {
        long until = Volatile.Read(ref _aloneUntil);
        if (until - now > AloneBurst)
            return false;
        Volatile.Write(ref _aloneUntil, Math.Max(until, now) + AloneInterval);
        return true;
    }

    private bool SendSimple(PacketProperty property, ReadOnlySpan<byte> message, IPEndPoint target)
    {
        if (message.Length > NetConstants.MaxUnreliableDataSize - ExtraPacketSizeForLayer)
            return false;
        Span<byte> packet = stackalloc byte[message.Length + NetConstants.HeaderSize];
        packet[0] = PacketHeader.Make(property, 0);
        message.CopyTo(packet[NetConstants.HeaderSize..]);
        return SendTo(packet, target);
    }

    private SocketError SendRaw(ReadOnlySpan<byte> packet, IPEndPoint target, SocketAddress address)
    {
        CountSent(1, packet.Length);
        if (HasPacketLayer)
            return SendThroughLayer(packet, target, address);
        var result = SocketFor(address.Family)?.Send(packet, address) ?? SocketError.AddressFamilyNotSupported;
        if (result != SocketError.Success)
            OnSendFailed(target, result);
        return result;
    }
}
