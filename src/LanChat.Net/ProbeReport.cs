using System.Collections.Immutable;
using System.Net;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>How a hello of the probe was sent that somebody answered.</summary>
public enum ProbeWay
{
    /// <summary>To broadcast addresses and groups.</summary>
    Everywhere,

    /// <summary>To one address's discovery port.</summary>
    Direct,

    /// <summary>To one address's link port, from any port.</summary>
    LinkPort,

    /// <summary>To one address's link port, from a port of the range that links use.</summary>
    LinkRange,
}

/// <summary>Somebody answered a hello.</summary>
/// <param name="Way">Which.</param>
/// <param name="From">The answer's source: the other's link port.</param>
/// <param name="Peer">Who says so.</param>
public sealed record ProbeAnswer(ProbeWay Way, IPEndPoint From, PeerId Peer);

/// <summary>A hello that somebody else sent was heard.</summary>
/// <param name="From">Its source.</param>
/// <param name="Peer">Who; none when it could not be read.</param>
/// <param name="IsOtherVersion">Whether it is of another version of the protocol.</param>
public sealed record ProbeOverheard(IPAddress From, PeerId Peer, bool IsOtherVersion);

/// <summary>An address that nothing can be sent to.</summary>
/// <param name="To">Which.</param>
/// <param name="Problem">What the system says.</param>
public sealed record ProbeUnsent(IPAddress To, string Problem);

/// <summary>What a probe found out.</summary>
/// <param name="Interfaces">Interfaces that are up.</param>
/// <param name="IsDiscoveryPortShared">Whether the discovery port can be shared; false when another program holds it for itself.</param>
/// <param name="Answers">Each answer once per way and address.</param>
/// <param name="Overheard">Hellos of others.</param>
/// <param name="Unsent">Addresses that could not be sent to.</param>
public sealed record ProbeReport(
    ImmutableArray<LocalInterface> Interfaces,
    bool IsDiscoveryPortShared,
    ImmutableArray<ProbeAnswer> Answers,
    ImmutableArray<ProbeOverheard> Overheard,
    ImmutableArray<ProbeUnsent> Unsent);

/// <summary>What a probe looks for.</summary>
/// <param name="DiscoveryPort">The shared port.</param>
/// <param name="Network">Whose people.</param>
/// <param name="Targets">Addresses to ask one by one; a port of 0 stands for the usual first one.</param>
public sealed record ProbeRequest(int DiscoveryPort, string Network, ImmutableArray<IPEndPoint> Targets);
