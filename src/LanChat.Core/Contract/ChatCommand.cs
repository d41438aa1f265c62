using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a user can ask for. Room names and nicknames are as typed; ids are parsed.</summary>
public abstract record ChatCommand;

/// <summary>Say something in a room.</summary>
/// <param name="Room">A room, or <c>@nick</c> / <c>@peerid</c>.</param>
/// <param name="Text">Checked against the limits.</param>
/// <param name="IsAction">Third person, <c>/me</c>.</param>
/// <param name="Ref">Returned in the events of this message; null for none.</param>
public sealed record SendCommand(string Room, string Text, bool IsAction = false, string? Ref = null) : ChatCommand;

/// <summary>Say something to one person; opens the direct room.</summary>
public sealed record DirectCommand(string To, string Text, string? Ref = null) : ChatCommand;

/// <summary>Open the direct room with somebody without saying anything.</summary>
public sealed record OpenDirectCommand(string To) : ChatCommand;

/// <summary>Take part in a public room, or with a passphrase in a room that it opens. The driver derives passphrase keys off the loop.</summary>
/// <param name="Room">Name.</param>
/// <param name="Passphrase">Null for a public room.</param>
/// <param name="DerivedKey">The 32-byte key of a passphrase room, derived by the driver off the loop (it takes a noticeable fraction of a second).</param>
public sealed record JoinCommand(string Room, string? Passphrase = null, ReadOnlyMemory<byte> DerivedKey = default) : ChatCommand;

/// <summary>Join by an invite link.</summary>
public sealed record InviteCommand(string Link) : ChatCommand;

/// <summary>Make a room. <paramref name="DerivedKey"/> as in <see cref="JoinCommand"/>.</summary>
public sealed record CreateCommand(
    string Room, bool IsPrivate, string? Passphrase, string Topic, ReadOnlyMemory<byte> DerivedKey = default) : ChatCommand;

/// <summary>Stop taking part, keep the history.</summary>
public sealed record PartCommand(string Room) : ChatCommand;

/// <summary>Delete a room's history and key here.</summary>
public sealed record ForgetCommand(string Room) : ChatCommand;

/// <summary>Close a room for everybody; its creator only.</summary>
public sealed record RemoveCommand(string Room) : ChatCommand;

/// <summary>Set a room's topic.</summary>
public sealed record TopicCommand(string Room, string Text) : ChatCommand;

/// <summary>Take another nickname.</summary>
public sealed record NickCommand(string Nick) : ChatCommand;

/// <summary>Replace the text of an own message.</summary>
public sealed record EditCommand(EntryHash Id, string Text) : ChatCommand;

/// <summary>Take back an own message.</summary>
public sealed record DeleteCommand(EntryHash Id) : ChatCommand;

/// <summary>Put an emoji under a message, or take it away when it is there already from oneself.</summary>
public sealed record ReactCommand(EntryHash Id, string Emoji) : ChatCommand;

/// <summary>Hide, or show again, what somebody says.</summary>
public sealed record MuteCommand(string Peer, bool IsMuted) : ChatCommand;

/// <summary>Mark somebody's keys as compared and right, or take that back.</summary>
public sealed record VerifyCommand(string Peer, bool IsVerified) : ChatCommand;

/// <summary>Accept a relay's changed fingerprint.</summary>
public sealed record TrustRelayCommand(string Address) : ChatCommand;

/// <summary>List rooms.</summary>
public sealed record RoomsQuery : ChatCommand;

/// <summary>List peers.</summary>
public sealed record PeersQuery : ChatCommand;

/// <summary>List a room's members.</summary>
public sealed record MembersQuery(string Room) : ChatCommand;

/// <summary>Show the end of a room, in room order.</summary>
/// <param name="Room">Name.</param>
/// <param name="Last">How many; null for all.</param>
public sealed record TranscriptQuery(string Room, int? Last) : ChatCommand;

/// <summary>Show the messages of a room that hold all of some words, in room order; the answer's place is that of the first.</summary>
/// <param name="Room">Name.</param>
/// <param name="Words">Separated by blanks; each may be the beginning of a longer one.</param>
/// <param name="Before">Only messages above this place of the room's present order.</param>
/// <param name="Count">How many at most, the last ones.</param>
public sealed record SearchQuery(string Room, string Words, int Before = int.MaxValue, int Count = int.MaxValue) : ChatCommand;

/// <summary>A page of a room by its place in the room's present order, for a scrolling view.</summary>
/// <param name="Room">Id.</param>
/// <param name="From">Place of the first, from 0.</param>
/// <param name="Count">How many at most.</param>
public sealed record PageQuery(RoomId Room, int From, int Count) : ChatCommand;

/// <summary>What the user has not seen of a room, by what <see cref="MarkReadCommand"/> kept last.</summary>
public sealed record UnreadQuery(RoomId Room) : ChatCommand;

/// <summary>Everybody ever met, by nickname and identity.</summary>
public sealed record AcquaintancesQuery : ChatCommand;

/// <summary>The user has seen a room up to here.</summary>
public sealed record MarkReadCommand(RoomId Room, EntryHash UpTo) : ChatCommand;

/// <summary>Fault injection for tests and demos: block or unblock somebody, or lose a share of datagrams.</summary>
/// <param name="Block">A peer id, nickname or address to block.</param>
/// <param name="Unblock">One to unblock.</param>
/// <param name="LossPercent">0 to 100.</param>
public sealed record FaultCommand(string? Block, string? Unblock, double? LossPercent) : ChatCommand;

/// <summary>Take back an own message that nobody else holds yet (<c>send --or-drop</c>).</summary>
public sealed record WithdrawCommand(EntryHash Id) : ChatCommand;

/// <summary>Say bye to all and finish.</summary>
public sealed record QuitCommand : ChatCommand;
