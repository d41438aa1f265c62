namespace LanChat.Storage;

/// <summary>The tables of a profile's history. Ids and hashes are the bytes of the wire; rows are numbered in the order they were written.</summary>
internal static class PeerSchema
{
    // "LCh1", so that file(1) and a wrong path can be told from a right one.
    public static readonly Schema Current = new(0x4C436831, [Version1]);

    internal const string Version1 = """
        CREATE TABLE room(
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            network TEXT NOT NULL,
            name TEXT NOT NULL,
            key BLOB NOT NULL,
            creator BLOB NOT NULL,
            other BLOB NOT NULL,
            is_joined INTEGER NOT NULL,
            relay_id BLOB,
            relay_host TEXT,
            relay_port INTEGER);

        -- header_at and header_size say where in encoded the signed header lies; body_dropped entries are encoded without one.
        CREATE TABLE entry(
            number INTEGER PRIMARY KEY,
            room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
            hash BLOB NOT NULL,
            author BLOB NOT NULL,
            seq INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            header_at INTEGER NOT NULL,
            header_size INTEGER NOT NULL,
            encoded BLOB NOT NULL);
        CREATE INDEX entry_by_room ON entry(room);
        CREATE UNIQUE INDEX entry_by_hash ON entry(room, hash);
        CREATE INDEX entry_by_author ON entry(room, author, seq);

        CREATE TABLE relay(
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            keys BLOB NOT NULL);

        CREATE TABLE stamp(
            number INTEGER PRIMARY KEY,
            room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
            relay INTEGER NOT NULL REFERENCES relay,
            epoch_time INTEGER NOT NULL,
            epoch_random INTEGER NOT NULL,
            place INTEGER NOT NULL,
            hash BLOB NOT NULL,
            is_waived INTEGER NOT NULL,
            chain BLOB NOT NULL,
            signature BLOB NOT NULL);
        CREATE INDEX stamp_by_room ON stamp(room);
        CREATE UNIQUE INDEX stamp_by_place ON stamp(room, relay, epoch_time, epoch_random, place);

        CREATE TABLE profile(id BLOB PRIMARY KEY, encoded BLOB NOT NULL) WITHOUT ROWID;

        CREATE TABLE address(
            used INTEGER PRIMARY KEY AUTOINCREMENT,
            address TEXT NOT NULL UNIQUE,
            id BLOB NOT NULL);

        CREATE TABLE value(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

        -- Its rowid is the entry's number. Letters and digits of every script make words, and so does an emoji.
        CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'");
        """;
}
