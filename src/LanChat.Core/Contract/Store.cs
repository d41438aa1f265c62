using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a node knows of an entry beside its bytes.</summary>
[Flags]
public enum EntryFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The signature was checked itself, not only as part of a run.</summary>
    SignatureChecked = 1,

    /// <summary>The user has been shown it.</summary>
    Shown = 2,

    /// <summary>It was marked as arrived late when shown.</summary>
    Late = 4,

    /// <summary>The body was dropped after a delete.</summary>
    BodyDropped = 8,

    /// <summary>Written by this profile and not yet held by anybody else.</summary>
    Unsent = 16,
}

/// <summary>One thing to write.</summary>
public abstract record StoreWrite;

/// <summary>A room: key, names and state. Replaces what was stored of it.</summary>
public sealed record PutRoom(StoredRoom Room) : StoreWrite;

/// <summary>Forget a room: key, entries, stamps, texts.</summary>
public sealed record ForgetRoom(RoomId Room) : StoreWrite;

/// <summary>A new entry. <paramref name="Encoded"/> is the encoded entry; <paramref name="Kind"/> the kind of its body, −1 when it does not open.</summary>
public sealed record PutEntry(RoomId Room, Entry Entry, ReadOnlyMemory<byte> Encoded, int Kind, EntryFlags Flags) : StoreWrite;

/// <summary>An entry's flags have changed.</summary>
public sealed record PutFlags(RoomId Room, EntryHash Entry, EntryFlags Flags) : StoreWrite;

/// <summary>The readable text of a message, for search; replaces what was there, null removes it.</summary>
public sealed record PutText(RoomId Room, EntryHash Entry, string? Text) : StoreWrite;

/// <summary>Drop an entry's body and text, keep its header and signature.</summary>
public sealed record DropBody(RoomId Room, EntryHash Entry) : StoreWrite;

/// <summary>Retention: remove an author's entries below a seq, but for those named to be kept.</summary>
public sealed record PruneEntries(RoomId Room, PeerId Author, int Below, IReadOnlySet<EntryHash> Kept) : StoreWrite;

/// <summary>Remove one entry, such as one dropped because too many wait behind a gap.</summary>
public sealed record RemoveEntry(RoomId Room, EntryHash Entry) : StoreWrite;

/// <summary>A stamp and, for those that end a run, the proof.</summary>
public sealed record PutStamp(RoomId Room, StoredStamp Stamp) : StoreWrite;

/// <summary>Remove every stamp of a relay in a room: others with lesser ids have taken its place.</summary>
public sealed record RemoveStamps(RoomId Room, PeerId Relay) : StoreWrite;

/// <summary>A profile of somebody, encoded; replaces one of a lower version.</summary>
public sealed record PutProfile(PeerId Id, ReadOnlyMemory<byte> Encoded) : StoreWrite;

/// <summary>An address that worked; the store keeps the last 64.</summary>
public sealed record PutAddress(PeerId Id, string Address) : StoreWrite;

/// <summary>A small named value: the version counter of the own profile, pinned relays, mutes, verified peers, read markers.</summary>
public sealed record PutValue(string Name, ReadOnlyMemory<byte> Value) : StoreWrite;

/// <summary>A room as stored.</summary>
/// <param name="Id">The room id.</param>
/// <param name="Kind">Which of the four.</param>
/// <param name="Network">The network of a public or passphrase room.</param>
/// <param name="Name">Display form; for direct rooms empty.</param>
/// <param name="Key">32 bytes.</param>
/// <param name="Creator">None for rooms without.</param>
/// <param name="Other">The other one of a direct room; none elsewhere.</param>
/// <param name="IsJoined">False after <c>part</c>: the history is kept.</param>
/// <param name="Relay">Ordering relay named by an invite, if any.</param>
public sealed record StoredRoom(
    RoomId Id, RoomKind Kind, string Network, string Name, ReadOnlyMemory<byte> Key, PeerId Creator, PeerId Other, bool IsJoined, RelayAddress? Relay);

/// <summary>An entry as indexed: enough to place it without its body.</summary>
/// <param name="Header">The signed header's bytes.</param>
/// <param name="Kind">Kind of the body, −1 when it does not open.</param>
/// <param name="Flags">What is known beside the bytes.</param>
/// <param name="Size">Bytes of the encoded entry.</param>
public readonly record struct StoredEntry(ReadOnlyMemory<byte> Header, int Kind, EntryFlags Flags, int Size);

/// <summary>A stamp as stored.</summary>
/// <param name="Relay">The relay that stamped.</param>
/// <param name="RelayKey">Its keys, 130 bytes.</param>
/// <param name="Stamp">Place and entry.</param>
/// <param name="IsWaived">Whether it was stamped though a parent was missing.</param>
/// <param name="Chain">c at this place.</param>
/// <param name="Signature">64 bytes when this place ends a signed group, else empty.</param>
public sealed record StoredStamp(
    PeerId Relay, ReadOnlyMemory<byte> RelayKey, Stamp Stamp, bool IsWaived, EntryHash Chain, ReadOnlyMemory<byte> Signature);

/// <summary>What a peer starts from.</summary>
/// <param name="Rooms">All rooms, joined or not.</param>
/// <param name="Profiles">Encoded profiles of everybody seen.</param>
/// <param name="Addresses">The last addresses that worked, newest first, at most 64.</param>
/// <param name="Values">Named values.</param>
public sealed record PeerSnapshot(
    IReadOnlyList<StoredRoom> Rooms, IReadOnlyList<ReadOnlyMemory<byte>> Profiles,
    IReadOnlyList<(PeerId Id, string Address)> Addresses, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Values)
{
    /// <summary>A new profile's.</summary>
    public static PeerSnapshot Empty { get; } = new([], [], [], new Dictionary<string, ReadOnlyMemory<byte>>());
}
