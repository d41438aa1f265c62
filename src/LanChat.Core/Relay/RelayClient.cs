using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>One client past its handshake. Owned by the node.</summary>
internal sealed class RelayClient
{
    public RelayClient(LinkHandle link, IPEndPoint remote, LinkCipher cipher, ReadOnlyMemory<byte> handshakeHash, Profile profile, RelayNodeOptions options, Timestamp now)
    {
        Link = link;
        Remote = remote;
        Cipher = cipher;
        HandshakeHash = handshakeHash;
        Profile = profile;
        SinceUtcMilliseconds = now.UtcMilliseconds;
        Entries = new TokenBucket(options.EntriesPerSecond, options.EntriesBurst, now.Monotonic);
        Bytes = new TokenBucket(options.BytesPerSecond, options.BytesBurst, now.Monotonic);
        Forwards = new TokenBucket(options.ForwardBytesPerSecond, options.ForwardBytesPerSecond, now.Monotonic);
        Requests = new TokenBucket(RequestsPerSecond, RequestsBurst, now.Monotonic);
    }

    /// <summary>Subscriptions, fetches, introductions and the like a second: each costs the relay a signature or a read.</summary>
    public const int RequestsPerSecond = 50;

    /// <summary>How many may come at once: all rooms of a client that reconnects.</summary>
    public const int RequestsBurst = 600;

    public LinkHandle Link { get; }

    public IPEndPoint Remote { get; }

    /// <summary>Seals and opens the link's frames.</summary>
    public LinkCipher Cipher { get; }

    /// <summary>Names the link: what proofs of membership are made over.</summary>
    public ReadOnlyMemory<byte> HandshakeHash { get; }

    public Profile Profile { get; set; }

    public PeerId Id => Profile.Id;

    public long SinceUtcMilliseconds { get; }

    /// <summary>Rooms it is kept up with.</summary>
    public Dictionary<RoomId, Subscription> Subscriptions { get; } = [];

    /// <summary>Direct rooms it was told of on this link; bounded by the rooms a client may have.</summary>
    public HashSet<RoomId> Invited { get; } = [];

    public Outbox Outgoing { get; } = new();

    /// <summary>Whether the link is over: nothing more is sent, no message of the same frame counts.</summary>
    public bool IsGone { get; set; }

    public TokenBucket Entries;

    public TokenBucket Bytes;

    public TokenBucket Forwards;

    public TokenBucket Requests;

    /// <summary>Forwarded frames that wait for <see cref="Forwards"/>.</summary>
    public Queue<(byte Channel, ForwardMessage Message)> ForwardBacklog { get; } = [];

    public int ForwardBacklogBytes { get; set; }

    /// <summary>Entries published before this are refused: what comes before what was refused first would only wait for it.</summary>
    public TimeSpan ThrottledUntil { get; set; }

    public int HeldEntries { get; set; }

    public long HeldBytes { get; set; }

    /// <summary>One of its entries no longer waits for a parent.</summary>
    public void Release(HeldEntry held, RelayCounters counters)
    {
        HeldEntries--;
        HeldBytes -= held.Encoded.Length;
        counters.HeldEntries--;
        counters.HeldBytes -= held.Encoded.Length;
    }

    /// <summary>Entries of it that were kept.</summary>
    public long Messages { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>Messages that no honest client sends.</summary>
    public int Offences { get; set; }

    /// <summary>Bytes on their way as the transport last said, and those sent since.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Subscriptions behind their room, oldest cut first.</summary>
    public List<Subscription> Lagging { get; } = [];

    /// <summary>Whether a read for one of <see cref="Lagging"/> is under way.</summary>
    public bool IsReading { get; set; }

    /// <summary>Fetches not answered yet.</summary>
    public int OpenFetches { get; set; }

    public RelayClientInfo Info => new(Id, Profile.Nick, Remote, SinceUtcMilliseconds, Subscriptions.Count, Messages, BytesReceived);
}
