using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>What a link leads to.</summary>
internal enum LinkPurpose
{
    /// <summary>A peer, directly.</summary>
    Peer,

    /// <summary>A relay, as its client.</summary>
    Relay,

    /// <summary>A peer, inside a relay's link.</summary>
    Forwarded,
}

/// <summary>One link of a <see cref="LinkTable"/>: how it was asked for, its cipher, what is known of its freshness. Changed by the table alone.</summary>
internal sealed class Link(LinkPurpose purpose, LinkHandle handle, SecureLink secure)
{
    /// <summary>What it leads to.</summary>
    public LinkPurpose Purpose { get; } = purpose;

    /// <summary>The transport's; zero for a forwarded link.</summary>
    public LinkHandle Handle { get; } = handle;

    /// <summary>Handshake, ciphers, what waits to leave.</summary>
    public SecureLink Secure { get; } = secure;

    /// <summary>Whether it goes through a relay.</summary>
    public bool IsForwarded => Purpose == LinkPurpose.Forwarded;

    /// <summary>How it was dialled; null for incoming and forwarded ones.</summary>
    public Dial? Dial { get; init; }

    /// <summary>The other end of a forwarded link, or who alone is accepted at the end of the handshake; none for whoever it is.</summary>
    public PeerId Expected { get; init; }

    /// <summary>Where it leads; null for forwarded ones and names not resolved yet.</summary>
    public IPEndPoint? Remote { get; set; }

    /// <summary>Whether it counts among the connections asked for that nobody has answered yet.</summary>
    public bool IsUnproven { get; set; }

    /// <summary>Whether the transport's connection stands.</summary>
    public bool IsOpen { get; set; }

    /// <summary>By when the handshake has to be through; null before it starts and after its end.</summary>
    public TimeSpan? HandshakeUntil { get; set; }

    /// <summary>Whose; null before the handshake is through.</summary>
    public PeerSession? Session { get; set; }

    /// <summary>Which kind of path this is.</summary>
    public PeerPath Path { get; set; }

    /// <summary>When anything was last heard on it.</summary>
    public TimeSpan LastHeard { get; set; }

    /// <summary>Forwarded links: since when a question is unanswered.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>Forwarded links: the question that is unanswered.</summary>
    public long AskedToken { get; set; }

    /// <summary>Forwarded links: when it was asked last.</summary>
    public TimeSpan LastAsk { get; set; }

    /// <summary>Smoothed round trip; zero before it is measured.</summary>
    public TimeSpan RoundTrip { get; set; }

    /// <summary>What the transport last said of unacknowledged bytes, and what was handed over since.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Whether the other side said that it will close this link for another one: nothing is sent on it any more.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>When this side says so itself, as the initiator of the link that stays.</summary>
    public TimeSpan? SupersedeAt { get; set; }

    /// <summary>When this side closes it at the latest.</summary>
    public TimeSpan? CloseAt { get; set; }

    /// <summary>Whether it is in the table's list of links that have something to flush.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Tags of this node's rooms on this link.</summary>
    public Dictionary<RoomId, UInt128> TagByRoom { get; } = [];

    /// <summary>The same the other way round.</summary>
    public Dictionary<UInt128, RoomId> RoomByTag { get; } = [];

    /// <summary>Tags the other side named last on this link.</summary>
    public ImmutableArray<UInt128> RemoteTags { get; set; } = [];

    /// <summary>Frames that opened and did not decode.</summary>
    public int Offences { get; set; }

    /// <summary>Whom the other side was told of on this link.</summary>
    public HashSet<PeerId>? Told { get; set; }

    /// <summary>Not before this may it be told of more.</summary>
    public TimeSpan NextTell { get; set; }

    /// <summary>Not before this is what it tells of others heard.</summary>
    public TimeSpan NextListen { get; set; }

    /// <summary>Which of several links stays: the one with the smaller (initiator's id, initiator's ephemeral key).</summary>
    public PeerId Initiator { get; set; }

    /// <summary>Since when silence counts: the oldest unanswered question, or the last packet.</summary>
    public TimeSpan SilentSince(TimeSpan now) => IsForwarded ? AskedAt ?? now : LastHeard;

    /// <summary>Whether it was silent for so long that what is new goes over the next best path, too.</summary>
    public bool IsInDoubt(TimeSpan now) => now - SilentSince(now) > LinkTimings.Doubt;

    /// <summary>Best first: path, then the rule for which of several links stays.</summary>
    public static int Compare(Link left, Link right)
    {
        if (left.IsSuperseded != right.IsSuperseded) return left.IsSuperseded ? 1 : -1;
        if (left.Path != right.Path) return left.Path.CompareTo(right.Path);
        var order = left.Initiator.CompareTo(right.Initiator);
        return order != 0 ? order : left.Secure.InitiatorEphemeral.Span.SequenceCompareTo(right.Secure.InitiatorEphemeral.Span);
    }
}

/// <summary>Why and where to a connection is asked for.</summary>
/// <param name="Kind">On whose word.</param>
/// <param name="Peer">Who is expected there; none for whoever it is.</param>
/// <param name="Target">Where, when it needs no resolving.</param>
/// <param name="Host">Name to resolve otherwise.</param>
/// <param name="Port">Its port.</param>
internal sealed record Dial(DialKind Kind, PeerId Peer, IPEndPoint? Target, string Host = "", int Port = 0)
{
    /// <summary>Times the other side asked for a cookie.</summary>
    public int Retries { get; init; }

    /// <summary>Index of an address that the user gave; −1 for others.</summary>
    public int Given { get; init; } = -1;
}

/// <summary>On whose word a connection is asked for.</summary>
internal enum DialKind
{
    /// <summary>A beacon, another peer, an earlier run.</summary>
    Found,

    /// <summary>The user.</summary>
    Given,

    /// <summary>A relay's introduction: only the introduced peer is accepted.</summary>
    Punched,

    /// <summary>The relay itself.</summary>
    Relay,
}
