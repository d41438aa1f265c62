namespace LanChat.Storage.Tests;

/// <summary>The queue before the disk: bounded, in order, and never a reason to lose anything.</summary>
public sealed class CommitThreadTests : IDisposable
{
    private static readonly Schema Numbers = new(0x1234, ["CREATE TABLE a(x INTEGER PRIMARY KEY)"]);

    private readonly TemporaryFolder _folder = new();
    private readonly CommitThread _thread;

    public CommitThreadTests() => _thread = new CommitThread(
        Database.OpenAndRead(_folder.File("a.db"), Numbers, FileSystemKind.Local, Samples.Now, _ => 0).Database, _folder.File("a.db"));

    public void Dispose()
    {
        _thread.Dispose();
        _folder.Dispose();
    }

    private static WriteJob Insert(long number, Action<string?> done, int size = 1) =>
        new(size, false, session => session.Run("INSERT INTO a VALUES (?1)", number), done);

    [Fact]
    public async Task Who_posts_to_a_full_queue_waits_until_there_is_room()
    {
        using var release = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        _thread.Post(_ =>
        {
            busy.Set();
            release.Wait();
        });
        busy.Wait(TestContext.Current.CancellationToken);
        for (var i = 0; i < CommitThread.MaxQueued; i++) _thread.Post(Insert(i, _ => { }));
        var done = new TaskCompletionSource<string?>();
        var posting = Task.Factory.StartNew(
            () => _thread.Post(Insert(CommitThread.MaxQueued, done.SetResult)), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal(CommitThread.MaxQueued, _thread.Queued);
        Assert.False(posting.IsCompleted);
        release.Set();

        await posting;
        Assert.Null(await done.Task);
        Assert.Equal(CommitThread.MaxQueued + 1, _thread.Committed.Jobs);
    }

    [Fact]
    public async Task A_job_larger_than_the_bound_is_taken_when_nothing_waits()
    {
        var done = new TaskCompletionSource<string?>();
        _thread.Post(Insert(1, done.SetResult, size: 2 * CommitThread.MaxQueuedBytes));
        Assert.Null(await done.Task);
    }

    [Fact]
    public async Task A_job_that_fails_is_undone_alone()
    {
        using var release = new ManualResetEventSlim();
        _thread.Post(_ => release.Wait());
        TaskCompletionSource<string?>[] done = [new(), new(), new()];
        _thread.Post(Insert(1, done[0].SetResult));
        _thread.Post(new WriteJob(1, true, session =>
        {
            session.Run("INSERT INTO a VALUES (2)");
            session.Run("INSERT INTO a VALUES (1)");
        }, done[1].SetResult));
        _thread.Post(Insert(3, done[2].SetResult));
        release.Set();

        Assert.Null(await done[0].Task);
        Assert.NotNull(await done[1].Task);
        Assert.Null(await done[2].Task);
        var rows = new TaskCompletionSource<List<long>>();
        _thread.Post(session => rows.SetResult(session.List("SELECT x FROM a", row => row.Int64(0))));
        Assert.Equal([1, 3], await rows.Task);
        Assert.Equal(1, _thread.Committed.Groups);
    }

    [Fact]
    public async Task A_full_disk_fails_the_group_in_words_and_the_next_one_goes_on()
    {
        var done = new TaskCompletionSource<string?>();
        _thread.Post(session => session.Script("PRAGMA max_page_count = 8"));
        _thread.Post(new WriteJob(1, true, session =>
        {
            for (var i = 0; i < 100_000; i++) session.Run("INSERT INTO a VALUES (?1)", (long)i);
        }, done.SetResult));
        Assert.Equal("the disk is full", await done.Task);
        var next = new TaskCompletionSource<string?>();
        _thread.Post(Insert(7, next.SetResult));
        Assert.Null(await next.Task);
    }

    [Fact]
    public async Task Durable_writes_are_synced_and_others_are_not()
    {
        async Task<object?> LevelAfter(bool isDurable)
        {
            var level = new TaskCompletionSource<object?>();
            _thread.Post(new WriteJob(1, isDurable, session => session.Run("SELECT 1"), _ => { }));
            _thread.Post(session => level.SetResult(session.Scalar("PRAGMA synchronous")));
            return await level.Task;
        }

        Assert.Equal(1L, await LevelAfter(false));
        Assert.Equal(2L, await LevelAfter(true));
        Assert.Equal(1L, await LevelAfter(false));
    }
}
