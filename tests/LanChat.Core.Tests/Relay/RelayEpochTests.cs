using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

public sealed class RelayEpochTests
{
    /// <summary>How long a room waits after a start for others to come back, and a little.</summary>
    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(1.2);

    private readonly RelayWorld _world = new();
    private readonly RoomSecret _room;

    public RelayEpochTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void A_restart_on_the_same_log_goes_on_where_it_stopped()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Publish(_room, author.Write("1"), author.Write("2"));
        var before = ana.Order(_room);
        _world.Restart();
        Rejoin(ana);
        ana.Publish(_room, author.Write("3"));
        Assert.Equal(before, ana.Order(_room));
        _world.Advance(OpeningTime);
        Assert.Equal(before, ana.Order(_room)[..2]);
        Assert.Equal([1L, 2L, 3L], ana.Ordered[_room.Id].Select(item => item.Place));
        Assert.Single(ana.Ordered[_room.Id].Select(item => item.Epoch).Distinct());
    }

    [Fact]
    public void What_was_not_on_disk_is_gone_after_a_kill_and_can_be_published_again()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var kept = author.Write("kept");
        ana.Publish(_room, kept);
        _world.HoldAppends = true;
        var lost = author.Write("lost");
        ana.Publish(_room, lost);
        _world.HoldAppends = false;
        _world.Restart();
        Rejoin(ana);
        ana.Publish(_room, kept, lost);
        _world.Advance(OpeningTime);
        Assert.Equal([kept.Hash, lost.Hash], ana.Order(_room));
    }

    [Fact]
    public void A_client_gets_what_it_missed_and_no_more()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Publish(_room, author.Write("1"));
        bruno.Vanish();
        for (var i = 0; i < 50; i++) ana.Publish(_room, author.Write("x"));
        Rejoin(bruno);
        Assert.Equal(ana.Order(_room), bruno.Order(_room));
    }

    [Fact]
    public void A_new_store_keeps_the_places_that_clients_show_and_stamps_on_in_a_later_epoch()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two, three) = (author.Write("1"), author.Write("2"), author.Write("3"));
        ana.Publish(_room, one, two, three);
        var first = ana.Ordered[_room.Id].ToArray();
        var run = RunOf(first);
        _world.UtcStart += 1000;
        _world.Restart(new MemoryLog());
        ana.Ordered.Clear();
        Rejoin(ana);
        Assert.Equal(0, ana.Cursors[_room.Id].Position);
        ana.Send(_room.Id, new ShowStampsMessage(_room.Id, [run]));
        ana.Publish(_room, one, two, three, author.Write("4"));
        Assert.Equal(first.Select(item => (item.Epoch, item.Place)), ana.Ordered[_room.Id].Take(3).Select(item => (item.Epoch, item.Place)));
        Assert.True(ana.Ordered[_room.Id][3].Epoch.CompareTo(first[0].Epoch) > 0);
        Assert.Equal(1, ana.Ordered[_room.Id][3].Place);
    }

    [Fact]
    public void An_older_copy_of_the_log_gives_no_place_twice()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two) = (author.Write("1"), author.Write("2"));
        ana.Publish(_room, one);
        var copy = _world.Log.Copy();
        ana.Publish(_room, two);
        var known = ana.Ordered[_room.Id].ToArray();
        _world.Restart(copy);
        Rejoin(ana);
        Assert.Equal(1, ana.Cursors[_room.Id].Position);
        var bruno = Join("bruno", 2);
        var other = new TestAuthor(_world, _room, bruno.Identity).Write("meanwhile");
        bruno.Publish(_room, other);
        Assert.DoesNotContain(other.Hash, bruno.Order(_room));
        ana.Send(_room.Id, new ShowStampsMessage(_room.Id, [RunOf(known)]));
        ana.Publish(_room, two);
        Assert.Equal(3, bruno.Order(_room).Length);
        var places = bruno.Ordered[_room.Id].ToDictionary(item => item.Entry.Hash, item => (item.Epoch, item.Place));
        Assert.Equal((known[0].Epoch, 2L), places[two.Hash]);
        Assert.True(places[other.Hash].Epoch.CompareTo(known[0].Epoch) > 0);
        Assert.Equal(3, places.Values.Distinct().Count());
        Assert.Contains(bruno.Got<ShowStampsMessage>(), shown => shown.Runs.Length == 1);
    }

    [Fact]
    public void An_older_copy_known_as_one_gives_no_place_twice_though_who_knows_less_publishes_first()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two) = (author.Write("1"), author.Write("2"));
        ana.Publish(_room, one);
        var copy = _world.Log.Copy();
        bruno.Vanish();
        ana.Publish(_room, two);
        var known = ana.Ordered[_room.Id].ToArray();
        _world.Restart(copy, isOlderCopy: true);
        Rejoin(bruno);
        var other = new TestAuthor(_world, _room, bruno.Identity).Write("nobody has shown anything yet");
        bruno.Publish(_room, other);
        Assert.Equal([one.Hash, other.Hash], bruno.Order(_room));
        Rejoin(ana);
        ana.Send(_room.Id, new ShowStampsMessage(_room.Id, [RunOf(known)]));
        ana.Publish(_room, two);
        var places = bruno.Ordered[_room.Id].ToDictionary(item => item.Entry.Hash, item => (item.Epoch, item.Place));
        Assert.Equal((known[0].Epoch, 2L), places[two.Hash]);
        Assert.True(places[other.Hash].Epoch.CompareTo(known[0].Epoch) > 0);
        Assert.Equal(3, places.Values.Distinct().Count());
    }

    [Fact]
    public void An_older_copy_without_a_sign_of_it_gives_no_place_twice_though_who_knows_less_publishes_first()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two) = (author.Write("1"), author.Write("2"));
        ana.Publish(_room, one);
        var copy = _world.Log.Copy();
        bruno.Vanish();
        ana.Publish(_room, two);
        var known = ana.Ordered[_room.Id].ToArray();
        _world.Restart(copy);
        Rejoin(bruno);
        var other = new TestAuthor(_world, _room, bruno.Identity).Write("nobody has shown anything yet");
        bruno.Publish(_room, other);
        Assert.Equal([one.Hash], bruno.Order(_room));
        _world.Advance(OpeningTime / 2);
        Rejoin(ana);
        ana.Send(_room.Id, new ShowStampsMessage(_room.Id, [RunOf(known)]));
        ana.Publish(_room, two);
        var places = bruno.Ordered[_room.Id].ToDictionary(item => item.Entry.Hash, item => (item.Epoch, item.Place));
        Assert.Equal((known[0].Epoch, 2L), places[two.Hash]);
        Assert.True(places[other.Hash].Epoch.CompareTo(known[0].Epoch) > 0);
        Assert.Equal(3, places.Values.Distinct().Count());
    }

    [Fact]
    public void A_log_known_to_be_an_older_copy_opens_a_later_epoch_at_once()
    {
        var world = new RelayWorld();
        var node = new RelayNode(world.Options, RelaySnapshot.Empty);
        node.Handle(TimePassed.Instance, world.Now);
        var stored = Drain(node).OfType<StoreBatch>().SelectMany(batch => batch.Writes).OfType<PutValue>().Single();
        var again = new RelayNode(world.Options, new RelaySnapshot(new Dictionary<string, ReadOnlyMemory<byte>> { [stored.Name] = stored.Value }, true));
        again.Handle(TimePassed.Instance, world.Now);
        Assert.True(again.Metrics.Epoch.CompareTo(node.Metrics.Epoch) > 0);
    }

    [Fact]
    public void A_claim_to_know_more_than_the_store_delays_a_room_once_and_for_two_seconds()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Publish(_room, author.Write("1"));
        for (var i = 0; i < 2; i++)
        {
            bruno.Vanish();
            bruno.Connect();
            _world.Run();
            bruno.Cursors[_room.Id] = (_world.Node.Metrics.Epoch, 1000);
            bruno.Subscribe(_room);
            ana.Publish(_room, author.Write("2"));
            Assert.Equal(i + 1 + i, ana.Order(_room).Length);
            _world.Advance(TimeSpan.FromSeconds(2.2));
            Assert.Equal(i + 2, ana.Order(_room).Length);
        }
    }

    [Fact]
    public void Stamps_that_another_relay_signed_or_nobody_change_nothing()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var entry = author.Write("1");
        ana.Publish(_room, entry);
        var epoch = _world.Node.Metrics.Epoch;
        var stranger = PeerIdentity.Create(_world.Crypto, new SeededRandomSource(500));
        var run = StampChain.CreateRun(_world.Crypto, stranger, _room.Id, new Epoch(epoch.UtcMilliseconds + 5, 1), 1, EntryHash.None, [entry.Hash], []);
        var forged = RunOf([.. ana.Ordered[_room.Id]]) with { Signature = new byte[64], First = 1, Entries = [author.Write("2").Hash] };
        ana.Send(_room.Id, new ShowStampsMessage(_room.Id, [run, forged]));
        _world.Run();
        Assert.Equal(epoch, _world.Node.Metrics.Epoch);
        Assert.Equal(1, _world.Node.Metrics.Drops["stamp-run"]);
    }

    private StampRun RunOf((Epoch Epoch, long Place, Entry Entry, bool IsWaived)[] items) => StampChain.CreateRun(
        _world.Crypto, RelayWorld.RelayIdentity, _room.Id, items[0].Epoch, 1, EntryHash.None, [.. items.Select(item => item.Entry.Hash)], []);

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }

    private void Rejoin(RelayTestClient client)
    {
        client.Connect();
        _world.Run();
        client.Subscribe(_room);
    }

    private static List<NodeOutput> Drain(RelayNode node)
    {
        var outputs = new List<NodeOutput>();
        while (node.TryTakeOutput(out var output)) outputs.Add(output);
        return outputs;
    }
}
