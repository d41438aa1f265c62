using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>
/// A relay's log in one SQLite file: an append-only sequence per room, with profiles and named values. What was answered with
/// <see cref="LogAppended"/> has been synced to disk, together with all that waited at the same time.
/// </summary>
public sealed class RelayStore : INodeStore
{
    private readonly CommitThread _thread;
    private readonly AppendMark _mark;
    private long _total;
    private bool _hasWritten;

    private RelayStore(CommitThread thread, AppendMark mark, long total, RelaySnapshot snapshot, string? notice)
    {
        _thread = thread;
        _mark = mark;
        _total = total;
        Snapshot = snapshot;
        Notice = notice;
    }

    /// <summary>What the relay starts from, as of the opening.</summary>
    public RelaySnapshot Snapshot { get; }

    /// <summary>A sentence for the operator when a damaged, foreign or newer log was set aside; else null.</summary>
    public string? Notice { get; }

    /// <summary>Commits made, and appends and batches committed with them, since the opening.</summary>
    public (long Groups, long Jobs) Committed => _thread.Committed;

    /// <summary>Requests that wait now.</summary>
    public int Queued => _thread.Queued;

    /// <summary>Opens or makes a relay's log in a folder that exists and whose lock is held.</summary>
    /// <param name="path">The file; its mark lies beside it.</param>
    /// <param name="now">For the name of what is set aside.</param>
    /// <exception cref="IOException">The environment's fault, in words for the operator: no space, no rights, locked by another program.</exception>
    public static RelayStore Open(string path, DateTimeOffset now) => Open(path, FileSystems.KindOf(Path.GetDirectoryName(path)!), now);

    internal static RelayStore Open(string path, FileSystemKind kind, DateTimeOffset now)
    {
        var (database, start) = Database.OpenAndRead(
            path, RelaySchema.Current, kind, now, session => (Values: SharedWrites.Values(session), Total: RelayTables.Total(session)));
        var mark = new AppendMark(path + ".mark");
        var snapshot = new RelaySnapshot(start.Values, mark.TellsOlderCopy(start.Total));
        return new RelayStore(new CommitThread(database, path), mark, start.Total, snapshot, database.Notice);
    }

    /// <inheritdoc/>
    public bool TrySubmit(NodeOutput output, Action<NodeInput> answer)
    {
        switch (output)
        {
            case AppendLog append: Append(append, answer); return true;
            case TrimLog trim:
                // Not answered: what could not be trimmed now is trimmed with the next that is.
                _thread.Post(new WriteJob(64, false, session => RelayTables.Trim(session, trim), _ => { }));
                return true;
            case StoreBatch batch:
                _thread.Post(new WriteJob(
                    64 * batch.Writes.Length, batch.IsDurable,
                    session =>
                    {
                        foreach (var write in batch.Writes) SharedWrites.Apply(session, write);
                    },
                        reason =>
                    {
                        _hasWritten |= reason is null;
                        answer(reason is null ? new StoreCommitted(batch.Ticket) : new StoreFailed(batch.Ticket, reason));
                    }));
                return true;
            case ReadLog read:
                Read(session => answer(RelayTables.Read(session, read)), reason => answer(new StoreFailed(read.Ticket, reason)));
                return true;
            case ReadLogIndex read:
                ReadIndex(read.Room, 0, answer);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Carries out all that was submitted, and closes the file.</summary>
    public void Dispose()
    {
        _thread.Dispose();

        // A run that could not begin has not opened the later epoch that an older copy of the log needs: the mark must still tell the next one.
        if (_hasWritten) _mark.Write(_total, isLast: true);
    }

    private void Append(AppendLog append, Action<NodeInput> answer)
    {
        long first = 0;
        _thread.Post(new WriteJob(
            RelayTables.SizeOf(append), true,
            session => first = RelayTables.Append(session, append),
            reason =>
            {
                if (reason is not null)
                {
                    answer(new StoreFailed(append.Ticket, reason));
                    return;
                }

                _hasWritten = true;
                _total += append.Entries.Length;
                _mark.Write(_total, isLast: false);
                answer(new LogAppended(append.Ticket, append.Room, first));
            }));
    }

    private void ReadIndex(RoomId room, long after, Action<NodeInput> answer) => Read(
        session =>
        {
            var part = RelayTables.ReadIndex(session, room, after);
            answer(part);
            if (!part.IsLast) ReadIndex(room, part.FirstPosition + part.Entries.Length - 1, answer);
        },
        // A room whose log cannot be read is served as if it were empty; the operator is told by the failing appends, the file checked at the next start.
        _ => answer(new LogIndexRead(room, 0, [], [], [], IsLast: true)));

    private void Read(Action<SqlSession> read, Action<string> failed) => _thread.Post(session =>
    {
        try
        {
            read(session);
        }
        catch (SqlException failure)
        {
            failed(_thread.Reason(failure));
        }
    });
}
