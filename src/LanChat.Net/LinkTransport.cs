using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;
using LiteNetLib;

namespace LanChat.Net;

/// <summary>
/// Links over LiteNetLib: 64 channels, all reliable-ordered, on one UDP port that also sends and receives beacons and hole punches
/// (PROTOCOL.md, section 3). Callbacks post to the loop; everything else is called by the loop.
/// </summary>
internal sealed class LinkTransport : INetEventListener, INatPunchListener, IDisposable
{
    private const byte ChannelsCount = 64;

    /// <summary>Ports tried one after the other, so that one firewall rule fits (44042–44107).</summary>
    private const int FirstPort = 44042;
    private const int LastPort = 44107;

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
            AutoRecycle = true,
            UnconnectedMessagesEnabled = true,
            NatPunchEnabled = true,
            PingInterval = 300,
            DisconnectTimeout = 2500,
            ReconnectDelay = 500,
            // Three requests in all: one and two repetitions.
            MaxConnectAttempts = 2,
            MtuDiscovery = true,
        };
        _manager.NatPunchModule.UnsyncedEvents = true;
        _manager.NatPunchModule.Init(this);
    }

    /// <summary>The bound UDP port.</summary>
    public int Port => _manager.LocalPort;

    public bool HasLinks => !_links.IsEmpty;

    /// <summary>Whether some link had much on its way when it was last sent to or measured.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Binds the given port, or with 0 the first free one of the usual range, or any when all of those are taken.</summary>
    public bool TryStart(int port, IPAddress? bind = null)
    {
        var v4 = bind is { AddressFamily: AddressFamily.InterNetwork } ? bind : IPAddress.Any;
        var v6 = bind is { AddressFamily: AddressFamily.InterNetworkV6 } ? bind : IPAddress.IPv6Any;
        if (port != 0) return _manager.Start(v4, v6, port);
        for (var candidate = FirstPort; candidate <= LastPort; candidate++)
        {
            if (_manager.Start(v4, v6, candidate)) return true;
        }

        return _manager.Start(v4, v6, 0);
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
        link.Sent(send.Channel, send.Bytes.Length);
        IsBusy |= link.IsBusy;
        peer.Send(send.Bytes.Span, send.Channel, DeliveryMethod.ReliableOrdered);
    }

    /// <summary>Sends a beacon from the link socket; a destination that cannot be reached is skipped.</summary>
    public bool SendBeacon(ReadOnlySpan<byte> data, IPEndPoint to) => _manager.SendUnconnectedMessage(data, to);

    public void RequestPunch(RequestPunch request) => _manager.NatPunchModule.SendNatIntroduceRequest(request.Relay, request.Token);

    public void Introduce(IntroducePunch punch) => _manager.NatPunchModule.NatIntroduce(
        punch.HostInternal, punch.HostExternal, punch.ClientInternal, punch.ClientExternal, punch.Token);

    public void Flush() => _manager.TriggerUpdate();

    public IEnumerable<LinkMeasured> Measure(bool busyOnly = false)
    {
        IsBusy = false;
        foreach (var (handle, link) in _links)
        {
            if (link.Peer is not { ConnectionState: ConnectionState.Connected } peer || (busyOnly && !link.IsBusy)) continue;
            var (messages, bytes) = link.Queued();
            IsBusy |= link.IsBusy;
            if (busyOnly && link.IsBusy) continue;
            yield return new LinkMeasured(
                handle, TimeSpan.FromMilliseconds(peer.RoundTripTime), TimeSpan.FromMilliseconds(peer.TimeSinceLastPacket), messages, bytes);
        }
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

    void INatPunchListener.OnNatIntroductionRequest(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, string token) =>
        _loop.TryPost(new PunchRequested(localEndPoint, remoteEndPoint, token));

    void INatPunchListener.OnNatIntroductionSuccess(IPEndPoint targetEndPoint, NatAddressType type, string token) =>
        _loop.TryPost(new PunchSucceeded(targetEndPoint, token));

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
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(open.Host).ConfigureAwait(false);
            var address = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault();
            if (address is not null)
            {
                var remote = new IPEndPoint(address, open.Port);
                _loop.Post(new NameResolved(open.Link, remote));
                Open(new OpenLink(open.Link, remote, open.Data, open.Attempts));
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            // A name that does not resolve is the user's to know, by way of the node.
        }

        _loop.Post(new LinkClosed(open.Link, LinkEnd.Unreachable, default));
    }

    private static IPEndPoint Plain(NetPeer peer) => new(peer.Address, peer.Port);

    /// <summary>One connection as the transport keeps it.</summary>
    private sealed class Link(LinkHandle handle)
    {
        private const long BusyBytes = 64 * 1024;

        private ulong _busyChannels;
        private long _sentMessages;
        private long _sentBytes;

        public LinkHandle Handle { get; } = handle;

        public bool IsOutgoing { get; init; }

        public ConnectionRequest? Request { get; set; }

        public NetPeer? Peer { get; set; }

        /// <summary>Whether more is on its way than a reader that keeps up leaves: told of at once when it has become less.</summary>
        public bool IsBusy { get; private set; }

        public void Sent(byte channel, int bytes)
        {
            _busyChannels |= 1UL << channel;
            _sentMessages++;
            _sentBytes += bytes;
            IsBusy |= _sentBytes > BusyBytes;
        }

        /// <summary>What is not acknowledged: packets as the library counts them, bytes estimated by the link's average since it was idle.</summary>
        public (int Messages, long Bytes) Queued()
        {
            var packets = 0;
            for (var left = _busyChannels; left != 0; left &= left - 1)
            {
                var channel = System.Numerics.BitOperations.TrailingZeroCount(left);
                var count = Peer!.GetPacketsCountInReliableQueue((byte)channel, true);
                if (count == 0) _busyChannels &= ~(1UL << channel);
                packets += count;
            }

            if (packets == 0)
            {
                (_sentMessages, _sentBytes) = (0, 0);
                IsBusy = false;
                return (0, 0);
            }

            // A message longer than a packet is counted as its packets.
            var bytes = packets * Math.Min(Peer!.Mtu, _sentBytes / Math.Max(1, _sentMessages));
            IsBusy = bytes > BusyBytes;
            return (packets, bytes);
        }
    }
}
