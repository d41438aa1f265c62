using System.Buffers.Binary;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// What a room needs from time to time: retention removes what is older or more than the user keeps, and own messages on a branch that does
/// not count are written anew (PROTOCOL.md, section 7, forks and retention).
/// </summary>
internal sealed class RoomUpkeep(NodeContext context, NodeParts parts, ChatRoom room)
{
    private const string FloorPrefix = "floor:";
    private const string RewrittenPrefix = "rewritten:";

    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);

    private static readonly byte[] Yes = [1];

    private readonly HashSet<EntryHash> _rewritten = [];
    private readonly HashSet<PeerId> _forksTold = [];
    private TimeSpan? _nextRetention;
    private long _forksLookedAt = -1;

    public TimeSpan? NextWakeup => room.IsActive ? _nextRetention : null;

    /// <summary>Takes up where the last run left off; called once the room is loaded.</summary>
    public void Start(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> values)
    {
        var floors = $"{FloorPrefix}{room.Id}:";
        var rewritten = $"{RewrittenPrefix}{room.Id}:";
        foreach (var (name, value) in values)
        {
            if (name.StartsWith(floors, StringComparison.Ordinal) && PeerId.TryParse(name[floors.Length..], out var author) && value.Length == sizeof(int))
                room.Log.LoadFloor(author, BinaryPrimitives.ReadInt32BigEndian(value.Span));
            else if (name.StartsWith(rewritten, StringComparison.Ordinal) && EntryHash.TryParse(name[rewritten.Length..], out var hash))
                _rewritten.Add(hash);
        }

        if (context.Options.RetentionDays is not null || context.Options.RetentionBytesPerRoom is not null) _nextRetention = context.Now.Monotonic;
    }

    public void Tick()
    {
        if (!room.IsActive) return;
        if (_nextRetention <= context.Now.Monotonic)
        {
            _nextRetention = context.Now.Monotonic + RetentionInterval;
            Prune();
        }

        if (_forksLookedAt == room.Log.DigestVersion) return;
        _forksLookedAt = room.Log.DigestVersion;
        LookAtForks();
    }

    private void Prune()
    {
        var floors = new Dictionary<PeerId, int>();
        if (context.Options.RetentionDays is { } days)
        {
            var oldest = context.Now.UtcMilliseconds - (long)TimeSpan.FromDays(days).TotalMilliseconds;
            foreach (var (author, below) in room.Log.FloorsByAge(oldest)) floors[author] = below;
        }

        if (context.Options.RetentionBytesPerRoom is { } bytes)
        {
            foreach (var (author, below) in room.Log.FloorsBySize(bytes)) floors[author] = Math.Max(floors.GetValueOrDefault(author), below);
        }

        bool IsKept(EntryHash entry) => room.Log.TryGet(entry, out var info) && info.Seq >= floors.GetValueOrDefault(info.Author, 1);
        foreach (var (author, below) in floors)
        {
            var outcome = room.Log.Prune(author, below, entry => room.Meaning.IsSpared(entry, IsKept));
            room.Meaning.Forget(outcome.Removed);
            parts.Store.Write(new PruneEntries(room.Id, author, below, outcome.Kept));
            var value = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(value, below);
            parts.Store.Write(new PutValue($"{FloorPrefix}{room.Id}:{author}", value));
        }
    }

    private void LookAtForks()
    {
        foreach (var author in room.Log.ForkedAuthors)
        {
            if (!_forksTold.Add(author)) continue;
            context.Count("fork");
            var text = author == context.Self
                ? $"Two chains of your messages exist in {room.Label}: this profile was restored or copied. What counts is shown; the rest is sent again."
                : $"{parts.People.Nick(author)} has written two different histories in {room.Label}; the messages set aside are marked.";
            context.Tell(new WarningEvent("fork", text, author));
        }

        foreach (var entry in room.Log.SetAsideOf(context.Self))
        {
            if (_rewritten.Add(entry)) WriteAnew(entry);
        }
    }

    private void WriteAnew(EntryHash entry)
    {
        parts.Store.Write(new PutValue($"{RewrittenPrefix}{room.Id}:{entry}", Yes));
        parts.Shelf.Get(room.Id, [entry], read =>
        {
            if (read[0].IsEmpty || !EntryCodec.TryDecode(read[0], out var aside, out _) || aside.IsBodyDropped) return;
            switch (EntrySeal.Open(room.Secret, aside))
            {
                case TextBody text: room.Outbox.Write(text with { Rewritten = true }, null, 0); break;
                case ActionBody action: room.Outbox.Write(action with { Rewritten = true }, null, 0); break;
            }
        });
    }
}
