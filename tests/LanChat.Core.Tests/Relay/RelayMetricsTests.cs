using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>Every number that a relay publishes moves when what it counts happens.</summary>
public sealed class RelayMetricsTests
{
    private const int QueuedBytes = 128 * 1024;

    private readonly RelayWorld _world = new(options => options with { MaxQueuedBytes = QueuedBytes, EntriesBurst = 100_000 });
    private readonly RoomSecret _room;

    public RelayMetricsTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void Clients_rooms_entries_deliveries_bytes_and_commits_are_counted()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        var before = _world.Node.Metrics;
        ana.Publish(_room, author.Write("1"), author.Write("2"), author.Write("3"));
        var after = _world.Node.Metrics;
        Assert.Equal((2, 1), (after.Clients, after.Rooms));
        Assert.Equal((3L, 6L), (after.EntriesIn, after.Deliveries));
        Assert.InRange(after.BytesIn - before.BytesIn, 3 * 100, 3 * 1000);
        Assert.InRange(after.BytesOut - before.BytesOut, 6 * 100, 6 * 1000);
        Assert.Equal(1, after.Commits);
        bruno.Vanish();
        Assert.Equal(1, _world.Node.Metrics.Clients);
    }

    [Fact]
    public void What_waits_for_the_disk_is_told_and_how_long_it_took()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        _world.HoldAppends = true;
        ana.Publish(_room, author.Write("1"), author.Write("2"));
        Assert.Equal(2, _world.Node.Metrics.WaitingEntries);
        _world.Advance(TimeSpan.FromMilliseconds(300));
        _world.ReleaseAppends();
        Assert.Equal((0, 1L), (_world.Node.Metrics.WaitingEntries, _world.Node.Metrics.Commits));
        Assert.Equal(TimeSpan.FromMilliseconds(300), _world.Node.Metrics.CommitTime);
    }

    [Fact]
    public void What_waits_for_a_parent_is_told_until_it_comes()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two) = (author.Write("1"), author.Write("2"));
        ana.Publish(_room, two);
        Assert.Equal((1, (long)EntryCodec.Encode(two).Length), (_world.Node.Metrics.HeldEntries, _world.Node.Metrics.HeldBytes));
        ana.Publish(_room, one);
        Assert.Equal((0, 0L, 2L), (_world.Node.Metrics.HeldEntries, _world.Node.Metrics.HeldBytes, _world.Node.Metrics.EntriesIn));
    }

    [Fact]
    public void Who_lags_behind_and_how_much_is_on_its_way_is_told()
    {
        const int Count = 50;
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        for (var i = 0; i < Count; i++) ana.Publish(_room, author.Write(new string('x', 4000)));
        Assert.InRange(_world.Node.Metrics.LaggingSubscriptions, 1, 2);
        Assert.InRange(_world.Node.Metrics.QueuedBytes, QueuedBytes / 2, 4 * QueuedBytes);
        Assert.True(_world.Node.Metrics.Drops["cut-back"] >= 1);
        for (var i = 0; i < 100 && _world.Node.Metrics.LaggingSubscriptions > 0; i++)
        {
            foreach (var client in new[] { ana, bruno }) _world.Hand(new LinkMeasured(client.Link, TimeSpan.FromMilliseconds(1), TimeSpan.Zero, 0, 0));
            _world.Run();
        }
        Assert.Equal(0, _world.Node.Metrics.LaggingSubscriptions);
        Assert.Equal(ana.Order(_room), bruno.Order(_room));
        Assert.Equal(Count, bruno.Order(_room).Length);
    }

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }
}
