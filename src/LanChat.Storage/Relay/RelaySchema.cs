namespace LanChat.Storage;

/// <summary>The tables of a relay's log. Ids and hashes are the bytes of the wire.</summary>
internal static class RelaySchema
{
    // "LCr1".
    public static readonly Schema Current = new(0x4C437231, [Version1]);

    private const string Version1 = """
        -- head is the highest position the room had when it was trimmed last; it outlives the trimming of all its entries.
        CREATE TABLE room(
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            head INTEGER NOT NULL DEFAULT 0);

        CREATE TABLE epoch(
            number INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            random INTEGER NOT NULL,
            UNIQUE(time, random));

        -- number is the room's number shifted left by 40 bits, plus the position: rows of a room lie together, in the order of reading.
        CREATE TABLE log(
            number INTEGER PRIMARY KEY,
            author BLOB NOT NULL,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            previous BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            place INTEGER NOT NULL,
            is_kept INTEGER NOT NULL,
            is_waived INTEGER NOT NULL,
            chain BLOB NOT NULL,
            signature BLOB NOT NULL,
            encoded BLOB NOT NULL);

        CREATE TABLE floor(
            room INTEGER NOT NULL,
            author BLOB NOT NULL,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY(room, author)) WITHOUT ROWID;

        CREATE TABLE profile(id BLOB PRIMARY KEY, encoded BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE value(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """;
}
