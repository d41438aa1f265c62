using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>A relay's store in memory, which carries out what it is given when told to.</summary>
internal sealed class MemoryLog
{
    private readonly Dictionary<RoomId, Room> _rooms = [];
    private readonly Dictionary<PeerId, ReadOnlyMemory<byte>> _profiles = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = [];

    public bool IsFailing { get; set; }

    public int Appends { get; private set; }

    public int Reads { get; private set; }

    public RelaySnapshot Snapshot => new(new Dictionary<string, ReadOnlyMemory<byte>>(_values), false);

    public MemoryLog Copy()
    {
        var copy = new MemoryLog();
        foreach (var (id, room) in _rooms) copy._rooms[id] = new Room { First = room.First, Entries = [.. room.Entries], Floors = new(room.Floors) };
        foreach (var (id, profile) in _profiles) copy._profiles[id] = profile;
        foreach (var (name, value) in _values) copy._values[name] = value;
        return copy;
    }

    public IReadOnlyList<LogEntry> Entries(RoomId room) => _rooms.TryGetValue(room, out var found) ? found.Entries : [];

    public IEnumerable<NodeInput> Carry(NodeOutput output)
    {
        switch (output)
        {
            case AppendLog append when IsFailing:
                yield return new StoreFailed(append.Ticket, "disk full");
                break;
            case AppendLog append:
                Appends++;
                var room = Of(append.Room);
                room.Entries.AddRange(append.Entries.Select(entry => entry with { Encoded = entry.Encoded.ToArray() }));
                yield return new LogAppended(append.Ticket, append.Room, room.First + room.Entries.Count - append.Entries.Length);
                break;
            case TrimLog trim:
                var trimmed = Of(trim.Room);
                var count = (int)Math.Clamp(trim.Before - trimmed.First, 0, trimmed.Entries.Count);
                trimmed.Entries.RemoveRange(0, count);
                trimmed.First += count;
                foreach (var floor in trim.Floors) trimmed.Floors[floor.Author] = floor;
                break;
            case ReadLog read:
                Reads++;
                yield return Read(read);
                break;
            case ReadLogIndex read:
                foreach (var part in Index(read.Room)) yield return part;
                break;
            case StoreBatch batch:
                Put(batch);
                yield return new StoreCommitted(batch.Ticket);
                break;
        }
    }

    private void Put(StoreBatch batch)
    {
        foreach (var write in batch.Writes)
        {
            switch (write)
            {
                case PutProfile profile:
                    _profiles[profile.Id] = profile.Encoded.ToArray();
                    break;
                case PutValue { Value.IsEmpty: true } value:
                    _values.Remove(value.Name);
                    break;
                case PutValue value:
                    _values[value.Name] = value.Value.ToArray();
                    break;
                default:
                    throw new InvalidOperationException("A relay writes profiles and values only.");
            }
        }
    }

    private LogRead Read(ReadLog read)
    {
        var room = Of(read.Room);
        var from = (int)Math.Clamp(read.From - room.First + 1, 0, room.Entries.Count);
        var taken = new List<LogEntry>();
        var bytes = 0;
        foreach (var entry in room.Entries.Skip(from))
        {
            if (taken.Count > 0 && bytes + entry.Encoded.Length > read.MaxBytes) break;
            taken.Add(entry);
            bytes += entry.Encoded.Length;
        }
        return new LogRead(read.Ticket, read.Room, taken.Count > 0 ? room.First + from : 0, [.. taken]);
    }

    private IEnumerable<LogIndexRead> Index(RoomId id)
    {
        var room = Of(id);
        var position = room.First;
        foreach (var part in room.Entries.Chunk(3))
        {
            var entries = part.Select(entry => new LogIndexEntry(
                entry.Author, entry.Seq, entry.Hash, entry.Previous, entry.Epoch, entry.Place, entry.IsKept, entry.Chain, entry.Encoded.Length));
            yield return new LogIndexRead(id, position, [.. entries], [], [], IsLast: false);
            position += part.Length;
        }
        var authors = room.Entries.Select(entry => entry.Author).Distinct();
        yield return new LogIndexRead(
            id, position, [], [.. room.Floors.Values], [.. authors.Where(_profiles.ContainsKey).Select(author => _profiles[author])], IsLast: true);
    }

    private Room Of(RoomId id)
    {
        if (!_rooms.TryGetValue(id, out var room)) _rooms.Add(id, room = new Room());
        return room;
    }

    private sealed class Room
    {
        public long First { get; set; } = 1;

        public List<LogEntry> Entries { get; init; } = [];

        public Dictionary<PeerId, LogFloor> Floors { get; init; } = [];
    }
}
