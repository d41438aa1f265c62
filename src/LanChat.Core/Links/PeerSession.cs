using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// One running instance of one peer, over however many links reach it. Lives from <see cref="PeerUp"/> to <see cref="PeerDown"/>; a restarted
/// peer is another session. Owned and changed by the <see cref="LinkTable"/> alone.
/// </summary>
internal sealed class PeerSession(PeerId id, UInt128 instance, Profile profile)
{
    private readonly HashSet<RoomId> _sharedRooms = [];

    /// <summary>Who.</summary>
    public PeerId PeerId { get; } = id;

    /// <summary>Which run of it.</summary>
    public UInt128 Instance { get; } = instance;

    /// <summary>Its latest profile.</summary>
    public Profile Profile { get; internal set; } = profile;

    /// <summary>The best path, to be shown; <see cref="PeerPath.None"/> between two paths and after the end.</summary>
    public PeerPath Path { get; internal set; } = PeerPath.None;

    /// <summary>Where the best path leads; null through a relay.</summary>
    public IPEndPoint? Address => Best is { IsForwarded: false } link ? link.Remote : null;

    /// <summary>Smoothed round trip of the best path; zero before it is measured.</summary>
    public TimeSpan RoundTrip => Best?.RoundTrip ?? TimeSpan.Zero;

    /// <summary>Rooms both are in, by what the peer said last and what this node takes part in.</summary>
    public IReadOnlySet<RoomId> SharedRooms => _sharedRooms;

    /// <summary>Bytes handed over for the best path and not acknowledged by the other side yet: who sends much waits while this is high.</summary>
    public long QueuedBytes => Best?.QueuedBytes ?? 0;

    /// <summary>Whether <see cref="PeerUp"/> was said and <see cref="PeerDown"/> not yet.</summary>
    public bool IsUp { get; internal set; }

    /// <summary>Sorted, best first.</summary>
    internal List<Link> Links { get; } = [];

    internal Link? Best => Links.Count > 0 ? Links[0] : null;

    /// <summary>When anything was last heard on any path: it is lost when that is too long ago.</summary>
    internal TimeSpan LastHeard { get; set; }

    /// <summary>The sender's clock in the latest rooms message taken, and the link it came on: an older copy changes nothing.</summary>
    internal (long UtcMilliseconds, Link? Link) RoomsFrom { get; set; }

    internal HashSet<RoomId> SharedRoomSet => _sharedRooms;
}

/// <summary>The link with the relay that is used, once it has admitted this node.</summary>
internal sealed class RelaySession(PeerId id, Profile profile, string address, IPEndPoint endPoint, ReadOnlyMemory<byte> handshakeHash)
{
    /// <summary>Its identity.</summary>
    public PeerId Id { get; } = id;

    /// <summary>Its profile.</summary>
    public Profile Profile { get; } = profile;

    /// <summary>As given, HOST:PORT, or as found.</summary>
    public string Address { get; } = address;

    /// <summary>Where its port is.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>Names this link; what <see cref="RoomSecret.Prove"/> signs.</summary>
    public ReadOnlyMemory<byte> HandshakeHash { get; } = handshakeHash;

    /// <summary>Smoothed round trip; zero before it is measured.</summary>
    public TimeSpan RoundTrip { get; internal set; }

    /// <summary>Bytes handed over and not acknowledged.</summary>
    public long QueuedBytes => Link?.QueuedBytes ?? 0;

    internal Link? Link { get; set; }
}
