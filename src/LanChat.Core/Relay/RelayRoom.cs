using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// One room at a relay: index, subscribers, what waits for parents, what waits for the disk, and the newest groups in encoded form.
/// Owned by the node; knows nothing of the room's name or key.
/// </summary>
internal sealed class RelayRoom(RoomId id)
{
    public RoomId Id => id;

    public byte Channel { get; } = id.Channel;

    public RoomIndex Index { get; } = new();

    public CausalHold Hold { get; } = new();

    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Members whose link was replaced by another of theirs and who have not subscribed again yet.</summary>
    public Dictionary<PeerId, TimeSpan> Moving { get; } = [];

    /// <summary>Whether the index is complete; until then messages wait in <see cref="Waiting"/>.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>Messages that came while the index is being read.</summary>
    public Queue<(RelayClient Client, RelayMessage Message)> Waiting { get; } = [];

    /// <summary>Stamped, in order, not handed to the store.</summary>
    public Queue<StampedEntry> Stamped { get; } = [];

    /// <summary>Handed to the store and not answered.</summary>
    public PendingAppend? Append { get; set; }

    /// <summary>The last position on disk: nothing above it is shown to anybody.</summary>
    public long Committed { get; set; }

    /// <summary>The last place given in the present epoch.</summary>
    public long Place { get; set; }

    /// <summary>c at <see cref="Place"/>.</summary>
    public EntryHash Chain { get; set; }

    /// <summary>Stamps of this relay that clients have shown and whose entries have not come yet: the least of each.</summary>
    public Dictionary<EntryHash, KeptStamp> Shown { get; } = [];

    /// <summary>Until when nothing is stamped because somebody seems to know more of this epoch than the store does.</summary>
    public TimeSpan StampingPausedUntil { get; set; }

    /// <summary>Whether that has been so once: a client that only claims to know more delays a room no second time.</summary>
    public bool WasStampingPaused { get; set; }

    /// <summary>Until when nothing is stamped because the relay has just started and others may be about to come back who know more than the store does.</summary>
    public TimeSpan OpeningUntil { get; set; }

    /// <summary>Whether what is published waits.</summary>
    public bool IsStampingPaused(TimeSpan now) => now < StampingPausedUntil || now < OpeningUntil;

    /// <summary>Since when nobody has been subscribed.</summary>
    public TimeSpan IdleSince { get; set; }

    /// <summary>Receipts gathered, by author and member.</summary>
    public Dictionary<(PeerId Author, PeerId Member), DigestLine> Receipts { get; } = [];

    /// <summary>Whether nothing of it need stay in memory.</summary>
    public bool IsIdle => Subscriptions.Count == 0 && Moving.Count == 0 && Hold.Count == 0 && Stamped.Count == 0 && Append is null && Waiting.Count == 0 && IsLoaded;

    /// <summary>Encoded groups in memory: the newest, and those read last.</summary>
    public GroupCache Groups { get; } = new();
}

/// <summary>An entry with its stamp, on its way to the store.</summary>
internal readonly record struct StampedEntry(LogEntry Log, RelayClient? Publisher, PeerId Recipient, int Author);

/// <summary>An append under way.</summary>
/// <param name="Ticket">Its ticket; another one after a failure.</param>
/// <param name="Entries">In order.</param>
/// <param name="Stamped">The same, with what is not stored.</param>
/// <param name="Since">When it was handed over.</param>
internal sealed record PendingAppend(long Ticket, ImmutableArray<LogEntry> Entries, ImmutableArray<StampedEntry> Stamped, TimeSpan Since)
{
    /// <summary>When to try again after a failure; null while the store has it.</summary>
    public TimeSpan? RetryAt { get; init; }
}

/// <summary>A signed group as sent to everybody: an encoded <see cref="OrderedMessage"/> without profiles, and its proof.</summary>
/// <param name="First">Position of its first entry.</param>
/// <param name="Last">Position of its last entry.</param>
/// <param name="Encoded">Both messages.</param>
/// <param name="Authors">Numbers of the authors in it, each once.</param>
internal sealed record OrderedGroup(long First, long Last, byte[] Encoded, int[] Authors)
{
    public int Count => (int)(Last - First + 1);
}
