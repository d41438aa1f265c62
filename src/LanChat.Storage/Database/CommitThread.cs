
namespace LanChat.Storage;

/// <summary>One group of writes, all or nothing.</summary>
/// <param name="Size">Roughly how many bytes it holds, for the queue's bound.</param>
/// <param name="IsDurable">Whether a power cut must not undo it.</param>
/// <param name="Apply">Writes; runs on the store's thread within a transaction, and again in another one if that had to be undone.</param>
/// <param name="Done">Called on the store's thread when it is on disk (null) or could not be written (the reason).</param>
internal sealed record WriteJob(int Size, bool IsDurable, Action<SqlSession> Apply, Action<string?> Done)
{
    /// <summary>Whether it takes away what nobody may find in the file any more: the write-ahead log is emptied after it.</summary>
    public bool Erases { get; init; }
}

/// <summary>
/// The thread that owns a database's connection. Others post work to its queue; it takes all the writes that wait and commits them as one, then reads.
/// Work is done in the order it was posted. The queue is bounded: who posts to a full one waits until there is room, so a slow disk slows
/// its user down and loses nothing. Nothing that it calls may wait for one who posts.
/// </summary>
internal sealed class CommitThread : IDisposable
{
    /// <summary>Jobs that may wait.</summary>
    public const int MaxQueued = 4096;

    /// <summary>Bytes that may wait.</summary>
    public const int MaxQueuedBytes = 8 * 1024 * 1024;

    /// <summary>Bytes committed as one; what waits beyond them is the next group.</summary>
    private const int MaxGroupBytes = 4 * 1024 * 1024;

    private readonly OpenedDatabase _database;
    private readonly string _path;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly Queue<object> _queue = new();
    private long _queuedBytes;
    private bool _isClosing;
    private bool? _isFull;

    /// <summary>Starts the thread; it disposes the database's session at its end.</summary>
    public CommitThread(OpenedDatabase database, string path)
    {
        _database = database;
        _path = path;
        _thread = new Thread(Run) { Name = $"store {Path.GetFileName(path)}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Commits made, and jobs committed with them.</summary>
    public (long Groups, long Jobs) Committed { get; private set; }

    /// <summary>Jobs that wait now.</summary>
    public int Queued
    {
        get
        {
            lock (_gate) return _queue.Count;
        }
    }

    /// <summary>Posts writes; waits while the queue is full.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public void Post(WriteJob job) => Enqueue(job, job.Size, mayWait: true);

    /// <summary>Posts writes unless the store is closed already; does not wait.</summary>
    public void PostLast(WriteJob job) => Enqueue(job, job.Size, mayWait: false);

    /// <summary>Posts a read; waits while the queue is full. From the store's own thread (the next page of a long read) it never waits.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public void Post(Action<SqlSession> read) => Enqueue(read, 0, mayWait: Thread.CurrentThread != _thread);

    /// <summary>Does what was posted, closes the database, and returns when both are done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.PulseAll(_gate);
        }

        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void Enqueue(object job, int size, bool mayWait)
    {
        lock (_gate)
        {
            while (mayWait && !_isClosing && (_queue.Count >= MaxQueued || (_queuedBytes > 0 && _queuedBytes + size > MaxQueuedBytes))) Monitor.Wait(_gate);

            // A long read that is in the middle when the store closes is not continued; nobody waits for it any more.
            ObjectDisposedException.ThrowIf(_isClosing && mayWait, this);
            if (_isClosing) return;
            _queue.Enqueue(job);
            _queuedBytes += size;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var group = new List<WriteJob>();
        while (Take(group) is var read && (read is not null || group.Count > 0))
        {
            if (group.Count > 0) Commit(group);
            if (read is not null) Guarded(() => read(_database.Session));
            group.Clear();
        }

        Guarded(() =>
        {
            _database.Session.Script("PRAGMA optimize");
            if (_database.UsesWriteAheadLog) EmptyLog();
        });
        _database.Session.Dispose();
    }

    /// <summary>Waits for work, then takes all the writes up to the next read, and that read too. Nothing when the store is closing and all is done.</summary>
    private Action<SqlSession>? Take(List<WriteJob> group)
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_isClosing) Monitor.Wait(_gate);
            long bytes = 0;
            Action<SqlSession>? read = null;
            while (read is null && bytes < MaxGroupBytes && _queue.TryDequeue(out var next))
            {
                read = next as Action<SqlSession>;
                if (next is not WriteJob job) continue;
                group.Add(job);
                bytes += job.Size;
            }

            _queuedBytes -= bytes;
            Monitor.PulseAll(_gate);
            return read;
        }
    }

    private void Commit(List<WriteJob> group)
    {
        var failures = new string?[group.Count];
        try
        {
            Synchronize(group.Exists(job => job.IsDurable));
            if (!TryApplyAll(group))
            {
                _database.Session.Run("BEGIN IMMEDIATE");
                for (var i = 0; i < group.Count; i++) failures[i] = Apply(group[i]);
            }

            _database.Session.Run("COMMIT");
            Committed = (Committed.Groups + 1, Committed.Jobs + group.Count);
            if (_database.UsesWriteAheadLog && group.Exists(job => job.Erases)) Guarded(EmptyLog);
        }
        catch (SqlException failure)
        {
            Array.Fill(failures, Reason(failure));
            RollBack();
        }

        for (var i = 0; i < group.Count; i++) group[i].Done(failures[i]);
    }

    /// <summary>
    /// Begins a transaction and applies all jobs without savepoints, because a job hardly ever fails: a savepoint per job costs a copy of every page the job
    /// changes, and makes the word index write out its gathered words at each one.
    /// </summary>
    /// <returns>True: the transaction is open and holds all jobs. False: a job failed by its own fault, and no transaction is open.</returns>
    /// <exception cref="SqlException">The transaction failed as a whole.</exception>
    private bool TryApplyAll(List<WriteJob> group)
    {
        _database.Session.Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var job in group) job.Apply(_database.Session);
            return true;
        }
        catch (Exception failure) when (IsOfThisJob(failure))
        {
            RollBack();
            return false;
        }
    }

    /// <summary>Applies one job within the group's transaction; undoes it alone and answers the reason when it fails.</summary>
    private string? Apply(WriteJob job)
    {
        var session = _database.Session;
        session.Run("SAVEPOINT job");
        try
        {
            job.Apply(session);
            session.Run("RELEASE job");
            return null;
        }
        catch (Exception failure) when (IsOfThisJob(failure))
        {
            session.Known.Clear();
            session.Run("ROLLBACK TO job");
            session.Run("RELEASE job");
            return failure is SqlException known ? Reason(known) : failure.Message;
        }
    }

    // Error, too big, constraint, mismatch, range: this job's data. All else (full disk, damage, input/output) concerns the whole transaction.
    private static bool IsOfThisJob(Exception failure) => failure is RefusedWriteException or SqlException { Code: 1 or 18 or 19 or 20 or 25 };

    private void EmptyLog() => _database.Session.Script("PRAGMA wal_checkpoint(TRUNCATE)");

    private void RollBack()
    {
        _database.Session.Known.Clear();
        try
        {
            _database.Session.Run("ROLLBACK");
        }
        catch (SqlException)
        {
            // SQLite has rolled back by itself, as it does for a full disk and for damage.
        }
    }

    // In WAL mode FULL syncs the log with each commit; NORMAL leaves that to the checkpoints: what it commits survives the process, not the power.
    private void Synchronize(bool isDurable)
    {
        var isFull = isDurable || !_database.UsesWriteAheadLog;
        if (_isFull == isFull) return;
        _database.Session.Script(isFull ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _isFull = isFull;
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (SqlException failure)
        {
            // A read answers its own failures; what is left is housekeeping, which the next opening repeats. Damage is remembered.
            Reason(failure);
        }
    }

    /// <summary>A failure in words for the user; damage is remembered for the next opening.</summary>
    public string Reason(SqlException failure)
    {
        if (Database.IsDamage(failure)) Database.MarkSuspect(_path);
        return Database.InWords(failure);
    }
}
