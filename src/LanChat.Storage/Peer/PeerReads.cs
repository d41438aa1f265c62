using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>Reads a peer's tables.</summary>
internal static class PeerReads
{
    /// <summary>Rows of one part of a room's index.</summary>
    public const int PageRows = 2048;

    /// <summary>What a peer starts from.</summary>
    public static PeerSnapshot Snapshot(SqlSession session) => new(
        session.List(
            "SELECT id, kind, network, name, key, creator, other, is_joined, relay_id, relay_host, relay_port FROM room ORDER BY number", Room),
        session.List("SELECT encoded FROM profile", row => (ReadOnlyMemory<byte>)row.Bytes(0)),
        session.List("SELECT id, address FROM address ORDER BY used DESC", row => (PeerId.Read(row.Bytes(0)), row.Text(1))),
        SharedWrites.Values(session));

    /// <summary>The entries asked for, in that order; empty for those not here.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Entries(SqlSession session, RoomId room, ImmutableArray<EntryHash> hashes)
    {
        var number = (long?)session.Scalar("SELECT number FROM room WHERE id = ?1", room.ToArray());
        return [.. hashes.Select(hash => new ReadOnlyMemory<byte>(
            (byte[]?)session.Scalar("SELECT encoded FROM entry WHERE room = ?1 AND hash = ?2", number, hash.ToArray())))];
    }

    /// <summary>Where the tables of a room end now: what is written later is not part of a load that begins now.</summary>
    public static (long Entries, long Stamps) End(SqlSession session) => (
        (long)(session.Scalar("SELECT max(number) FROM entry") ?? 0L), (long)(session.Scalar("SELECT max(number) FROM stamp") ?? 0L));

    /// <summary>The entries of a room with a number above one and up to another, in order of writing, and the number of the last.</summary>
    public static (ImmutableArray<StoredEntry> Entries, long Last) EntryPage(SqlSession session, RoomId room, long after, long end)
    {
        var last = after;
        var page = session.List(
            """
            SELECT number, substr(encoded, header_at + 1, header_size), kind, flags, length(encoded) FROM entry INDEXED BY entry_by_room
            WHERE room = (SELECT number FROM room WHERE id = ?1) AND number > ?2 AND number <= ?3 ORDER BY number LIMIT ?4
            """,
            row =>
            {
                last = row.Int64(0);
                return new StoredEntry(row.Bytes(1), row.Int32(2), (EntryFlags)row.Int32(3), row.Int32(4));
            },
            room.ToArray(), after, end, (long)PageRows);
        return ([.. page], last);
    }

    /// <summary>The same of a room's stamps.</summary>
    public static (ImmutableArray<StoredStamp> Stamps, long Last) StampPage(SqlSession session, RoomId room, long after, long end)
    {
        var last = after;
        var page = session.List(
            """
            SELECT stamp.number, relay.id, relay.keys, epoch_time, epoch_random, place, hash, is_waived, chain, signature
            FROM stamp INDEXED BY stamp_by_room CROSS JOIN relay ON relay.number = stamp.relay
            WHERE room = (SELECT number FROM room WHERE id = ?1) AND stamp.number > ?2 AND stamp.number <= ?3
            ORDER BY stamp.number LIMIT ?4
            """,
            row =>
            {
                last = row.Int64(0);
                var stamp = new Stamp(new Epoch(row.Int64(3), unchecked((ulong)row.Int64(4))), row.Int64(5), EntryHash.Read(row.Bytes(6)));
                return new StoredStamp(
                    PeerId.Read(row.Bytes(1)), row.Bytes(2), stamp, row.Int64(7) != 0, EntryHash.Read(row.Bytes(8)), row.Bytes(9));
            },
            room.ToArray(), after, end, (long)PageRows);
        return ([.. page], last);
    }

    /// <summary>The messages of a room that hold all the words.</summary>
    public static List<EntryHash> Search(SqlSession session, RoomId room, string query) => session.List(
        """
        SELECT entry.hash FROM words CROSS JOIN entry ON entry.number = words.rowid
        WHERE words MATCH ?1 AND entry.room = (SELECT number FROM room WHERE id = ?2)
        """,
        row => EntryHash.Read(row.Bytes(0)), query, room.ToArray());

    private static StoredRoom Room(SqlRows row) => new(
        RoomId.Read(row.Bytes(0)), (RoomKind)row.Int32(1), row.Text(2), row.Text(3), row.Bytes(4), PeerId.Read(row.Bytes(5)),
        PeerId.Read(row.Bytes(6)), row.Int64(7) != 0,
        row.IsNull(8) ? null : new RelayAddress(PeerId.Read(row.Bytes(8)), row.Text(9), row.Int32(10)));
}
