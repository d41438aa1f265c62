using System.Net.Sockets;
using LiteNetLib.Layers;
using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <summary>
/// One UDP port and the connections on it: settings and state. Two threads when running: one receives, answers and sends what the
/// answers caused; the other drives timers and takes over sending when many messages are queued at once.
/// </summary>
public partial class LiteNetManager : IEnumerable<LiteNetPeer>
{
    /// <summary>Whether the operating system can use IPv6.</summary>
    public static readonly bool IPv6Support = Socket.OSSupportsIPv6;

    /// <summary>Milliseconds between two looks at the timers. Messages do not wait for it.</summary>
    public int UpdateTime = 15;

    /// <summary>Milliseconds between two pings.</summary>
    public int PingInterval = 1000;

    /// <summary>Milliseconds of silence after which a connection is over.</summary>
    public int DisconnectTimeout = 5000;

    /// <summary>Milliseconds between two connection requests.</summary>
    public int ReconnectDelay = 500;

    /// <summary>Connection requests after the first before an attempt fails.</summary>
    public int MaxConnectAttempts = 10;

    /// <summary>Takes readers back after the callback.</summary>
    public bool AutoRecycle;

    /// <summary>Runs callbacks on the thread that caused them; <see cref="PollEvents"/> then has nothing to do.</summary>
    public bool UnsyncedEvents;

    /// <summary>Runs receive callbacks on the receiving thread.</summary>
    public bool UnsyncedReceiveEvent;

    /// <summary>Runs delivery callbacks on the receiving thread.</summary>
    public bool UnsyncedDeliveryEvent;

    /// <summary>Lets messages without a connection in.</summary>
    public bool UnconnectedMessagesEnabled;

    /// <summary>Lets broadcasts in.</summary>
    public bool BroadcastReceiveEnabled;

    /// <summary>Lets messages of <see cref="NatPunchModule"/> in.</summary>
    public bool NatPunchEnabled;

    /// <summary>Also uses IPv6, on the same port. Read at start.</summary>
    public bool IPv6Enabled = true;

    /// <summary>Lets other sockets use the port too. Read at start.</summary>
    public bool ReuseAddress;

    /// <summary>Sends to directly connected networks only. Read at start.</summary>
    public bool DontRoute;

    /// <summary>Finds out how big datagrams may be. Read when a peer is created.</summary>
    public bool MtuDiscovery;

    /// <summary>Bytes of the largest datagram, if not 0: no discovery. Read when a peer is created.</summary>
    public int MtuOverride;

    /// <summary>Fragments one message may be cut into.</summary>
    public ushort MaxFragmentsCount = ushort.MaxValue;

    /// <summary>Accepted for compatibility: the fastest way to use a socket is always taken.</summary>
    public bool UseNativeSockets;

    /// <summary>Disconnects a peer when the network says that it cannot be reached.</summary>
    public bool DisconnectOnUnreachable;

    /// <summary>Lets a peer whose address changed go on under the new one.</summary>
    public bool AllowPeerAddressChange;

    /// <summary>Counts traffic in <see cref="Statistics"/>.</summary>
    public bool EnableStatistics;

    /// <summary>Unused packets kept, in addition to those that windows and queues of connected peers need.</summary>
    public int PacketPoolSize = 1000;

    /// <summary>Datagrams one <see cref="PollEvents"/> takes in manual mode; 0 for all.</summary>
    public int MaxPacketPerManualReceive = 256;

    /// <summary>Microseconds the receiving thread waits before it looks whether to stop.</summary>
    public int ReceivePollingTime = 50000;

    /// <summary>Has no effect, as in the original's release build.</summary>
    public bool SimulatePacketLoss;

    /// <inheritdoc cref="SimulatePacketLoss"/>
    public bool SimulateLatency;

    /// <inheritdoc cref="SimulatePacketLoss"/>
    public int SimulationPacketLossChance = 10;

    /// <inheritdoc cref="SimulatePacketLoss"/>
    public int SimulationMinLatency = 30;

    /// <inheritdoc cref="SimulatePacketLoss"/>
    public int SimulationMaxLatency = 100;

    /// <summary>
    /// Added to the original: connection requests kept undecided, and rejected ones kept until the rejection is confirmed. Beyond it
    /// new requests are ignored, and rejections sent once.
    /// </summary>
    public int MaxHalfOpenConnections = 1024;

    /// <summary>Added to the original: bytes of unfinished fragmented messages per peer. Beyond it parts are thrown away.</summary>
    public long MaxReassemblyBytesPerPeer = 128L * 1024 * 1024;

    /// <summary>Added to the original: unfinished fragmented messages per peer, if fewer than 64 for each channel.</summary>
    public int MaxReassembliesPerPeer = 256;

    /// <summary>
    /// Added to the original: bytes queued per peer and not sent yet. Beyond it unreliable and sequenced messages are dropped; a
    /// reliable one, which must not be lost, ends the connection with reason <see cref="DisconnectReason.Timeout"/>.
    /// </summary>
    public long MaxQueuedBytesPerPeer = 512L * 1024 * 1024;

    /// <summary>Traffic, if <see cref="EnableStatistics"/> is set.</summary>
    public readonly NetStatistics Statistics = new();

    internal readonly PacketLayerBase PacketLayer;

    /// <summary>Does without the system calls of one operating system, as all others have to. For tests.</summary>
    internal bool UsesPlainSockets;

    /// <summary>A full window and what waits behind it.</summary>
    private const int PacketsPerPeer = 2 * NetConstants.DefaultWindowSize;

    /// <summary>Kept for queues that large transfers fill and empty all the time: 6 MB.</summary>
    private const int PacketsInQueues = 4096;

    private readonly ILiteNetEventListener _listener;
    private readonly PacketPool _packets = new();
    private int _connectedPeers;

    /// <summary>A manager whose peers have one channel.</summary>
    public LiteNetManager(ILiteNetEventListener listener, PacketLayerBase extraPacketLayer = null)
        : this(extraPacketLayer) => _listener = listener;

    internal LiteNetManager(PacketLayerBase extraPacketLayer)
    {
        PacketLayer = extraPacketLayer;
        NatPunchModule = new NatPunchModule(this);
    }

    /// <summary>Whether the manager is started.</summary>
    public bool IsRunning => _isRunning;

    /// <summary>The port in use; 0 before the first start.</summary>
    public int LocalPort { get; private set; }

    /// <summary>Time to live of outgoing IPv4 datagrams.</summary>
    public short Ttl => _socketIPv4?.Socket.Ttl ?? NetConstants.SocketTTL;

    /// <summary>Unused packets in the pool.</summary>
    public int PoolCount => _packets.Count;

    /// <summary>Introduces two peers behind NATs to each other.</summary>
    public NatPunchModule NatPunchModule { get; }

    /// <summary>Connected peers. Changes when the event is created, not when it is polled.</summary>
    public int ConnectedPeersCount => Volatile.Read(ref _connectedPeers);

    /// <summary>Bytes the packet layer adds to every datagram.</summary>
    public int ExtraPacketSizeForLayer => PacketLayer?.ExtraPacketSizeForLayer ?? 0;

    internal bool HasPacketLayer => PacketLayer != null;

    /// <summary>Channels a new peer gets.</summary>
    internal virtual int ChannelCount => 1;

    internal NetPacket RentPacket() => _packets.Rent();

    internal NetPacket RentPackets(int count) => _packets.RentList(count);

    /// <summary>Takes a packet, or a linked list of packets, back.</summary>
    internal void ReturnPacket(NetPacket packet) =>
        _packets.Return(packet, PacketPoolSize + PacketsInQueues + (PacketsPerPeer * Volatile.Read(ref _connectedPeers)));

    internal virtual LiteNetPeer CreatePeer(System.Net.IPEndPoint endPoint, PeerStart start) => new(this, endPoint, start);

    internal virtual LiteConnectionRequest CreateRequest(System.Net.IPEndPoint endPoint, ConnectRequest packet) =>
        new(this, endPoint, packet);

    internal UdpSocket SocketFor(AddressFamily family) =>
        family == AddressFamily.InterNetworkV6 ? _socketIPv6 : _socketIPv4;
}
