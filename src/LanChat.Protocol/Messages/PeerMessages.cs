using System.Collections.Immutable;
using System.Net;

namespace LanChat.Protocol;

/// <summary>What two linked peers say to each other inside a frame (PROTOCOL.md, sections 8 and 12).</summary>
public abstract record PeerMessage;

/// <summary>A message about one room, on that room's channel; the tag is known to members only.</summary>
/// <param name="Tag">HMAC(room key, "LanChat/1 member" ‖ handshake hash)[..16] of the link it travels on.</param>
public abstract record RoomMessage(UInt128 Tag) : PeerMessage;

/// <summary>Channel 0: the rooms the sender takes part in, whole, each time they change; and its wall clock for comparing.</summary>
/// <param name="Tags">At most <see cref="Limits.MaxRoomsPerPeer"/>.</param>
/// <param name="UtcMilliseconds">The sender's wall clock when it was sent.</param>
public sealed record RoomsMessage(ImmutableArray<UInt128> Tags, long UtcMilliseconds) : PeerMessage;

/// <summary>Channel 0: the sender's present profile, when it changes.</summary>
public sealed record ProfileMessage(ReadOnlyMemory<byte> Profile) : PeerMessage;

/// <summary>Channel 0: peers the sender is linked to, for those who have not found them.</summary>
/// <param name="Peers">At most <see cref="Limits.MaxKnownPeersPerMessage"/>; link-local addresses are left out.</param>
public sealed record KnownPeersMessage(ImmutableArray<KnownPeer> Peers) : PeerMessage;

/// <summary>A peer and the address its link port was reached at.</summary>
public readonly record struct KnownPeer(PeerId Id, IPEndPoint Address);

/// <summary>Channel 0: a clean exit.</summary>
public sealed record ByeMessage : PeerMessage;

/// <summary>Channel 0, on links that a relay forwards: asks for a <see cref="AliveMessage"/> back, or answers one.</summary>
/// <param name="Token">Echoed.</param>
/// <param name="IsAnswer">Whether this is the echo.</param>
public sealed record AliveMessage(long Token, bool IsAnswer) : PeerMessage;

/// <summary>Channel 0: the sender is about to close this link as the lesser of two; nothing more will come on it.</summary>
public sealed record SupersededMessage : PeerMessage;

/// <summary>Whom of a room the sender is linked to directly; whole, each time it changes, debounced.</summary>
public sealed record NeighboursMessage(UInt128 Tag, ImmutableArray<PeerId> Peers) : RoomMessage(Tag);

/// <summary>The sender leaves the room but not the link.</summary>
public sealed record PartMessage(UInt128 Tag) : RoomMessage(Tag);

/// <summary>Profiles of authors the receiver may not know; they travel ahead of their entries.</summary>
/// <param name="Tag">The room.</param>
/// <param name="Profiles">At most <see cref="Limits.MaxProfilesPerMessage"/>.</param>
public sealed record ProfilesMessage(UInt128 Tag, ImmutableArray<ReadOnlyMemory<byte>> Profiles) : RoomMessage(Tag);

/// <summary>Entries: pushed when new, forwarded for somebody, or in answer to a want.</summary>
/// <param name="Tag">The room.</param>
/// <param name="WantId">The want this answers, 0 for a push.</param>
/// <param name="IsLast">Whether the want is answered in full with this message.</param>
/// <param name="Entries">Encoded entries, in the sender's room order.</param>
public sealed record EntriesMessage(UInt128 Tag, int WantId, bool IsLast, ImmutableArray<ReadOnlyMemory<byte>> Entries) : RoomMessage(Tag);

/// <summary>What the sender holds, and from where on it wants anything at all.</summary>
/// <param name="Tag">The room.</param>
/// <param name="Authors">One line per author the sender knows; at most <see cref="Limits.MaxAuthorsPerDigest"/>.</param>
/// <param name="Stamps">Highest stamp chain values known, one per relay and epoch; at most <see
/// cref="Limits.MaxStampHeadsPerDigest"/>.</param>
/// <param name="WantsAnswer">Whether the receiver should send its own digest back.</param>
public sealed record DigestMessage(UInt128 Tag, ImmutableArray<DigestLine> Authors, ImmutableArray<StampHead> Stamps, bool WantsAnswer)
    : RoomMessage(Tag);

/// <summary>A digest's line for one author.</summary>
/// <param name="Author">The author.</param>
/// <param name="Floor">The lowest seq wanted: 1, raised only by the sender's own retention.</param>
/// <param name="Ranges">Seqs held, ascending, apart; at most <see cref="Limits.MaxRangesPerDigestLine"/>.</param>
/// <param name="HeadHash">The first 8 bytes of the hash of the entry at the highest seq held (on the chain that counts).</param>
public sealed record DigestLine(PeerId Author, int Floor, ImmutableArray<SeqRange> Ranges, ulong HeadHash);

/// <summary>An inclusive run of seqs.</summary>
public readonly record struct SeqRange(int First, int Last);

/// <summary>The end of the stamp chain that somebody knows of one relay and epoch.</summary>
public sealed record StampHead(PeerId Relay, Epoch Epoch, long Place, EntryHash Chain);

/// <summary>Asks for entries; answered by <see cref="EntriesMessage"/>s up to the bytes asked for.</summary>
/// <param name="Tag">The room.</param>
/// <param name="WantId">Chosen by the asker, from 1, unique among its open wants on the link.</param>
/// <param name="Authors">Ranges wanted; at most <see cref="Limits.MaxAuthorsPerDigest"/> lines.</param>
/// <param name="MaxBytes">How much may be sent in answer.</param>
public sealed record WantMessage(UInt128 Tag, int WantId, ImmutableArray<WantLine> Authors, int MaxBytes) : RoomMessage(Tag);

/// <summary>What is wanted of one author.</summary>
public sealed record WantLine(PeerId Author, ImmutableArray<SeqRange> Ranges);

/// <summary>Finds where two chains of one author part: the hashes (first 8 bytes) the sender holds at some seqs.</summary>
/// <param name="Tag">The room.</param>
/// <param name="Author">Whose chain.</param>
/// <param name="Probes">At most <see cref="Limits.MaxForkProbes"/>, ascending.</param>
public sealed record ForkProbeMessage(UInt128 Tag, PeerId Author, ImmutableArray<ForkProbe> Probes) : RoomMessage(Tag);

/// <summary>One seq and the first 8 bytes of the hash held there.</summary>
public readonly record struct ForkProbe(int Seq, ulong Hash);

/// <summary>The sender took these; goes only to where they came from, debounced, changed authors only.</summary>
public sealed record ReceiptMessage(UInt128 Tag, ImmutableArray<DigestLine> Authors) : RoomMessage(Tag);

/// <summary>A hash over the sorted author lines and stamp heads: equal means equal histories.</summary>
public sealed record SummaryMessage(UInt128 Tag, UInt128 Value) : RoomMessage(Tag);

/// <summary>The sender has pruned an author's entries below a seq; taken on the signature of entry <paramref name="Below"/>.</summary>
public sealed record PrunedMessage(UInt128 Tag, PeerId Author, int Below) : RoomMessage(Tag);

/// <summary>Asks for stamps after a place.</summary>
public sealed record WantStampsMessage(UInt128 Tag, PeerId Relay, Epoch Epoch, long After) : RoomMessage(Tag);

/// <summary>A run of a relay's stamps, provable on its own (PROTOCOL.md, section 10).</summary>
public sealed record StampsMessage(UInt128 Tag, StampRun Run) : RoomMessage(Tag);

/// <summary>Which store of a relay a place belongs to; compared by time, then by the random part.</summary>
/// <param name="UtcMilliseconds">When the store was made.</param>
/// <param name="Random">8 random bytes.</param>
public readonly record struct Epoch(long UtcMilliseconds, ulong Random) : IComparable<Epoch>
{
    /// <inheritdoc/>
    public int CompareTo(Epoch other) =>
        UtcMilliseconds != other.UtcMilliseconds ? UtcMilliseconds.CompareTo(other.UtcMilliseconds) : Random.CompareTo(other.Random);
}

/// <summary>A relay's word on one entry's place.</summary>
/// <param name="Epoch">The store's epoch.</param>
/// <param name="Place">From 1 within the room and epoch.</param>
/// <param name="Entry">Which entry.</param>
public readonly record struct Stamp(Epoch Epoch, long Place, EntryHash Entry);

/// <summary>
/// Consecutive stamps of one relay, room and epoch: c(n) = hash(c(n−1) ‖ relay id ‖ room id ‖ epoch ‖ n ‖ entry hash), and the relay's
/// signature over the last c, which proves all of them.
/// </summary>
/// <param name="Relay">The relay that stamped.</param>
/// <param name="RelayKey">Its signing and agreement keys, 130 bytes, which hash to its id.</param>
/// <param name="Room">The room.</param>
/// <param name="Epoch">The store's epoch.</param>
/// <param name="First">Place of the first entry, from 1.</param>
/// <param name="ChainBefore">c(First − 1); all zero when First is 1.</param>
/// <param name="Entries">Hashes in order of place; at most <see cref="Limits.MaxStampsPerRun"/>.</param>
/// <param name="Waived">Indexes into <paramref name="Entries"/> of those stamped though a parent was missing.</param>
/// <param name="Signature">64 bytes over the domain string and the last c.</param>
public sealed record StampRun(
    PeerId Relay, ReadOnlyMemory<byte> RelayKey, RoomId Room, Epoch Epoch, long First, EntryHash ChainBefore,
    ImmutableArray<EntryHash> Entries, ImmutableArray<int> Waived, ReadOnlyMemory<byte> Signature);
