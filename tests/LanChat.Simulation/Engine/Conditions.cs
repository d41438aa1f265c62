namespace LanChat.Simulation.Engine;

/// <summary>How the way from one host to another is at the moment.</summary>
internal sealed class Conditions
{
    /// <summary>Share of datagrams lost; for what is reliable this costs time.</summary>
    public double Loss { get; set; }

    /// <summary>Share of beacons that come twice.</summary>
    public double Duplication { get; set; }

    /// <summary>One way.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Up to so much is added, anew for every message, so that channels overtake each other.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Bytes a second.</summary>
    public double Bandwidth { get; set; } = 10_000_000;
}
