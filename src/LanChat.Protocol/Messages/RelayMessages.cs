using System.Collections.Immutable;
using System.Net;

namespace LanChat.Protocol;

/// <summary>What a client and a relay say to each other inside a frame (PROTOCOL.md, section 11).</summary>
public abstract record RelayMessage;

/// <summary>Client to relay, room's channel: keep me up with a room from a position on.</summary>
/// <param name="Room">The room.</param>
/// <param name="RoomKey">The room signing public key, 65 bytes; with <paramref name="Creator"/> it hashes to the room id.</param>
/// <param name="Creator">The creator's id, none for rooms without.</param>
/// <param name="Proof">64 bytes: the room signing key's signature over the handshake hash and the room id.</param>
/// <param name="Epoch">The epoch the cursor belongs to; default when new.</param>
/// <param name="Cursor">The last position taken, 0 for none; a position in the relay's present store, unrelated to stamps.</param>
public sealed record SubscribeMessage(
    RoomId Room, ReadOnlyMemory<byte> RoomKey, PeerId Creator, ReadOnlyMemory<byte> Proof, Epoch Epoch, long Cursor) : RelayMessage;

/// <summary>Client to relay, room's channel: no more of a room.</summary>
public sealed record UnsubscribeMessage(RoomId Room) : RelayMessage;

/// <summary>Client to relay, room's channel: keep, stamp and forward these.</summary>
/// <param name="Room">The room.</param>
/// <param name="Profiles">Profiles of authors the relay may not know.</param>
/// <param name="Entries">Encoded entries in tail order.</param>
public sealed record PublishMessage(
    RoomId Room, ImmutableArray<ReadOnlyMemory<byte>> Profiles, ImmutableArray<ReadOnlyMemory<byte>> Entries) : RelayMessage;

/// <summary>
/// Client to relay, room's channel, ahead of the entries concerned: stamps of this relay that the client holds and the relay's store may
/// lack. Relay to client: such stamps as another client showed them, verified.
/// </summary>
public sealed record ShowStampsMessage(RoomId Room, ImmutableArray<StampRun> Runs) : RelayMessage;

/// <summary>
/// Client to relay, room's channel: what the client holds, answered by <see cref="RelayDigestMessage"/>; or the relay's own digest.
/// </summary>
public sealed record RelayDigestMessage(RoomId Room, ImmutableArray<DigestLine> Authors, bool WantsAnswer) : RelayMessage;

/// <summary>Client to relay, room's channel: stored entries around a position, answered by <see cref="FetchedMessage"/>.</summary>
/// <param name="Room">The room.</param>
/// <param name="Position">Where to start, exclusive.</param>
/// <param name="Older">Towards lower positions.</param>
/// <param name="MaxBytes">At most <see cref="Limits.MaxFetchBytes"/>.</param>
public sealed record FetchMessage(RoomId Room, long Position, bool Older, int MaxBytes) : RelayMessage;

/// <summary>Either way, channel 0: I want a direct path to this peer; the relay passes it on with both addresses' tokens.</summary>
/// <param name="Peer">The other one.</param>
public sealed record IntroduceMessage(PeerId Peer) : RelayMessage;

/// <summary>Client to relay: pass these bytes on; relay to client: these came from the peer. Same channel as inside.</summary>
/// <param name="Peer">To whom, or from whom.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Bytes">A Noise message or a sealed frame of the two peers' own link.</param>
public sealed record ForwardMessage(PeerId Peer, ForwardKind Kind, ReadOnlyMemory<byte> Bytes) : RelayMessage;

/// <summary>What a forwarded byte string is.</summary>
public enum ForwardKind
{
    /// <summary>First message of a handshake: opens a forwarded link.</summary>
    Open = 0,

    /// <summary>A later handshake message.</summary>
    Handshake = 1,

    /// <summary>A sealed frame; the channel is the one the forward travels on.</summary>
    Frame = 2,

    /// <summary>The forwarded link is over.</summary>
    Close = 3,
}

/// <summary>Client to relay, channel 0: asks for a peer's profile; answered by <see cref="ProfileAnswerMessage"/>.</summary>
public sealed record ProfileRequestMessage(PeerId Peer) : RelayMessage;

/// <summary>Client to relay, channel 0: the sender's present profile, when it changes.</summary>
public sealed record ProfileUpdateMessage(ReadOnlyMemory<byte> Profile) : RelayMessage;

/// <summary>Client to relay, room's channel: what of others' entries the client took; gathered and passed to the authors.</summary>
public sealed record RelayReceiptMessage(RoomId Room, ImmutableArray<MemberReceipt> Receipts) : RelayMessage;

/// <summary>One member's receipt line for one author.</summary>
public sealed record MemberReceipt(PeerId Member, DigestLine Line);

/// <summary>Relay to client, channel 0: the answer to a profile request; empty when unknown.</summary>
public sealed record ProfileAnswerMessage(PeerId Peer, ReadOnlyMemory<byte> Profile) : RelayMessage;

/// <summary>Relay to client, room's channel: a subscription stands; entries after the cursor follow.</summary>
/// <param name="Room">The room.</param>
/// <param name="Epoch">The present store's epoch.</param>
/// <param name="Head">The highest position at this moment.</param>
/// <param name="ResumeAfter">Position after which <see cref="OrderedMessage"/>s follow: the cursor, or 0 when its epoch is not this
/// store's.</param>
/// <param name="Members">Who is subscribed now.</param>
public sealed record SubscribedMessage(RoomId Room, Epoch Epoch, long Head, long ResumeAfter, ImmutableArray<PeerId> Members)
    : RelayMessage;

/// <summary>
/// Relay to client, room's channel: entries of the store in exact sequence of positions. Without items it only brings profiles.
/// </summary>
/// <param name="Room">The room.</param>
/// <param name="FirstPosition">Position of the first item; the others follow without gaps.</param>
/// <param name="Epoch">Epoch of the items that name no stamp of their own.</param>
/// <param name="FirstPlace">Place of the first such item; the other such items follow without gaps.</param>
/// <param name="Profiles">Profiles of authors that appear here for the first time on this subscription.</param>
/// <param name="Items">Entries or, where the client has them, their hashes; at most <see cref="Limits.MaxEntriesPerMessage"/>.</param>
public sealed record OrderedMessage(
    RoomId Room, long FirstPosition, Epoch Epoch, long FirstPlace, ImmutableArray<ReadOnlyMemory<byte>> Profiles,
    ImmutableArray<OrderedItem> Items) : RelayMessage;

/// <summary>One item of the store.</summary>
/// <param name="Entry">The encoded entry; empty when the receiver has it.</param>
/// <param name="Hash">Which entry, where <paramref name="Entry"/> is empty; <see cref="EntryHash.None"/> else: the receiver computes
/// it.</param>
/// <param name="Kept">The stamp of an earlier epoch that the entry brought and keeps; null for the next place of the message's
/// epoch.</param>
/// <param name="IsWaived">Whether it was stamped though a parent was missing.</param>
public sealed record OrderedItem(ReadOnlyMemory<byte> Entry, EntryHash Hash, KeptStamp? Kept, bool IsWaived);

/// <summary>Where an entry stood in an earlier epoch of the same relay.</summary>
public readonly record struct KeptStamp(Epoch Epoch, long Place);

/// <summary>
/// Relay to client, room's channel: answer to a <see cref="FetchMessage"/>, in as many messages as it takes. Positions ascend within and
/// across them in either direction; they do not move the subscription's cursor.
/// </summary>
/// <param name="Ordered">The items.</param>
/// <param name="IsLast">Whether the fetch is answered in full with this message.</param>
public sealed record FetchedMessage(OrderedMessage Ordered, bool IsLast) : RelayMessage;

/// <summary>
/// Relay to client, room's channel: publish these if you hold them, for others that wait for them. Sent to the publisher of what waits,
/// then to other subscribers.
/// </summary>
/// <param name="Room">The room.</param>
/// <param name="Entries">What is missing; at most <see cref="Limits.MaxEntriesPerMessage"/>. The prefix is zero for a predecessor known by
/// seq alone.</param>
public sealed record RelayWantMessage(RoomId Room, ImmutableArray<EntryRef> Entries) : RelayMessage;

/// <summary>
/// Relay to client, room's channel: the chain and signature that prove what was stamped up to a place, once per commit group.
/// </summary>
public sealed record StampProofMessage(RoomId Room, Epoch Epoch, long Place, EntryHash Chain, ReadOnlyMemory<byte> Signature)
    : RelayMessage;

/// <summary>Relay to client, room's channel: somebody subscribed or is gone.</summary>
/// <param name="Room">The room.</param>
/// <param name="Peer">Who.</param>
/// <param name="Profile">Its profile when it joined.</param>
/// <param name="State">What happened.</param>
public sealed record MemberMessage(RoomId Room, PeerId Peer, ReadOnlyMemory<byte> Profile, MemberChange State) : RelayMessage;

/// <summary>How a member came or went.</summary>
public enum MemberChange
{
    /// <summary>Subscribed.</summary>
    Joined = 0,

    /// <summary>Said bye.</summary>
    Bye = 1,

    /// <summary>Its link was lost.</summary>
    Lost = 2,

    /// <summary>Unsubscribed.</summary>
    Parted = 3,

    /// <summary>Disconnected by the operator.</summary>
    Kicked = 4,
}

/// <summary>Relay to client, channel 0: punch now; both sides get one each (LiteNetLib's NAT module does the rest).</summary>
/// <param name="Peer">The only peer id to accept at the end.</param>
/// <param name="Token">16 random bytes, one use, 10 s, bound to the receiving link.</param>
public sealed record IntroductionMessage(PeerId Peer, ReadOnlyMemory<byte> Token) : RelayMessage;

/// <summary>Relay to client, channel 0: somebody wrote to a direct room with the receiver, who has not subscribed to it.</summary>
public sealed record InvitedMessage(RoomId Room, ReadOnlyMemory<byte> SenderProfile) : RelayMessage;

/// <summary>Relay to client, channel 0: a word from the operator, to one client or to all.</summary>
/// <param name="Text">At most 1 KiB.</param>
/// <param name="IsPrivate">Whether only this client got it.</param>
/// <param name="Room">The room it is for; default for all.</param>
public sealed record NoticeMessage(string Text, bool IsPrivate, RoomId Room) : RelayMessage;

/// <summary>Relay to client: something was not done.</summary>
/// <param name="Code">A stable word, <see cref="RelayErrors"/>.</param>
/// <param name="Text">A sentence that names the limit.</param>
/// <param name="Room">The room concerned; default for none.</param>
/// <param name="Entry">The entry concerned; none for none.</param>
/// <param name="RetryAfter">When to try again; zero for never.</param>
public sealed record RelayErrorMessage(string Code, string Text, RoomId Room, EntryHash Entry, TimeSpan RetryAfter) : RelayMessage;

/// <summary>Either way, channel 0: a clean end.</summary>
public sealed record RelayByeMessage(string Reason) : RelayMessage;

/// <summary>Stable words of <see cref="RelayErrorMessage"/>.</summary>
public static class RelayErrors
{
    /// <summary>The author's previous entry is not here.</summary>
    public const string Gap = "gap";

    /// <summary>The operator closed the room here.</summary>
    public const string Closed = "closed";

    /// <summary>The rate or the memory limit is reached; nothing was dropped but has to come again.</summary>
    public const string RetryAfter = "retry-after";

    /// <summary>Signature, hash or author does not hold.</summary>
    public const string Forged = "forged";

    /// <summary>Longer than an entry may be.</summary>
    public const string TooLarge = "too-large";

    /// <summary>More rooms than a client may have.</summary>
    public const string TooManyRooms = "too-many-rooms";

    /// <summary>The subscription's proof does not hold.</summary>
    public const string BadProof = "bad-proof";

    /// <summary>Two entries at one place of an author's chain.</summary>
    public const string Fork = "fork";

    /// <summary>Banned.</summary>
    public const string Banned = "banned";

    /// <summary>Not subscribed to that room.</summary>
    public const string NotSubscribed = "not-subscribed";

    /// <summary>The peer is not connected here.</summary>
    public const string NoSuchPeer = "no-such-peer";

    /// <summary>The author's profile is not known here and did not come along.</summary>
    public const string UnknownAuthor = "unknown-author";

    /// <summary>The relay cannot write its log; nothing is acknowledged until it can.</summary>
    public const string Storage = "storage";

    /// <summary>A message that does not decode, or not for a relay; it was ignored.</summary>
    public const string Malformed = "malformed";
}

/// <summary>Stable words of <see cref="RelayByeMessage"/> and of a refused request.</summary>
public static class RelayByes
{
    /// <summary>A clean end: the client quits, or the relay stops.</summary>
    public const string Bye = "bye";

    /// <summary>The admission token is missing or wrong.</summary>
    public const string Token = "token";

    /// <summary>Banned by the operator.</summary>
    public const string Banned = "banned";

    /// <summary>Disconnected by the operator; welcome again after 60 s.</summary>
    public const string Kicked = "kicked";

    /// <summary>As many clients as the relay takes.</summary>
    public const string Full = "full";

    /// <summary>The same identity came anew; the newer link stays.</summary>
    public const string Replaced = "replaced";

    /// <summary>Messages that no client sends, or too many of them.</summary>
    public const string Misbehaved = "misbehaved";
}
