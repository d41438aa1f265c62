using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

public sealed class RelayRoomTests
{
    private readonly RelayWorld _world = new();
    private readonly RoomSecret _room;

    public RelayRoomTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void Who_cannot_prove_membership_gets_nothing()
    {
        var ana = Join("ana", 1);
        ana.Publish(_room, new TestAuthor(_world, _room, ana.Identity).Write("secret"));
        var eva = _world.Connect("eva", 2);
        eva.Send(_room.Id, eva.Subscription(_room) with { Proof = ana.Subscription(_room).Proof });
        eva.Send(_room.Id, new FetchMessage(_room.Id, 0, false, 1000));
        _world.Run();
        Assert.Equal([RelayErrors.BadProof, RelayErrors.NotSubscribed], eva.Got<RelayErrorMessage>().Select(error => error.Code));
        Assert.Empty(eva.Got<OrderedMessage>());
    }

    [Fact]
    public void Members_hear_who_comes_and_who_goes_and_why()
    {
        var ana = Join("ana", 1);
        var (bruno, cora, dan) = (Join("bruno", 2), Join("cora", 3), Join("dan", 4));
        Assert.Equal([ana.Id, bruno.Id], bruno.Got<SubscribedMessage>().Single().Members);
        bruno.Send(_room.Id, new UnsubscribeMessage(_room.Id));
        cora.Send(0, new RelayByeMessage(RelayByes.Bye));
        dan.Vanish();
        _world.Run();
        var heard = ana.Got<MemberMessage>().Select(member => (member.Peer, member.State)).ToList();
        Assert.Contains((bruno.Id, MemberChange.Joined), heard);
        Assert.Contains((bruno.Id, MemberChange.Parted), heard);
        Assert.Contains((cora.Id, MemberChange.Bye), heard);
        Assert.Contains((dan.Id, MemberChange.Lost), heard);
        Assert.Equal(bruno.Profile.Encoded.ToArray(), ana.Got<MemberMessage>().First().Profile.ToArray());
    }

    [Fact]
    public void A_client_has_no_more_rooms_than_the_limit()
    {
        var world = new RelayWorld(options => options with { MaxRoomsPerClient = 2 });
        var ana = world.Connect("ana", 1);
        foreach (var name in new[] { "one", "two", "three" }) ana.Subscribe(RoomSecret.Public(world.Crypto, "lan", name));
        Assert.Equal(2, ana.Got<SubscribedMessage>().Count());
        Assert.Equal(RelayErrors.TooManyRooms, ana.Got<RelayErrorMessage>().Single().Code);
    }

    [Fact]
    public void A_flood_of_subscriptions_is_slowed_down()
    {
        var ana = Join("ana", 1);
        for (var i = 0; i < 1000; i++) ana.Send(_room.Id, ana.Subscription(_room));
        _world.Run();
        Assert.NotEmpty(ana.Got<RelayErrorMessage>());
        Assert.All(ana.Got<RelayErrorMessage>(), error => Assert.True(error.Code == RelayErrors.RetryAfter && error.RetryAfter > TimeSpan.Zero));
    }

    [Fact]
    public void A_digest_says_what_is_held_of_each_author()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Publish(_room, author.Write("1"), author.Write("2"));
        ana.Send(_room.Id, new RelayDigestMessage(_room.Id, [], WantsAnswer: true));
        _world.Run();
        var line = ana.Got<RelayDigestMessage>().Single().Authors.Single();
        Assert.Equal((ana.Id, 1, author.Head.A), (line.Author, line.Floor, line.HeadHash));
        Assert.Equal([new SeqRange(1, 2)], line.Ranges);
    }

    [Fact]
    public void A_fetch_brings_what_lies_around_a_position()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        for (var i = 0; i < 60; i++) ana.Publish(_room, author.Write(new string('x', 1000)));
        ana.Send(_room.Id, new FetchMessage(_room.Id, 10, Older: false, MaxBytes: 40_000));
        _world.Run();
        var fetched = ana.Got<FetchedMessage>().ToList();
        Assert.Equal(11, fetched[0].Ordered.FirstPosition);
        Assert.Equal([.. fetched.SkipLast(1).Select(_ => false), true], fetched.Select(part => part.IsLast));
        Assert.True(fetched.Count > 1);
        Assert.Equal(60, ana.Order(_room).Length);
    }

    [Fact]
    public void Authors_profiles_come_ahead_of_their_entries()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        ana.Publish(_room, new TestAuthor(_world, _room, ana.Identity).Write("1"));
        ana.Vanish();
        var late = Join("late", 3);
        foreach (var client in new[] { bruno, late })
        {
            var ordered = client.Got<OrderedMessage>().ToList();
            Assert.Equal(ana.Profile.Encoded.ToArray(), ordered[0].Profiles.Single().ToArray());
            Assert.Single(ordered[1].Items);
        }
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_back_and_catches_up_from_the_log()
    {
        var world = new RelayWorld(options => options with { MaxQueuedBytes = 128 * 1024, EntriesBurst = 100_000 });
        var (ana, slow) = (world.Connect("ana", 1), world.Connect("slow", 2));
        ana.Subscribe(_room);
        slow.Subscribe(_room);
        world.Hand(new LinkMeasured(slow.Link, TimeSpan.Zero, TimeSpan.Zero, 100, 127 * 1024));
        var author = new TestAuthor(world, _room, ana.Identity);
        for (var i = 0; i < 2000; i++)
        {
            ana.Publish(_room, author.Write(new string('x', 500)));
            world.Hand(new LinkMeasured(ana.Link, TimeSpan.Zero, TimeSpan.Zero, 0, 0));
        }
        Assert.Equal(2000, ana.Order(_room).Length);
        Assert.InRange(slow.Order(_room).Length, 0, 10);
        Assert.InRange(world.Node.Metrics.QueuedBytes, 0, 2 * 128 * 1024);
        world.Advance(TimeSpan.FromSeconds(16));
        for (var i = 0; i < 100 && slow.Order(_room).Length < 2000; i++)
        {
            world.Hand(new LinkMeasured(slow.Link, TimeSpan.Zero, TimeSpan.Zero, 0, 0));
            world.Run();
        }
        Assert.Equal(ana.Order(_room), slow.Order(_room));
        Assert.True(world.Log.Reads > 0);
        ana.Publish(_room, author.Write("live again"));
        Assert.Equal(2001, slow.Order(_room).Length);
    }

    [Fact]
    public void A_client_that_takes_nothing_at_all_loses_its_link()
    {
        var ana = Join("ana", 1);
        _world.Hand(new LinkMeasured(ana.Link, TimeSpan.Zero, TimeSpan.Zero, 9999, 5L * 1024 * 1024));
        _world.Run();
        Assert.Equal(0, _world.Node.Metrics.Clients);
        Assert.Equal(1, _world.Node.Metrics.Drops["too-slow"]);
    }

    [Fact]
    public void A_room_over_its_quota_loses_its_oldest_and_chains_go_on()
    {
        var world = new RelayWorld(options => options with { BytesPerRoom = 64 * 1024, EntriesBurst = 100_000 });
        var ana = world.Connect("ana", 1);
        ana.Subscribe(_room);
        var author = new TestAuthor(world, _room, ana.Identity);
        for (var i = 0; i < 300; i++) ana.Publish(_room, author.Write(new string('x', 500)));
        Assert.Equal(300, ana.Order(_room).Length);
        Assert.True(world.Log.Entries(_room.Id).Sum(entry => entry.Encoded.Length) <= 64 * 1024);
        world.Restart();
        ana.Connect();
        world.Run();
        ana.Subscribe(_room);
        ana.Publish(_room, author.Write("goes on"));
        world.Advance(TimeSpan.FromSeconds(1.2));
        Assert.Equal(author.Head, ana.Order(_room)[^1]);
        Assert.Empty(ana.Got<RelayErrorMessage>());
        var late = world.Connect("late", 2);
        late.Subscribe(_room);
        Assert.True(late.Order(_room).Length < 150);
        Assert.Equal(author.Head, late.Order(_room)[^1]);

        // Told unasked, before what is left.
        Assert.True(late.Got<RelayDigestMessage>().Single().Authors.Single().Floor > 100);
        late.Send(_room.Id, new RelayDigestMessage(_room.Id, [], WantsAnswer: true));
        world.Run();
        Assert.Equal(2, late.Got<RelayDigestMessage>().Count());
    }

    [Fact]
    public void A_disk_that_fails_acknowledges_nothing_and_loses_nothing_when_it_works_again()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        _world.Log.IsFailing = true;
        ana.Publish(_room, author.Write("1"));
        ana.Publish(_room, author.Write("2"));
        _world.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(ana.Order(_room));
        Assert.Contains(ana.Got<RelayErrorMessage>(), error => error.Code == RelayErrors.Storage);
        Assert.Single(_world.Notices.OfType<RelayWarning>());
        _world.Log.IsFailing = false;
        _world.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(2, ana.Order(_room).Length);
    }

    [Fact]
    public void Receipts_are_gathered_and_only_the_latest_of_each_member_goes_to_the_author()
    {
        var (ana, bruno, cora) = (Join("ana", 1), Join("bruno", 2), Join("cora", 3));
        foreach (var (client, seq) in new[] { (bruno, 1), (bruno, 2), (cora, 1) })
        {
            var line = new DigestLine(ana.Id, 1, [new SeqRange(1, seq)], 5);
            client.Send(_room.Id, new RelayReceiptMessage(_room.Id, [new MemberReceipt(ana.Id, line)]));
        }
        _world.Run();
        Assert.Empty(ana.Got<RelayReceiptMessage>());
        _world.Advance(TimeSpan.FromMilliseconds(400));
        var receipts = ana.Got<RelayReceiptMessage>().Single().Receipts.ToDictionary(receipt => receipt.Member, receipt => receipt.Line.Ranges[0].Last);
        Assert.Equal(new Dictionary<PeerId, int> { [bruno.Id] = 2, [cora.Id] = 1 }, receipts);
        Assert.Empty(cora.Got<RelayReceiptMessage>());
    }

    [Fact]
    public void Receipts_that_would_fill_the_memory_are_passed_on_at_once()
    {
        const int Count = 129;
        var clients = Enumerable.Range(1, Count).Select(n => Join($"c{n}", (ulong)n)).ToList();
        foreach (var client in clients)
        {
            var receipts = clients.Select(author => new MemberReceipt(author.Id, new DigestLine(author.Id, 1, [new SeqRange(1, 1)], 5)));
            client.Send(_room.Id, new RelayReceiptMessage(_room.Id, [.. receipts]));
        }
        _world.Run();
        Assert.True(Count * (Count - 1) > RelayReceipts.MaxGathered);
        var passedOn = clients.Sum(author => author.Got<RelayReceiptMessage>().Sum(message => message.Receipts.Length));
        Assert.Equal(RelayReceipts.MaxGathered, passedOn);
        _world.Advance(TimeSpan.FromMilliseconds(400));
        Assert.All(clients, author => Assert.Equal(Count - 1, author.Got<RelayReceiptMessage>().Sum(message => message.Receipts.Length)));
    }

    [Fact]
    public void Somebody_written_to_in_a_direct_room_is_told_now_and_at_the_next_connect_until_it_subscribes()
    {
        var (ana, bruno) = (_world.Connect("ana", 1), _world.Connect("bruno", 2));
        var direct = RoomSecret.Direct(_world.Crypto, ana.Identity, bruno.Profile);
        ana.Subscribe(direct);
        var author = new TestAuthor(_world, direct, ana.Identity);
        ana.Publish(direct, author.WriteTo(bruno.Id, "psst"), author.WriteTo(bruno.Id, "hey"));
        Assert.Equal((direct.Id, 1), (bruno.Got<InvitedMessage>().Single().Room, bruno.Got<InvitedMessage>().Count()));
        _world.Restart();
        bruno.Connect();
        _world.Run();
        Assert.Equal(ana.Profile.Encoded.ToArray(), bruno.Got<InvitedMessage>().Single().SenderProfile.ToArray());
        bruno.Subscribe(direct);
        Assert.Equal(2, bruno.Order(direct).Length);
        _world.Restart();
        bruno.Connect();
        _world.Run();
        Assert.Empty(bruno.Got<InvitedMessage>());
    }

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }
}
