using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>How a relay works. Checked once when the node is made, then trusted.</summary>
public sealed record RelayNodeOptions
{
    /// <summary>Who the relay is. Clients pin it.</summary>
    public required PeerIdentity Identity { get; init; }

    /// <summary>Signing and agreement.</summary>
    public required ICryptography Cryptography { get; init; }

    /// <summary>Unpredictable bytes: ephemeral keys, cookies, tokens, epochs.</summary>
    public required IRandomSource Random { get; init; }

    /// <summary>The relay's nickname.</summary>
    public string Name { get; init; } = "relay";

    /// <summary>Scopes the <c>#name</c> of operator commands and the beacons.</summary>
    public string Network { get; init; } = "lan";

    /// <summary>What a client must bring to be admitted; empty for everybody.</summary>
    public string Token { get; init; } = "";

    /// <summary>The link port told in beacons; 0 answers no beacon.</summary>
    public int BeaconPort { get; init; }

    /// <summary>Connections in total, unfinished handshakes included.</summary>
    public int MaxClients { get; init; } = 1000;

    /// <summary>Rooms one client may be subscribed to.</summary>
    public int MaxRoomsPerClient { get; init; } = Limits.MaxRoomsPerPeer;

    /// <summary>Failed handshakes an address may have at once; one more is allowed every 3 s.</summary>
    public int MaxFailuresPerAddress { get; init; } = 20;

    /// <summary>New entries a second and client. What a client brings from earlier is limited by <see cref="BytesPerSecond"/> alone.</summary>
    public int EntriesPerSecond { get; init; } = 200;

    /// <summary>How many entries may come at once.</summary>
    public int EntriesBurst { get; init; } = 1000;

    /// <summary>Bytes of entries a second and client.</summary>
    public int BytesPerSecond { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many bytes of entries may come at once.</summary>
    public int BytesBurst { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes kept per room; beyond it the oldest entries go.</summary>
    public long BytesPerRoom { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes a second that one client may have passed on to others.</summary>
    public int ForwardBytesPerSecond { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes on their way to one client above which it is cut back to its cursor and catches up from the log; four times as much ends its
    /// link. Less slows fast readers on long paths, more costs memory per client that does not read.
    /// </summary>
    public int MaxQueuedBytes { get; init; } = 1024 * 1024;

    /// <summary>Entries of one client that may wait for parents.</summary>
    public int MaxHeldEntriesPerClient { get; init; } = 256;

    /// <summary>Bytes of one client's entries that may wait for parents.</summary>
    public int MaxHeldBytesPerClient { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all entries that wait for parents or for the disk.</summary>
    public int MaxHeldBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The guards in force; only the simulator's planted bugs switch one off.</summary>
    internal Guards Guards { get; init; } = Guards.AllInForce;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxClients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRoomsPerClient, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFailuresPerAddress, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EntriesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EntriesBurst, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesPerSecond, Limits.MaxEntryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesBurst, Limits.MaxEntryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesPerRoom, Limits.MaxEntryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(ForwardBytesPerSecond, Limits.MaxFrameBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedBytes, 2 * Limits.MaxFrameBytes);
    }
}
