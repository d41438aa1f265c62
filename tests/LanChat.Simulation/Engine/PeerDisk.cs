using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Simulation.Engine;

/// <summary>
/// A client's history as a journal of batches, so that any prefix of it can be what is left after a crash. Commits take time; a power cut
/// takes back what was not synced.
/// </summary>
internal sealed class PeerDisk(World world) : IDisk
{
    private const int PageSize = 100;

    private readonly List<StoreBatch> _journal = [];
    private readonly Queue<StoreBatch> _waiting = new();
    private PeerDiskState _state = new();
    private int _durable;
    private bool _isBusy;
    private int _life;

    public Host Host { private get; set; } = null!;

    /// <summary>What a commit takes; longer on a slow disk.</summary>
    public TimeSpan CommitTime { get; set; } = TimeSpan.FromMilliseconds(3);

    public PeerSnapshot Snapshot => _state.Snapshot();

    /// <summary>The state as committed, for the checks.</summary>
    public PeerDiskState State => _state;

    public void Open() => _life++;

    public void Close()
    {
        foreach (var batch in _waiting) Commit(batch);
        _waiting.Clear();
        _isBusy = false;
        _life++;
    }

    public void Crash(bool isPowerCut)
    {
        _waiting.Clear();
        _isBusy = false;
        _life++;
        if (!isPowerCut || _durable == _journal.Count) return;
        var kept = _durable + world.Random.Next(_journal.Count - _durable + 1);
        Rewind(kept);
    }

    /// <summary>Puts back an earlier copy: everything after it is gone.</summary>
    public void Rewind(int batches)
    {
        _journal.RemoveRange(batches, _journal.Count - batches);
        _durable = Math.Min(_durable, batches);
        _state = new PeerDiskState();
        foreach (var batch in _journal) _state.Apply(batch);
    }

    /// <summary>Batches committed.</summary>
    public int Batches => _journal.Count;

    public bool TryExecute(NodeOutput output)
    {
        switch (output)
        {
            case StoreBatch batch:
                _waiting.Enqueue(Own(batch));
                Work();
                return true;
            case ReadEntries read:
                After(1, () => Host.Post(new EntriesRead(read.Ticket, read.Room, _state.Read(read.Room, read.Hashes))));
                return true;
            case LoadRoom load:
                After(1, () => SendPages(load.Room));
                return true;
            default:
                return false;
        }
    }

    private void SendPages(RoomId room)
    {
        var pages = _state.Pages(room, PageSize).ToList();
        for (var i = 0; i < pages.Count; i++)
        {
            var (page, isLast) = (pages[i], i == pages.Count - 1);
            After(1 + i, () => Host.Post(new RoomPageLoaded(room, page.Entries, page.Stamps, isLast)));
        }
    }

    private void Work()
    {
        if (_isBusy || _waiting.Count == 0) return;
        _isBusy = true;
        var time = CommitTime * (0.5 + world.Chance());
        var life = _life;
        world.After(time, () =>
        {
            if (life != _life) return;
            _isBusy = false;
            var batch = _waiting.Dequeue();
            Commit(batch);
            world.Log.Add(world.Now, Host.Index, "committed", batch.Ticket, batch.Writes.Length);
            Host.Post(new StoreCommitted(batch.Ticket));
            Work();
        });
    }

    private void Commit(StoreBatch batch)
    {
        _journal.Add(batch);
        _state.Apply(batch);
        if (batch.IsDurable) _durable = _journal.Count;
    }

    private void After(int milliseconds, Action action)
    {
        var life = _life;
        world.After(TimeSpan.FromMilliseconds(milliseconds), () =>
        {
            if (life == _life) action();
        });
    }

    /// <summary>Bytes handed to the store are copied: the node may reuse them.</summary>
    private static StoreBatch Own(StoreBatch batch) => batch with
    {
        Writes = [.. batch.Writes.Select(write => write switch
        {
            PutEntry put => put with { Encoded = put.Encoded.ToArray() },
            PutProfile put => put with { Encoded = put.Encoded.ToArray() },
            PutValue put => put with { Value = put.Value.ToArray() },
            _ => write,
        })],
    };
}

/// <summary>What the journal amounts to.</summary>
internal sealed class PeerDiskState
{
    private readonly Dictionary<RoomId, StoredRoom> _rooms = [];
    private readonly Dictionary<RoomId, Dictionary<EntryHash, PutEntry>> _entries = [];
    private readonly Dictionary<RoomId, List<StoredStamp>> _stamps = [];
    private readonly Dictionary<PeerId, ReadOnlyMemory<byte>> _profiles = [];
    private readonly List<(PeerId Id, string Address)> _addresses = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = [];

    public PeerSnapshot Snapshot() => new(
        [.. _rooms.Values], [.. _profiles.Values], [.. _addresses], _values.ToDictionary(pair => pair.Key, pair => pair.Value));

    public IEnumerable<PutEntry> Entries(RoomId room) => _entries.TryGetValue(room, out var entries) ? entries.Values : [];

    public ImmutableArray<ReadOnlyMemory<byte>> Read(RoomId room, ImmutableArray<EntryHash> hashes)
    {
        _entries.TryGetValue(room, out var entries);
        return [.. hashes.Select(hash => entries is not null && entries.TryGetValue(hash, out var put) ? put.Encoded : default)];
    }

    public IEnumerable<(ImmutableArray<StoredEntry> Entries, ImmutableArray<StoredStamp> Stamps)> Pages(RoomId room, int size)
    {
        foreach (var page in Entries(room).Chunk(size))
        {
            yield return ([.. page.Select(put => new StoredEntry(put.Entry.Header, put.Kind, put.Flags, put.Encoded.Length))], []);
        }
        yield return ([], _stamps.TryGetValue(room, out var stamps) ? [.. stamps] : []);
    }

    public void Apply(StoreBatch batch)
    {
        foreach (var write in batch.Writes) Apply(write);
    }

    private void Apply(StoreWrite write)
    {
        switch (write)
        {
            case PutRoom put:
                _rooms[put.Room.Id] = put.Room;
                break;
            case ForgetRoom forget:
                _rooms.Remove(forget.Room);
                _entries.Remove(forget.Room);
                _stamps.Remove(forget.Room);
                break;
            case PutEntry put:
                Room(put.Room)[put.Entry.Hash] = put;
                break;
            case PutFlags put when Room(put.Room).TryGetValue(put.Entry, out var entry):
                Room(put.Room)[put.Entry] = entry with { Flags = put.Flags };
                break;
            case DropBody drop when Room(drop.Room).TryGetValue(drop.Entry, out var entry):
                var bare = EntrySeal.WithoutBody(entry.Entry);
                Room(drop.Room)[drop.Entry] = entry with { Entry = bare, Encoded = EntryCodec.Encode(bare), Flags = entry.Flags | EntryFlags.BodyDropped };
                break;
            case PruneEntries prune:
                foreach (var gone in Entries(prune.Room).Where(e => e.Entry.Author == prune.Author && e.Entry.Seq < prune.Below).ToList())
                    if (!prune.Kept.Contains(gone.Entry.Hash)) Room(prune.Room).Remove(gone.Entry.Hash);
                break;
            case RemoveEntry remove:
                Room(remove.Room).Remove(remove.Entry);
                break;
            case PutStamp put:
                if (!_stamps.TryGetValue(put.Room, out var stamps)) _stamps.Add(put.Room, stamps = []);
                stamps.RemoveAll(s => s.Relay == put.Stamp.Relay && s.Stamp.Epoch == put.Stamp.Stamp.Epoch && s.Stamp.Place == put.Stamp.Stamp.Place);
                stamps.Add(put.Stamp);
                break;
            case RemoveStamps remove:
                if (_stamps.TryGetValue(remove.Room, out var left)) left.RemoveAll(stamp => stamp.Relay == remove.Relay);
                break;
            case PutProfile put:
                _profiles[put.Id] = put.Encoded;
                break;
            case PutAddress put:
                _addresses.RemoveAll(known => known.Id == put.Id);
                _addresses.Insert(0, (put.Id, put.Address));
                if (_addresses.Count > 64) _addresses.RemoveAt(64);
                break;
            case PutValue put:
                if (put.Value.IsEmpty) _values.Remove(put.Name);
                else _values[put.Name] = put.Value;
                break;
        }
    }

    private Dictionary<EntryHash, PutEntry> Room(RoomId room)
    {
        if (!_entries.TryGetValue(room, out var entries)) _entries.Add(room, entries = []);
        return entries;
    }
}
