using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>Reads and writes a relay's tables; writes within a transaction that somebody else opened.</summary>
internal static class RelayTables
{
    /// <summary>Rows of one part of a room's index.</summary>
    public const int PageRows = 4096;

    private const int PositionBits = 40;
    private const long MaxPosition = (1L << PositionBits) - 1;

    /// <summary>Roughly how many bytes an append brings, for the queue's bound.</summary>
    public static int SizeOf(AppendLog append) => append.Entries.Sum(entry => 192 + entry.Encoded.Length);

    /// <summary>How many entries were ever appended.</summary>
    public static long Total(SqlSession session) => session.List("SELECT number FROM room", row => row.Int64(0)).Sum(room => Head(session, room));

    /// <summary>Appends to a room's log; answers the first entry's position.</summary>
    public static long Append(SqlSession session, AppendLog append)
    {
        if (Room(session, append.Room) is not { } room)
        {
            session.Run("INSERT INTO room(id) VALUES (?1)", append.Room.ToArray());
            room = Room(session, append.Room)!.Value;
        }

        // Nothing but the log itself is written: a page more per commit is a page more to sync.
        var head = Head(session, room);
        var position = head;
        var (epoch, number) = (append.Entries[0].Epoch, Epoch(session, append.Entries[0].Epoch));
        foreach (var entry in append.Entries)
        {
            if (entry.Epoch != epoch) (epoch, number) = (entry.Epoch, Epoch(session, entry.Epoch));
            Insert(session, Number(room, ++position), entry, number);
        }

        return head + 1;
    }

    /// <summary>Drops a room's oldest entries.</summary>
    public static void Trim(SqlSession session, TrimLog trim)
    {
        if (Room(session, trim.Room) is not { } room) return;
        session.Run("UPDATE room SET head = ?2 WHERE number = ?1", room, Head(session, room));

        // A position beyond what one room can have would reach into the rooms numbered after it.
        var before = Math.Clamp(trim.Before, 0, MaxPosition);
        session.Run("DELETE FROM log WHERE number >= ?1 AND number < ?2", Number(room, 0), Number(room, before));
        foreach (var floor in trim.Floors)
        {
            session.Run(
                "INSERT INTO floor(room, author, seq, hash) VALUES (?1, ?2, ?3, ?4) ON CONFLICT(room, author) DO UPDATE SET seq = ?3, hash = ?4",
                room, floor.Author.ToArray(), (long)floor.Seq, floor.Hash.ToArray());
        }
    }

    /// <summary>A part of a room's log, ascending.</summary>
    public static LogRead Read(SqlSession session, ReadLog read)
    {
        if (Room(session, read.Room) is not { } room) return new LogRead(read.Ticket, read.Room, 0, []);
        var from = Number(room, Math.Clamp(read.From, 0, MaxPosition));
        var entries = ImmutableArray.CreateBuilder<LogEntry>();
        long first = 0;
        long bytes = 0;
        using var rows = read.Older
            ? session.Query(SelectLog + "WHERE log.number < ?1 AND log.number > ?2 AND epoch.number = epoch ORDER BY log.number DESC", from, Number(room, 0))
            : session.Query(
                SelectLog + "WHERE log.number > ?1 AND log.number <= ?2 AND epoch.number = epoch ORDER BY log.number", from, Number(room, MaxPosition));
        while (rows.Read())
        {
            var entry = Entry(rows);
            bytes += entry.Encoded.Length;
            if (entries.Count > 0 && bytes > read.MaxBytes) break;
            if (entries.Count == 0 || read.Older) first = rows.Int64(0) & MaxPosition;
            entries.Add(entry);
        }

        if (read.Older) entries.Reverse();
        return new LogRead(read.Ticket, read.Room, first, entries.ToImmutable());
    }

    /// <summary>A part of a room's index above a position.</summary>
    public static LogIndexRead ReadIndex(SqlSession session, RoomId id, long after)
    {
        if (Room(session, id) is not { } room) return new LogIndexRead(id, 1, [], [], [], IsLast: true);
        long first = 0;
        var entries = session.List(
            """
            SELECT log.number, author, seq, hash, previous, time, random, place, is_kept, chain, length(encoded) FROM log, epoch
            WHERE log.number > ?1 AND log.number <= ?2 AND epoch.number = epoch ORDER BY log.number LIMIT ?3
            """,
            row =>
            {
                if (first == 0) first = row.Int64(0) & MaxPosition;
                return new LogIndexEntry(
                    PeerId.Read(row.Bytes(1)), row.Int32(2), EntryHash.Read(row.Bytes(3)), EntryHash.Read(row.Bytes(4)),
                    new Epoch(row.Int64(5), unchecked((ulong)row.Int64(6))), row.Int64(7), row.Int64(8) != 0,
                    EntryHash.Read(row.Bytes(9)), row.Int32(10));
            },
            Number(room, after), Number(room, MaxPosition), (long)PageRows);
        var isLast = entries.Count < PageRows;
        if (entries.Count == 0) first = Head(session, room) + 1;
        return new LogIndexRead(
            id, first, [.. entries], isLast ? Floors(session, room) : [], isLast ? Profiles(session, room) : [], isLast);
    }

    private const string SelectLog =
        """
        SELECT log.number, author, seq, hash, previous, time, random, place, is_kept, is_waived, chain, signature, encoded FROM log, epoch

        """;

    private static long Number(long room, long position) => (room << PositionBits) | position;

    private static long? Room(SqlSession session, RoomId room) => (long?)session.Scalar("SELECT number FROM room WHERE id = ?1", room.ToArray());

    /// <summary>The highest position the room ever had: that of its newest entry, or what was noted when the last one was trimmed.</summary>
    private static long Head(SqlSession session, long room) =>
        session.Scalar(
            "SELECT number FROM log WHERE number > ?1 AND number <= ?2 ORDER BY number DESC LIMIT 1", Number(room, 0), Number(room, MaxPosition)) is long newest
            ? newest & MaxPosition
            : (long)session.Scalar("SELECT head FROM room WHERE number = ?1", room)!;

    private static void Insert(SqlSession session, long number, LogEntry entry, long epoch) => session.Run(
        """
        INSERT INTO log(number, author, seq, hash, previous, epoch, place, is_kept, is_waived, chain, signature, encoded)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """,
        number, entry.Author.ToArray(), (long)entry.Seq, entry.Hash.ToArray(), entry.Previous.ToArray(), epoch, entry.Place,
        entry.IsKept ? 1L : 0L, entry.IsWaived ? 1L : 0L, entry.Chain.ToArray(), entry.Signature, entry.Encoded);

    private static long Epoch(SqlSession session, Epoch epoch)
    {
        var random = unchecked((long)epoch.Random);
        if (session.Scalar("SELECT number FROM epoch WHERE time = ?1 AND random = ?2", epoch.UtcMilliseconds, random) is long known) return known;
        session.Run("INSERT INTO epoch(time, random) VALUES (?1, ?2)", epoch.UtcMilliseconds, random);
        return (long)session.Scalar("SELECT last_insert_rowid()")!;
    }

    private static LogEntry Entry(SqlRows row) => new(
        PeerId.Read(row.Bytes(1)), row.Int32(2), EntryHash.Read(row.Bytes(3)), EntryHash.Read(row.Bytes(4)),
        new Epoch(row.Int64(5), unchecked((ulong)row.Int64(6))), row.Int64(7), row.Int64(8) != 0, row.Int64(9) != 0,
        EntryHash.Read(row.Bytes(10)), row.Bytes(11), row.Bytes(12));

    private static ImmutableArray<LogFloor> Floors(SqlSession session, long room) =>
    [
        .. session.List(
            "SELECT author, seq, hash FROM floor WHERE room = ?1",
            row => new LogFloor(PeerId.Read(row.Bytes(0)), row.Int32(1), EntryHash.Read(row.Bytes(2))), room),
    ];

    private static ImmutableArray<ReadOnlyMemory<byte>> Profiles(SqlSession session, long room) =>
    [
        .. session.List(
            "SELECT encoded FROM profile WHERE id IN (SELECT DISTINCT author FROM log WHERE number > ?1 AND number <= ?2)",
            row => (ReadOnlyMemory<byte>)row.Bytes(0), Number(room, 0), Number(room, MaxPosition)),
    ];
}
