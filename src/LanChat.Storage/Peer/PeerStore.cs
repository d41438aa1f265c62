using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>
/// A profile's history in one SQLite file: rooms and keys, entries, stamps, profiles, addresses, named values, and an index of all words. Writes are
/// committed in groups on a thread of its own. What was answered with <see cref="StoreCommitted"/> survives the process, and the power too
/// where the batch asked for it.
/// </summary>
public sealed class PeerStore : INodeStore
{
    private readonly CommitThread _thread;
    private volatile bool _hasDroppedTexts;

    private PeerStore(CommitThread thread, PeerSnapshot snapshot, string? notice)
    {
        _thread = thread;
        Snapshot = snapshot;
        Notice = notice;
    }

    /// <summary>What the peer starts from, as of the opening.</summary>
    public PeerSnapshot Snapshot { get; }

    /// <summary>A sentence for the user when a damaged, foreign or newer database was set aside; else null.</summary>
    public string? Notice { get; }

    /// <summary>Commits made, and batches committed with them, since the opening.</summary>
    public (long Groups, long Batches) Committed => _thread.Committed;

    /// <summary>Opens or makes the history of a profile whose folder exists and whose lock is held.</summary>
    /// <param name="path">The file.</param>
    /// <param name="now">For the name of what is set aside.</param>
    /// <exception cref="IOException">The environment's fault, in words for the user: no space, no rights, locked by another program.</exception>
    public static PeerStore Open(string path, DateTimeOffset now) => Open(path, FileSystems.KindOf(Path.GetDirectoryName(path)!), now);

    internal static PeerStore Open(string path, FileSystemKind kind, DateTimeOffset now)
    {
        var (database, snapshot) = Database.OpenAndRead(path, PeerSchema.Current, kind, now, PeerReads.Snapshot);
        return new PeerStore(new CommitThread(database, path), snapshot, database.Notice);
    }

    /// <inheritdoc/>
    public bool TrySubmit(NodeOutput output, Action<NodeInput> answer)
    {
        switch (output)
        {
            case StoreBatch batch:
                _hasDroppedTexts |= batch.Writes.Any(write => write is DropBody);
                _thread.Post(new WriteJob(
                    batch.Writes.Sum(PeerWrites.SizeOf), batch.IsDurable,
                    session =>
                    {
                        foreach (var write in batch.Writes) PeerWrites.Apply(session, write);
                    },
                    reason => answer(reason is null ? new StoreCommitted(batch.Ticket) : new StoreFailed(batch.Ticket, reason)))
                {
                    Erases = batch.Writes.Any(write => write is ForgetRoom or DropBody),
                });
                return true;
            case ReadEntries read:
                _thread.Post(session => answer(Read(session, read)));
                return true;
            case SearchEntries search:
                _thread.Post(session => answer(Search(session, search)));
                return true;
            case LoadRoom load:
                _thread.Post(session => LoadEntries(session, load.Room, 0, PeerReads.End(session), answer));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Lets go of what was kept in memory to read the file faster; it comes back with use.</summary>
    public void ReleaseMemory() => _thread.Post(session => session.Script("PRAGMA shrink_memory"));

    /// <summary>Carries out all that was submitted, and closes the file.</summary>
    public void Dispose()
    {
        if (_hasDroppedTexts) _thread.PostLast(new WriteJob(0, false, PeerWrites.PurgeWords, _ => { }) { Erases = true });
        _thread.Dispose();
    }

    private EntriesRead Read(SqlSession session, ReadEntries read)
    {
        try
        {
            return new EntriesRead(read.Ticket, read.Room, PeerReads.Entries(session, read.Room, read.Hashes));
        }
        catch (SqlException failure)
        {
            // As if they were not here: whoever needs them asks somebody else. Damage is remembered for the next opening.
            _thread.Reason(failure);
            return new EntriesRead(read.Ticket, read.Room, [.. read.Hashes.Select(_ => ReadOnlyMemory<byte>.Empty)]);
        }
    }

    private EntriesFound Search(SqlSession session, SearchEntries search)
    {
        if (SearchText.Query(search.Words) is not { } query) return new EntriesFound(search.Ticket, null);
        try
        {
            return new EntriesFound(search.Ticket, PeerReads.Search(session, search.Room, query));
        }
        catch (SqlException failure)
        {
            // As if nothing were found. Damage is remembered for the next opening.
            _thread.Reason(failure);
            return new EntriesFound(search.Ticket, []);
        }
    }

    private void LoadEntries(SqlSession session, RoomId room, long after, (long Entries, long Stamps) end, Action<NodeInput> answer) => Load(room, answer, () =>
    {
        var (entries, last) = PeerReads.EntryPage(session, room, after, end.Entries);
        answer(new RoomPageLoaded(room, entries, [], IsLast: false));
        if (entries.Length == PeerReads.PageRows) _thread.Post(next => LoadEntries(next, room, last, end, answer));
        else _thread.Post(next => LoadStamps(next, room, 0, end, answer));
    });

    private void LoadStamps(SqlSession session, RoomId room, long after, (long Entries, long Stamps) end, Action<NodeInput> answer) => Load(room, answer, () =>
    {
        var (stamps, last) = PeerReads.StampPage(session, room, after, end.Stamps);
        var isLast = stamps.Length < PeerReads.PageRows;
        answer(new RoomPageLoaded(room, [], stamps, isLast));
        if (!isLast) _thread.Post(next => LoadStamps(next, room, last, end, answer));
    });

    private void Load(RoomId room, Action<NodeInput> answer, Action page)
    {
        try
        {
            page();
        }
        catch (SqlException failure)
        {
            // What cannot be read is fetched again from others; the file is checked, and if need be set aside, at the next opening.
            _thread.Reason(failure);
            answer(new RoomPageLoaded(room, [], [], IsLast: true));
        }
    }
}
