using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// Shows one room to its user: each entry once, in causal order, after it is on disk; and pages of what was shown before, read from disk.
/// </summary>
internal sealed class RoomDisplay(NodeContext context, NodeParts parts, ChatRoom room)
{
    /// <summary>Entries read from disk at a time for a transcript.</summary>
    private const int ReadCount = 256;

    private readonly Queue<Shown> _waiting = new();
    private readonly Dictionary<EntryHash, EntryBody> _opened = new();
    private (string Topic, bool IsClosed, PeerId OrderingRelay) _told = ("", false, PeerId.None);
    private bool _isTold;
    private bool _isReading;

    public TimeSpan? NextWakeup => room.IsLoaded ? room.Log.NextWakeup : null;

    /// <summary>Keeps a body that was opened on the way in until its entry is shown.</summary>
    public void Opened(EntryHash entry, EntryBody body) => _opened[entry] = body;

    /// <summary>Whether an entry's turn has come and it waits for others to be read.</summary>
    public bool IsAboutToShow(EntryHash entry) => _waiting.Any(shown => shown.Hash == entry);

    /// <summary>An entry that was never shown is not held any more.</summary>
    public void Dropped(EntryHash entry) => _opened.Remove(entry);

    /// <summary>Shows what can be shown now.</summary>
    public void Pump()
    {
        if (!room.IsLoaded) return;
        while (room.Log.TryTakeShowable(context.Now, out var shown)) _waiting.Enqueue(shown);
        ShowWaiting();
    }

    /// <summary>A message shown before has got its place in the order of the relay that counts.</summary>
    public void Ordered(EntryHash entry, long place)
    {
        if (!room.IsLoaded || !room.Log.TryGet(entry, out var info) || !info.Flags.HasFlag(EntryFlags.Shown) || !EntryKinds.IsMessage(info.Kind)) return;
        parts.Store.AfterCommit(() => context.Tell(new OrderedEvent(Describe(), entry, place)));
    }

    /// <summary>What depends on the room's order is computed anew.</summary>
    public void OrderChanged()
    {
        if (!room.IsLoaded) return;
        if (room.Secret.Kind == RoomKind.Private) room.Log.NameRelay(room.Meaning.NamedRelay?.Id ?? room.Relay?.Id ?? PeerId.None);
        var state = (room.Meaning.Topic, room.Meaning.IsClosed, room.Log.OrderingRelay);
        if (state == _told) return;
        var wasClosed = _told.IsClosed;
        _told = state;
        if (!_isTold)
        {
            // What the room was like when it was loaded is no news.
            _isTold = true;
            return;
        }

        parts.Store.AfterCommit(() => context.Tell(!wasClosed && state.IsClosed ? new RemovedEvent(Describe()) : new RoomChangedEvent(Describe())));
    }

    /// <summary>Answers with the last messages of the room, in its order.</summary>
    public void Transcript(int? last, long tag)
    {
        var hashes = new List<EntryHash>();
        var position = room.Log.Count;
        while (position > 0 && hashes.Count < (last ?? int.MaxValue))
        {
            var hash = room.Log.At(--position);
            if (room.Log.TryGet(hash, out var info) && (EntryKinds.IsMessage(info.Kind) || IsTakenBack(info)) && !room.Meaning.IsHidden(hash)) hashes.Add(hash);
        }

        hashes.Reverse();
        ReadViews(hashes, position, tag, [], room.Log.OrderVersion);
    }

    /// <summary>Answers with what stands at these places of the room's present order and is shown there.</summary>
    public void Page(int from, int count, long tag)
    {
        var first = Math.Clamp(from, 0, room.Log.Count);
        var end = (int)Math.Min(room.Log.Count, first + (long)Math.Max(0, count));
        var hashes = new List<EntryHash>();
        for (var position = first; position < end; position++)
        {
            var hash = room.Log.At(position);
            if (room.Log.TryGet(hash, out var info) && (EntryKinds.HasPlaceInTimeline(info.Kind) || IsTakenBack(info)) && !room.Meaning.IsHidden(hash))
                hashes.Add(hash);
        }

        ReadViews(hashes, first, tag, [], room.Log.OrderVersion);
    }

    /// <summary>What was shown after a message and is of others: what is not shown yet will be news of its own.</summary>
    public UnreadEvent Unread(EntryHash seen)
    {
        var from = room.Log.PositionOf(seen) + 1;
        var first = EntryHash.None;
        var count = 0;
        for (var position = from; position < room.Log.Count && count < UnreadEvent.MaxCount; position++)
        {
            if (!room.Log.TryGet(room.Log.At(position), out var info) || !IsNews(info)) continue;
            count++;
            if (first.IsNone && !info.Flags.HasFlag(EntryFlags.Late)) first = info.Hash;
        }

        return new UnreadEvent(Describe(), first, from, count);
    }

    private bool IsNews(in EntryInfo info) =>
        info.Author != context.Self && (EntryKinds.IsMessage(info.Kind) || info.Kind == EntryKinds.FileOffer) && info.Flags.HasFlag(EntryFlags.Shown)
        && !parts.People.IsMuted(info.Author) && !room.Meaning.IsHidden(info.Hash) && !room.Meaning.IsDeleted(info.Hash);

    /// <summary>A message that came without its body, deleted before: it has the place it has for those who saw it.</summary>
    private bool IsTakenBack(in EntryInfo info) => info.Flags.HasFlag(EntryFlags.BodyDropped) && room.Meaning.IsDeleted(info.Hash);

    private RoomInfo Describe() => room.Describe(parts.People);

    private void ReadViews(List<EntryHash> hashes, int from, long tag, List<MessageView> done, long version)
    {
        var part = hashes.Take(ReadCount).ToImmutableArray();
        if (part.IsEmpty)
        {
            // Entries are read from disk meanwhile and shown with the places they have now: in the order of then, one place might follow a later one.
            if (version != room.Log.OrderVersion) PutInPresentOrder(done);
            context.Tell(new TranscriptEvent(Describe(), from, [.. done]), tag);
            return;
        }

        parts.Shelf.Get(room.Id, part, read =>
        {
            foreach (var encoded in read)
            {
                if (ViewOf(encoded) is { } view) done.Add(view);
            }

            ReadViews(hashes[part.Length..], from, tag, done, version);
        });
    }

    private void PutInPresentOrder(List<MessageView> views)
    {
        var placed = views.Select(view => (Position: room.Log.PositionOf(view.Id), View: view)).Where(pair => pair.Position >= 0).OrderBy(pair => pair.Position).ToList();
        views.Clear();
        views.AddRange(placed.Select(pair => pair.View));
    }

    /// <summary>A stored entry as it is shown now; null for what is not stored.</summary>
    public MessageView? ViewOf(ReadOnlyMemory<byte> encoded) => Open(encoded) is var (entry, body) ? View(entry.Hash, body, entry) : null;

    private (Entry Entry, EntryBody? Body)? Open(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.IsEmpty || !EntryCodec.TryDecode(encoded, out var entry, out _)) return null;
        return (entry, entry.IsBodyDropped ? null : EntrySeal.Open(room.Secret, entry));
    }

    private void ShowWaiting()
    {
        while (!_isReading && _waiting.TryPeek(out var shown))
        {
            if (!_opened.Remove(shown.Hash, out var body))
            {
                Fetch(shown.Hash);
                return;
            }

            _waiting.Dequeue();
            Show(shown, body);
        }
    }

    private void Fetch(EntryHash entry)
    {
        _isReading = true;
        parts.Shelf.Get(room.Id, [entry], read =>
        {
            _isReading = false;

            // Its body may have come meanwhile.
            _opened.TryAdd(entry, Open(read[0])?.Body ?? new UnreadableBody(Rejection.Truncated));
            ShowWaiting();
        });
    }

    private void Show(Shown shown, EntryBody body)
    {
        if (!room.Log.TryGet(shown.Hash, out var info)) return;
        var flags = info.Flags | EntryFlags.Shown | (shown.IsLate ? EntryFlags.Late : EntryFlags.None);
        room.Log.SetFlags(shown.Hash, flags);
        parts.Store.WriteFlags(room.Id, shown.Hash, flags);
        if (TextOf(body) is { } text) parts.Store.Write(new PutText(room.Id, shown.Hash, text));
        OrderChanged();
        if (body is DeleteBody deleted) Drop(deleted.Target);
        if (parts.People.IsMuted(info.Author)) return;
        if (EventOf(shown, info, body) is not { } happened) return;
        parts.Store.AfterCommit(() => context.Tell(happened));
    }

    private void Drop(EntryHash target)
    {
        if (!room.Meaning.IsDeleted(target) || !room.Log.TryGet(target, out var info) || info.Flags.HasFlag(EntryFlags.BodyDropped)) return;
        room.Log.SetFlags(target, EntryFlags.BodyDropped);
        parts.Shelf.Remove(target);
        _opened.Remove(target);
        parts.Store.Write(new DropBody(room.Id, target));
    }

    private ChatEvent? EventOf(Shown shown, EntryInfo info, EntryBody body)
    {
        switch (body)
        {
            case EditBody edit:
                if (room.Meaning.PresentText(edit.Target) != edit.Text) return null;
                parts.Store.Write(new PutText(room.Id, edit.Target, edit.Text));
                return new EditedEvent(Describe(), edit.Target, info.Author, edit.Text);
            case DeleteBody deleted:
                return room.Meaning.IsDeleted(deleted.Target) ? new DeletedEvent(Describe(), deleted.Target, info.Author) : null;
            case ReactionBody reaction:
                return new ReactionEvent(Describe(), reaction.Target, info.Author, reaction.Emoji, reaction.Removed);
            case TopicBody topic:
                return room.Meaning.Topic == topic.Text ? new TopicEvent(Describe(), info.Author, topic.Text) : null;
            case RoomCreatedBody or RelayBody or RoomClosedBody:
                return new RoomChangedEvent(Describe());
            case UnreadableBody:
                return null;
            default:
                if (room.Meaning.IsHidden(shown.Hash)) return null;
                return new MessageEvent(Describe(), View(shown.Hash, body, null, shown), room.Outbox.RefOf(shown.Hash));
        }
    }

    private MessageView View(EntryHash hash, EntryBody? body, Entry? entry, Shown shown = default)
    {
        room.Log.TryGet(hash, out var info);
        var isDeleted = body is null || room.Meaning.IsDeleted(hash);
        var present = isDeleted ? "" : room.Meaning.PresentText(hash) ?? TextOf(body!) ?? "";
        var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min((entry?.Clock ?? info.Clock).Milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        return new MessageView(
            hash, info.Author, parts.People.Nick(info.Author), isDeleted ? "deleted" : EntryKinds.Word(info.Kind), present, sentAt,
            info.Author == context.Self, info.Flags.HasFlag(EntryFlags.Late), !isDeleted && room.Meaning.PresentText(hash) is not null,
            info.Stamp?.Place, room.Meaning.Reactions(hash),
            info.Author == context.Self ? room.Outbox.StateOf(hash) : default, MarkOf(info, body, shown));
    }

    private string MarkOf(EntryInfo info, EntryBody? body, Shown shown)
    {
        if (parts.People.IsMuted(info.Author)) return "muted";
        if (info.IsSetAside) return "fork";
        if (body is TextBody { Rewritten: true } or ActionBody { Rewritten: true }) return "rewritten";
        if (shown.IsMissing) return "missing";
        return shown.IsClockWrong ? "clock" : "";
    }

    private static string? TextOf(EntryBody body) => body switch
    {
        TextBody text => text.Text,
        ActionBody action => action.Text,
        FileOfferBody file => file.Name,
        TopicBody topic => topic.Text,
        _ => null,
    };
}
