namespace LanChat.Storage.Tests;

/// <summary>A database opens whatever state it is found in, and nothing of it is ever lost.</summary>
public sealed class DatabaseTests : IDisposable
{
    private static readonly Schema First = new(0x1234, ["CREATE TABLE a(x); INSERT INTO a VALUES (1)"]);
    private static readonly Schema Second = First with { Steps = [.. First.Steps, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1"] };

    private readonly TemporaryFolder _folder = new();

    private string Db => _folder.File("a.db");

    public void Dispose() => _folder.Dispose();

    private OpenedDatabase Open(Schema schema, FileSystemKind kind = FileSystemKind.Local) =>
        Database.OpenAndRead(Db, schema, kind, Samples.Now, session => session.Scalar("SELECT count(*) FROM a")).Database;

    private static object? Close(OpenedDatabase database, string sql = "SELECT max(x) FROM a")
    {
        using var session = database.Session;
        return session.Scalar(sql);
    }

    [Fact]
    public void A_missing_database_is_made_and_found_again()
    {
        var made = Open(First);
        Assert.Null(made.Notice);
        made.Session.Run("UPDATE a SET x = 5");
        Assert.Equal(5L, Close(made));
        Assert.Equal(5L, Close(Open(First)));
        Assert.Equal(["a.db"], _folder.Names);
    }

    [Fact]
    public void An_older_one_is_migrated_forward_with_its_content()
    {
        Close(Open(First));
        Assert.Equal(2L, Close(Open(Second), "SELECT y FROM a"));
        Assert.Equal(2L, Close(Open(Second), "PRAGMA user_version"));
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_version_before()
    {
        Close(Open(First));
        Assert.Throws<IOException>(() => Open(First with { Steps = [.. First.Steps, "UPDATE a SET x = 9; INSERT INTO missing VALUES (1)"] }));
        Assert.Equal(1L, Close(Open(First)));
    }

    [Fact]
    public void A_newer_one_is_set_aside_whole_with_a_message()
    {
        Close(Open(Second));

        var opened = Open(First);

        Assert.Contains("newer version", opened.Notice, StringComparison.Ordinal);
        Assert.Contains("a.db.newer-20260131-120000", opened.Notice, StringComparison.Ordinal);
        Close(opened);
        File.Move(_folder.File("a.db.newer-20260131-120000"), Db, overwrite: true);
        Assert.Equal(2L, Close(Open(Second), "SELECT y FROM a"));
    }

    [Fact]
    public void A_database_of_something_else_is_set_aside()
    {
        Close(Open(First));
        var opened = Open(First with { ApplicationId = 7 });
        Assert.Contains("no database of this program", opened.Notice, StringComparison.Ordinal);
        Close(opened);
        Assert.Contains("a.db.foreign-20260131-120000", _folder.Names);
    }

    [Fact]
    public void Two_damaged_ones_in_one_second_are_both_kept()
    {
        foreach (var garbage in (string[])["first", "second"])
        {
            File.WriteAllText(Db, string.Concat(Enumerable.Repeat(garbage, 1000)));
            var opened = Open(First);
            Assert.Contains("is damaged", opened.Notice, StringComparison.Ordinal);
            Close(opened);
        }

        Assert.StartsWith("first", File.ReadAllText(_folder.File("a.db.damaged-20260131-120000")), StringComparison.Ordinal);
        Assert.StartsWith("second", File.ReadAllText(_folder.File("a.db.damaged-20260131-120000-2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_deep_inside_is_found_when_the_database_was_seen_to_be_suspect()
    {
        Fill();
        Damage();
        Database.MarkSuspect(Db);

        var opened = Open(First);

        Assert.Contains("is damaged", opened.Notice, StringComparison.Ordinal);
        Close(opened);
        Assert.Equal(["a.db", "a.db.damaged-20260131-120000"], _folder.Names);
    }

    [Fact]
    public void A_sound_database_that_was_suspect_is_kept()
    {
        Fill();
        Database.MarkSuspect(Db);
        var opened = Open(First);
        Assert.Null(opened.Notice);
        Close(opened);
        Assert.Equal(["a.db"], _folder.Names);
    }

    [Fact]
    public void Where_shared_memory_does_not_work_a_rollback_journal_is_used()
    {
        Close(Open(First));
        var opened = Open(First, FileSystemKind.Shared);
        Assert.False(opened.UsesWriteAheadLog);
        opened.Session.Run("UPDATE a SET x = 6");
        Assert.DoesNotContain("a.db-wal", _folder.Names);
        Assert.Equal(6L, Close(opened));
        var again = Open(First);
        Assert.True(again.UsesWriteAheadLog);
        Assert.Equal(6L, Close(again));
    }

    [Fact]
    public void What_the_environment_refuses_is_said_in_words()
    {
        Directory.CreateDirectory(Db);
        var refused = Assert.ThrowsAny<Exception>(() => Open(First));
        Assert.True(refused is IOException or UnauthorizedAccessException, refused.ToString());
    }

    [Fact]
    public void Nobody_else_may_read_the_files()
    {
        var opened = Open(First);
        opened.Session.Run("UPDATE a SET x = 6");
        Assert.Contains("a.db-wal", _folder.Names);
        Assert.All(_folder.Names, name => Assert.True(_folder.IsOwnersAlone(name), name));
        Close(opened);
    }

    private void Fill()
    {
        var opened = Open(First);
        opened.Session.Run("BEGIN");
        for (var i = 0; i < 5000; i++) opened.Session.Run("INSERT INTO a VALUES (?1)", $"row {i} of some length, so that there are pages");
        opened.Session.Run("COMMIT");
        Close(opened);
    }

    private void Damage()
    {
        using var file = File.OpenWrite(Db);
        file.Position = 4096 * 12;
        file.Write(new byte[4096 * 3]);
    }
}
