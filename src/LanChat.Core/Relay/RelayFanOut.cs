using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Brings what is on disk to the subscribers: what is new at once, encoded once per room and commit; to those who are behind from the newest
/// groups in memory or from the log, at the pace at which they read. So memory per client is bounded, and a slow one costs itself.
/// </summary>
internal sealed class RelayFanOut(RelayContext context)
{
    /// <summary>Bytes of one read of the log: enough to fill a fast link, little enough for two hundred clients at a time.</summary>
    private const int ReadBytes = 256 * 1024;

    private readonly Dictionary<long, (long After, List<Subscription> Readers)> _reads = [];
    private readonly Dictionary<(RoomId Room, long After), long> _reading = [];
    private readonly Dictionary<long, (RelayClient Client, FetchMessage Fetch)> _fetches = [];

    /// <summary>Fetches one client may have open.</summary>
    private const int MaxOpenFetches = 4;

    /// <summary>Sends an append that has been carried out.</summary>
    public void Send(RelayRoom room, long firstPosition, PendingAppend append)
    {
        for (var start = 0; start < append.Entries.Length;)
        {
            var end = OrderedGroups.End(append.Entries, start);
            var authors = new HashSet<int>();
            for (var i = start; i < end; i++) authors.Add(append.Stamped[i].Author);
            var group = new OrderedGroup(
                firstPosition + start, firstPosition + end - 1, Encode(room, firstPosition + start, append.Entries, start, end), [.. authors]);
            room.Groups.Add(group, context.Now.Monotonic);
            foreach (var subscription in room.Subscriptions) Send(subscription, group);
            if (context.Options.Guards.DeliverToNonMembers) SendToStrangers(room, group);
            start = end;
        }
    }

    /// <summary>Begins, or goes on, to bring a subscriber up to date.</summary>
    public void CatchUp(Subscription subscription)
    {
        var client = subscription.Client;
        subscription.IsLive = subscription.Cursor >= subscription.Room.Committed;
        if (subscription.IsLive) return;
        if (!client.Lagging.Contains(subscription)) client.Lagging.Add(subscription);
        Pump(client);
    }

    /// <summary>Sends to a client that is behind what its link takes now.</summary>
    public void Pump(RelayClient client)
    {
        while (client.Lagging.Count > 0 && !client.IsGone)
        {
            var subscription = client.Lagging[0];
            if (subscription.Cursor >= subscription.Room.Committed)
            {
                client.Lagging.RemoveAt(0);
                subscription.IsLive = true;
                continue;
            }
            if (client.IsReading || client.QueuedBytes >= context.Options.MaxQueuedBytes / 4) return;
            if (subscription.Room.Groups.After(subscription.Cursor) is { } group) Deliver(subscription, group);
            else Read(subscription);
        }
    }

    /// <summary>A part of the log was read, for a subscriber behind or for a fetch.</summary>
    public void Read(LogRead read)
    {
        if (_fetches.Remove(read.Ticket, out var fetch)) AnswerFetch(fetch.Client, fetch.Fetch, read);
        if (!_reads.Remove(read.Ticket, out var waiting)) return;
        _reading.Remove((read.Room, waiting.After));
        Cache(waiting.Readers[0].Room, read);
        foreach (var reader in waiting.Readers)
        {
            Skip(reader, read);
            Resume(reader);
        }
    }

    /// <summary>A read failed: it is tried again when the client's link is measured next; a fetch is answered as empty.</summary>
    public void Failed(StoreFailed failed)
    {
        if (_reads.Remove(failed.Ticket, out var waiting))
        {
            _reading.Remove((waiting.Readers[0].Room.Id, waiting.After));
            foreach (var reader in waiting.Readers) reader.Client.IsReading = false;
        }
        if (_fetches.Remove(failed.Ticket, out var fetch)) AnswerFetch(fetch.Client, fetch.Fetch, new LogRead(failed.Ticket, fetch.Fetch.Room, 0, []));
    }

    /// <summary>A client asks for a part of the log by itself.</summary>
    public void Fetch(RelayClient client, FetchMessage fetch)
    {
        if (client.OpenFetches >= MaxOpenFetches)
        {
            context.Refuse(
                client, RelayErrors.RetryAfter, $"At most {MaxOpenFetches} fetches at a time.", fetch.Room, retryAfter: TimeSpan.FromMilliseconds(200));
            return;
        }
        client.OpenFetches++;
        var ticket = context.NextTicket();
        _fetches.Add(ticket, (client, fetch));
        context.Emit(new ReadLog(ticket, fetch.Room, fetch.Position, fetch.Older, Math.Min(fetch.MaxBytes, Limits.MaxFetchBytes)));
    }

    /// <summary>Forgets a subscription that is over.</summary>
    public static void Stop(Subscription subscription) => subscription.Client.Lagging.Remove(subscription);

    private void SendToStrangers(RelayRoom room, OrderedGroup group)
    {
        foreach (var client in context.Clients.Values.Where(client => !client.Subscriptions.ContainsKey(room.Id)).ToList())
            Send(new Subscription(client, room) { IsLive = true }, group);
    }

    private void Send(Subscription subscription, OrderedGroup group)
    {
        if (!subscription.IsLive) return;
        if (subscription.Client.QueuedBytes + group.Encoded.Length <= context.Options.MaxQueuedBytes)
        {
            Deliver(subscription, group);
            return;
        }
        context.Counters.Drop("cut-back");
        subscription.IsLive = false;
        subscription.Client.Lagging.Add(subscription);
    }

    private void Deliver(Subscription subscription, OrderedGroup group)
    {
        foreach (var author in group.Authors) Introduce(subscription, author);
        context.SendEncoded(subscription.Client, subscription.Room.Channel, group.Encoded);
        subscription.Cursor = group.Last;
        context.Counters.Deliveries += group.Count;
    }

    /// <summary>An author's profile travels ahead of its first entry on a subscription.</summary>
    private void Introduce(Subscription subscription, int author)
    {
        if (!subscription.Introduce(author)) return;
        var log = subscription.Room.Index.Authors[author];
        if (log.Profile is not { } profile) return;
        context.SendEncoded(subscription.Client, subscription.Room.Channel, log.EncodedProfile ??= context.Encode(
            new OrderedMessage(subscription.Room.Id, 1, default, 1, [profile.Encoded], [])));
    }

    private byte[] Encode(RelayRoom room, long firstPosition, IReadOnlyList<LogEntry> entries, int start, int end)
    {
        var ordered = OrderedGroups.ToMessage(room.Id, firstPosition, entries, start, end);
        return OrderedGroups.Proof(room.Id, entries, start, end) is { } proof ? context.Encode(ordered, proof) : context.Encode(ordered);
    }

    private void Read(Subscription subscription)
    {
        subscription.Client.IsReading = true;
        var at = (subscription.Room.Id, subscription.Cursor);
        if (_reading.TryGetValue(at, out var ticket))
        {
            _reads[ticket].Readers.Add(subscription);
            return;
        }
        ticket = context.NextTicket();
        _reading.Add(at, ticket);
        _reads.Add(ticket, (subscription.Cursor, [subscription]));
        context.Emit(new ReadLog(ticket, subscription.Room.Id, subscription.Cursor, Older: false, ReadBytes));
    }

    private void Resume(Subscription reader)
    {
        var client = reader.Client;
        client.IsReading = false;

        // Rooms take turns, so that a long one does not keep the others waiting.
        if (client.Lagging.Count > 1 && client.Lagging.Remove(reader)) client.Lagging.Add(reader);
        Pump(client);
    }

    /// <summary>Puts what was read where its readers find it.</summary>
    private void Cache(RelayRoom room, LogRead read)
    {
        // What was read may reach beyond what is committed here.
        var count = (int)Math.Min(read.Entries.Length, room.Committed - read.FirstPosition + 1);
        for (var start = 0; start < count;)
        {
            var first = read.FirstPosition + start;
            var isBase = first == room.Index.First && first > 1;
            var end = Math.Min(isBase ? OrderedGroups.EndOfBase(read.Entries, start) : OrderedGroups.End(read.Entries, start), count);
            var entries = isBase ? Proved(read.Entries, end - 1) : read.Entries;
            var authors = new HashSet<int>();
            for (var i = start; i < end; i++) authors.Add(room.Index.Author(entries[i].Author).Number);
            room.Groups.Add(
                new OrderedGroup(first, first + end - start - 1, Encode(room, first, entries, start, end), [.. authors]), context.Now.Monotonic);
            start = end;
        }
    }

    /// <summary>
    /// Where older entries were trimmed, nobody new can work out the chain of stamps at the first that is left: the relay signs for that one by itself.
    /// </summary>
    private ImmutableArray<LogEntry> Proved(ImmutableArray<LogEntry> entries, int index) => entries[index].IsKept || !entries[index].Signature.IsEmpty
        ? entries
        : entries.SetItem(index, entries[index] with { Signature = StampChain.Sign(context.Crypto, context.Options.Identity, entries[index].Chain) });

    /// <summary>Moves a reader over positions that the log no longer holds: nothing would ever come for them.</summary>
    private static void Skip(Subscription reader, LogRead read)
    {
        if (reader.Room.Groups.After(reader.Cursor) is not null) return;
        if (read.Entries.IsEmpty) reader.Cursor = reader.Room.Committed;
        else if (read.FirstPosition > reader.Cursor + 1) reader.Cursor = read.FirstPosition - 1;
    }

    private void AnswerFetch(RelayClient client, FetchMessage fetch, LogRead read)
    {
        client.OpenFetches--;
        if (!client.Subscriptions.TryGetValue(fetch.Room, out var subscription)) return;
        var room = subscription.Room;
        var count = (int)Math.Clamp(room.Committed - read.FirstPosition + 1, 0, read.Entries.Length);
        for (var start = 0; start < count;)
        {
            var end = Math.Min(OrderedGroups.End(read.Entries, start), count);
            for (var i = start; i < end; i++) Introduce(subscription, room.Index.Author(read.Entries[i].Author).Number);
            var ordered = OrderedGroups.ToMessage(room.Id, read.FirstPosition + start, read.Entries, start, end);
            context.Send(client, room.Id, new FetchedMessage(ordered, IsLast: end == count));
            start = end;
        }
        if (count == 0) context.Send(client, room.Id, new FetchedMessage(new OrderedMessage(room.Id, 1, default, 1, [], []), IsLast: true));
    }
}
