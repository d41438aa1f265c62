using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Simulation.Engine;

/// <summary>A relay's log: everything is synced before it is answered, in the order given. It can be lost, or be put back as it was.</summary>
internal sealed class RelayDisk(World world) : IDisk
{
    private const int IndexPart = 64;

    private readonly Queue<NodeOutput> _waiting = new();
    private RelayDiskState _state = new();
    private RelayDiskState? _backup;
    private bool _isOlderCopy;
    private bool _isBusy;
    private int _life;

    public Host Host { private get; set; } = null!;

    public TimeSpan CommitTime { get; set; } = TimeSpan.FromMilliseconds(4);

    public RelayDiskState State => _state;

    public RelaySnapshot Snapshot() => new(_state.Values.ToDictionary(pair => pair.Key, pair => pair.Value), _isOlderCopy);

    public void Open() => _life++;

    public void Close()
    {
        while (_waiting.TryDequeue(out var output)) Apply(output);
        _isBusy = false;
        _life++;
    }

    public void Crash(bool isPowerCut)
    {
        // What was being written may have reached the disk, though nobody was told.
        while (_waiting.Count > 0 && world.Random.Next(3) == 0) Apply(_waiting.Dequeue());
        _waiting.Clear();
        _isBusy = false;
        _life++;
    }

    public void Backup() => _backup = _state.Clone();

    /// <summary>Puts the last backup back, or starts from nothing.</summary>
    /// <param name="isNoticed">Whether the store can tell that it is an earlier copy of itself.</param>
    public void Restore(bool isNoticed)
    {
        _state = _backup?.Clone() ?? new RelayDiskState();
        _isOlderCopy = isNoticed && _backup is not null;
    }

    public void Lose()
    {
        _state = new RelayDiskState();
        _isOlderCopy = false;
    }

    public bool TryExecute(NodeOutput output)
    {
        switch (output)
        {
            case AppendLog or TrimLog or StoreBatch:
                _waiting.Enqueue(Own(output));
                Work();
                return true;
            case ReadLog read:
                After(2, () =>
                {
                    var (first, entries) = _state.Read(read);
                    Host.Post(new LogRead(read.Ticket, read.Room, first, entries));
                });
                return true;
            case ReadLogIndex read:
                After(2, () => SendIndex(read.Room));
                return true;
            default:
                return false;
        }
    }

    private void SendIndex(RoomId room)
    {
        var parts = _state.Index(room, IndexPart).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            After(1 + i, () => Host.Post(part));
        }
    }

    private void Work()
    {
        if (_isBusy || _waiting.Count == 0) return;
        _isBusy = true;
        var life = _life;
        var group = _waiting.Count;
        world.After(CommitTime * (0.5 + world.Chance()), () =>
        {
            if (life != _life) return;
            _isBusy = false;
            for (var i = 0; i < group; i++) Apply(_waiting.Dequeue())?.Invoke();
            Work();
        });
    }

    private Action? Apply(NodeOutput output)
    {
        switch (output)
        {
            case AppendLog append:
                var first = _state.Append(append);
                world.Log.Add(world.Now, Host.Index, "appended", first, append.Entries.Length);
                return () => Host.Post(new LogAppended(append.Ticket, append.Room, first));
            case TrimLog trim:
                _state.Trim(trim);
                return null;
            case StoreBatch batch:
                _state.Apply(batch);
                return () => Host.Post(new StoreCommitted(batch.Ticket));
            default:
                return null;
        }
    }

    private void After(int milliseconds, Action action)
    {
        var life = _life;
        world.After(TimeSpan.FromMilliseconds(milliseconds), () =>
        {
            if (life == _life) action();
        });
    }

    private static NodeOutput Own(NodeOutput output) => output is not StoreBatch batch ? output : batch with
    {
        Writes = [.. batch.Writes.Select(write => write switch
        {
            PutProfile put => put with { Encoded = put.Encoded.ToArray() },
            PutValue put => put with { Value = put.Value.ToArray() },
            _ => write,
        })],
    };
}

/// <summary>Logs, floors, profiles and values.</summary>
internal sealed class RelayDiskState
{
    private readonly Dictionary<RoomId, RoomFile> _rooms = [];
    private readonly Dictionary<PeerId, ReadOnlyMemory<byte>> _profiles = [];

    public Dictionary<string, ReadOnlyMemory<byte>> Values { get; } = [];

    public IEnumerable<LogEntry> Entries => _rooms.Values.SelectMany(room => room.Entries);

    public bool Contains(EntryHash hash) => _rooms.Values.Any(room => room.Entries.Exists(entry => entry.Hash == hash));

    public RelayDiskState Clone()
    {
        var copy = new RelayDiskState();
        foreach (var (id, room) in _rooms) copy._rooms[id] = new RoomFile { First = room.First, Entries = [.. room.Entries], Floors = new(room.Floors) };
        foreach (var (id, profile) in _profiles) copy._profiles[id] = profile;
        foreach (var (name, value) in Values) copy.Values[name] = value;
        return copy;
    }

    public long Append(AppendLog append)
    {
        var room = Room(append.Room);
        var first = room.First + room.Entries.Count;
        room.Entries.AddRange(append.Entries);
        return first;
    }

    public void Trim(TrimLog trim)
    {
        var room = Room(trim.Room);
        var count = (int)Math.Clamp(trim.Before - room.First, 0, room.Entries.Count);
        room.Entries.RemoveRange(0, count);
        room.First += count;
        foreach (var floor in trim.Floors) room.Floors[floor.Author] = floor;
    }

    public void Apply(StoreBatch batch)
    {
        foreach (var write in batch.Writes)
        {
            if (write is PutProfile profile) _profiles[profile.Id] = profile.Encoded;
            if (write is not PutValue value) continue;
            if (value.Value.IsEmpty) Values.Remove(value.Name);
            else Values[value.Name] = value.Value;
        }
    }

    public (long First, ImmutableArray<LogEntry> Entries) Read(ReadLog read)
    {
        var room = Room(read.Room);
        var entries = new List<LogEntry>();
        var step = read.Older ? -1 : 1;
        var bytes = 0;
        for (var i = read.From - room.First + step; i >= 0 && i < room.Entries.Count; i += step)
        {
            var entry = room.Entries[(int)i];
            bytes += entry.Encoded.Length;
            if (bytes > read.MaxBytes && entries.Count > 0) break;
            entries.Add(entry);
        }
        if (read.Older) entries.Reverse();
        if (entries.Count == 0 && !read.Older && read.From < room.First - 1) return Read(read with { From = room.First - 1 });
        return entries.Count == 0 ? (0, []) : (room.First + room.Entries.IndexOf(entries[0]), [.. entries]);
    }

    public IEnumerable<LogIndexRead> Index(RoomId id, int part)
    {
        var room = Room(id);
        var position = room.First;
        foreach (var chunk in room.Entries.Chunk(part))
        {
            var index = chunk.Select(e => new LogIndexEntry(e.Author, e.Seq, e.Hash, e.Previous, e.Epoch, e.Place, e.IsKept, e.Chain, e.Encoded.Length));
            yield return new LogIndexRead(id, position, [.. index], [], [], false);
            position += chunk.Length;
        }
        var authors = room.Entries.Select(e => e.Author).Concat(room.Floors.Keys).ToHashSet();
        var profiles = authors.Where(_profiles.ContainsKey).Order().Select(author => _profiles[author]);
        yield return new LogIndexRead(id, position, [], [.. room.Floors.Values.OrderBy(floor => floor.Author)], [.. profiles], true);
    }

    private RoomFile Room(RoomId id)
    {
        if (!_rooms.TryGetValue(id, out var room)) _rooms.Add(id, room = new RoomFile());
        return room;
    }

    private sealed class RoomFile
    {
        public long First { get; set; } = 1;

        public List<LogEntry> Entries { get; init; } = [];

        public Dictionary<PeerId, LogFloor> Floors { get; init; } = [];
    }
}
