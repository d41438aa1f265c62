using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>Carries out a peer's writes on its tables, within a transaction that somebody else opened.</summary>
internal static class PeerWrites
{
    /// <summary>Addresses kept (PROTOCOL.md, section 5).</summary>
    public const int MaxAddresses = 64;

    /// <summary>Roughly how many bytes a write brings, for the queue's bound.</summary>
    public static int SizeOf(StoreWrite write) => 64 + write switch
    {
        PutEntry put => put.Encoded.Length,
        PutText put => 2 * (put.Text?.Length ?? 0),
        PutStamp put => put.Stamp.RelayKey.Length + put.Stamp.Signature.Length,
        PutProfile put => put.Encoded.Length,
        PutValue put => put.Value.Length,
        _ => 0,
    };

    /// <summary>Carries out one write.</summary>
    /// <exception cref="RefusedWriteException">It is for a room that is not here.</exception>
    public static void Apply(SqlSession session, StoreWrite write)
    {
        switch (write)
        {
            case PutRoom put: Put(session, put.Room); break;
            case ForgetRoom forget: Forget(session, forget.Room); break;
            case PutEntry put: Put(session, put); break;
            case PutFlags put:
                if (Entry(session, put.Room, put.Entry) is { } number) session.Run("UPDATE entry SET flags = ?2 WHERE number = ?1", number, (long)put.Flags);
                break;
            case PutText put: Put(session, put); break;
            case DropBody drop: Drop(session, drop); break;
            case PruneEntries prune: Prune(session, prune); break;
            case RemoveEntry remove: RemoveIfThere(session, remove.Room, remove.Entry); break;
            case PutStamp put: Put(session, put.Room, put.Stamp); break;
            case RemoveStamps remove: Remove(session, remove); break;
            case PutAddress put: Put(session, put); break;
            default: SharedWrites.Apply(session, write); break;
        }
    }

    private static long Room(SqlSession session, RoomId room)
    {
        if (session.Known.Rooms.TryGetValue(room, out var known)) return known;
        var number = session.Scalar("SELECT number FROM room WHERE id = ?1", room.ToArray()) ?? throw new RefusedWriteException($"room {room} is not stored here");
        session.Known.Rooms.Add(room, (long)number);
        return (long)number;
    }

    private static long? Entry(SqlSession session, RoomId room, EntryHash entry) => session.Known.TryGetEntry(entry, out var known, out _)
        ? known
        : (long?)session.Scalar("SELECT number FROM entry WHERE room = ?1 AND hash = ?2", Room(session, room), entry.ToArray());

    private static long Relay(SqlSession session, StoredStamp stamp)
    {
        if (session.Known.Relays.TryGetValue(stamp.Relay, out var known)) return known;
        session.Run("INSERT INTO relay(id, keys) VALUES (?1, ?2) ON CONFLICT(id) DO NOTHING", stamp.Relay.ToArray(), stamp.RelayKey);
        var number = (long)session.Scalar("SELECT number FROM relay WHERE id = ?1", stamp.Relay.ToArray())!;
        session.Known.Relays.Add(stamp.Relay, number);
        return number;
    }

    private static void Put(SqlSession session, StoredRoom room) => session.Run(
        """
        INSERT INTO room(id, kind, network, name, key, creator, other, is_joined, relay_id, relay_host, relay_port)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT(id) DO UPDATE SET kind = ?2, network = ?3, name = ?4, key = ?5, creator = ?6, other = ?7, is_joined = ?8,
            relay_id = ?9, relay_host = ?10, relay_port = ?11
        """,
        room.Id.ToArray(), (long)room.Kind, room.Network, room.Name, room.Key, room.Creator.ToArray(), room.Other.ToArray(), room.IsJoined ? 1L : 0L,
        room.Relay?.Id.ToArray(), room.Relay?.Host, (long?)room.Relay?.Port);

    private static void Forget(SqlSession session, RoomId room)
    {
        if (session.Scalar("SELECT number FROM room WHERE id = ?1", room.ToArray()) is not long number) return;
        session.Known.Clear();
        session.Run("DELETE FROM words WHERE rowid IN (SELECT number FROM entry WHERE room = ?1)", number);
        session.Run("DELETE FROM room WHERE number = ?1", number);
        PurgeWords(session);
    }

    /// <summary>Rewrites the word index without what was removed from it: until then FTS5 keeps removed words in its segments.</summary>
    public static void PurgeWords(SqlSession session) => session.Run("INSERT INTO words(words) VALUES ('optimize')");

    private static void Put(SqlSession session, PutEntry put)
    {
        var headerAt = put.Encoded.Span.IndexOf(put.Entry.Header.Span);
        if (headerAt < 0) throw new ArgumentException("An encoded entry holds its header's bytes.", nameof(put));
        var (room, hash) = (Room(session, put.Room), put.Entry.Hash.ToArray());
        var isNew = session.Run(
            """
            INSERT INTO entry(room, hash, author, seq, kind, flags, header_at, header_size, encoded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT(room, hash) DO NOTHING
            """,
            room, hash, put.Entry.Author.ToArray(), (long)put.Entry.Seq, (long)put.Kind, (long)put.Flags, (long)headerAt,
            (long)put.Entry.Header.Length, put.Encoded) > 0;
        if (isNew) session.Known.Add(put.Entry.Hash, session.LastRow, isNew: true);
        else
        {
            session.Run(
                "UPDATE entry SET kind = ?3, flags = ?4, header_at = ?5, header_size = ?6, encoded = ?7 WHERE room = ?1 AND hash = ?2",
                room, hash, (long)put.Kind, (long)put.Flags, (long)headerAt, (long)put.Entry.Header.Length, put.Encoded);
        }
    }

    private static void Put(SqlSession session, PutText put)
    {
        if (Entry(session, put.Room, put.Entry) is not { } number) return;
        var hasNone = session.Known.TryGetEntry(put.Entry, out _, out var isNew) && isNew;
        if (!hasNone) session.Run("DELETE FROM words WHERE rowid = ?1", number);
        if (put.Text is not null) session.Run("INSERT INTO words(rowid, text) VALUES (?1, ?2)", number, SearchText.Index(put.Text));
        session.Known.Add(put.Entry, number, isNew: false);
    }

    private static void Drop(SqlSession session, DropBody drop)
    {
        if (Entry(session, drop.Room, drop.Entry) is not { } number) return;
        var encoded = (byte[])session.Scalar("SELECT encoded FROM entry WHERE number = ?1", number)!;
        if (!EntryCodec.TryDecode(encoded, out var entry, out var rejection)) throw new RefusedWriteException($"entry {drop.Entry} is unreadable: {rejection}");
        var bare = EntryCodec.Encode(EntrySeal.WithoutBody(entry));
        session.Run(
            "UPDATE entry SET encoded = ?2, header_at = ?3, flags = flags | ?4 WHERE number = ?1",
            number, bare, (long)bare.AsSpan().IndexOf(entry.Header.Span), (long)EntryFlags.BodyDropped);
        session.Run("DELETE FROM words WHERE rowid = ?1", number);
    }

    private static void Prune(SqlSession session, PruneEntries prune)
    {
        var old = session.List(
            "SELECT number, hash FROM entry WHERE room = ?1 AND author = ?2 AND seq < ?3",
            row => (Number: row.Int64(0), Hash: EntryHash.Read(row.Bytes(1))),
            Room(session, prune.Room), prune.Author.ToArray(), (long)prune.Below);
        foreach (var (number, hash) in old)
        {
            if (!prune.Kept.Contains(hash)) Remove(session, number);
        }
    }

    private static void RemoveIfThere(SqlSession session, RoomId room, EntryHash entry)
    {
        if (Entry(session, room, entry) is { } number) Remove(session, number);
    }

    private static void Remove(SqlSession session, long number)
    {
        session.Known.Clear();
        session.Run("DELETE FROM words WHERE rowid = ?1", number);
        session.Run("DELETE FROM entry WHERE number = ?1", number);
    }

    private static void Put(SqlSession session, RoomId room, StoredStamp stamp) => session.Run(
        """
        INSERT INTO stamp(room, relay, epoch_time, epoch_random, place, hash, is_waived, chain, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT(room, relay, epoch_time, epoch_random, place) DO UPDATE SET hash = ?6, is_waived = ?7, chain = ?8, signature = ?9
        """,
        Room(session, room), Relay(session, stamp), stamp.Stamp.Epoch.UtcMilliseconds, unchecked((long)stamp.Stamp.Epoch.Random), stamp.Stamp.Place,
        stamp.Stamp.Entry.ToArray(), stamp.IsWaived ? 1L : 0L, stamp.Chain.ToArray(), stamp.Signature);

    private static void Remove(SqlSession session, RemoveStamps remove)
    {
        var relay = remove.Relay.ToArray();
        session.Run("DELETE FROM stamp WHERE room = ?1 AND relay = (SELECT number FROM relay WHERE id = ?2)", Room(session, remove.Room), relay);
        if (session.Run("DELETE FROM relay WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM stamp WHERE stamp.relay = relay.number)", relay) > 0)
            session.Known.Relays.Remove(remove.Relay);
    }

    private static void Put(SqlSession session, PutAddress put)
    {
        session.Run("DELETE FROM address WHERE address = ?1", put.Address);
        session.Run("INSERT INTO address(address, id) VALUES (?1, ?2)", put.Address, put.Id.ToArray());
        session.Run("DELETE FROM address WHERE used NOT IN (SELECT used FROM address ORDER BY used DESC LIMIT ?1)", (long)MaxAddresses);
    }
}
