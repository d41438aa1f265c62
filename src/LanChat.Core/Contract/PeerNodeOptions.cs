using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a peer is told once, before it starts.</summary>
public sealed record PeerNodeOptions
{
    /// <summary>Who this is.</summary>
    public required PeerIdentity Identity { get; init; }

    /// <summary>Nickname; keeps the rules of <see cref="Nicknames"/>.</summary>
    public required string Nick { get; init; }

    /// <summary>Scopes public rooms and discovery.</summary>
    public string Network { get; init; } = "lan";

    /// <summary>Made anew at each start: tells two runs of one identity apart.</summary>
    public required UInt128 InstanceNonce { get; init; }

    /// <summary>The UDP port the link socket is bound to, 1 to 65535.</summary>
    public required int LinkPort { get; init; }

    /// <summary>The UDP port shared for beacons by every LanChat process of a machine, 1 to 65535.</summary>
    public int DiscoveryPort { get; init; } = DefaultDiscoveryPort;

    /// <summary>Whether beacons are sent and answered.</summary>
    public bool IsDiscoveryEnabled { get; init; } = true;

    /// <summary>Whether relays, given or found, are used at all.</summary>
    public bool UseRelays { get; init; } = true;

    /// <summary>The relay to use; null for whichever is found on the local network.</summary>
    public RelayTarget? Relay { get; init; }

    /// <summary>Admission token for relays; empty for none.</summary>
    public string RelayToken { get; init; } = "";

    /// <summary>Addresses to try; a port of 0 stands for the usual ones.</summary>
    public ImmutableArray<PeerTarget> Peers { get; init; } = [];

    /// <summary>Public rooms to take part in, beside those the store knows as joined.</summary>
    public ImmutableArray<string> Rooms { get; init; } = ["#lobby"];

    /// <summary>Whether the identity was made for this very start: nobody can know entries of it that its store lacks.</summary>
    public bool IsNewIdentity { get; init; }

    /// <summary>Days entries are kept; null for ever.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>Bytes of entries kept per room; null for all.</summary>
    public long? RetentionBytesPerRoom { get; init; }

    /// <summary>The guards in force; only the simulator's planted bugs switch one off.</summary>
    internal Guards Guards { get; init; } = Guards.AllInForce;

    /// <summary>Whether the test command <c>fault</c> works.</summary>
    public bool AllowFaults { get; init; }

    /// <summary>Where beacons go by default.</summary>
    public const int DefaultDiscoveryPort = 42042;

    /// <summary>The first link port that is tried by default, the likeliest one of somebody whose port is not known.</summary>
    public const int FirstLinkPort = 44042;

    /// <summary>The last one that is tried: a range small enough for one firewall rule.</summary>
    public const int LastLinkPort = 44107;

    /// <summary>A century: beyond it nothing is ever removed, which is said by giving no number.</summary>
    public const int MaxRetentionDays = 36500;

    /// <summary>A relay's port by default.</summary>
    public const int DefaultRelayPort = 42043;

    /// <summary>Checks the whole record once.</summary>
    /// <exception cref="ArgumentException">Something is outside its range; the message says what is allowed.</exception>
    public void Validate()
    {
        if (!Nicknames.IsValid(Nick, out var problem)) throw new ArgumentException(problem, nameof(Nick));
        if (!Networks.IsValid(Network, out problem)) throw new ArgumentException(problem, nameof(Network));
        if (LinkPort is < 1 or > 65535) throw new ArgumentException("A link port is a number from 1 to 65535.", nameof(LinkPort));
        if (DiscoveryPort is < 1 or > 65535) throw new ArgumentException("A discovery port is a number from 1 to 65535.", nameof(DiscoveryPort));
        if (RetentionDays is < 1 or > MaxRetentionDays) throw new ArgumentException($"History is kept for 1 to {MaxRetentionDays} days.", nameof(RetentionDays));
        if (RetentionBytesPerRoom is < Limits.MaxEntryBytes)
            throw new ArgumentException($"A room keeps at least {Limits.MaxEntryBytes} bytes of history.", nameof(RetentionBytesPerRoom));
        if (System.Text.Encoding.UTF8.GetByteCount(RelayToken) > Limits.MaxTokenBytes)
            throw new ArgumentException($"A relay's token has at most {Limits.MaxTokenBytes} bytes.", nameof(RelayToken));
        if (Relay is { Port: < 1 or > 65535 }) throw new ArgumentException("A relay's port is a number from 1 to 65535.", nameof(Relay));
        foreach (var peer in Peers)
            if (peer.Port is < 0 or > 65535) throw new ArgumentException("A peer's port is a number from 1 to 65535.", nameof(Peers));
    }
}

/// <summary>A relay as given by the user.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Fingerprint">As typed, digits or id, to be compared with <see cref="Protocol.Fingerprint.Matches"/>; null for none.</param>
public sealed record RelayTarget(string Host, int Port, string? Fingerprint = null);

/// <summary>An address to try.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535, or 0 when not given.</param>
public readonly record struct PeerTarget(string Host, int Port);
