using System.Globalization;

namespace LanChat.Storage;

/// <summary>A database that has been opened, and what had to be said about it.</summary>
/// <param name="Session">The connection; the receiver's to dispose.</param>
/// <param name="Notice">A sentence for the user when an unusable database was set aside; else null.</param>
/// <param name="UsesWriteAheadLog">False where a rollback journal is used.</param>
internal sealed record OpenedDatabase(SqlSession Session, string? Notice, bool UsesWriteAheadLog);

/// <summary>
/// Opens a database whatever state it is in: makes a missing one, migrates an older one forward, sets a damaged or newer one aside and
/// begins anew. A database that was not closed cleanly, or that was seen to be damaged, is checked first.
/// </summary>
internal static class Database
{
    /// <summary>Beside a database: it was seen to be damaged while in use and is checked when next opened.</summary>
    private const string SuspectEnding = ".suspect";

    // SQLite's result codes (sqlite.org/rescode.html).
    private const int ResultCorrupt = 11;
    private const int ResultNotADatabase = 26;

    /// <summary>Opens or makes a database, and reads what its user starts from.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="schema">What it must be.</param>
    /// <param name="kind">Where it lies: write-ahead logging is used on local file systems only.</param>
    /// <param name="now">For the name of what is set aside.</param>
    /// <param name="read">Reads the start; damage that it meets counts as the database's.</param>
    /// <exception cref="IOException">The environment's fault, in words for the user: no space, no rights, locked by another program.</exception>
    public static (OpenedDatabase Database, T Start) OpenAndRead<T>(
        string path, Schema schema, FileSystemKind kind, DateTimeOffset now, Func<SqlSession, T> read)
    {
        try
        {
            if (TryOpen(path, schema, kind, read, out var wrong) is { } opened) return opened;
            var (why, what) = wrong;
            var aside = SetAside.Database(path, why, now);
            File.Delete(path + SuspectEnding);
            var (database, start) = TryOpen(path, schema, kind, read, out _)
                ?? throw new InvalidOperationException($"A new database at {path} cannot be used.");
            return (database with { Notice = $"{path} {what}. It was kept as {aside}, and a new one was begun." }, start);
        }
        catch (SqlException failure)
        {
            throw new IOException($"{path} cannot be opened: {InWords(failure)}.", failure);
        }
    }

    /// <summary>A failure in words for the user.</summary>
    public static string InWords(SqlException failure) => failure.Code switch
    {
        5 or 6 => "another program has locked it",
        8 => "it cannot be written to",
        10 => "the disk reports an error",
        ResultCorrupt or ResultNotADatabase => "it is damaged; it is set aside at the next start",
        13 => "the disk is full",
        14 => "the file or its folder cannot be opened",
        _ => failure.Message,
    };

    /// <summary>Whether a failure means that the file is damaged.</summary>
    public static bool IsDamage(SqlException failure) => failure.Code is ResultCorrupt or ResultNotADatabase;

    /// <summary>Has the database checked when it is next opened.</summary>
    public static void MarkSuspect(string path) => PrivateFile.Ensure(path + SuspectEnding);

    private static (OpenedDatabase Database, T Start)? TryOpen<T>(
        string path, Schema schema, FileSystemKind kind, Func<SqlSession, T> read, out (string Why, string What) wrong)
    {
        wrong = default;
        // What a clean end removes: SQLite itself deletes both with the last connection.
        var mustCheck = File.Exists(path + "-wal") || File.Exists(path + "-journal") || File.Exists(path + SuspectEnding);
        PrivateFile.Ensure(path);
        var session = SqlSession.Open(path);
        try
        {
            var usesLog = SetUp(session, kind);
            wrong = Reject(session, schema, mustCheck) ?? default;
            if (wrong == default)
            {
                Migrate(session, schema);
                var start = read(session);
                File.Delete(path + SuspectEnding);
                var opened = new OpenedDatabase(session, null, usesLog);
                session = null;
                return (opened, start);
            }
        }
        catch (SqlException failure) when (IsDamage(failure))
        {
            wrong = ("damaged", "is damaged");
        }
        finally
        {
            session?.Dispose();
        }

        return null;
    }

    private static bool SetUp(SqlSession session, FileSystemKind kind)
    {
        // The pages that a long history is sorted into stay in memory until all of it is written: with SQLite's 2 MB each was read again and again.
        // Who has nothing to do gives them back (ReleaseMemory). Larger pages are fewer to write; a file that is there keeps the size it has.
        // Up to 32 MB of the log are copied back at once, for the same reason.
        session.Script("PRAGMA page_size = 8192; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;");
        session.Script("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
        var usesLog = kind == FileSystemKind.Local && TryWriteAheadLog(session);
        if (!usesLog) session.Scalar("PRAGMA journal_mode = DELETE");

        // What is deleted is overwritten: a forgotten room's key must not stay in a free page. macOS flushes its drive only when told to.
        session.Script("PRAGMA secure_delete = ON; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
        return usesLog;
    }

    private static bool TryWriteAheadLog(SqlSession session)
    {
        try
        {
            return session.Scalar("PRAGMA journal_mode = WAL") is "wal";
        }
        catch (SqlException failure) when (!IsDamage(failure))
        {
            // No shared memory here: SQLite says "cannot open" or "input/output error" for it, depending on the system.
            return false;
        }
    }

    private static (string Why, string What)? Reject(SqlSession session, Schema schema, bool mustCheck)
    {
        var version = Number(session, "PRAGMA user_version");
        var id = Number(session, "PRAGMA application_id");
        var isEmpty = Number(session, "SELECT count(*) FROM sqlite_master") == 0;
        if (isEmpty) return null;
        if (id != schema.ApplicationId) return ("foreign", "is no database of this program");
        if (version > schema.Version) return ("newer", $"was written by a newer version of this program (format {version}, this one knows {schema.Version})");
        return mustCheck && session.Scalar("PRAGMA quick_check(1)") is not "ok" ? ("damaged", "is damaged") : null;
    }

    private static void Migrate(SqlSession session, Schema schema)
    {
        for (var version = Number(session, "PRAGMA user_version"); version < schema.Version; version++)
        {
            // One transaction per step: an interrupted migration goes on where it was.
            session.Script(string.Create(
                CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {schema.Steps[(int)version]}; PRAGMA application_id = {schema.ApplicationId}; PRAGMA user_version = {version + 1}; COMMIT;"));
        }
    }

    private static long Number(SqlSession session, string sql) => (long)session.Scalar(sql)!;
}
