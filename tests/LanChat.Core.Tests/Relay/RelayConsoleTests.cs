using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

public sealed class RelayConsoleTests
{
    private readonly RelayWorld _world = new();
    private readonly RoomSecret _room;

    public RelayConsoleTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void Clients_and_rooms_are_listed()
    {
        var ana = Join("ana", 1);
        ana.Publish(_room, new TestAuthor(_world, _room, ana.Identity).Write("x"));
        var client = Assert.IsType<ClientList>(_world.Command(new ListClients())).Clients.Single();
        Assert.Equal(("ana", ana.Id, ana.Address, 1, 1L), (client.Nick, client.Id, client.Address, client.Rooms, client.Messages));
        Assert.True(client.Bytes > 0);
        var room = Assert.IsType<RoomList>(_world.Command(new ListRooms())).Rooms.Single();
        Assert.Equal((_room.Id, 1, 1L), (room.Id, room.Members, room.Entries));
    }

    [Fact]
    public void The_operator_speaks_to_all_to_a_room_and_to_one()
    {
        var (ana, bruno) = (Join("ana", 1), _world.Connect("bruno", 2));
        Assert.IsType<CommandDone>(_world.Command(new SayToRoom("*", "all")));
        Assert.IsType<CommandDone>(_world.Command(new SayToRoom("#Lobby", "room")));
        Assert.IsType<CommandDone>(_world.Command(new SayToRoom(_room.Id.ToString()[..6], "prefix")));
        Assert.IsType<CommandDone>(_world.Command(new SayToPeer("BRUNO", "you")));
        Assert.Equal(["all", "room", "prefix"], ana.Got<NoticeMessage>().Select(notice => notice.Text));
        Assert.Equal([("all", false), ("you", true)], bruno.Got<NoticeMessage>().Select(notice => (notice.Text, notice.IsPrivate)));
        Assert.IsType<CommandRefused>(_world.Command(new SayToPeer("nobody", "x")));
        Assert.IsType<CommandRefused>(_world.Command(new SayToRoom("*", "two\nlines")));
    }

    [Fact]
    public void A_nickname_that_fits_several_is_refused_with_their_ids()
    {
        var (one, two) = (_world.Connect("ana", 1), _world.Connect("ana", 2));
        var refused = Assert.IsType<CommandRefused>(_world.Command(new KickPeer("ana")));
        Assert.Contains(one.Id.ToString(), refused.Text, StringComparison.Ordinal);
        Assert.Contains(two.Id.ToString(), refused.Text, StringComparison.Ordinal);
        Assert.IsType<CommandDone>(_world.Command(new KickPeer($"ana#{two.Id.Tag}")));
        Assert.Equal(1, _world.Node.Metrics.Clients);
    }

    [Fact]
    public void Who_is_kicked_stays_out_for_a_minute_and_the_others_see_it()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        _world.Command(new KickPeer("bruno"));
        Assert.Equal(RelayByes.Kicked, bruno.Got<RelayByeMessage>().Single().Reason);
        Assert.Equal(MemberChange.Kicked, ana.Got<MemberMessage>().Last().State);
        bruno.Connect();
        _world.Run();
        Assert.Equal(1, _world.Node.Metrics.Clients);
        _world.Advance(TimeSpan.FromSeconds(61));
        bruno.Connect();
        _world.Run();
        Assert.Equal(2, _world.Node.Metrics.Clients);
    }

    [Fact]
    public void Bans_of_peers_and_addresses_outlive_a_restart_and_can_be_taken_back()
    {
        var (ana, bruno) = (_world.Connect("ana", 1), _world.Connect("bruno", 2));
        _world.Command(new Ban("ana"));
        _world.Command(new Ban(bruno.Address.Address.ToString()));
        Assert.Equal(0, _world.Node.Metrics.Clients);
        _world.Restart();
        Try(ana, bruno);
        Assert.Equal(RefusalReason.Banned, bruno.Refusal!.Reason);
        Assert.Equal(RelayByes.Banned, ana.Got<RelayByeMessage>().Single().Reason);
        Assert.Equal(2, Assert.IsType<BanList>(_world.Command(new ListBans())).Bans.Length);
        Assert.IsType<CommandDone>(_world.Command(new Unban(ana.Id.ToString()[..8])));
        Assert.IsType<CommandDone>(_world.Command(new Unban(bruno.Address.Address.ToString())));
        Assert.IsType<CommandRefused>(_world.Command(new Unban("1.2.3.4")));
        Try(ana, bruno);
        Assert.Equal(2, _world.Node.Metrics.Clients);
    }

    [Fact]
    public void Entries_of_a_banned_author_are_refused_and_waived_as_parents()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var banned = new TestAuthor(_world, _room, ana.Identity).Write("from ana");
        _world.Command(new Ban("ana"));
        bruno.Publish(_room, banned, new TestAuthor(_world, _room, bruno.Identity).Write("answer", banned));
        Assert.Equal(RelayErrors.Banned, bruno.Got<RelayErrorMessage>().Single().Code);
        Assert.True(bruno.Ordered[_room.Id].Single().IsWaived);
    }

    [Fact]
    public void A_closed_room_is_dropped_and_stays_closed()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Publish(_room, author.Write("x"));
        _world.Command(new CloseRoom("#lobby"));
        ana.Publish(_room, author.Write("y"));
        Assert.Equal([RelayErrors.Closed, RelayErrors.Closed], ana.Got<RelayErrorMessage>().Select(error => error.Code));
        Assert.Empty(_world.Log.Entries(_room.Id));
        _world.Restart();
        ana.Connect();
        _world.Run();
        ana.Subscribe(_room);
        Assert.Equal(RelayErrors.Closed, ana.Got<RelayErrorMessage>().Single().Code);
        Assert.True(Assert.IsType<RoomList>(_world.Command(new ListRooms())).Rooms.Single().IsClosed);
    }

    [Fact]
    public void Stopping_says_bye_and_ends_when_everything_is_on_disk()
    {
        var ana = Join("ana", 1);
        _world.HoldAppends = true;
        ana.Publish(_room, new TestAuthor(_world, _room, ana.Identity).Write("last"));
        _world.Command(new StopRelay());
        Assert.Equal(RelayByes.Bye, ana.Got<RelayByeMessage>().Single().Reason);
        _world.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_world.IsFinished);
        _world.ReleaseAppends();
        Assert.True(_world.IsFinished);
        Assert.Single(_world.Log.Entries(_room.Id));
    }

    [Fact]
    public void A_new_nickname_reaches_those_who_share_a_room()
    {
        var (ana, bruno, cora) = (Join("ana", 1), Join("bruno", 2), _world.Connect("cora", 3));
        ana.Send(0, new ProfileUpdateMessage(Profile.Create(_world.Crypto, ana.Identity, "anna", 2).Encoded));
        _world.Run();
        Assert.Equal(ana.Id, bruno.Got<ProfileAnswerMessage>().Single().Peer);
        Assert.Empty(cora.Got<ProfileAnswerMessage>());
        Assert.Contains(Assert.IsType<ClientList>(_world.Command(new ListClients())).Clients, client => client.Nick == "anna");
    }

    private void Try(params RelayTestClient[] clients)
    {
        foreach (var client in clients) client.Connect();
        _world.Run();
    }

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }
}
