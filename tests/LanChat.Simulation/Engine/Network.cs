using System.Net;
using LanChat.Core;

namespace LanChat.Simulation.Engine;

/// <summary>
/// What lies between the hosts, modelled above the transport: connections are reliable and ordered per channel as LiteNetLib's are (loss
/// costs resends, not messages), beacons are plain datagrams. Ways can be blocked in one direction or both, segments hide behind NATs.
/// </summary>
internal sealed class Network(World world)
{
    private static readonly TimeSpan RequestInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DisconnectTimeout = TimeSpan.FromMilliseconds(2500);
    private static readonly TimeSpan BlockedRetry = TimeSpan.FromMilliseconds(60);

    private readonly List<Wire> _wires = [];
    private readonly Dictionary<(Host From, Host To), Wire> _byPair = [];
    private readonly HashSet<(Host From, Host To)> _blocked = [];
    private readonly HashSet<(Host, Host)> _punched = [];

    /// <summary>How the way between two hosts is.</summary>
    public Func<Host, Host, Conditions> Way { get; set; } = (_, _) => new Conditions();

    /// <summary>Every payload that was delivered: host, channel, bytes. For measurements.</summary>
    public Action<Host, byte, int>? Delivered { get; set; }

    public long MessagesSent { get; private set; }

    public long BytesSent { get; private set; }

    public bool IsBlocked(Host from, Host to) => _blocked.Contains((from, to));

    public void Block(Host from, Host to, bool isBlocked)
    {
        if (isBlocked) _blocked.Add((from, to));
        else _blocked.Remove((from, to));
    }

    public void Execute(Host host, NodeOutput output)
    {
        switch (output)
        {
            case OpenLink open:
                Open(host, open.Link, open.Remote, open.Data.ToArray(), open.Attempts);
                break;
            case OpenLinkByName open:
                var address = IPAddress.TryParse(open.Host, out var parsed) ? parsed : IPAddress.None;
                Open(host, open.Link, new IPEndPoint(address, open.Port), open.Data.ToArray(), open.Attempts);
                break;
            case AcceptLink accept:
                Accept(host, accept.Link);
                break;
            case RefuseLink refuse:
                Refuse(host, refuse.Link, refuse.Data.ToArray());
                break;
            case CloseLink close:
                Close(host, close);
                break;
            case SendBytes send:
                Send(host, send);
                break;
            case SendBeacon beacon:
                Beacon(host, beacon.Data.ToArray(), beacon.To);
                break;
            case RequestPunch punch:
                AskForPunch(host, punch);
                break;
            case IntroducePunch punch:
                Punch(host, punch);
                break;
        }
    }

    /// <summary>A process is gone without a word.</summary>
    public void Drop(Host host)
    {
        foreach (var wire in _wires.Where(w => w.Sides[0].Host == host || w.Sides[1].Host == host).ToList())
        {
            var side = wire.SideOf(host);
            Forget(wire, side);
            side.IsOpen = false;
            if (!IsKnown(wire, wire.Other(side))) End(wire);
        }
    }

    /// <summary>A process ended in good order: its transport tells every other side.</summary>
    public void Leave(Host host)
    {
        foreach (var wire in _wires.Where(w => w.Sides[0].Host == host || w.Sides[1].Host == host).ToList()) CloseFrom(wire, wire.SideOf(host), []);
    }

    /// <summary>What a host's transport knows of its connections; ends those that have been silent for too long.</summary>
    public List<LinkMeasured> Measure(Host host)
    {
        var measured = new List<LinkMeasured>();
        foreach (var (handle, wire) in host.Links.ToList())
        {
            var side = wire.SideOf(host);
            if (!side.IsAlive) continue;
            Listen(wire, side);
            var silence = world.Now - side.HeardAt;
            if (silence > DisconnectTimeout)
            {
                CloseAt(wire, side, LinkEnd.TimedOut, []);
                continue;
            }
            var way = Way(host, wire.Other(side).Host);
            measured.Add(new LinkMeasured(new LinkHandle(handle), way.Delay * 2 + way.Jitter, silence, side.Queued, side.QueuedBytes));
        }
        return measured;
    }

    /// <summary>Pings go every 300 ms both ways; one that comes through, or its answer, ends a silence.</summary>
    private void Listen(Wire wire, WireSide side)
    {
        var other = wire.Other(side);
        if (!other.Host.IsUp || IsBlocked(other.Host, side.Host)) return;
        if (other.Host.Life != other.Life || !IsKnown(wire, other))
        {
            // Whoever answers there does not know this connection.
            if (!IsBlocked(side.Host, other.Host)) CloseAt(wire, side, LinkEnd.ClosedByRemote, []);
            return;
        }
        var loss = Way(other.Host, side.Host).Loss;
        var both = IsBlocked(side.Host, other.Host) ? loss : loss * (1 - (1 - loss) * (1 - loss));
        if (world.Chance() < (1 - both) * side.Host.MeasureEvery / 3) side.HeardAt = world.Now;
    }

    private void Open(Host host, LinkHandle handle, IPEndPoint remote, byte[] data, int attempts)
    {
        var to = Reach(host, remote);
        world.Log.Add(world.Now, host.Index, "open", handle.Value, to?.Index ?? -1, data);
        if (to is null)
        {
            var life = host.Life;
            world.After(RequestInterval * (attempts + 1), () => PostIf(host, life, new LinkClosed(handle, LinkEnd.Unanswered, default)));
            return;
        }
        if (_byPair.ContainsKey((host, to)) || to == host)
        {
            var life = host.Life;
            world.After(TimeSpan.Zero, () => PostIf(host, life, new LinkClosed(handle, LinkEnd.Unanswered, default)));
            return;
        }
        var wire = new Wire(host, to, handle) { AskedAt = world.Now };
        _wires.Add(wire);
        host.Links[handle.Value] = wire;
        _byPair[(host, to)] = wire;
        Request(wire, data, attempts);
    }

    private void Request(Wire wire, byte[] data, int attempts)
    {
        if (wire.IsOver || wire.Sides[0].IsOpen || wire.Sides[0].Host.Life != wire.Sides[0].Life) return;
        if (attempts < 0)
        {
            CloseAt(wire, wire.Sides[0], LinkEnd.Unanswered, []);
            return;
        }
        var (from, to) = (wire.Sides[0].Host, wire.Sides[1].Host);
        Datagram(from, to, () => RequestArrived(wire, data));
        world.After(RequestInterval, () => Request(wire, data, attempts - 1));
    }

    private void RequestArrived(Wire wire, byte[] data)
    {
        var (asking, asked) = (wire.Sides[0], wire.Sides[1]);
        if (wire.IsOver || !asked.Host.IsUp) return;
        if (wire.IsRequested)
        {
            // The accept was lost: it is repeated.
            if (asked.IsAlive) Datagram(asked.Host, asking.Host, () => Opened(wire));
            return;
        }
        if (_byPair.TryGetValue((asked.Host, asking.Host), out var known))
        {
            var isOutgoing = known.Sides[0].Host == asked.Host && !known.Sides[0].IsOpen;
            var isKnownFirst = known.AskedAt < wire.AskedAt || (known.AskedAt == wire.AskedAt && asked.Host.Index < asking.Host.Index);
            // Of two requests that cross the earlier one stays; where a connection stands, a later request is a new process's.
            if (isOutgoing == isKnownFirst) return;
            CloseAt(known, known.SideOf(asked.Host), isOutgoing ? LinkEnd.Unanswered : LinkEnd.ClosedByRemote, []);
        }
        wire.IsRequested = true;
        asked.Life = asked.Host.Life;
        asked.Handle = new LinkHandle(++asked.Host.LastHandle);
        asked.Host.Links[asked.Handle.Value] = wire;
        world.Log.Add(world.Now, asked.Host.Index, "asked", asked.Handle.Value, asking.Host.Index, data);
        asked.Host.Post(new ConnectRequested(asked.Handle, SeenFrom(asking.Host, asked.Host), data));
    }

    private void Accept(Host host, LinkHandle handle)
    {
        if (!host.Links.TryGetValue(handle.Value, out var wire) || wire.IsOver) return;
        var side = wire.Sides[1];
        side.IsOpen = true;
        side.HeardAt = world.Now;
        _byPair[(host, wire.Sides[0].Host)] = wire;
        var life = host.Life;
        world.After(TimeSpan.Zero, () => PostIf(host, life, new LinkOpened(handle, SeenFrom(wire.Sides[0].Host, host))));
        Datagram(host, wire.Sides[0].Host, () => Opened(wire));
    }

    private void Opened(Wire wire)
    {
        var side = wire.Sides[0];
        if (wire.IsOver || side.IsOpen || !side.Host.IsUp || side.Host.Life != side.Life || !IsKnown(wire, side)) return;
        side.IsOpen = true;
        side.HeardAt = world.Now;
        world.Log.Add(world.Now, side.Host.Index, "opened", side.Handle.Value, wire.Sides[1].Host.Index);
        side.Host.Post(new LinkOpened(side.Handle, SeenFrom(wire.Sides[1].Host, side.Host)));
    }

    private void Refuse(Host host, LinkHandle handle, byte[] data)
    {
        if (!host.Links.TryGetValue(handle.Value, out var wire)) return;
        Forget(wire, wire.Sides[1]);
        wire.IsRequested = false;
        Datagram(host, wire.Sides[0].Host, () => CloseAt(wire, wire.Sides[0], LinkEnd.Refused, data));
    }

    private void Close(Host host, CloseLink close)
    {
        if (!host.Links.TryGetValue(close.Link.Value, out var wire)) return;
        world.Log.Add(world.Now, host.Index, "close", close.Link.Value, close.IsForced ? 1 : 0);
        var side = wire.SideOf(host);
        if (close.IsForced)
        {
            Forget(wire, side);
            side.IsOpen = false;
            if (!IsKnown(wire, wire.Other(side))) End(wire);
        }
        else CloseFrom(wire, side, []);
    }

    /// <summary>The other side hears of it, in so far as it can be reached; what was queued and not delivered is gone.</summary>
    private void CloseFrom(Wire wire, WireSide side, byte[] data)
    {
        Forget(wire, side);
        side.IsOpen = false;
        var other = wire.Other(side);
        if (!IsKnown(wire, other))
        {
            End(wire);
            return;
        }
        var way = Way(side.Host, other.Host);
        world.After(way.Delay + Resends(way), () =>
        {
            if (!IsBlocked(side.Host, other.Host)) CloseAt(wire, other, LinkEnd.ClosedByRemote, data);
        });
    }

    /// <summary>One side learns that the connection is over.</summary>
    private void CloseAt(Wire wire, WireSide side, LinkEnd end, byte[] data)
    {
        if (!Forget(wire, side)) return;
        side.IsOpen = false;
        world.Log.Add(world.Now, side.Host.Index, "closed", side.Handle.Value, (long)end, data);
        if (side == wire.Sides[1]) wire.IsRequested = false;
        if (side.Host.IsUp && side.Host.Life == side.Life) side.Host.Post(new LinkClosed(side.Handle, end, data));
        if (!IsKnown(wire, wire.Other(side))) End(wire);
    }

    /// <summary>Handles start anew with each process, so a number may be another connection's by now.</summary>
    private static bool IsKnown(Wire wire, WireSide side) => side.Host.Links.TryGetValue(side.Handle.Value, out var known) && known == wire;

    private bool Forget(Wire wire, WireSide side)
    {
        var pair = (side.Host, wire.Other(side).Host);
        if (_byPair.TryGetValue(pair, out var known) && known == wire) _byPair.Remove(pair);
        return IsKnown(wire, side) && side.Host.Links.Remove(side.Handle.Value);
    }

    private void End(Wire wire)
    {
        wire.IsOver = true;
        _wires.Remove(wire);
        foreach (var side in wire.Sides)
        {
            Forget(wire, side);
        }
    }

    private void Send(Host host, SendBytes send)
    {
        if (!host.Links.TryGetValue(send.Link.Value, out var wire)) return;
        var side = wire.SideOf(host);
        if (!side.IsAlive) return;
        var way = Way(host, wire.Other(side).Host);
        var bytes = send.Bytes.ToArray();
        MessagesSent++;
        BytesSent += bytes.Length;
        world.Log.Add(world.Now, host.Index, "send", send.Link.Value, send.Channel, bytes);
        side.BusyUntil = (side.BusyUntil > world.Now ? side.BusyUntil : world.Now) + TimeSpan.FromSeconds(bytes.Length / way.Bandwidth);
        side.Queued++;
        side.QueuedBytes += bytes.Length;
        if (!side.Channels.TryGetValue(send.Channel, out var channel)) side.Channels.Add(send.Channel, channel = new());
        channel.Enqueue((bytes, side.BusyUntil + way.Delay + way.Jitter * world.Chance() + Resends(way)));
        if (channel.Count == 1) Deliver(wire, side, send.Channel);
    }

    private void Deliver(Wire wire, WireSide side, byte channel)
    {
        var queue = side.Channels[channel];
        world.At(queue.Peek().At, () =>
        {
            var other = wire.Other(side);
            if (wire.IsOver || !side.IsAlive && !other.IsAlive || !side.IsOpen && !side.Host.IsUp) return;
            if (IsBlocked(side.Host, other.Host) || !other.IsAlive)
            {
                if (!side.IsAlive) return;
                var (head, _) = queue.Peek();
                world.After(BlockedRetry, () => Redeliver(wire, side, channel));
                return;
            }
            var (bytes, _) = queue.Dequeue();
            side.Queued--;
            side.QueuedBytes -= bytes.Length;
            other.HeardAt = world.Now;
            if (!IsBlocked(other.Host, side.Host)) side.HeardAt = world.Now;
            world.Log.Add(world.Now, other.Host.Index, "bytes", other.Handle.Value, channel, bytes);
            Delivered?.Invoke(other.Host, channel, bytes.Length);
            other.Host.Post(new LinkBytes(other.Handle, channel, bytes));
            if (queue.Count > 0) Deliver(wire, side, channel);
        });
    }

    private void Redeliver(Wire wire, WireSide side, byte channel)
    {
        if (!wire.IsOver && side.Channels[channel].Count > 0) Deliver(wire, side, channel);
    }

    private void Beacon(Host host, byte[] data, IPEndPoint? to)
    {
        if (to is not null)
        {
            if (Reach(host, to) is { } one) Beacon(host, one, data, BeaconArrival.LinkPort);
            else foreach (var near in Neighbours(host).Where(near => near.EndPoint.Address.Equals(to.Address))) Beacon(host, near, data, BeaconArrival.DiscoveryUnicast);
            return;
        }
        foreach (var other in Neighbours(host)) Beacon(host, other, data, BeaconArrival.DiscoveryGroup);
    }

    private IEnumerable<Host> Neighbours(Host host) => world.Hosts.Where(other => other != host && other.Segment == host.Segment);

    private void Beacon(Host from, Host to, byte[] data, BeaconArrival arrival)
    {
        var times = world.Chance() < Way(from, to).Duplication ? 2 : 1;
        for (var i = 0; i < times; i++) Datagram(from, to, () => to.Post(new BeaconReceived(SeenFrom(from, to), arrival, data)));
    }

    private void AskForPunch(Host host, RequestPunch punch)
    {
        if (Reach(host, punch.Relay) is not { } relay) return;
        Datagram(host, relay, () => relay.Post(new PunchRequested(host.EndPoint, SeenFrom(host, relay), punch.Token)));
    }

    private void Punch(Host relay, IntroducePunch punch)
    {
        var hosts = new[] { punch.HostExternal, punch.ClientExternal }
            .Select(address => world.Hosts.Find(host => host.IsUp && SeenFrom(host, relay).Equals(address))).ToArray();
        if (hosts[0] is not { } one || hosts[1] is not { } two) return;
        var isOpen = one.Segment == two.Segment || (one.Segment.AllowsPunch && two.Segment.AllowsPunch);
        if (!isOpen || IsBlocked(one, two) || IsBlocked(two, one)) return;
        _punched.Add((one, two));
        _punched.Add((two, one));
        Datagram(relay, one, () => one.Post(new PunchSucceeded(SeenFrom(two, one), punch.Token)));
        Datagram(relay, two, () => two.Post(new PunchSucceeded(SeenFrom(one, two), punch.Token)));
    }

    /// <summary>The host that an address leads to from here; null for none.</summary>
    private Host? Reach(Host from, IPEndPoint to) => world.Hosts.Find(host =>
        host.EndPoint.Port == to.Port
        && (host.Segment == from.Segment || host.Segment.Number == 0 ? host.EndPoint.Address.Equals(to.Address)
            : host.Segment.PublicAddress.Equals(to.Address) && _punched.Contains((from, host))));

    private static IPEndPoint SeenFrom(Host host, Host by) =>
        host.Segment == by.Segment || host.Segment.Number == 0 ? host.EndPoint : new IPEndPoint(host.Segment.PublicAddress, host.EndPoint.Port);

    private void Datagram(Host from, Host to, Action arrived)
    {
        var way = Way(from, to);
        if (world.Chance() < way.Loss) return;
        world.After(way.Delay + way.Jitter * world.Chance(), () =>
        {
            if (!IsBlocked(from, to)) arrived();
        });
    }

    /// <summary>What resending costs: lost again and again with the way's probability.</summary>
    private TimeSpan Resends(Conditions way)
    {
        var delay = TimeSpan.FromMilliseconds(25) + 2.1 * (way.Delay * 2 + way.Jitter);
        var total = TimeSpan.Zero;
        for (var i = 0; i < 20 && world.Chance() < way.Loss; i++) total += delay;
        return total;
    }

    private static void PostIf(Host host, int life, NodeInput input)
    {
        if (host.IsUp && host.Life == life) host.Post(input);
    }
}
