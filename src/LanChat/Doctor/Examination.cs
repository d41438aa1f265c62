using System.Collections.Immutable;
using System.Net;
using LanChat.Net;

namespace LanChat.Doctor;

/// <summary>All that a diagnosis is made of.</summary>
internal sealed record Examination
{
    public required ProbeReport Probe { get; init; }

    /// <summary>The port of discovery.</summary>
    public required int DiscoveryPort { get; init; }

    /// <summary>Which program holds the discovery port, if that can be found out.</summary>
    public string? PortOwner { get; init; }

    /// <summary>Addresses the user gave, as they resolve.</summary>
    public ImmutableArray<GivenAddress> Given { get; init; } = [];

    /// <summary>Peers that the client is linked with.</summary>
    public ImmutableArray<LinkedPeer> Linked { get; init; } = [];

    /// <summary>Relays and their last states.</summary>
    public ImmutableArray<RelayWord> Relays { get; init; } = [];

    /// <summary>Warnings by code.</summary>
    public ImmutableArray<WarningWord> Warnings { get; init; } = [];

    /// <summary>The own address that packets to a destination leave from; null without a route.</summary>
    public Func<IPAddress, IPAddress?> SourceFor { get; init; } = NetworkProbe.SourceFor;
}

/// <summary>An address given with <c>--peer</c>.</summary>
/// <param name="Text">As given.</param>
/// <param name="Addresses">What it resolves to; empty for nothing.</param>
internal sealed record GivenAddress(string Text, ImmutableArray<IPAddress> Addresses);

/// <summary>A peer that is up.</summary>
internal sealed record LinkedPeer(string PeerId, string Nick, string Path, IPEndPoint? Address);

/// <summary>A relay's last state.</summary>
internal sealed record RelayWord(string State, string Address, string Reason);

/// <summary>A warning of the client.</summary>
internal sealed record WarningWord(string Code, string Text);
