using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage.Tests;

/// <summary>A relay's log gives back what was appended, by position and by bytes, and knows an older copy of itself.</summary>
public sealed class RelayStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Answers _answers = new();
    private RelayStore _store;
    private long _ticket;

    public RelayStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        _answers.Dispose();
        _folder.Dispose();
    }

    private RelayStore Open() => RelayStore.Open(_folder.File("log.db"), FileSystemKind.Local, Samples.Now);

    private void Reopen()
    {
        _store.Dispose();
        _store = Open();
    }

    private void Submit(NodeOutput output) => Assert.True(_store.TrySubmit(output, _answers.Take));

    private long Append(int room, params LogEntry[] entries)
    {
        Submit(new AppendLog(++_ticket, Samples.Id(room), [.. entries]));
        var appended = _answers.Next<LogAppended>();
        Assert.Equal((_ticket, Samples.Id(room)), (appended.Ticket, appended.Room));
        return appended.FirstPosition;
    }

    private static LogEntry[] Entries(int room, int from, int count) => [.. Enumerable.Range(from, count).Select(seq => Samples.Log(room, seq))];

    private LogRead Read(int room, long from, bool older, int bytes)
    {
        Submit(new ReadLog(++_ticket, Samples.Id(room), from, older, bytes));
        return _answers.Next<LogRead>();
    }

    private List<LogIndexRead> ReadIndex(int room)
    {
        Submit(new ReadLogIndex(Samples.Id(room)));
        List<LogIndexRead> parts = [];
        do
        {
            parts.Add(_answers.Next<LogIndexRead>());
        }
        while (!parts[^1].IsLast);
        return parts;
    }

    [Fact]
    public void Positions_count_up_from_one_in_each_room_and_go_on_after_a_restart()
    {
        Assert.Equal(1, Append(1, Entries(1, 1, 3)));
        Assert.Equal(1, Append(2, Entries(2, 1, 1)));
        Assert.Equal(4, Append(1, Entries(1, 4, 2)));
        Reopen();
        Assert.Equal(6, Append(1, Entries(1, 6, 1)));
    }

    [Fact]
    public void A_log_is_read_in_both_directions_up_to_some_bytes()
    {
        var entries = Entries(1, 1, 20);
        Append(1, entries);
        Append(2, Entries(2, 1, 20));
        var size = entries[0].Encoded.Length;

        AssertRead(Read(1, 0, false, 3 * size), 1, entries[..3]);
        AssertRead(Read(1, 3, false, int.MaxValue), 4, entries[3..]);
        AssertRead(Read(1, 20, false, 1000), 0, []);
        AssertRead(Read(1, 10, true, 2 * size), 8, entries[7..9]);
        AssertRead(Read(1, long.MaxValue, true, 1), 20, entries[19..]);
        AssertRead(Read(1, 1, true, 1000), 0, []);
        AssertRead(Read(9, 0, false, 1000), 0, []);
    }

    [Fact]
    public void One_entry_comes_even_if_it_is_larger_than_asked_for()
    {
        Append(1, Samples.Log(1, 1, 30_000), Samples.Log(1, 2, 10));
        Assert.Single(Read(1, 0, false, 1).Entries);
    }

    [Fact]
    public void The_index_comes_in_parts_with_floors_and_profiles_at_the_end()
    {
        const int Count = RelayTables.PageRows + 10;
        var entries = Entries(1, 1, Count);
        Append(1, entries);
        Submit(new StoreBatch(++_ticket, true, [new PutProfile(Samples.Ana, new byte[] { 1 }), new PutProfile(Samples.Bruno, new byte[] { 2 })]));
        Assert.IsType<StoreCommitted>(_answers.Next());
        Submit(new TrimLog(Samples.Id(1), 6, [new LogFloor(Samples.Ana, 5, entries[4].Hash)]));

        var parts = ReadIndex(1);

        Assert.Equal([6L, 6 + RelayTables.PageRows], parts.Select(part => part.FirstPosition));
        Assert.Equal(
            entries[5..].Select(entry => new LogIndexEntry(
                entry.Author, entry.Seq, entry.Hash, entry.Previous, entry.Epoch, entry.Place, entry.IsKept, entry.Chain, entry.Encoded.Length)),
            parts.SelectMany(part => part.Entries));
        Assert.Equal([0, 1], parts.Select(part => part.Floors.Length));
        Assert.Equal(new LogFloor(Samples.Ana, 5, entries[4].Hash), parts[1].Floors[0]);
        Assert.Equal([1], Assert.Single(parts[1].Profiles).ToArray());
        AssertRead(Read(1, 0, false, 1), 6, entries[5..6]);
        var nothing = Assert.Single(ReadIndex(3));
        Assert.Equal((1, 0), ((int)nothing.FirstPosition, nothing.Entries.Length));
    }

    [Fact]
    public void Positions_go_on_after_everything_was_trimmed()
    {
        Append(1, Entries(1, 1, 3));
        Submit(new TrimLog(Samples.Id(1), 4, []));
        Assert.Equal(4, Assert.Single(ReadIndex(1)).FirstPosition);
        Submit(new TrimLog(Samples.Id(2), 4, []));
        Assert.Equal(4, Append(1, Entries(1, 4, 1)));
    }

    [Fact]
    public void Closing_a_room_leaves_the_logs_of_all_others()
    {
        Append(1, Entries(1, 1, 3));
        Append(2, Entries(2, 1, 3));
        Submit(new TrimLog(Samples.Id(1), Limits.MaxPlace, []));
        Assert.Empty(Read(1, 0, false, int.MaxValue).Entries);
        Assert.Equal(3, Read(2, 0, false, int.MaxValue).Entries.Length);
    }

    [Fact]
    public void Values_come_back_and_an_empty_one_is_gone()
    {
        Submit(new StoreBatch(1, true, [new PutValue("a", new byte[] { 1 }), new PutValue("b", new byte[] { 2 })]));
        Submit(new StoreBatch(2, true, [new PutValue("a", default)]));
        Reopen();
        Assert.Equal(2, Assert.Single(_store.Snapshot.Values).Value.Span[0]);
        Assert.False(_store.Snapshot.IsOlderCopy);
    }

    [Fact]
    public void An_older_copy_put_back_is_known_as_one()
    {
        Append(1, Entries(1, 1, 3));
        _store.Dispose();
        File.Copy(_folder.File("log.db"), _folder.File("backup"));
        _store = Open();
        Append(1, Entries(1, 4, 1));
        _store.Dispose();
        File.Copy(_folder.File("backup"), _folder.File("log.db"), overwrite: true);

        _store = Open();

        Assert.True(_store.Snapshot.IsOlderCopy);
        Assert.Equal(4, Append(1, Entries(1, 4, 1)));
        Reopen();
        Assert.False(_store.Snapshot.IsOlderCopy);
    }

    [Fact]
    public void A_log_with_entries_and_no_mark_counts_as_an_older_copy()
    {
        Append(1, Entries(1, 1, 3));
        _store.Dispose();
        File.Delete(_folder.File("log.db.mark"));

        _store = Open();

        Assert.True(_store.Snapshot.IsOlderCopy);

        // A start that came to nothing, its port being taken, does not take the word away.
        Reopen();
        Assert.True(_store.Snapshot.IsOlderCopy);
        Submit(new StoreBatch(++_ticket, true, [new PutValue("epochs", new byte[16])]));
        _answers.Next<StoreCommitted>();
        Reopen();
        Assert.False(_store.Snapshot.IsOlderCopy);
    }

    [Theory]
    [InlineData("3 2026-01-02T03:04:05.0000000Z", true)]
    [InlineData("3 yesterday", true)]
    [InlineData("three", true)]
    [InlineData("3", false)]
    public void A_mark_that_is_a_copy_tells_that_the_log_is_one(string mark, bool isOlderCopy)
    {
        Append(1, Entries(1, 1, 3));
        _store.Dispose();
        File.WriteAllText(_folder.File("log.db.mark"), mark);

        _store = Open();

        Assert.Equal(isOlderCopy, _store.Snapshot.IsOlderCopy);
        Append(1, Entries(1, 4, 1));
        Reopen();
        Assert.False(_store.Snapshot.IsOlderCopy);
    }

    [Fact]
    public void A_log_that_a_crash_left_without_its_end_is_no_older_copy()
    {
        Append(1, Entries(1, 1, 1));
        var mark = File.ReadAllText(_folder.File("log.db.mark"));
        Append(1, Entries(1, 2, 5));
        _store.Dispose();
        File.WriteAllText(_folder.File("log.db.mark"), mark);

        _store = Open();

        Assert.False(_store.Snapshot.IsOlderCopy);
    }

    [Fact]
    public void What_waits_together_is_committed_together()
    {
        for (var i = 0; i < 200; i++) Submit(new AppendLog(++_ticket, Samples.Id(1), [Samples.Log(1, i + 1)]));
        for (var i = 0; i < 200; i++) Assert.Equal(i + 1, _answers.Next<LogAppended>().FirstPosition);
        Assert.Equal(200, _store.Committed.Jobs);
        Assert.InRange(_store.Committed.Groups, 1, 150);
    }

    private static void AssertRead(LogRead read, long first, LogEntry[] entries)
    {
        Assert.Equal(first, read.FirstPosition);
        Assert.Equal(entries.Select(Comparable), read.Entries.Select(Comparable));
        Assert.Equal(entries.Select(entry => entry.Encoded.ToArray()), read.Entries.Select(entry => entry.Encoded.ToArray()));
        Assert.Equal(entries.Select(entry => entry.Signature.ToArray()), read.Entries.Select(entry => entry.Signature.ToArray()));
    }

    private static LogEntry Comparable(LogEntry entry) => entry with { Encoded = default, Signature = default };
}
