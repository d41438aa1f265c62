using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;
using LiteNetLib;

namespace LanChat.Net;

/// <summary>
/// Links over LiteNetLib: 64 channels, all reliable-ordered, on one UDP port that also sends and receives beacons and hole punches
/// (PROTOCOL.md, section 4). Callbacks post to the loop; everything else is called by the loop.
/// </summary>
internal sealed class LinkTransport : INetEventListener, INatPunchListener, IDisposable
{
    private const byte ChannelsCount = 64;

    /// <summary>Who sends much is told at once when a link's backlog has fallen below this.</summary>
    private const long LowBacklog = 64 * 1024;

    private readonly NodeLoop _loop;
    private readonly NetManager _manager;
    private readonly object _gate = new();
    private readonly ConcurrentDictionary<LinkHandle, Link> _links = new();
    private int _lastHandle;

    /// <summary>Makes the transport; <see cref="TryStart"/> binds it.</summary>
    /// <param name="loop">Gets every input.</param>
    /// <param name="faults">Drops datagrams on demand; null when no faults are allowed.</param>
    public LinkTransport(NodeLoop loop, FaultLayer? faults)
    {
        _loop = loop;
        QuietLogger.Install();
        _manager = new NetManager(this, faults)
        {
            ChannelsCount = ChannelsCount,
            UnsyncedEvents = true,
            UnsyncedReceiveEvent = true,
            UnsyncedDeliveryEvent = true,
            AutoRecycle = true,
            UnconnectedMessagesEnabled = true,
            NatPunchEnabled = true,
            PingInterval = 300,
            DisconnectTimeout = 2500,
            ReconnectDelay = 500,
            // Three requests in all: one and two repetitions.
            MaxConnectAttempts = 2,
            MtuDiscovery = true,
            // How often the receiving thread looks whether it is to end, in microseconds: twenty times a second, the default, is work for nothing.
            ReceivePollingTime = 250_000,
        };
        _manager.NatPunchModule.UnsyncedEvents = true;
        _manager.NatPunchModule.Init(this);
    }

    /// <summary>The bound UDP port.</summary>
    public int Port => _manager.LocalPort;

    public bool HasLinks => !_links.IsEmpty;

    /// <summary>Binds the given port, or with 0 the first free one of the usual range, or any when all of those are taken.</summary>
    public bool TryStart(int port, IPAddress? bind = null)
    {
        // One address is one family. The library always has a socket for IPv4: where IPv6 is wanted that one hears this machine alone.
        var isAll = bind is null || bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any);
        var isV6 = bind is { AddressFamily: AddressFamily.InterNetworkV6 };
        if (!isAll && isV6 && !IsOfThisMachine(bind!)) return false;
        var v4 = isAll ? IPAddress.Any : isV6 ? IPAddress.Loopback : bind!;
        var v6 = !isAll && isV6 ? bind! : IPAddress.IPv6Any;
        _manager.IPv6Enabled = isAll || isV6;
        if (port != 0) return _manager.Start(v4, v6, port);
        for (var candidate = PeerNodeOptions.FirstLinkPort; candidate <= PeerNodeOptions.LastLinkPort; candidate++)
        {
            if (_manager.Start(v4, v6, candidate)) return true;
        }

        return _manager.Start(v4, v6, 0);
    }

    // The library starts without IPv6 when that cannot be bound.
    private static bool IsOfThisMachine(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Open(OpenLink open)
    {
        lock (_gate)
        {
            var peer = Connect(open.Remote, open.Data.Span);
            if (peer is not null && peer.Tag is null)
            {
                peer.Tag = Register(open.Link, peer);
                return;
            }
        }

        // The other side is connecting or connected over this very pair of addresses already.
        _loop.Post(new LinkClosed(open.Link, LinkEnd.Unanswered, default));
    }

    /// <summary>Resolves the name off the loop, then connects.</summary>
    public void Open(OpenLinkByName open) => _ = ResolveAndOpenAsync(open);

    public void Accept(LinkHandle handle)
    {
        if (!_links.TryGetValue(handle, out var link) || link.Request is not { } request) return;
        NetPeer? peer;
        lock (_gate)
        {
            peer = request.Accept();
            // A connection of our own to there that was asked for meanwhile keeps its link: its next request sets it right.
            if (peer is { Tag: not null }) peer = null;
            if (peer is not null)
            {
                link.Peer = peer;
                link.Request = null;
                peer.Tag = link;
            }
        }

        if (peer is null)
        {
            _links.TryRemove(handle, out _);
            _loop.Post(new LinkClosed(handle, LinkEnd.Unanswered, default));
        }
        else
        {
            _loop.Post(new LinkOpened(handle, Plain(peer)));
        }
    }

    public void Refuse(RefuseLink refuse)
    {
        if (!_links.TryRemove(refuse.Link, out var link) || link.Request is not { } request) return;
        var data = refuse.Data.ToArray();
        if (refuse.IsForced) request.RejectForce(data);
        else request.Reject(data);
    }

    public void Close(CloseLink close)
    {
        if (!_links.TryRemove(close.Link, out var link) || link.Peer is not { } peer) return;
        if (close.IsForced) _manager.DisconnectPeerForce(peer);
        else _manager.DisconnectPeer(peer);
    }

    public void Send(SendBytes send)
    {
        if (!_links.TryGetValue(send.Link, out var link) || link.Peer is not { } peer) return;
        link.Sent(send.Bytes.Length);
        peer.SendWithDeliveryEvent(send.Bytes.Span, send.Channel, DeliveryMethod.ReliableOrdered, BoxedSizes.Of(send.Bytes.Length));
    }

    /// <summary>Sends a beacon from the link socket; a destination that cannot be reached is skipped.</summary>
    public bool SendBeacon(ReadOnlySpan<byte> data, IPEndPoint to) => _manager.SendUnconnectedMessage(data, to);

    public void RequestPunch(RequestPunch request) => _manager.NatPunchModule.SendNatIntroduceRequest(request.Relay, request.Token);

    public void Introduce(IntroducePunch punch) => _manager.NatPunchModule.NatIntroduce(
        punch.HostInternal, punch.HostExternal, punch.ClientInternal, punch.ClientExternal, punch.Token);

    public void Flush() => _manager.TriggerUpdate();

    public IEnumerable<LinkMeasured> Measure()
    {
        foreach (var (_, link) in _links)
            if (link.Peer is { ConnectionState: ConnectionState.Connected } peer) yield return Measure(link, peer);
    }

    public void Dispose() => _manager.Stop();

    void INetEventListener.OnConnectionRequest(ConnectionRequest request)
    {
        var handle = new LinkHandle(Interlocked.Increment(ref _lastHandle));
        _links[handle] = new Link(handle) { Request = request };
        var data = request.Data.IsNull ? [] : request.Data.GetRemainingBytes();
        if (!_loop.Post(new ConnectRequested(handle, request.RemoteEndPoint, data))) _links.TryRemove(handle, out _);
    }

    void INetEventListener.OnPeerConnected(NetPeer peer)
    {
        // For a link this side accepted the tag is not set yet; Accept tells of it itself.
        if (LinkOf(peer) is { IsOutgoing: true } link) _loop.Post(new LinkOpened(link.Handle, Plain(peer)));
    }

    void INetEventListener.OnPeerDisconnected(NetPeer peer, DisconnectInfo info)
    {
        if (peer is null || LinkOf(peer) is not { } link || !_links.TryRemove(link.Handle, out _)) return;
        var data = info.AdditionalData is { IsNull: false } reader ? reader.GetRemainingBytes() : [];
        var end = info.Reason switch
        {
            DisconnectReason.ConnectionRejected => LinkEnd.Refused,
            DisconnectReason.ConnectionFailed or DisconnectReason.PeerToPeerConnection => LinkEnd.Unanswered,
            DisconnectReason.HostUnreachable or DisconnectReason.NetworkUnreachable or DisconnectReason.UnknownHost => LinkEnd.Unreachable,
            DisconnectReason.InvalidProtocol => LinkEnd.WrongTransport,
            DisconnectReason.Timeout => LinkEnd.TimedOut,
            _ => LinkEnd.ClosedByRemote,
        };
        _loop.Post(new LinkClosed(link.Handle, end, data));
    }

    void INetEventListener.OnNetworkError(IPEndPoint endPoint, SocketError socketError)
    {
        // A socket's error about one destination says nothing that the link's own timeout does not say better.
    }

    void INetEventListener.OnNetworkReceive(NetPeer peer, NetPacketReader reader, byte channelNumber, DeliveryMethod deliveryMethod)
    {
        if (deliveryMethod == DeliveryMethod.ReliableOrdered && LinkOf(peer) is { } link)
            _loop.Post(new LinkBytes(link.Handle, channelNumber, reader.GetRemainingBytes()));
    }

    void INetEventListener.OnNetworkReceiveUnconnected(IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType)
    {
        if (messageType == UnconnectedMessageType.BasicMessage)
            _loop.TryPost(new BeaconReceived(remoteEndPoint, BeaconArrival.LinkPort, reader.GetRemainingBytes()));
    }

    void INetEventListener.OnNetworkLatencyUpdate(NetPeer peer, int latency)
    {
        // Measure reports the round trip.
    }

    void INetEventListener.OnMessageDelivered(NetPeer peer, object userData)
    {
        if (LinkOf(peer) is { } link && link.Delivered((int)userData) && link.Peer is not null) _loop.Post(Measure(link, peer));
    }

    void INatPunchListener.OnNatIntroductionRequest(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, string token) =>
        _loop.TryPost(new PunchRequested(localEndPoint, remoteEndPoint, token));

    void INatPunchListener.OnNatIntroductionSuccess(IPEndPoint targetEndPoint, NatAddressType type, string token) =>
        _loop.TryPost(new PunchSucceeded(targetEndPoint, token));

    private static LinkMeasured Measure(Link link, NetPeer peer)
    {
        var (messages, bytes) = link.Queued;
        return new LinkMeasured(
            link.Handle, TimeSpan.FromMilliseconds(peer.RoundTripTime), TimeSpan.FromMilliseconds(peer.TimeSinceLastPacket), messages, bytes);
    }

    private NetPeer? Connect(IPEndPoint remote, ReadOnlySpan<byte> data)
    {
        try
        {
            return _manager.Connect(remote, data);
        }
        catch (InvalidOperationException)
        {
            // Stopped meanwhile.
            return null;
        }
    }

    private Link Register(LinkHandle handle, NetPeer peer)
    {
        var link = new Link(handle) { Peer = peer, IsOutgoing = true };
        _links[handle] = link;
        return link;
    }

    /// <summary>The tag of a peer, once it has one: it is set under the gate right after the peer is made.</summary>
    private Link? LinkOf(NetPeer peer)
    {
        if (peer.Tag is Link link) return link;
        lock (_gate) return peer.Tag as Link;
    }

    private async Task ResolveAndOpenAsync(OpenLinkByName open)
    {
        var addresses = await NameResolution.FindAsync(open.Host).ConfigureAwait(false);
        var address = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault();
        if (address is not null)
        {
            var remote = new IPEndPoint(address, open.Port);
            _loop.Post(new NameResolved(open.Link, remote));
            Open(new OpenLink(open.Link, remote, open.Data, open.Attempts));
            return;
        }

        // The node dials it again later; `lanchat doctor` tells the user that a name does not resolve.
        _loop.Post(new LinkClosed(open.Link, LinkEnd.Unreachable, default));
    }

    private static IPEndPoint Plain(NetPeer peer) => new(peer.Address, peer.Port);

    /// <summary>Sizes of small frames as the objects that delivery events carry, made once.</summary>
    private static class BoxedSizes
    {
        private static readonly object[] Small = [.. Enumerable.Range(0, 2048).Select(size => (object)size)];

        public static object Of(int size) => size < Small.Length ? Small[size] : size;
    }

    /// <summary>One connection as the transport keeps it.</summary>
    private sealed class Link(LinkHandle handle)
    {
        private long _messages;
        private long _bytes;

        public LinkHandle Handle { get; } = handle;

        public bool IsOutgoing { get; init; }

        public ConnectionRequest? Request { get; set; }

        public NetPeer? Peer { get; set; }

        /// <summary>What was sent and is not acknowledged.</summary>
        public (int Messages, long Bytes) Queued => ((int)Interlocked.Read(ref _messages), Interlocked.Read(ref _bytes));

        public void Sent(int bytes)
        {
            Interlocked.Increment(ref _messages);
            Interlocked.Add(ref _bytes, bytes);
        }

        /// <summary>Takes note of an acknowledgement; true when the backlog has just become low.</summary>
        public bool Delivered(int bytes)
        {
            Interlocked.Decrement(ref _messages);
            var left = Interlocked.Add(ref _bytes, -bytes);
            return left < LowBacklog && left + bytes >= LowBacklog;
        }
    }
}
