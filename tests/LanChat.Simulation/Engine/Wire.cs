using LanChat.Core;

namespace LanChat.Simulation.Engine;

/// <summary>One transport connection: reliable and in order per channel, gone after long silence. Side 0 asked for it.</summary>
internal sealed class Wire(Host from, Host to, LinkHandle handle)
{
    public WireSide[] Sides { get; } = [new(from) { Handle = handle }, new(to)];

    /// <summary>When it was asked for: of two at once the earlier stays.</summary>
    public TimeSpan AskedAt { get; init; }

    public bool IsRequested { get; set; }

    public bool IsOver { get; set; }

    public WireSide SideOf(Host host) => Sides[0].Host == host ? Sides[0] : Sides[1];

    public WireSide Other(WireSide side) => Sides[0] == side ? Sides[1] : Sides[0];
}

/// <summary>What one end of a connection knows.</summary>
internal sealed class WireSide(Host host)
{
    public Host Host { get; } = host;

    public int Life { get; set; } = host.Life;

    public LinkHandle Handle { get; set; }

    /// <summary>Between opened and closed, as this side's node knows it.</summary>
    public bool IsOpen { get; set; }

    /// <summary>When a packet last came from the other side.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>When the line towards the other side is free again.</summary>
    public TimeSpan BusyUntil { get; set; }

    /// <summary>Messages sent and not delivered.</summary>
    public int Queued { get; set; }

    public long QueuedBytes { get; set; }

    /// <summary>Messages on their way to the other side, by channel.</summary>
    public Dictionary<byte, Queue<(byte[] Bytes, TimeSpan At)>> Channels { get; } = [];

    public bool IsAlive => IsOpen && Host.IsUp && Host.Life == Life;
}
