// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LiteNetLib;
using LiteNetLib.Layers;
using LiteNetLib.Utils;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Which side of a captured conversation the stand-in plays.</summary>
public enum Role
{
    Client,
    Server,
}

/// <summary>
/// Plays one side of a captured conversation with a manager of the stand-in and the other side with the captured bytes themselves.
/// What the manager sends must equal what the original sent. In manual mode, so that time passes only here.
/// </summary>
internal sealed partial class Replay : IDisposable
{
    private const float TickMilliseconds = 15;
    private const int MaxTicks = 2000;
    private const int NoPings = 100_000_000;

    private readonly Scenario _scenario;
    private readonly Role _role;
    private readonly string _outgoing;
    private readonly IPAddress _loopback;
    private Socket _other;
    private readonly List<byte[]> _sent = [];
    private readonly Dictionary<int, Action> _before = [];
    private readonly WireTimes _times = new();
    private readonly byte[] _buffer = new byte[2048];
    private readonly PacketLayerBase? _layer;
    private Action<ConnectionRequest> _onRequest = request => request.AcceptIfKey(Pair.Key);
    private IPEndPoint? _managerEndPoint;

    public Replay(
        string scenario, Role role, Action<NetManager>? configure = null, PacketLayerBase? layer = null, IPAddress? loopback = null)
    {
        _loopback = loopback ?? IPAddress.Loopback;
        _scenario = Scenario.All[scenario];
        _role = role;
        _outgoing = role == Role.Client ? "c>s" : "s>c";
        _layer = layer;
        _other = Bind();
        Manager = new NetManager(Listener, layer) { PingInterval = NoPings, AutoRecycle = true };
        configure?.Invoke(Manager);
        Observe();
        Start(0);
    }

    public EventBasedNetListener Listener { get; } = new();

    public NetManager Manager { get; }

    /// <summary>What the application heard, in the words of the captured facts.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The newest peer of the manager.</summary>
    public NetPeer Peer => Manager.FirstPeer;

    public IPEndPoint Other => (IPEndPoint)_other.LocalEndPoint!;

    public void Start(int port)
    {
        Assert.True(Manager.StartInManualMode(IPAddress.Loopback, IPAddress.IPv6Loopback, port));
        _managerEndPoint = new IPEndPoint(_loopback, Manager.LocalPort);
    }

    /// <summary>Does something when the conversation has come to the packet of that index.</summary>
    public Replay Before(int index, Action action)
    {
        _before.Add(index, action);
        return this;
    }

    public Replay OnRequest(Action<ConnectionRequest> action)
    {
        _onRequest = action;
        return this;
    }

    public void Connect() => Manager.Connect(Other, Pair.Key);

    public void Connect(NetDataWriter data) => Manager.Connect(Other, data);

    /// <summary>Sends in the tick the manager is in: in manual mode all of it leaves together.</summary>
    public void Send(string text, DeliveryMethod method, byte channel = 0) => Peer.Send(System.Text.Encoding.UTF8.GetBytes(text), channel, method);

    /// <summary>Plays the packets of an index range; all by default.</summary>
    public Replay Run(int from = 0, int to = int.MaxValue)
    {
        for (int i = from; i < Math.Min(to, _scenario.Packets.Count); i++)
        {
            if (_before.TryGetValue(i, out var action))
                action();
            var packet = _scenario.Packets[i];
            if (packet.Direction == _outgoing)
                Expect(packet);
            else if (!packet.IsDropped)
                Inject(_times.Apply(packet.Bytes, _layer));
        }

        return this;
    }

    /// <summary>Connects without comparing, with the packets of another conversation.</summary>
    public Replay Handshake()
    {
        var (request, accept) = (Scenario.All["connect_accept_ping"].Packets[0], Scenario.All["connect_accept_ping"].Packets[1]);
        if (_role == Role.Client)
        {
            Connect();
            Expect(request);
            Inject(_times.Apply(accept.Bytes, _layer));
        }
        else
        {
            Inject(request.Bytes);
            Expect(accept);
        }

        return this;
    }

    /// <summary>The other side goes on from another port, as behind a NAT that forgot it.</summary>
    public void ChangePort()
    {
        _other.Dispose();
        _other = Bind();
    }

    /// <summary>Everything sent and not expected yet, which is forgotten.</summary>
    public List<byte[]> TakeSent()
    {
        Drain();
        var sent = _sent.ToList();
        _sent.Clear();
        return sent;
    }

    /// <summary>A captured datagram with this replay's connect times.</summary>
    public byte[] Timed(byte[] captured) => _times.Apply(captured, _layer);

    /// <summary>A captured request whose time is as far from this replay's as it was from the captured one.</summary>
    public byte[] TimedAgainst(byte[] captured, byte[] capturedOwn) => _times.Shift(captured, capturedOwn);

    /// <summary>Hands a datagram of the other side to the manager.</summary>
    public void Inject(byte[] datagram)
    {
        _other.SendTo(datagram, _managerEndPoint!);
        Tick(0);
    }

    /// <summary>Waits until the manager sends exactly these bytes, times, ports and padding aside.</summary>
    public void Expect(CapturedPacket packet)
    {
        byte[] expected = _times.Apply(packet.Bytes, _layer);
        int found = -1;
        for (int tick = 0; found < 0; tick++)
        {
            Drain();
            found = _sent.FindIndex(sent => _times.AreEqual(sent, expected, _layer));
            if (found >= 0)
                break;
            Assert.True(tick < MaxTicks, $"{_scenario.Name}: the manager did not send {packet.Note}, only {Describe()}");
            Tick(TickMilliseconds);
        }

        _times.Learn(packet.Bytes, _sent[found], _layer);
        _sent.RemoveAt(found);
    }

    /// <summary>Nothing but what was expected has been sent, and the application heard what the original's heard.</summary>
    public void Finish(Predicate<byte[]>? isTolerated = null, bool hearsTheSame = true)
    {
        Tick(TickMilliseconds);
        Drain();
        if (isTolerated != null)
            _sent.RemoveAll(isTolerated);
        Assert.True(_sent.Count == 0, $"{_scenario.Name}: the manager also sent {Describe()}");
        if (!hearsTheSame)
            return;
        var facts = _scenario.Facts.Where(fact => fact.StartsWith(Me, StringComparison.Ordinal) && HeardFact().IsMatch(fact)).ToList();
        Assert.Equal(facts.Count, Heard.Count);
        for (int i = 0; i < facts.Count; i++)
            Assert.StartsWith(facts[i], Heard[i]);
    }

    /// <summary>Lets time pass, in ticks of the original's length.</summary>
    public void Pass(int milliseconds)
    {
        for (float passed = 0; passed < milliseconds; passed += TickMilliseconds)
            Tick(TickMilliseconds);
    }

    public void Dispose()
    {
        Manager.Stop(false);
        _other.Dispose();
    }

    private Socket Bind()
    {
        var socket = new Socket(_loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(_loopback, 0));
        return socket;
    }

    private string Me => _role == Role.Client ? "client" : "server";

    [GeneratedRegex("^(client|server) (received|PeerDisconnected|unconnected)")]
    private static partial Regex HeardFact();

    private void Tick(float milliseconds)
    {
        Manager.PollEvents();
        if (milliseconds > 0)
            Manager.ManualUpdate(milliseconds);
        Manager.PollEvents();
    }

    private void Drain()
    {
        while (_other.Available > 0)
            _sent.Add(_buffer.AsSpan(0, _other.Receive(_buffer)).ToArray());
    }

    private string Describe() => _sent.Count == 0 ? "nothing" : string.Join(", ", _sent.Select(Convert.ToHexStringLower));

    private void Observe()
    {
        Listener.ConnectionRequestEvent += request => _onRequest(request);
        Listener.NetworkReceiveEvent += (_, reader, channel, method) =>
            Heard.Add($"{Me} received {method} ch={channel} len={reader.AvailableBytes} data={Hex(reader)}");
        Listener.PeerDisconnectedEvent += (_, info) =>
            Heard.Add($"{Me} PeerDisconnected reason={info.Reason} data={(info.AdditionalData.IsNull ? "(none)" : Hex(info.AdditionalData))}");
        Listener.NetworkReceiveUnconnectedEvent += (_, reader, type) =>
            Heard.Add($"{Me} unconnected type={type} len={reader.AvailableBytes}");
    }

    private static string Hex(NetPacketReader reader) => Convert.ToHexStringLower(reader.GetRemainingBytes());
}
#endif
