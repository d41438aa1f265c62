using System.Runtime.InteropServices;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>What a room's log knows of a row beside its fields.</summary>
[Flags]
internal enum RowState : ushort
{
    None = 0,

    /// <summary>How many parents it names, 0 to 4, in the lowest three bits.</summary>
    ParentCount = 7,

    /// <summary>On a branch of a fork that does not count: kept and passed on, not ordered.</summary>
    SetAside = 8,

    /// <summary>Some held entry names it as predecessor or parent.</summary>
    HasChild = 16,

    /// <summary>It is held with its body, and its predecessor and parents are held or count as there: it may be named as a parent.</summary>
    Complete = 32,

    /// <summary>A complete entry follows it, so it is no head.</summary>
    HasCompleteChild = 64,

    /// <summary>It stands in the room's order, or waits to be put there.</summary>
    Ordered = 128,

    /// <summary>The row is free for another entry.</summary>
    Free = 256,

    /// <summary>In the queue of those to be shown.</summary>
    Queued = 512,

    /// <summary>Its clock was over two minutes ahead of the wall clock when it came.</summary>
    ClockWrong = 1024,

    /// <summary>Some relay has stamped it.</summary>
    Stamped = 2048,

    /// <summary>It came without its body, and no delete is known.</summary>
    AwaitsBody = 4096,
}

/// <summary>
/// One entry of a room in 72 bytes: what is needed to place it and to talk about it. Bodies, headers and signatures are in the store.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EntryRow
{
    /// <summary>The entry's hash.</summary>
    public EntryHash Hash;

    /// <summary>The author's clock.</summary>
    public HybridClock Clock;

    /// <summary>Index of the author in the room.</summary>
    public int Author;

    /// <summary>Number in the author's chain.</summary>
    public int Seq;

    /// <summary>Row of the predecessor; −1 for the first of a chain or where the predecessor is not held.</summary>
    public int Previous;

    /// <summary>Where its parents stand in the list of all parents.</summary>
    public int Parents;

    /// <summary>Its place by the relay that counts; 0 for none.</summary>
    public int Place;

    /// <summary>The chunk of the room's order it stands in; −1 for none.</summary>
    public int Chunk;

    /// <summary>Kind of the body, −1 when it does not open.</summary>
    public short Kind;

    /// <summary>Bytes of the encoded entry.</summary>
    public ushort Size;

    /// <summary>What the log knows.</summary>
    public RowState State;

    /// <summary>What the node knows.</summary>
    public byte Flags;

    /// <summary>Index of the stamp's epoch among the epochs of the relay that counts.</summary>
    public byte Epoch;

    /// <summary>How many parents it names.</summary>
    public readonly int ParentCount => (int)(State & RowState.ParentCount);

    /// <summary>Whether all of these bits are set.</summary>
    public readonly bool Is(RowState state) => (State & state) == state;

    /// <summary>Sets or clears bits.</summary>
    public void Set(RowState state, bool value = true) => State = value ? State | state : State & ~state;
}
