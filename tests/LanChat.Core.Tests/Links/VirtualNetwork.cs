using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>
/// A network in virtual time between nodes that are driven by their outputs: what LiteNetLib and the sockets do, seen from a node. One-way
/// delay is <see cref="Delay"/>; what is cut is silent both ways.
/// </summary>
internal sealed class VirtualNetwork
{
    public const int DiscoveryPort = 42042;

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly List<VirtualNode> _nodes = [];
    private readonly List<Connection> _connections = [];
    private readonly HashSet<(string, string)> _cuts = [];
    private readonly HashSet<(string, string)> _punched = [];
    private readonly HashSet<LinkHandle> _ghosts = [new LinkHandle(900)];
    private long _order;

    public TimeSpan Now { get; private set; }

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Requests to connect that reached a node, by (from, to).</summary>
    public List<(IPEndPoint From, IPEndPoint To, ReadOnlyMemory<byte> Data)> Requests { get; } = [];

    /// <summary>Connections asked for, answered or not.</summary>
    public List<(IPEndPoint From, IPEndPoint To)> Attempts { get; } = [];

    /// <summary>Beacons sent, with their sender.</summary>
    public List<(TimeSpan At, IPEndPoint From, IPEndPoint? To, Beacon Beacon)> Beacons { get; } = [];

    public IReadOnlyList<VirtualNode> Nodes => _nodes;

    public Timestamp Time => new(Now, 1_800_000_000_000 + (long)Now.TotalMilliseconds);

    public void Add(VirtualNode node)
    {
        _nodes.Add(node);
        node.Network = this;
        After(TimeSpan.Zero, () => Measure(node));
    }

    public void Remove(VirtualNode node) => _nodes.Remove(node);

    /// <summary>Nothing passes between the two hosts any more.</summary>
    public void Cut(VirtualNode left, VirtualNode right) => _cuts.Add(Pair(left.EndPoint, right.EndPoint));

    public void Mend(VirtualNode left, VirtualNode right) => _cuts.Remove(Pair(left.EndPoint, right.EndPoint));

    public void Post(VirtualNode node, NodeInput input) => After(TimeSpan.Zero, () => node.Handle(input));

    public void Run(TimeSpan duration) => RunUntil(() => false, duration);

    /// <summary>Runs until the condition holds; false when it does not within the time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        var end = Now + atMost;
        while (!condition())
        {
            var wakeup = _nodes.Select(node => (node, At: node.NextWakeup)).Where(pair => pair.At is not null).OrderBy(pair => pair.At).FirstOrDefault();
            var nextEvent = _events.TryPeek(out _, out var key) ? key.At : TimeSpan.MaxValue;
            if (wakeup.node is { } woken && wakeup.At <= nextEvent)
            {
                if (wakeup.At > end) break;
                if (wakeup.At > Now) Now = wakeup.At.Value;
                woken.Handle(TimePassed.Instance);
                continue;
            }
            if (nextEvent > end) break;
            Now = nextEvent;
            _events.Dequeue()();
        }
        if (condition()) return true;
        if (end > Now) Now = end;
        return false;
    }

    public void Carry(VirtualNode from, NodeOutput output)
    {
        switch (output)
        {
            case OpenLink open: Open(from, open); break;
            case OpenLinkByName named: Open(from, named); break;
            case AcceptLink accept: Accept(from, accept.Link); break;
            case RefuseLink refuse: Refuse(from, refuse); break;
            case CloseLink close: Close(from, close); break;
            case SendBytes bytes: Send(from, bytes); break;
            case SendBeacon beacon: Send(from, beacon); break;
            case RepeatBeaconLocally repeat: Repeat(from, repeat); break;
            case RequestPunch request: Punch(from, request); break;
            case IntroducePunch introduce: Punch(introduce); break;
            default: from.Others.Add(output); break;
        }
    }

    /// <summary>Hands in a beacon as if it had come from an address.</summary>
    public void SendBeacon(VirtualNode to, Beacon beacon, IPAddress from, BeaconArrival arrival = BeaconArrival.DiscoveryGroup) =>
        Post(to, new BeaconReceived(new IPEndPoint(from, beacon.LinkPort), arrival, beacon.Encode()));

    /// <summary>A request that a test makes up: nobody is behind it.</summary>
    public void AddGhost(LinkHandle handle) => _ghosts.Add(handle);

    /// <summary>Breaks all connections between two nodes, as somebody who forges addresses can.</summary>
    public void Break(VirtualNode left, VirtualNode right)
    {
        foreach (var connection in _connections.Where(c => c.Joins(left, right)).ToArray())
        {
            _connections.Remove(connection);
            connection.A.Handle(new LinkClosed(connection.HandleA, LinkEnd.ClosedByRemote, default));
            connection.B.Handle(new LinkClosed(connection.HandleB, LinkEnd.ClosedByRemote, default));
        }
    }

    public int ConnectionsBetween(VirtualNode left, VirtualNode right) => _connections.Count(c => c.IsOpen && c.Joins(left, right));

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    // Who is behind a NAT is reached from outside only by whom it was introduced to; a relay is behind none.
    private bool IsBehindNat(VirtualNode from, VirtualNode to) =>
        to.IsBehindNat && from.EndPoint.Address != to.EndPoint.Address && !_punched.Contains(Pair(from.EndPoint, to.EndPoint));

    private void Punch(VirtualNode from, RequestPunch request)
    {
        from.Others.Add(request);
        if (At(request.Relay) is not { } relay || IsCut(from, relay)) return;
        After(Delay, () => relay.Handle(new PunchRequested(from.EndPoint, from.EndPoint, request.Token)));
    }

    private void Punch(IntroducePunch introduce)
    {
        if (At(introduce.HostExternal) is not { } host || At(introduce.ClientExternal) is not { } client) return;
        if (host.IsNatSymmetric || client.IsNatSymmetric) return;
        _punched.Add(Pair(host.EndPoint, client.EndPoint));
        After(2 * Delay, () => host.Handle(new PunchSucceeded(client.EndPoint, introduce.Token)));
        After(2 * Delay, () => client.Handle(new PunchSucceeded(host.EndPoint, introduce.Token)));
    }

    private static (string, string) Pair(IPEndPoint left, IPEndPoint right) =>
        string.CompareOrdinal(left.ToString(), right.ToString()) < 0 ? (left.ToString(), right.ToString()) : (right.ToString(), left.ToString());

    private bool IsCut(VirtualNode left, VirtualNode right) => _cuts.Contains(Pair(left.EndPoint, right.EndPoint));

    private VirtualNode? At(IPEndPoint endPoint) => _nodes.Find(node => node.EndPoint.Equals(endPoint) || node.Aliases.Contains(endPoint));

    private void Open(VirtualNode from, OpenLinkByName named)
    {
        var address = named.Host == "unknown.example" ? null : IPAddress.Parse(named.Host.Replace("host-", "", StringComparison.Ordinal));
        if (address is null)
        {
            After(Delay, () => from.Handle(new LinkClosed(named.Link, LinkEnd.Unreachable, default)));
            return;
        }
        var remote = new IPEndPoint(address, named.Port);
        After(Delay, () =>
        {
            from.Handle(new NameResolved(named.Link, remote));
            if (!from.Closed.Contains(named.Link)) Open(from, new OpenLink(named.Link, remote, named.Data, named.Attempts));
        });
    }

    private void Open(VirtualNode from, OpenLink open)
    {
        var connection = new Connection(from, open.Link, open.Remote, open.Data.ToArray());
        _connections.Add(connection);
        Attempts.Add((from.EndPoint, open.Remote));
        for (var attempt = 0; attempt < open.Attempts; attempt++) After((attempt * TimeSpan.FromMilliseconds(500)) + Delay, () => Request(connection));
        After(open.Attempts * TimeSpan.FromMilliseconds(500), () =>
        {
            if (connection.IsAnswered || !_connections.Remove(connection)) return;
            from.Handle(new LinkClosed(open.Link, LinkEnd.Unanswered, default));
        });
    }

    private void Request(Connection connection)
    {
        if (connection.IsAnswered || !_connections.Contains(connection) || At(connection.Target) is not { } target || IsCut(connection.A, target)) return;
        if (target.IsSilent || IsBehindNat(connection.A, target)) return;
        var source = connection.A.SourceFor(connection.Target);
        Requests.Add((source, connection.Target, connection.Data));
        connection.IsAnswered = true;
        connection.B = target;
        connection.HandleB = target.NewIncomingHandle();
        target.Handle(new ConnectRequested(connection.HandleB, source, connection.Data));
    }

    private void Accept(VirtualNode node, LinkHandle handle)
    {
        if (_ghosts.Contains(handle)) return;
        var connection = _connections.Single(c => c.B == node && c.HandleB == handle);
        connection.IsOpen = true;
        After(TimeSpan.Zero, () => node.Handle(new LinkOpened(handle, connection.A.SourceFor(connection.Target))));
        After(Delay, () =>
        {
            if (_connections.Contains(connection)) connection.A.Handle(new LinkOpened(connection.HandleA, connection.Target));
        });
    }

    private void Refuse(VirtualNode node, RefuseLink refuse)
    {
        if (_ghosts.Contains(refuse.Link)) return;
        var connection = _connections.Single(c => c.B == node && c.HandleB == refuse.Link);
        _connections.Remove(connection);
        var data = refuse.Data.ToArray();
        After(Delay, () => connection.A.Handle(new LinkClosed(connection.HandleA, LinkEnd.Refused, data)));
    }

    private void Close(VirtualNode node, CloseLink close)
    {
        node.Closed.Add(close.Link);
        var connection = _connections.Find(c => c.HandleOf(node) == close.Link);
        if (connection is null) return;
        _connections.Remove(connection);
        if (!connection.IsOpen) return;
        var (other, handle) = connection.OtherThan(node);
        var isSilent = close.IsForced || IsCut(node, other);
        After(isSilent ? TimeSpan.FromMilliseconds(2500) : Delay, () =>
            other.Handle(new LinkClosed(handle, isSilent ? LinkEnd.TimedOut : LinkEnd.ClosedByRemote, default)));
    }

    private void Send(VirtualNode node, SendBytes bytes)
    {
        var connection = _connections.Find(c => c.HandleOf(node) == bytes.Link);
        if (connection is null) return;
        var data = bytes.Bytes.ToArray();
        var (other, handle) = connection.OtherThan(node);
        if (other.Tampering is { } tampering) data = tampering(bytes.Channel, data);
        node.SentBytes += data.Length;
        After(Delay, () => Deliver(connection, node, other, new LinkBytes(handle, bytes.Channel, data)));
    }

    // Reliable: while the way is cut, it waits.
    private void Deliver(Connection connection, VirtualNode node, VirtualNode other, LinkBytes bytes)
    {
        if (!_connections.Contains(connection)) return;
        if (IsCut(node, other) || connection.Waiting.Count > 0) connection.Waiting.Enqueue((node, other, bytes));
        else other.Handle(bytes);
    }

    private void Send(VirtualNode node, SendBeacon beacon)
    {
        var data = beacon.Data.ToArray();
        Assert.True(Beacon.TryDecode(data, out var decoded, out _));
        Beacons.Add((Now, node.EndPoint, beacon.To, decoded));
        if (beacon.To is null)
        {
            foreach (var other in _nodes.Where(other => other.IsOnLan && node.IsOnLan && !IsCut(node, other)).ToArray())
                After(Delay, () => other.Handle(new BeaconReceived(node.EndPoint, BeaconArrival.DiscoveryGroup, data)));
            return;
        }
        var arrival = beacon.To.Port == DiscoveryPort ? BeaconArrival.DiscoveryUnicast : BeaconArrival.LinkPort;
        // Of several processes the one that bound the shared port last gets it.
        var to = arrival == BeaconArrival.LinkPort ? At(beacon.To) : _nodes.FindLast(other => other.EndPoint.Address.Equals(beacon.To.Address));
        if (to is null || IsCut(node, to)) return;
        After(Delay, () => to.Handle(new BeaconReceived(node.SourceFor(beacon.To), arrival, data)));
    }

    private void Repeat(VirtualNode node, RepeatBeaconLocally repeat)
    {
        var data = repeat.Data.ToArray();
        foreach (var other in _nodes.Where(other => other.EndPoint.Address.Equals(node.EndPoint.Address)).ToArray())
            After(TimeSpan.Zero, () => other.Handle(new BeaconReceived(new IPEndPoint(IPAddress.Loopback, 5), BeaconArrival.DiscoveryGroup, data)));
    }

    private void Measure(VirtualNode node)
    {
        if (!_nodes.Contains(node)) return;
        foreach (var connection in _connections.Where(c => c.IsOpen && c.HandleOf(node) is not null).ToArray())
        {
            var (other, _) = connection.OtherThan(node);
            if (!IsCut(node, other) && _nodes.Contains(other)) connection.LastHeard = Now;
            while (!IsCut(node, other) && connection.Waiting.TryDequeue(out var waiting)) waiting.To.Handle(waiting.Bytes);
            var silence = Now - connection.LastHeard;
            if (silence > TimeSpan.FromMilliseconds(2500))
            {
                _connections.Remove(connection);
                node.Handle(new LinkClosed(connection.HandleOf(node)!.Value, LinkEnd.TimedOut, default));
                connection.OtherThan(node).Node.Handle(new LinkClosed(connection.OtherThan(node).Handle, LinkEnd.TimedOut, default));
                continue;
            }
            node.Handle(new LinkMeasured(connection.HandleOf(node)!.Value, 2 * Delay, silence, 0));
        }
        After(TimeSpan.FromMilliseconds(100), () => Measure(node));
    }

    private sealed class Connection(VirtualNode a, LinkHandle handleA, IPEndPoint target, byte[] data)
    {
        public VirtualNode A { get; } = a;

        public LinkHandle HandleA { get; } = handleA;

        public IPEndPoint Target { get; } = target;

        public byte[] Data { get; } = data;

        public VirtualNode B { get; set; } = null!;

        public LinkHandle HandleB { get; set; }

        public bool IsAnswered { get; set; }

        public bool IsOpen { get; set; }

        public TimeSpan LastHeard { get; set; }

        public Queue<(VirtualNode From, VirtualNode To, LinkBytes Bytes)> Waiting { get; } = new();

        public bool Joins(VirtualNode left, VirtualNode right) => (A == left && B == right) || (A == right && B == left);

        public LinkHandle? HandleOf(VirtualNode node) => A == node ? HandleA : B == node ? HandleB : null;

        public (VirtualNode Node, LinkHandle Handle) OtherThan(VirtualNode node) => A == node ? (B, HandleB) : (A, HandleA);
    }
}
