using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>What became of an entry handed to a room's log.</summary>
internal enum AddResult
{
    /// <summary>Held from now on.</summary>
    Added,

    /// <summary>Held already.</summary>
    Duplicate,

    /// <summary>Held already without its body, which this brings: <see cref="RoomLog.FillBody"/> takes it.</summary>
    BodyFilled,

    /// <summary>Not taken; see the reason.</summary>
    Refused,
}

/// <summary>Why a room's log does not take an entry.</summary>
internal enum AddRefusal
{
    /// <summary>It does.</summary>
    None,

    /// <summary>Of another room.</summary>
    Misdirected,

    /// <summary>Its seq and predecessor contradict each other or what is held.</summary>
    Inconsistent,

    /// <summary>Below what the own retention keeps.</summary>
    BelowFloor,

    /// <summary>Too far past a gap: as many entries as may wait there are nearer.</summary>
    PastGapBound,

    /// <summary>More entries at one place of an author's chain than are kept as proof.</summary>
    TooManyForks,
}

/// <summary>What became of an entry.</summary>
/// <param name="Result">In a word.</param>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="IsPastGap">Whether its predecessor is missing, or something before that.</param>
/// <param name="IsFork">Whether its author has two entries with this seq.</param>
/// <param name="Dropped">Entries dropped for it, which the store should remove.</param>
internal readonly record struct AddOutcome(
    AddResult Result, AddRefusal Refusal, bool IsPastGap, bool IsFork, ImmutableArray<EntryHash> Dropped)
{
    public static AddOutcome Refuse(AddRefusal refusal) => new(AddResult.Refused, refusal, false, false, []);
}

/// <summary>What a room's log knows of an entry.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Seq">Number in the author's chain.</param>
/// <param name="Clock">The author's clock.</param>
/// <param name="Kind">Kind of the body, −1 when it does not open.</param>
/// <param name="Flags">What the node knows beside.</param>
/// <param name="Size">Bytes of the encoded entry.</param>
/// <param name="Previous">Hash of the author's entry before, held or not.</param>
/// <param name="Stamp">By the relay that counts; null for none.</param>
/// <param name="Position">In the room's order; −1 when set aside.</param>
/// <param name="IsSetAside">On a branch of a fork that does not count.</param>
/// <param name="IsClockWrong">Was over two minutes ahead of the wall clock when it came.</param>
internal readonly record struct EntryInfo(
    EntryHash Hash, PeerId Author, int Seq, HybridClock Clock, int Kind, EntryFlags Flags, int Size, EntryHash Previous, Stamp? Stamp, int Position,
    bool IsSetAside, bool IsClockWrong);

/// <summary>What an own new entry has to say about its place.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Previous">The own entry before; none for the first.</param>
/// <param name="After">Parents.</param>
/// <param name="Clock">Its clock.</param>
internal readonly record struct NextEntry(int Seq, EntryHash Previous, ImmutableArray<EntryRef> After, HybridClock Clock);

/// <summary>An entry that is due on the screen.</summary>
/// <param name="Hash">Which.</param>
/// <param name="IsLate">Has to stand above others already shown.</param>
/// <param name="IsMissing">Something its author had seen is missing.</param>
/// <param name="IsClockWrong">Its clock was far ahead.</param>
/// <param name="IsSetAside">On a branch of a fork that does not count.</param>
internal readonly record struct Shown(EntryHash Hash, bool IsLate, bool IsMissing, bool IsClockWrong, bool IsSetAside);

/// <summary>A step in finding where two chains of one author part.</summary>
/// <param name="Next">Probes to send; empty when the place is found or there is nothing to compare.</param>
/// <param name="Send">The own branch's entries from where the chains part, for the other side.</param>
internal readonly record struct ForkSearch(ImmutableArray<ForkProbe> Next, ImmutableArray<EntryHash> Send);

/// <summary>What retention removed.</summary>
/// <param name="Removed">Entries no longer held.</param>
/// <param name="Kept">Entries below the new floor that are spared.</param>
internal sealed record PruneOutcome(IReadOnlyList<EntryHash> Removed, IReadOnlySet<EntryHash> Kept);
