using System.Diagnostics;
using System.Net;
using LiteNetLib.Channels;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <summary>
/// The other side of a connection; also its endpoint. State belongs to <see cref="Gate"/>, except what is marked as the receiving
/// thread's. Lock order: the manager's table before a peer's gate, nothing after the gate but leaf locks of pools and lists.
/// </summary>
public partial class LiteNetPeer : IPEndPoint
{
    /// <summary>The peer's number on this side; reused after the peer is gone.</summary>
    public readonly int Id;

    /// <summary>The manager the peer belongs to.</summary>
    public readonly LiteNetManager NetManager;

    /// <summary>Datagrams sent to this peer, if <see cref="LiteNetManager.EnableStatistics"/> is set.</summary>
    public readonly NetStatistics Statistics = new();

    /// <summary>Whatever the application attaches.</summary>
    public object Tag;

    /// <summary>Milliseconds before an unacknowledged packet is sent again, in addition to the round trip's share.</summary>
    public float ResendFixedDelay = 25f;

    /// <summary>Round trips before an unacknowledged packet is sent again, in addition to the fixed delay.</summary>
    public float ResendRttMultiplier = 2.1f;

    internal readonly Lock Gate = new();
    internal LiteNetPeer NextPeer;
    internal LiteNetPeer PreviousPeer;

    private const int MethodsPerChannel = 4;

    /// <summary>By delivery method, then by channel number: most connections use one method, and an array per method is a quarter of the room.</summary>
    private readonly Channel[][] _channels = new Channel[MethodsPerChannel][];
    private readonly byte[] _connectPacket;
    private SocketAddress _socketAddress;
    private int _hash;
    private volatile ConnectionState _state;
    private int _mtu;
    private int _mtuStep;

    internal LiteNetPeer(LiteNetManager manager, IPEndPoint endPoint, PeerStart start)
        : base(endPoint.Address, endPoint.Port)
    {
        NetManager = manager;
        Id = start.Id;
        ConnectTime = start.ConnectTime;
        ConnectionNumber = start.Number;
        RemoteId = start.RemoteId;
        _state = start.State;
        ChannelsCount = manager.ChannelCount;
        _socketAddress = base.Serialize();
        AddressKey = PeerAddress.FromEndPoint(this);
        _hash = base.GetHashCode();
        _lastHeard = manager.Now;
        ResetMtu();
        if (start.State == ConnectionState.Outgoing)
            _connectPacket = ConnectRequest.Build(_socketAddress, ConnectTime, Id, ConnectionNumber, start.ConnectData);
    }

    /// <summary>Where the peer is in its life.</summary>
    public ConnectionState ConnectionState => _state;

    /// <summary>Half of the mean round trip, in milliseconds; 0 until it was measured.</summary>
    public int Ping => RoundTripTime / 2;

    /// <summary>Mean round trip, in milliseconds; 0 until it was measured.</summary>
    public int RoundTripTime => (int)Volatile.Read(ref _averageRoundTrip);

    /// <summary>Bytes of the largest datagram, without what a packet layer adds.</summary>
    public int Mtu => _mtu;

    /// <summary>The number the other side gave this connection.</summary>
    public int RemoteId { get; private set; }

    /// <summary>The other side's clock minus this one's, in ticks of 100 ns.</summary>
    public long RemoteTimeDelta { get; private set; }

    /// <summary>The other side's clock, now.</summary>
    public DateTime RemoteUtcTime => new(DateTime.UtcNow.Ticks + RemoteTimeDelta, DateTimeKind.Utc);

    /// <summary>Milliseconds since anything was heard from the other side.</summary>
    public float TimeSinceLastPacket => (float)Clock.Milliseconds(NetManager.Now - Volatile.Read(ref _lastHeard));

    /// <summary>Channels of this connection.</summary>
    protected int ChannelsCount { get; }

    internal LiteNetManager Manager => NetManager;

    internal PeerAddress AddressKey { get; private set; }

    internal long ConnectTime { get; }

    /// <summary>Whether the peer has left the table, for good.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>Whether the peer exists only to repeat a rejection until it is confirmed.</summary>
    internal bool WasRejected { get; set; }

    internal int ConnectionNumber { get; private set; }

    internal SocketAddress SocketAddress => _socketAddress;

    /// <summary>The hash of the endpoint.</summary>
    public override int GetHashCode() => _hash;

    /// <summary>The endpoint as the operating system takes it. The same object every time: do not change it.</summary>
    public override SocketAddress Serialize() => _socketAddress;

    /// <summary>Bytes of the largest message that is not fragmented.</summary>
    public int GetMaxSinglePacketSize(DeliveryMethod options) =>
        _mtu - (options == DeliveryMethod.Unreliable ? NetConstants.HeaderSize : NetConstants.ChanneledHeaderSize);

    /// <summary>Messages of channel 0 that wait for room in the window.</summary>
    public int GetPacketsCountInReliableQueue(bool ordered) => QueuedMessages(0, ordered);

    /// <summary>Disconnects with data for the other side.</summary>
    public void Disconnect(byte[] data) => NetManager.DisconnectPeer(this, data);

    /// <inheritdoc cref="Disconnect(byte[])"/>
    public void Disconnect(NetDataWriter writer) => NetManager.DisconnectPeer(this, writer);

    /// <inheritdoc cref="Disconnect(byte[])"/>
    public void Disconnect(byte[] data, int start, int count) => NetManager.DisconnectPeer(this, data, start, count);

    /// <summary>Disconnects.</summary>
    public void Disconnect() => NetManager.DisconnectPeer(this);

    internal int QueuedMessages(byte channelNumber, bool ordered)
    {
        int id = Channel.IdOf(channelNumber, ordered ? DeliveryMethod.ReliableOrdered : DeliveryMethod.ReliableUnordered);
        lock (Gate)
            return FindChannel(id)?.QueuedMessages ?? 0;
    }

    /// <summary>Moves the peer to the address it was recognised at.</summary>
    internal void MoveTo(IPEndPoint endPoint)
    {
        lock (Gate)
        {
            Address = endPoint.Address;
            Port = endPoint.Port;
            _socketAddress = base.Serialize();
            _hash = base.GetHashCode();
            AddressKey = PeerAddress.FromEndPoint(this);
        }
    }

    internal ushort NextFragmentId() => ++_fragmentId;

    internal void CountLoss()
    {
        if (!NetManager.EnableStatistics)
            return;
        Statistics.IncrementPacketLoss();
        NetManager.Statistics.IncrementPacketLoss();
    }

    /// <summary>The channel if it has been used and the number is one of this connection's.</summary>
    private Channel FindChannel(int id)
    {
        var ofMethod = Volatile.Read(ref _channels[id % MethodsPerChannel]);
        return ofMethod != null && id / MethodsPerChannel < ofMethod.Length ? ofMethod[id / MethodsPerChannel] : null;
    }

    private Channel GetChannel(int id)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread, "Channels are created under the gate.");
        var ofMethod = _channels[id % MethodsPerChannel] ??= new Channel[ChannelsCount];
        return ofMethod[id / MethodsPerChannel] ??= (id % MethodsPerChannel) switch
        {
            (int)DeliveryMethod.ReliableOrdered or (int)DeliveryMethod.ReliableUnordered => new ReliableChannel(this, (byte)id),
            _ => new SequencedChannel(this, (byte)id),
        };
    }
}

/// <summary>What a peer begins with.</summary>
internal readonly ref struct PeerStart
{
    public required int Id { get; init; }

    public required long ConnectTime { get; init; }

    public required int Number { get; init; }

    public required ConnectionState State { get; init; }

    public int RemoteId { get; init; }

    public ReadOnlySpan<byte> ConnectData { get; init; }
}
