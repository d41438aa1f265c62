using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Rooms as clients come to them and leave: subscriptions with their proof, members, digests, loading and letting go.</summary>
internal sealed class RelayRooms(
    RelayContext context, RelayEpochs epochs, RelayFanOut fanOut, RelayPublication publication, RelayStamping stamping, DirectInvitations invitations)
{
    private const string ClosedPrefix = "closed:";

    /// <summary>Messages that may wait for one room's index, or while its stamping is paused.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>How long a member whose link was replaced has to subscribe again before the others hear of it.</summary>
    private static readonly TimeSpan MovingTime = TimeSpan.FromSeconds(3);

    /// <summary>How long a room stays in memory without subscribers.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    /// <summary>How long a client whose cursor is ahead of the store has to show the stamps it knows.</summary>
    private static readonly TimeSpan StampingPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the others of a room have to come back after a start, before its first new entry is stamped: the store may be an older copy without a
    /// sign of it, and who knows least may come first.
    /// </summary>
    private static readonly TimeSpan OpeningPause = TimeSpan.FromSeconds(1);

    /// <summary>Rooms of the store that were opened since the start.</summary>
    private readonly HashSet<RoomId> _opened = [];

    private readonly HashSet<RoomId> _closed = [];

    /// <summary>Rooms the operator has closed.</summary>
    public IReadOnlyCollection<RoomId> Closed => _closed;

    public void Load(RelaySnapshot snapshot)
    {
        foreach (var name in snapshot.Values.Keys)
            if (name.StartsWith(ClosedPrefix, StringComparison.Ordinal) && RoomId.TryParse(name[ClosedPrefix.Length..], out var room)) _closed.Add(room);
    }

    /// <summary>Who is subscribed, for a message.</summary>
    public static ImmutableArray<PeerId> MembersOf(RelayRoom room) => [.. room.Subscriptions.Take(Limits.MaxMembersPerMessage).Select(member => member.Client.Id)];

    /// <summary>A client wants to be kept up with a room.</summary>
    public void Subscribe(RelayClient client, SubscribeMessage subscribe)
    {
        var now = context.Now.Monotonic;
        if (_closed.Contains(subscribe.Room)) context.Refuse(client, RelayErrors.Closed, "The operator has closed this room here.", subscribe.Room);
        else if (!client.Requests.TryTake(1, now))
            context.Refuse(
                client, RelayErrors.RetryAfter, $"More than {RelayClient.RequestsPerSecond} requests a second.", subscribe.Room, retryAfter: client.Requests.Wait(now));
        else if (!client.Subscriptions.ContainsKey(subscribe.Room) && client.Subscriptions.Count >= context.Options.MaxRoomsPerClient)
            context.Refuse(client, RelayErrors.TooManyRooms, $"At most {context.Options.MaxRoomsPerClient} rooms for one client.", subscribe.Room);
        else if (!RoomSecret.VerifyProof(
            context.Crypto, subscribe.Room, subscribe.RoomKey.Span, subscribe.Creator, client.HandshakeHash.Span, subscribe.Proof.Span))
            context.Refuse(client, RelayErrors.BadProof, "The proof of membership does not hold.", subscribe.Room);
        else if (Find(subscribe.Room) is { IsLoaded: true } room) Subscribe(client, room, subscribe);
        else Wait(client, context.Rooms[subscribe.Room], subscribe with { RoomKey = default, Proof = default });
    }

    /// <summary>A message about a room that the client is subscribed to.</summary>
    public void Handle(RelayClient client, RoomId id, RelayMessage message)
    {
        if (context.Rooms.TryGetValue(id, out var room) && !room.IsLoaded && room.Waiting.Any(waiting => waiting.Client == client))
        {
            Wait(client, room, message);
            return;
        }
        if (!client.Subscriptions.TryGetValue(id, out var subscription))
        {
            var closed = _closed.Contains(id);
            context.Refuse(
                client, closed ? RelayErrors.Closed : RelayErrors.NotSubscribed,
                closed ? "The operator has closed this room here." : "Subscribe to the room first.", id);
            return;
        }
        room = subscription.Room;
        switch (message)
        {
            case UnsubscribeMessage:
                Leave(subscription, MemberChange.Parted);
                break;
            case PublishMessage publish when room.IsStampingPaused(context.Now.Monotonic):
                Wait(client, room, publish);
                break;
            case PublishMessage publish:
                publication.Publish(client, room, [publish]);
                break;
            case ShowStampsMessage show:
                Show(client, room, show);
                break;
            case RelayDigestMessage digest:
                Compare(client, subscription, digest);
                break;
            case FetchMessage fetch:
                fanOut.Fetch(client, fetch);
                break;
        }
    }

    /// <summary>A part of a room's index was read.</summary>
    public void IndexRead(LogIndexRead read)
    {
        if (!context.Rooms.TryGetValue(read.Room, out var room) || room.IsLoaded) return;
        if (room.Index.Count == 0 && read.FirstPosition > 0) room.Index.StartAt(read.FirstPosition);
        foreach (var entry in read.Entries)
        {
            room.Index.Append(entry);
            if (entry.IsKept || entry.Epoch != epochs.Present) continue;
            room.Place = entry.Place;
            room.Chain = entry.Chain;
        }
        if (!read.IsLast) return;
        foreach (var floor in read.Floors) room.Index.Author(floor.Author).RaiseFloor(floor.Seq, floor.Hash);
        foreach (var encoded in read.Profiles)
            if (Profile.TryDecode(encoded, context.Crypto, out var profile, out _)) room.Index.Author(profile.Id).Profile = profile;
        room.Committed = room.Index.Head;
        room.IsLoaded = true;
        if (room.Committed > 0 && _opened.Add(room.Id) && !epochs.IsPresentNew) room.OpeningUntil = context.Now.Monotonic + OpeningPause;
        Resume(room);
    }

    /// <summary>A client is gone: every room it was in hears why, or waits for its new link.</summary>
    public void LeaveAll(RelayClient client, MemberChange? change)
    {
        foreach (var subscription in client.Subscriptions.Values.ToArray())
        {
            if (change is null) subscription.Room.Moving[client.Id] = context.Now.Monotonic + MovingTime;
            context.IsWaiting = true;
            Leave(subscription, change);
        }
    }

    /// <summary>Drops a room's log and keeps no more of it.</summary>
    public void Close(RoomId id)
    {
        if (!_closed.Add(id)) return;
        context.Store(new PutValue(ClosedPrefix + id, new byte[] { 1 }));
        if (!context.Rooms.TryGetValue(id, out var room))
        {
            context.Emit(new TrimLog(id, Limits.MaxPlace, []));
            return;
        }
        foreach (var subscription in room.Subscriptions.ToArray())
        {
            context.Refuse(subscription.Client, RelayErrors.Closed, "The operator has closed this room here.", id);
            Leave(subscription, null);
        }
        stamping.Trim(room, room.Index.Head + 1);
    }

    /// <summary>What time changes in the rooms; true while anything waits.</summary>
    public bool Tick()
    {
        var now = context.Now.Monotonic;
        var isWaiting = false;
        foreach (var room in context.Rooms.Values.ToArray())
        {
            if (room.Waiting.Count > 0 && room.IsLoaded && !room.IsStampingPaused(now)) Resume(room);
            foreach (var (peer, until) in room.Moving.ToArray())
                if (now >= until && room.Moving.Remove(peer)) Announce(room, peer, null, MemberChange.Lost);
            room.Groups.Tick(now);
            publication.Tick(room);
            stamping.Tick(room);
            isWaiting |= room.Hold.Count > 0 || room.Moving.Count > 0 || room.Append?.RetryAt is not null || (room.Waiting.Count > 0 && room.IsLoaded);
            if (room.IsIdle && now - room.IdleSince >= IdleTime) context.Rooms.Remove(room.Id);
        }
        return isWaiting;
    }

    private RelayRoom? Find(RoomId id)
    {
        if (context.Rooms.TryGetValue(id, out var room)) return room;
        context.Rooms.Add(id, new RelayRoom(id) { IdleSince = context.Now.Monotonic });
        context.Emit(new ReadLogIndex(id));
        return null;
    }

    private void Wait(RelayClient client, RelayRoom room, RelayMessage message)
    {
        if (room.Waiting.Count < MaxWaiting)
        {
            room.Waiting.Enqueue((client, message));
            context.IsWaiting = true;
            return;
        }
        context.Refuse(
            client, RelayErrors.RetryAfter, $"At most {MaxWaiting} messages wait for a room that is being opened.", room.Id, retryAfter: TimeSpan.FromSeconds(1));
    }

    private void Resume(RelayRoom room)
    {
        for (var count = room.Waiting.Count; count > 0 && room.Waiting.TryDequeue(out var waiting); count--)
        {
            if (waiting.Client.IsGone) continue;
            if (waiting.Message is SubscribeMessage subscribe) Subscribe(waiting.Client, room, subscribe);
            else Handle(waiting.Client, room.Id, waiting.Message);
        }
    }

    /// <summary>Carries out a subscription whose proof has been checked.</summary>
    private void Subscribe(RelayClient client, RelayRoom room, SubscribeMessage subscribe)
    {
        var isNew = !client.Subscriptions.TryGetValue(room.Id, out var subscription);
        if (subscription is null)
        {
            subscription = new Subscription(client, room);
            client.Subscriptions.Add(room.Id, subscription);
            room.Subscriptions.Add(subscription);
        }
        subscription.Cursor = epochs.ResumeAfter(room, subscribe.Epoch, subscribe.Cursor);
        context.Send(client, room.Id, new SubscribedMessage(room.Id, epochs.Present, room.Committed, subscription.Cursor, MembersOf(room)));
        if (isNew && !room.Moving.Remove(client.Id)) Announce(room, client.Id, client.Profile, MemberChange.Joined);
        if (subscribe.Epoch == epochs.Present && subscribe.Cursor > room.Committed && !room.WasStampingPaused)
        {
            room.WasStampingPaused = true;
            room.StampingPausedUntil = context.Now.Monotonic + StampingPause;
        }
        invitations.Accepted(client, room.Id);

        // Where the log begins later than its authors did, that is said before what is left of it comes: nobody is to wait for what is not to be had.
        if (room.Index.First > 1) SendDigest(client, room);
        fanOut.CatchUp(subscription);
    }

    private void Leave(Subscription subscription, MemberChange? change)
    {
        var (client, room) = (subscription.Client, subscription.Room);
        client.Subscriptions.Remove(room.Id);
        room.Subscriptions.Remove(subscription);
        RelayFanOut.Stop(subscription);
        if (room.Subscriptions.Count == 0) room.IdleSince = context.Now.Monotonic;
        if (change is { } word) Announce(room, client.Id, null, word);
    }

    private void Announce(RelayRoom room, PeerId peer, Profile? profile, MemberChange change)
    {
        if (room.Subscriptions.Count == 0) return;
        var encoded = context.Encode(new MemberMessage(room.Id, peer, profile?.Encoded ?? default, change));
        foreach (var other in room.Subscriptions)
            if (other.Client.Id != peer) context.SendEncoded(other.Client, room.Channel, encoded);
    }

    private void Show(RelayClient client, RelayRoom room, ShowStampsMessage show)
    {
        var news = epochs.Show(client, room, show.Runs);
        room.StampingPausedUntil = TimeSpan.Zero;
        if (epochs.IsPresentNew) room.OpeningUntil = TimeSpan.Zero;
        Resume(room);
        if (news.Count == 0) return;
        var encoded = context.Encode(new ShowStampsMessage(room.Id, [.. news]));
        foreach (var other in room.Subscriptions)
            if (other.Client != client) context.SendEncoded(other.Client, room.Channel, encoded);
    }

    private void Compare(RelayClient client, Subscription subscription, RelayDigestMessage digest)
    {
        var room = subscription.Room;
        foreach (var line in digest.Authors)
            if (line.Floor > 1 && subscription.Floors.Count < Limits.MaxAuthorsPerDigest) subscription.Floors[line.Author] = line.Floor;
        if (!digest.WantsAnswer) return;
        if (!client.Requests.TryTake(1, context.Now.Monotonic))
        {
            context.Refuse(
                client, RelayErrors.RetryAfter, $"More than {RelayClient.RequestsPerSecond} requests a second.", room.Id, retryAfter: client.Requests.Wait(context.Now.Monotonic));
            return;
        }
        SendDigest(client, room);
    }

    private void SendDigest(RelayClient client, RelayRoom room)
    {
        var lines = room.Index.Authors.Select(author => author.Digest(HeadHash(room, author))).ToArray();
        for (var start = 0; start == 0 || start < lines.Length; start += SeqRanges.LinesPerMessage)
            context.Send(client, room.Id, new RelayDigestMessage(room.Id, [.. lines.Skip(start).Take(SeqRanges.LinesPerMessage)], WantsAnswer: false));
    }

    private static ulong HeadHash(RelayRoom room, AuthorLog author)
    {
        var head = author.Position(author.HeadSeq);
        return head > 0 ? room.Index[head].Hash.A : author.FloorHash.A;
    }
}
