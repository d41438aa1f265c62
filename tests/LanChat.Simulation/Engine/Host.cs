using System.Collections.Immutable;
using System.Net;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Simulation.Engine;

/// <summary>Where a host stands: hosts of one segment reach each other, others through the segment's NAT. Segment 0 is the open network.</summary>
/// <param name="Number">0 for the open network.</param>
/// <param name="AllowsPunch">Whether its NAT lets an introduced peer in.</param>
internal sealed record Segment(int Number, bool AllowsPunch)
{
    /// <summary>What the rest of the world sees of it.</summary>
    public IPAddress PublicAddress { get; } = new([203, 0, 113, (byte)Number]);
}

/// <summary>
/// One machine with one process: drives a node as a real loop would, and can lose it. Everything handed to a node is a copy that is
/// scribbled over after the turn, so that whoever keeps lent memory is found out.
/// </summary>
internal sealed class Host
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Outputs of one turn beyond which a node is taken to be spinning.</summary>
    private const int MaxOutputsPerTurn = 1_000_000;

    private readonly World _world;
    private readonly Func<Host, INode> _start;
    private readonly List<byte[]> _lent = [];
    private bool _isTurnDue;
    private TimeSpan? _wakeup;
    private TimeSpan _bootedAt;
    private int _spins;
    private TimeSpan _spunAt;

    public Host(World world, string name, Segment segment, int port, IDisk disk, Func<Host, INode> start)
    {
        _world = world;
        _start = start;
        Index = world.Hosts.Count;
        Name = name;
        Segment = segment;
        Disk = disk;
        var address = segment.Number == 0
            ? new IPAddress([198, 51, 100, (byte)(Index + 1)])
            : new IPAddress([10, (byte)segment.Number, (byte)(Index / 200), (byte)(Index % 200 + 1)]);
        EndPoint = new IPEndPoint(address, port);
        Disk.Host = this;
        world.Hosts.Add(this);
        world.After(MeasureInterval * world.Chance(), Measure);
    }

    public int Index { get; }

    public string Name { get; }

    public Segment Segment { get; }

    public IPEndPoint EndPoint { get; }

    public IDisk Disk { get; }

    public INode? Node { get; private set; }

    public bool IsUp => Node is not null;

    /// <summary>Counts the starts of its process.</summary>
    public int Life { get; private set; }

    /// <summary>How far its wall clock is off, in milliseconds.</summary>
    public long ClockOffset { get; set; }

    /// <summary>How often its links are measured; large meshes ask for less.</summary>
    public int MeasureEvery { get; set; } = 1;

    /// <summary>Handles of incoming links, from 1 up.</summary>
    public int LastHandle { get; set; }

    /// <summary>Connections by handle, as the host's transport knows them.</summary>
    public SortedDictionary<int, Wire> Links { get; } = [];

    /// <summary>Gets what a node tells its user or operator.</summary>
    public Action<Host, NodeOutput>? Told { get; set; }

    public Timestamp Time => new(_world.Now - _bootedAt + TimeSpan.FromSeconds(Index + 1), _world.Utc + ClockOffset);

    public void Boot()
    {
        if (IsUp) return;
        Life++;
        LastHandle = 0;
        Links.Clear();
        _bootedAt = _world.Now;
        _wakeup = null;
        _world.Log.Add(_world.Now, Index, "boot", Life);
        Disk.Open();
        Node = _start(this);
        Handle(new InterfacesChanged(Interfaces()));
        RequestTurn();
    }

    /// <summary>The process is gone from one moment to the next; the links find out by silence.</summary>
    public void Crash(bool isPowerCut)
    {
        if (!IsUp) return;
        _world.Log.Add(_world.Now, Index, isPowerCut ? "power-cut" : "kill", Life);
        Node = null;
        Life++;
        Disk.Crash(isPowerCut);
        _world.Network.Drop(this);
    }

    /// <summary>Hands an input in as soon as the host gets to it, if it is still the same process.</summary>
    public void Post(NodeInput input)
    {
        if (!IsUp) return;
        Handle(Lend(input));
        RequestTurn();
    }

    public void Give(long tag, ChatCommand command)
    {
        _world.Log.Add(_world.Now, Index, command.GetType().Name, tag);
        Post(new CommandGiven(tag, command));
    }

    public ImmutableArray<LocalInterface> Interfaces() =>
        [new LocalInterface("eth0", 2, false, [new LocalAddress(EndPoint.Address, 24)])];

    private void Handle(NodeInput input) => Node!.Handle(input, Time);

    private void RequestTurn()
    {
        if (_isTurnDue) return;
        _isTurnDue = true;
        var life = Life;
        _world.After(TimeSpan.Zero, () =>
        {
            _isTurnDue = false;
            if (IsUp && Life == life) Turn();
            else if (IsUp) RequestTurn();
        });
    }

    private void Turn()
    {
        for (var count = 0; IsUp && Node!.TryTakeOutput(out var output); count++)
        {
            if (count > MaxOutputsPerTurn) throw new SimulationException($"{Name} does not stop giving outputs, last {output}");
            Execute(output);
        }
        foreach (var buffer in _lent) Array.Fill(buffer, (byte)0xDB);
        _lent.Clear();
        if (IsUp) ScheduleWakeup();
    }

    private void ScheduleWakeup()
    {
        if (Node!.NextWakeup is not { } wanted) return;
        var at = wanted - TimeSpan.FromSeconds(Index + 1) + _bootedAt;
        if (at <= _world.Now)
        {
            CountSpin();
            at = _world.Now + TimeSpan.FromMilliseconds(1);
        }
        if (_wakeup is { } set && set <= at && set > _world.Now) return;
        _wakeup = at;
        var life = Life;
        _world.At(at, () =>
        {
            if (!IsUp || Life != life || _wakeup != at) return;
            _wakeup = null;
            Post(TimePassed.Instance);
        });
    }

    /// <summary>A node that always wants to be woken at once would keep a processor busy.</summary>
    private void CountSpin()
    {
        _spins = _world.Now - _spunAt < TimeSpan.FromMilliseconds(5) ? _spins + 1 : 0;
        _spunAt = _world.Now;
        if (_spins > 2000) throw new SimulationException($"{Name} wants to be woken again and again");
    }

    private void Execute(NodeOutput output)
    {
        switch (output)
        {
            case Finished:
                _world.Log.Add(_world.Now, Index, "finished");
                Node = null;
                Life++;
                Disk.Close();
                _world.Network.Leave(this);
                break;
            case Tell or TellOperator:
                Told?.Invoke(this, output);
                break;
            default:
                if (!Disk.TryExecute(output)) _world.Network.Execute(this, output);
                break;
        }
    }

    private void Measure()
    {
        if (IsUp)
        {
            foreach (var measured in _world.Network.Measure(this)) Handle(measured);
            if (IsUp) RequestTurn();
        }
        _world.After(MeasureInterval * MeasureEvery, Measure);
    }

    private NodeInput Lend(NodeInput input)
    {
        switch (input)
        {
            case LinkBytes bytes: return bytes with { Bytes = Lend(bytes.Bytes) };
            case ConnectRequested request: return request with { Data = Lend(request.Data) };
            case LinkClosed closed: return closed with { Data = Lend(closed.Data) };
            case BeaconReceived beacon: return beacon with { Data = Lend(beacon.Data) };
            default: return input;
        }
    }

    private byte[] Lend(ReadOnlyMemory<byte> bytes)
    {
        var copy = bytes.ToArray();
        _lent.Add(copy);
        return copy;
    }
}

/// <summary>A node did what no node may do, whatever the network does.</summary>
internal sealed class SimulationException(string message) : Exception(message);
