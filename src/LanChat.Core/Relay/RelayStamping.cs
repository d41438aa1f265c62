using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Gives entries their places, has them written, and lets go of them once they are on disk. A stamp is shown to nobody before: what a crash
/// takes away was never said. Each room has one append under way at most, so that all that comes meanwhile shares the next one and its signature.
/// </summary>
internal sealed class RelayStamping(RelayContext context, RelayEpochs epochs, RelayFanOut fanOut, DirectInvitations invitations)
{
    /// <summary>Entries in one append: bounds what a failing disk keeps waiting.</summary>
    private const int MaxAppendBytes = 1024 * 1024;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private bool _isStoreFailing;

    /// <summary>Stamps an entry whose predecessor and parents are stamped, pruned or waived.</summary>
    public void Stamp(RelayRoom room, HeldEntry held)
    {
        var entry = held.Entry;
        var author = room.Index.Author(entry.Author);
        TakeProfile(author, held.Profile);
        var isKept = room.Shown.Remove(entry.Hash, out var kept);
        if (!isKept)
        {
            kept = new KeptStamp(epochs.Present, ++room.Place);
            room.Chain = StampChain.Next(room.Chain, context.Options.Identity.Id, room.Id, kept.Epoch, kept.Place, entry.Hash);
        }
        room.Index.Append(new LogIndexEntry(
            entry.Author, entry.Seq, entry.Hash, entry.Previous, kept.Epoch, kept.Place, isKept, room.Chain, held.Encoded.Length));
        var log = new LogEntry(
            entry.Author, entry.Seq, entry.Hash, entry.Previous, kept.Epoch, kept.Place, isKept, held.IsWaived, room.Chain, default, held.Encoded);
        room.Stamped.Enqueue(new StampedEntry(log, held.Publisher, entry.Recipient, author.Number));
        context.Counters.WaitingEntries++;
        context.Counters.WaitingBytes += held.Encoded.Length;
        context.Uncommitted.Add(room);
    }

    /// <summary>Hands everything stamped in this turn to the store, room by room; true when that made outputs.</summary>
    public bool Commit()
    {
        if (context.Uncommitted.Count == 0) return false;
        foreach (var room in context.Uncommitted)
            if (room.Append is null && room.Stamped.Count > 0) Append(room);
        context.Uncommitted.Clear();
        return true;
    }

    /// <summary>Entries are on disk: now they are everybody's.</summary>
    public void Appended(LogAppended appended)
    {
        if (!context.Rooms.TryGetValue(appended.Room, out var room) || room.Append is not { } append || append.Ticket != appended.Ticket) return;
        if (appended.FirstPosition != room.Committed + 1)
        {
            // The index does not fit the log, as after a read of it that failed: the room is read again when somebody comes back to it.
            context.Tell(new RelayWarning($"Room {room.Id} is read again: its log goes on at {appended.FirstPosition}, not at {room.Committed + 1}."));
            Drop(room);
            return;
        }
        room.Append = null;
        room.Committed += append.Entries.Length;
        Count(append);
        fanOut.Send(room, appended.FirstPosition, append);
        foreach (var stamped in append.Stamped)
            if (!stamped.Recipient.IsNone) invitations.Invite(room, stamped.Log.Author, stamped.Recipient);
        TrimToQuota(room);
        if (room.Stamped.Count > 0) context.Uncommitted.Add(room);
    }

    private void Drop(RelayRoom room)
    {
        context.Rooms.Remove(room.Id);
        foreach (var held in room.Hold.All()) held.Publisher.Release(held, context.Counters);
        context.Counters.WaitingEntries -= room.Append!.Entries.Length + room.Stamped.Count;
        context.Counters.WaitingBytes -= room.Append.Entries.Sum(entry => (long)entry.Encoded.Length) + room.Stamped.Sum(stamped => (long)stamped.Log.Encoded.Length);
        foreach (var subscription in room.Subscriptions)
        {
            subscription.Client.Subscriptions.Remove(room.Id);
            RelayFanOut.Stop(subscription);
            context.Refuse(subscription.Client, RelayErrors.Storage, "The room's log has to be read again: subscribe anew.", room.Id, retryAfter: RetryAfterFailure);
        }
    }

    /// <summary>The store could not write: everything waits and is tried again; publishers are told once each time.</summary>
    public void Failed(StoreFailed failed)
    {
        context.Counters.Drop("store-failed");
        if (!_isStoreFailing) context.Tell(new RelayWarning($"The log cannot be written: {failed.Reason}. Trying again every second."));
        _isStoreFailing = true;
        foreach (var room in context.Rooms.Values)
        {
            if (room.Append?.Ticket != failed.Ticket) continue;
            room.Append = room.Append with { RetryAt = context.Now.Monotonic + RetryAfterFailure };
            context.IsWaiting = true;
            foreach (var publisher in room.Append.Stamped.Select(stamped => stamped.Publisher).Distinct())
                if (publisher is not null) context.Refuse(publisher, RelayErrors.Storage, "The relay cannot write its log at the moment.", room.Id);
        }
    }

    /// <summary>Tries again what failed.</summary>
    public void Tick(RelayRoom room)
    {
        if (room.Append is not { RetryAt: { } retryAt } append || context.Now.Monotonic < retryAt) return;
        room.Append = append with { Ticket = context.NextTicket(), RetryAt = null, Since = context.Now.Monotonic };
        context.Emit(new AppendLog(room.Append.Ticket, room.Id, append.Entries));
    }

    private void TakeProfile(AuthorLog author, Profile profile)
    {
        if (author.Profile is not null && author.Profile.Version >= profile.Version) return;
        author.Profile = profile;
        context.Store(new PutProfile(profile.Id, profile.Encoded));
    }

    private void Append(RelayRoom room)
    {
        var stamped = ImmutableArray.CreateBuilder<StampedEntry>();
        var entries = new List<LogEntry>();
        for (var bytes = 0; bytes < MaxAppendBytes && room.Stamped.TryDequeue(out var next);)
        {
            bytes += next.Log.Encoded.Length;
            stamped.Add(next);
            entries.Add(next.Log);
        }
        for (var start = 0; start < entries.Count; start = OrderedGroups.End(entries, start)) Sign(entries, start, OrderedGroups.End(entries, start));
        room.Append = new PendingAppend(context.NextTicket(), [.. entries], stamped.ToImmutable(), context.Now.Monotonic);
        context.Emit(new AppendLog(room.Append.Ticket, room.Id, room.Append.Entries));
        if (context.Options.Guards.AcknowledgeBeforeCommit) Appended(new LogAppended(room.Append.Ticket, room.Id, room.Committed + 1));
    }

    /// <summary>Signs the last link of the chain in a group.</summary>
    private void Sign(List<LogEntry> entries, int start, int end)
    {
        for (var i = end - 1; i >= start; i--)
        {
            if (entries[i].IsKept) continue;
            entries[i] = entries[i] with { Signature = StampChain.Sign(context.Crypto, context.Options.Identity, entries[i].Chain) };
            return;
        }
    }

    private void Count(PendingAppend append)
    {
        if (_isStoreFailing) context.Tell(new RelayWarning("The log can be written again."));
        _isStoreFailing = false;
        var counters = context.Counters;
        counters.Commits++;
        counters.CommitTime += context.Now.Monotonic - append.Since;
        counters.EntriesIn += append.Entries.Length;
        counters.WaitingEntries -= append.Entries.Length;
        foreach (var stamped in append.Stamped)
        {
            counters.WaitingBytes -= stamped.Log.Encoded.Length;
            if (stamped.Publisher is { } publisher) publisher.Messages++;
        }
    }

    /// <summary>A room over its quota loses its oldest, an eighth at a time: trimming costs a pass over the index.</summary>
    private void TrimToQuota(RelayRoom room)
    {
        var quota = context.Options.BytesPerRoom;
        if (room.Index.Bytes <= quota) return;
        var (before, left) = (room.Index.First, room.Index.Bytes);
        while (left > quota - quota / 8 && before < room.Committed) left -= room.Index[before++].Size;
        Trim(room, before);
        context.Counters.Drop("quota");
    }

    /// <summary>Drops a room's entries below a position.</summary>
    public void Trim(RelayRoom room, long before)
    {
        var floors = room.Index.Trim(before);
        room.Groups.Clear();
        context.Emit(new TrimLog(room.Id, before, [.. floors]));
        foreach (var subscription in room.Subscriptions) subscription.Cursor = Math.Max(subscription.Cursor, before - 1);
    }
}
