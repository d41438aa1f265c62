using System.Collections.Immutable;

namespace LanChat.Protocol;

/// <summary>Names an entry that an author had seen: a parent of an entry (PROTOCOL.md, section 7).</summary>
/// <param name="Author">Who wrote the parent.</param>
/// <param name="Seq">Its number in the author's chain in this room, from 1.</param>
/// <param name="HashPrefix">The first 16 bytes of its hash.</param>
public readonly record struct EntryRef(PeerId Author, int Seq, UInt128 HashPrefix);

/// <summary>
/// One signed, sealed, immutable record in a room, as received: the header's bytes are kept and passed on unchanged.
/// </summary>
public sealed class Entry
{
    /// <summary>The room this entry is bound to.</summary>
    public required RoomId Room { get; init; }

    /// <summary>Who wrote and signed it.</summary>
    public required PeerId Author { get; init; }

    /// <summary>Number in the author's chain in this room, from 1 without gaps.</summary>
    public required int Seq { get; init; }

    /// <summary>Hash of the author's entry before this one; <see cref="EntryHash.None"/> for the first.</summary>
    public required EntryHash Previous { get; init; }

    /// <summary>Up to <see cref="Limits.MaxParents"/> heads the author had seen.</summary>
    public required ImmutableArray<EntryRef> After { get; init; }

    /// <summary>The author's hybrid logical clock.</summary>
    public required HybridClock Clock { get; init; }

    /// <summary>Nonce of the sealed body, 12 bytes.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>SHA-256 of the sealed body.</summary>
    public required EntryHash BodyHash { get; init; }

    /// <summary>The other one of a direct room; <see cref="PeerId.None"/> elsewhere.</summary>
    public required PeerId Recipient { get; init; }

    /// <summary>The signed bytes, domain string included.</summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>64 bytes, IEEE P1363. Nothing ever depends on their value beyond validity.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The sealed body (ciphertext and tag); empty where a delete has dropped it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>SHA-256 of <see cref="Header"/>.</summary>
    public required EntryHash Hash { get; init; }

    /// <summary>Whether the body was dropped after a delete.</summary>
    public bool IsBodyDropped => Body.IsEmpty;

    /// <summary>Header, signature and body together, in bytes.</summary>
    public int Size => Header.Length + Signature.Length + Body.Length;

    /// <summary>This entry as a parent of another.</summary>
    public EntryRef Ref => new(Author, Seq, Hash.Prefix);
}
