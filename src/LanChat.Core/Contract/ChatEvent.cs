using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a user is told. The names and fields of <c>pipe</c>'s events follow these one to one.</summary>
public abstract record ChatEvent;

/// <summary>Which way a peer is reached, best first.</summary>
public enum PeerPath
{
    /// <summary>Directly on the local network.</summary>
    Lan,

    /// <summary>Directly, through both NATs.</summary>
    Punched,

    /// <summary>Through the relay.</summary>
    Relay,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>Why a peer's or a member's state changed.</summary>
public enum PresenceReason
{
    /// <summary>No reason to give.</summary>
    None,

    /// <summary>A clean exit.</summary>
    Bye,

    /// <summary>Vanished.</summary>
    Lost,

    /// <summary>Another path now.</summary>
    Switched,

    /// <summary>Left the room, not the network.</summary>
    Part,

    /// <summary>Disconnected by a relay's operator.</summary>
    Kicked,
}

/// <summary>All rooms are loaded and joined.</summary>
public sealed record ReadyEvent(PeerId PeerId, string Nick) : ChatEvent;

/// <summary>A peer is reached, is reached another way, or is gone.</summary>
public sealed record PeerEvent(
    PeerId PeerId, string Nick, bool IsUp, PeerPath Path, IPEndPoint? Address, TimeSpan RoundTrip, PresenceReason Reason) : ChatEvent;

/// <summary>A relay's state.</summary>
/// <param name="State">Up, down or refused.</param>
/// <param name="Address">As given or found.</param>
/// <param name="Id">Its identity; the fingerprint is made of it. None while unknown.</param>
/// <param name="Reason">A word for scripts: lost, unreachable, token, fingerprint, full, banned, kicked, version; empty when up.</param>
public sealed record RelayEvent(RelayState State, string Address, PeerId Id, string Reason) : ChatEvent;

/// <summary>A relay's state.</summary>
public enum RelayState
{
    /// <summary>Connected.</summary>
    Up,

    /// <summary>Not reached; tried again by itself.</summary>
    Down,

    /// <summary>It, or its fingerprint, said no; not tried again by itself.</summary>
    Refused,
}

/// <summary>This profile takes part in a room.</summary>
public sealed record JoinedEvent(RoomInfo Room) : ChatEvent;

/// <summary>This profile takes no more part.</summary>
public sealed record PartedEvent(RoomInfo Room) : ChatEvent;

/// <summary>This profile made a room.</summary>
public sealed record CreatedEvent(RoomInfo Room, string Invite) : ChatEvent;

/// <summary>A room was closed by its creator.</summary>
public sealed record RemovedEvent(RoomInfo Room) : ChatEvent;

/// <summary>A room as shown.</summary>
/// <param name="Id">Room id.</param>
/// <param name="Label">Case-folded name with <c>#</c>; in a direct room <c>@</c> and the other's peer id.</param>
/// <param name="Title">As displayed: the name as written, or the other's nickname.</param>
/// <param name="Kind">Which of the four.</param>
/// <param name="Topic">Empty for none.</param>
/// <param name="IsJoined">False after <c>part</c>.</param>
/// <param name="IsClosed">Read-only.</param>
/// <param name="Members">Who is in it now, oneself included.</param>
/// <param name="Count">Entries in the room's order.</param>
/// <param name="Missing">Entries known to exist and not held, by author.</param>
/// <param name="OrderingRelay">None for none.</param>
public sealed record RoomInfo(
    RoomId Id, string Label, string Title, RoomKind Kind, string Topic, bool IsJoined, bool IsClosed, int Members, int Count,
    ImmutableArray<(PeerId Author, int Count)> Missing, PeerId OrderingRelay);

/// <summary>A room's state changed: topic, completeness, ordering relay, title.</summary>
public sealed record RoomChangedEvent(RoomInfo Room) : ChatEvent;

/// <summary>Somebody joined or left a room.</summary>
public sealed record MemberEvent(RoomInfo Room, PeerId PeerId, string Nick, bool IsJoined, PresenceReason Reason) : ChatEvent;

/// <summary>A message is shown for the first time.</summary>
public sealed record MessageEvent(RoomInfo Room, MessageView Message, string? Ref) : ChatEvent;

/// <summary>A message as shown.</summary>
/// <param name="Id">Entry hash.</param>
/// <param name="PeerId">Author.</param>
/// <param name="Nick">Author's present nickname.</param>
/// <param name="Kind">text, me, or another kind's word: created, topic, closed, relay, file, unknown, unreadable, deleted.</param>
/// <param name="Text">Present text, edits applied.</param>
/// <param name="SentAt">The author's clock.</param>
/// <param name="IsOwn">Written by this profile.</param>
/// <param name="IsLate">Was shown above others already on the screen.</param>
/// <param name="IsEdited">Whether an edit counts.</param>
/// <param name="Stamp">Its place in the ordering relay's order.</param>
/// <param name="Reactions">Emoji and who.</param>
/// <param name="Delivery">For own messages.</param>
/// <param name="Mark">A warning shown with it: empty, "missing", "clock", "fork", "rewritten", "muted".</param>
public sealed record MessageView(
    EntryHash Id, PeerId PeerId, string Nick, string Kind, string Text, DateTimeOffset SentAt, bool IsOwn, bool IsLate, bool IsEdited,
    long? Stamp, ImmutableArray<(string Emoji, PeerId PeerId)> Reactions, DeliveryState Delivery, string Mark);

/// <summary>How far an own message has got.</summary>
/// <param name="IsOnRelay">Kept by the relay.</param>
/// <param name="Delivered">Members known to hold it.</param>
/// <param name="Of">Members counted.</param>
public readonly record struct DeliveryState(bool IsOnRelay, int Delivered, int Of);

/// <summary>A message's text was replaced.</summary>
public sealed record EditedEvent(RoomInfo Room, EntryHash Id, PeerId PeerId, string Text) : ChatEvent;

/// <summary>A message was taken back.</summary>
public sealed record DeletedEvent(RoomInfo Room, EntryHash Id, PeerId PeerId) : ChatEvent;

/// <summary>A reaction was put or taken away.</summary>
public sealed record ReactionEvent(RoomInfo Room, EntryHash Id, PeerId PeerId, string Emoji, bool IsRemoved) : ChatEvent;

/// <summary>The topic changed.</summary>
public sealed record TopicEvent(RoomInfo Room, PeerId PeerId, string Text) : ChatEvent;

/// <summary>A message shown before has got its place in the relay's order.</summary>
public sealed record OrderedEvent(RoomInfo Room, EntryHash Id, long Place) : ChatEvent;

/// <summary>An own message has got further.</summary>
public sealed record DeliveryEvent(RoomInfo Room, EntryHash Id, string? Ref, DeliveryState State) : ChatEvent;

/// <summary>An own message is on disk and will be sent, whatever happens.</summary>
public sealed record AcceptedEvent(RoomInfo Room, EntryHash Id, string? Ref) : ChatEvent;

/// <summary>A word from a relay's operator.</summary>
public sealed record NoticeEvent(string Text, string From) : ChatEvent;

/// <summary>Something the user should know: a clock that is off, a fork, an identity seen elsewhere, two orders shown by a relay.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Text">A sentence with what to do.</param>
/// <param name="PeerId">Whom it is about; none for nobody.</param>
public sealed record WarningEvent(string Code, string Text, PeerId PeerId) : ChatEvent;

/// <summary>Answer to a transcript or page query.</summary>
/// <param name="Room">The room.</param>
/// <param name="From">Place of the first entry in the room's order.</param>
/// <param name="Entries">In room order.</param>
public sealed record TranscriptEvent(RoomInfo Room, int From, ImmutableArray<MessageView> Entries) : ChatEvent;

/// <summary>Answer to a rooms query.</summary>
public sealed record RoomsEvent(ImmutableArray<RoomInfo> Rooms) : ChatEvent;

/// <summary>Answer to a members query.</summary>
public sealed record MembersEvent(RoomInfo Room, ImmutableArray<MemberInfo> Members) : ChatEvent;

/// <summary>One member of a room.</summary>
public sealed record MemberInfo(PeerId PeerId, string Nick, PeerPath Path, TimeSpan RoundTrip, bool IsVerified);

/// <summary>Answer to a peers query.</summary>
public sealed record PeersEvent(ImmutableArray<PeerEvent> Peers) : ChatEvent;

/// <summary>Answer to an unread query: what was shown here, or would have been, after the last message the user has seen.</summary>
/// <param name="Room">The room.</param>
/// <param name="First">The first of those counted that did not come late; none for none.</param>
/// <param name="From">Place in the room's order from which on nothing was seen.</param>
/// <param name="Count">Messages of others there, those of muted people left out; at most <see cref="MaxCount"/>.</param>
public sealed record UnreadEvent(RoomInfo Room, EntryHash First, int From, int Count) : ChatEvent
{
    /// <summary>Beyond it nobody wants to know how many.</summary>
    public const int MaxCount = 1000;
}

/// <summary>Answer to an acquaintances query.</summary>
public sealed record AcquaintancesEvent(ImmutableArray<Acquaintance> People) : ChatEvent;

/// <summary>Somebody this profile has met.</summary>
/// <param name="PeerId">Who.</param>
/// <param name="Nick">The nickname used last.</param>
/// <param name="IsVerified">The user compared the fingerprints.</param>
/// <param name="IsMuted">The user wants to hear nothing.</param>
public sealed record Acquaintance(PeerId PeerId, string Nick, bool IsVerified, bool IsMuted);

/// <summary>A command was carried out and has no other answer.</summary>
public sealed record DoneEvent : ChatEvent;

/// <summary>A command was not carried out.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Ref">The command's reference, if it had one.</param>
public sealed record ErrorEvent(string Code, string Message, string? Ref) : ChatEvent;
