using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using LanChat.Core;

namespace LanChat.Net;

/// <summary>Sockets for a node, as its host wants them.</summary>
/// <param name="Port">Link port; 0 for the first free one of 44042–44107.</param>
/// <param name="Bind">Address to bind the link socket to, which then is the only one that beacons leave from; null for all.</param>
/// <param name="DiscoveryPort">The shared port of beacons.</param>
/// <param name="IsDiscoveryEnabled">Whether beacons are sent and heard.</param>
/// <param name="AllowFaults">Whether datagrams can be dropped on demand.</param>
public sealed record NodeDriverOptions(int Port, IPAddress? Bind, int DiscoveryPort, bool IsDiscoveryEnabled, bool AllowFaults)
{
    /// <summary>
    /// Whether the youngest generation of the heap is kept small while much is under way, too, and not only while a program idles. A server's memory is
    /// counted per client; a client is to be done soon.
    /// </summary>
    public bool KeepsYoungWhileBusy { get; init; }
}

/// <summary>Carries out a node's outputs on real sockets; what is neither network nor store goes to the program.</summary>
public sealed class NodeDriver : INodeDriver, IDisposable
{
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(300);

    /// <summary>While something is under way or a link has been silent for longer than a ping takes.</summary>
    private static readonly TimeSpan MeasureOften = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Else: before any link can have been silent for so long, as far as the node knows: with the delay that the loop tolerates it is not yet in doubt.
    /// Every turn of the loop that is not needed counts in a program that is open all day.
    /// </summary>
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromMilliseconds(450);

    /// <summary>One ping has stayed unanswered.</summary>
    private static readonly TimeSpan UnusualSilence = TimeSpan.FromMilliseconds(440);

    /// <summary>Bytes that may lie uncollected on the heap.</summary>
    private const long YoungBytes = 1024 * 1024;

    private readonly IPAddress? _bind;
    private readonly NodeLoop _loop;
    private readonly FaultLayer? _faults;
    private readonly LinkTransport _transport;
    private readonly DiscoverySockets? _discovery;
    private readonly INodeStore _store;
    private readonly Func<NodeOutput, bool> _program;
    private readonly YoungHeap _heap;
    private readonly bool _keepsYoungWhileBusy;
    private ImmutableArray<LocalInterface> _interfaces = [];
    private bool _hasSent;
    private bool _isBusy;
    private TimeSpan _untilUnknown;

    private NodeDriver(NodeDriverOptions options, INodeStore store, Func<NodeOutput, bool> program)
    {
        _store = store;
        _bind = IPAddress.Any.Equals(options.Bind) || IPAddress.IPv6Any.Equals(options.Bind) ? null : options.Bind;
        _program = program;
        _heap = new YoungHeap(YoungBytes);
        _keepsYoungWhileBusy = options.KeepsYoungWhileBusy;
        _loop = new NodeLoop("lanchat-loop", this);
        _faults = options.AllowFaults ? new FaultLayer() : null;
        _transport = new LinkTransport(_loop, _faults);
        if (!_transport.TryStart(options.Port, options.Bind)) return;
        IsBound = true;
        if (options.IsDiscoveryEnabled) _discovery = new DiscoverySockets(_loop, options.DiscoveryPort, _faults);
    }

    /// <summary>Binds the sockets.</summary>
    /// <param name="options">Ports and addresses.</param>
    /// <param name="store">Carries out what the node wants kept.</param>
    /// <param name="program">Gets every other output on the loop's thread; false ends the loop.</param>
    /// <param name="driver">The driver, ready to run.</param>
    /// <returns>False when the link port is taken or the address is not of this machine.</returns>
    public static bool TryBind(
        NodeDriverOptions options, INodeStore store, Func<NodeOutput, bool> program, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeDriver? driver)
    {
        driver = new NodeDriver(options, store, program);
        if (driver.IsBound) return true;
        driver.Dispose();
        driver = null;
        return false;
    }

    /// <summary>The UDP port links come in on.</summary>
    public int Port => _transport.Port;

    /// <summary>Whether beacons are heard; false when another program holds the discovery port for itself.</summary>
    public bool IsListening => _discovery is { IsListening: true };

    /// <summary>Ends when the node has finished or failed.</summary>
    public Task Completion => _loop.Completion;

    /// <inheritdoc/>
    public bool HasLinks => _transport.HasLinks;

    private bool IsBound { get; }

    /// <summary>Makes the node on the loop's thread and starts it.</summary>
    public void Run(Func<LanChat.Protocol.Timestamp, INode> create)
    {
        _loop.Run(create);
        ReportInterfaces();
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        _discovery?.Start();
    }

    /// <summary>Hands in an input from any thread.</summary>
    public bool Post(NodeInput input) => _loop.Post(input);

    /// <inheritdoc/>
    public bool Execute(NodeOutput output)
    {
        switch (output)
        {
            case SendBytes send:
                _transport.Send(send);
                _hasSent = _isBusy = true;
                return true;
            case OpenLink open: _transport.Open(open); return true;
            case OpenLinkByName open: _transport.Open(open); return true;
            case AcceptLink accept: _transport.Accept(accept.Link); return true;
            case RefuseLink refuse: _transport.Refuse(refuse); return true;
            case CloseLink close: _transport.Close(close); return true;
            case SendBeacon { To: { } to } beacon: _transport.SendBeacon(beacon.Data.Span, to); return true;
            case SendBeacon beacon: _discovery?.SendEverywhere(beacon.Data.Span, _transport); return true;
            case RepeatBeaconLocally repeat: _discovery?.RepeatLocally(repeat.Data.Span); return true;
            case RequestPunch punch: _transport.RequestPunch(punch); return true;
            case IntroducePunch punch: _transport.Introduce(punch); return true;
            case BlockAddress block: _faults?.Block(block.Address, block.IsBlocked); return true;
            case DropShare share: _faults?.SetLoss(share.Percent); return true;
            case Finished:
                _program(output);
                return false;
            default: return _store.TrySubmit(output, answer => _loop.PostAnswer(answer)) || _program(output);
        }
    }

    /// <inheritdoc/>
    public void EndTurn()
    {
        if (!_hasSent) return;
        _hasSent = false;
        _transport.Flush();
    }

    /// <inheritdoc/>
    public TimeSpan MeasurePause => _isBusy ? MeasureOften : _untilUnknown;

    /// <inheritdoc/>
    public IEnumerable<LinkMeasured> Measure()
    {
        _isBusy = false;
        var longest = TimeSpan.Zero;
        foreach (var measured in _transport.Measure())
        {
            _isBusy |= measured.QueuedMessages > 0 || measured.Silence > UnusualSilence;
            if (measured.Silence > longest) longest = measured.Silence;
            yield return measured;
        }

        _untilUnknown = LongestUnknown - longest;
        if (!_isBusy || _keepsYoungWhileBusy) _heap.Look();
    }

    /// <inheritdoc/>
    public void MachineWoke() => ReportInterfaces(isForced: true);

    /// <summary>Waits, not long, until what was sent last has been acknowledged: the goodbyes before the sockets close.</summary>
    public async Task FarewellAsync()
    {
        var end = NodeLoop.Now.Monotonic + FarewellTime;
        while (NodeLoop.Now.Monotonic < end && _transport.Measure().Any(m => m.QueuedMessages > 0)) await Task.Delay(5).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        _loop.Dispose();
        _discovery?.Dispose();
        _transport.Dispose();
        _store.Dispose();
    }

    private void OnAddressChanged(object? sender, EventArgs e) => ReportInterfaces();

    private void ReportInterfaces(bool isForced = false)
    {
        var interfaces = LocalNetworks.Read(_bind);
        lock (_transport)
        {
            if (!isForced && Same(interfaces, _interfaces)) return;
            _interfaces = interfaces;
            _discovery?.UseInterfaces(interfaces);
        }

        _loop.Post(new InterfacesChanged(interfaces));
    }

    private static bool Same(ImmutableArray<LocalInterface> left, ImmutableArray<LocalInterface> right) =>
        left.Length == right.Length && left.Zip(right).All(p =>
            p.First.Name == p.Second.Name && p.First.Index == p.Second.Index && p.First.Addresses.SequenceEqual(p.Second.Addresses));
}
