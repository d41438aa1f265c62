using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// One entry in a relay's log of a room. A log is an append-only sequence per room, numbered by the store from 1 without gaps; the oldest
/// may be trimmed. Nothing here says how it is kept, so that a replicated stream can take a file's place.
/// </summary>
/// <param name="Author">Who wrote it.</param>
/// <param name="Seq">Number in the author's chain.</param>
/// <param name="Hash">The entry.</param>
/// <param name="Previous">The author's entry before it.</param>
/// <param name="Epoch">Epoch of its stamp: the present one, or an earlier one when it brought its stamp along.</param>
/// <param name="Place">Place of its stamp in that epoch.</param>
/// <param name="IsKept">Whether it brought an earlier stamp along; such an entry is no link of the chain of stamps here.</param>
/// <param name="IsWaived">Whether it was stamped though a parent was missing.</param>
/// <param name="Chain">c of the room at this point of the log, in the epoch in which it was appended.</param>
/// <param name="Signature">64 bytes over <paramref name="Chain"/> where a signed group ends, else empty.</param>
/// <param name="Encoded">The encoded entry.</param>
public sealed record LogEntry(
    PeerId Author, int Seq, EntryHash Hash, EntryHash Previous, Epoch Epoch, long Place, bool IsKept, bool IsWaived, EntryHash Chain,
    ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Encoded);

/// <summary>What a relay keeps in memory of an entry: all of <see cref="LogEntry"/> but its bytes.</summary>
/// <param name="Author">Who wrote it.</param>
/// <param name="Seq">Number in the author's chain.</param>
/// <param name="Hash">The entry.</param>
/// <param name="Previous">The author's entry before it.</param>
/// <param name="Epoch">Epoch of its stamp.</param>
/// <param name="Place">Place of its stamp.</param>
/// <param name="IsKept">Whether it brought an earlier stamp along.</param>
/// <param name="Chain">c of the room at this point.</param>
/// <param name="Size">Bytes of the encoded entry.</param>
public readonly record struct LogIndexEntry(
    PeerId Author, int Seq, EntryHash Hash, EntryHash Previous, Epoch Epoch, long Place, bool IsKept, EntryHash Chain, int Size);

/// <summary>An author's highest entry that was trimmed from a room: what chains on needs no predecessor here.</summary>
public readonly record struct LogFloor(PeerId Author, int Seq, EntryHash Hash);

/// <summary>
/// Append to a room's log. All appends, trims and <see cref="StoreBatch"/>es of a relay are carried out in the order given; those waiting at
/// one time are committed together and synced. Answered by <see cref="LogAppended"/> or <see cref="StoreFailed"/>.
/// </summary>
/// <param name="Ticket">Ascending, shared with <see cref="StoreBatch"/>.</param>
/// <param name="Room">The room.</param>
/// <param name="Entries">In order, at least one; the memory stays unchanged.</param>
public sealed record AppendLog(long Ticket, RoomId Room, ImmutableArray<LogEntry> Entries) : NodeOutput;

/// <summary>Drop a room's entries below a position and keep, per author, what their successors chain on. Not answered.</summary>
/// <param name="Room">The room.</param>
/// <param name="Before">The lowest position that stays.</param>
/// <param name="Floors">Replace the floors of the same authors.</param>
public sealed record TrimLog(RoomId Room, long Before, ImmutableArray<LogFloor> Floors) : NodeOutput;

/// <summary>Read a part of a room's log; answered by <see cref="LogRead"/>.</summary>
/// <param name="Ticket">Returned.</param>
/// <param name="Room">The room.</param>
/// <param name="From">Exclusive: positions above it, or, towards <paramref name="Older"/>, those below.</param>
/// <param name="Older">Direction. The answer ascends in either.</param>
/// <param name="MaxBytes">Of encoded entries; one entry comes even if it is larger.</param>
public sealed record ReadLog(long Ticket, RoomId Room, long From, bool Older, int MaxBytes) : NodeOutput;

/// <summary>Read a room's index and the profiles of its authors; answered by <see cref="LogIndexRead"/> in parts.</summary>
public sealed record ReadLogIndex(RoomId Room) : NodeOutput;

/// <summary>These entries are on disk and have got their positions: the room's log goes on from here for whoever follows it.</summary>
/// <param name="Ticket">Of the append.</param>
/// <param name="Room">The room.</param>
/// <param name="FirstPosition">Of the first entry; the others follow.</param>
public sealed record LogAppended(long Ticket, RoomId Room, long FirstPosition) : NodeInput;

/// <summary>A part of a room's log. The memory is the node's to keep.</summary>
/// <param name="Ticket">Of the read.</param>
/// <param name="Room">The room.</param>
/// <param name="FirstPosition">Of the first entry; the others follow without gaps. 0 when there are none.</param>
/// <param name="Entries">Ascending.</param>
public sealed record LogRead(long Ticket, RoomId Room, long FirstPosition, ImmutableArray<LogEntry> Entries) : NodeInput;

/// <summary>A part of a room's index, in order of positions. The memory is the node's to keep.</summary>
/// <param name="Room">The room.</param>
/// <param name="FirstPosition">Of the first entry; in a part without entries the position that the next entry will get.</param>
/// <param name="Entries">Ascending.</param>
/// <param name="Floors">Given with the last part.</param>
/// <param name="Profiles">Encoded profiles of the room's authors; given with the last part.</param>
/// <param name="IsLast">Whether the index is complete with this part.</param>
public sealed record LogIndexRead(
    RoomId Room, long FirstPosition, ImmutableArray<LogIndexEntry> Entries, ImmutableArray<LogFloor> Floors,
    ImmutableArray<ReadOnlyMemory<byte>> Profiles, bool IsLast) : NodeInput;

/// <summary>
/// What a relay starts from. Of <see cref="StoreWrite"/> a relay uses <see cref="PutProfile"/> and <see cref="PutValue"/> alone, in batches
/// that are always durable; an empty value removes its name.
/// </summary>
/// <param name="Values">Named values: epochs, bans, closed rooms.</param>
/// <param name="IsOlderCopy">Whether the log is known to be an earlier copy of itself, put back: a later epoch is opened at once.</param>
public sealed record RelaySnapshot(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Values, bool IsOlderCopy)
{
    /// <summary>A new store's.</summary>
    public static RelaySnapshot Empty { get; } = new(new Dictionary<string, ReadOnlyMemory<byte>>(), false);
}
