using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;
using static LanChat.Core.Tests.Links.LinkWorld;

namespace LanChat.Core.Tests.Links;

/// <summary>Paths through a relay, with the real one: its link, links inside it, ways through NATs, switching between all of them.</summary>
public sealed class RelayPathTests
{
    private readonly LinkWorld _world = new(7);
    private readonly RoomSecret _lobby = Room("lobby");

    [Fact]
    public void A_given_relay_admits_and_keeps_the_link()
    {
        AddRelay();
        var node = AddClient(1);
        Assert.True(RunUntilRelayed(node));
        Assert.Equal("10.9.9.9:42043", node.Table.Relay!.Address);
        _world.Network.Run(Ms(10_000));
        Assert.Single(node.Of<RelayUp>());
        Assert.Empty(node.Of<RelayDown>());
    }

    [Fact]
    public void A_relay_is_found_by_its_beacon()
    {
        var relay = AddRelay(options => options with { BeaconPort = 42043 });
        relay.IsOnLan = true;
        var node = _world.Add(1);
        Assert.True(RunUntilRelayed(node));
        Assert.Equal(relay.Id, node.Table.Relay!.Id);
    }

    [Fact]
    public void A_found_relay_that_is_gone_is_given_up_and_taken_up_again_when_it_is_heard()
    {
        var relay = AddRelay(options => options with { BeaconPort = 42043 });
        relay.IsOnLan = true;
        var node = _world.Add(1);
        Assert.True(RunUntilRelayed(node));
        _world.Network.Cut(node, relay);
        _world.Network.Run(Ms(80_000));
        var attempts = _world.Network.Attempts.Count;
        _world.Network.Run(Ms(60_000));
        Assert.Equal(attempts, _world.Network.Attempts.Count);
        relay.Restart();
        _world.Network.Mend(node, relay);
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayUp>().Count() == 2, Ms(20_000)));
    }

    [Fact]
    public void Who_wants_no_relay_uses_none()
    {
        AddRelay(options => options with { BeaconPort = 42043 }).IsOnLan = true;
        var node = _world.Add(1, change: options => options with { UseRelays = false });
        Assert.False(RunUntilRelayed(node));
    }

    [Fact]
    public void A_wrong_token_is_told_and_not_tried_again()
    {
        AddRelay(options => options with { Token = "right" });
        var node = AddClient(1, options => options with { RelayToken = "wrong" });
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayRefused>().Any(), Ms(2000)));
        Assert.Equal("token", node.Of<RelayRefused>().Single().Reason);
        var requests = _world.Network.Requests.Count;
        _world.Network.Run(Ms(10_000));
        Assert.Equal(requests, _world.Network.Requests.Count);
        Assert.Empty(node.Of<RelayUp>());
        Assert.True(RunUntilRelayed(AddClient(2, options => options with { RelayToken = "right" })));
    }

    [Fact]
    public void A_relay_with_another_fingerprint_is_refused_until_it_is_trusted()
    {
        var relay = AddRelay();
        var node = AddClient(1);
        node.Table.PinRelay("10.9.9.9:42043", _world.NewIdentity().Id);
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayRefused>().Any(), Ms(2000)));
        Assert.Equal(new RelayRefused("10.9.9.9:42043", relay.Id, "fingerprint"), node.Of<RelayRefused>().Single());
        _world.Network.Run(Ms(5000));
        Assert.Empty(node.Of<RelayUp>());
        node.Do(table => table.TrustRelay("10.9.9.9:42043"));
        Assert.True(RunUntilRelayed(node));
    }

    [Fact]
    public void The_fingerprint_typed_with_the_address_is_checked()
    {
        var relay = AddRelay();
        var right = AddClient(1, options => options with { Relay = options.Relay! with { Fingerprint = Fingerprint.Digits(relay.Id) } });
        var wrong = AddClient(2, options => options with { Relay = options.Relay! with { Fingerprint = Fingerprint.Digits(right.Id) } });
        Assert.True(RunUntilRelayed(right));
        Assert.True(_world.Network.RunUntil(() => wrong.Of<RelayRefused>().Any(), Ms(1000)));
    }

    [Fact]
    public void A_relay_that_restarts_has_its_clients_back_soon()
    {
        var relay = AddRelay();
        var node = AddClient(1);
        Assert.True(RunUntilRelayed(node));
        _world.Network.Run(Ms(1000));
        _world.Network.Cut(node, relay);
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayDown>().Any(), Ms(3000)));
        Assert.Equal("lost", node.Of<RelayDown>().Single().Reason);
        _world.Network.Run(Ms(4000));
        relay.Restart();
        _world.Network.Mend(node, relay);
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayUp>().Count() == 2, Ms(2500)));
        Assert.Single(node.Of<RelayDown>());
    }

    [Fact]
    public void A_relay_that_is_not_there_is_told_once_and_tried_on()
    {
        var node = AddClient(1);
        _world.Network.Run(Ms(30_000));
        Assert.Equal("unreachable", node.Of<RelayDown>().Single().Reason);
        AddRelay();
        Assert.True(_world.Network.RunUntil(() => node.Of<RelayUp>().Any(), Ms(20_000)));
    }

    [Fact]
    public void Two_whom_nothing_else_joins_talk_through_the_relay_in_a_link_of_their_own()
    {
        var (first, second) = TwoRelayed();
        Assert.All(new[] { first, second }, node => Assert.Equal(PeerPath.Relay, node.Table.Sessions.Single().Path));
        first.Say(second.Id, _lobby, 1);
        second.Say(first.Id, _lobby, 2);
        _world.Network.Run(Ms(50));
        Assert.Equal([1], second.Heard);
        Assert.Equal([2], first.Heard);
        _world.Network.Run(Ms(30_000));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
        Assert.All(new[] { first, second }, node => Assert.True(node.Table.Sessions.Single().RoundTrip > TimeSpan.Zero));
    }

    [Fact]
    public void The_first_message_does_not_wait_for_a_punch_and_the_path_becomes_direct_through_both_nats()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = true);
        first.Say(second.Id, _lobby, 1);
        Assert.True(_world.Network.RunUntil(() => second.Heard.Count == 1, Ms(20)));
        Assert.Equal(PeerPath.Relay, second.Table.Sessions.Single().Path);
        Assert.True(_world.Network.RunUntil(
            () => new[] { first, second }.All(node => node.Table.Sessions.Single().Path == PeerPath.Punched), Ms(3000)));
        first.Say(second.Id, _lobby, 2);
        second.Say(first.Id, _lobby, 3);
        _world.Network.Run(Ms(50));
        Assert.Equal([1, 2], second.Heard);
        Assert.Equal([3], first.Heard);
        Assert.Contains(first.Of<PeerPathChanged>(), e => e.Peer.PeerId == second.Id);
    }

    [Fact]
    public void A_punched_path_that_is_lost_again_and_again_is_looked_for_within_seconds_each_time()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = true);
        for (var i = 0; i < 8; i++)
        {
            Assert.True(
                _world.Network.RunUntil(() => new[] { first, second }.All(node => node.Table.Sessions.Single().Path == PeerPath.Punched), Ms(12_000)),
                $"no way back after loss {i}");
            _world.Network.Cut(first, second);
            Assert.True(_world.Network.RunUntil(
                () => new[] { first, second }.All(node => node.Table.Sessions.Single().Path == PeerPath.Relay), Ms(5000)));
            _world.Network.Mend(first, second);
        }
    }

    [Fact]
    public void Behind_symmetric_nats_the_path_stays_relayed()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        _world.Network.Run(Ms(60_000));
        Assert.All(new[] { first, second }, node => Assert.Equal(PeerPath.Relay, node.Table.Sessions.Single().Path));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
        // Several introductions, each asked for a bounded number of times.
        Assert.InRange(first.Others.OfType<RequestPunch>().Count(), 1, 5 * LinkTimings.PunchRequests);
    }

    [Fact]
    public void A_punch_with_a_token_of_nobodys_opens_nothing()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        _world.Network.Run(Ms(100));
        var requests = _world.Network.Requests.Count;
        first.Handle(new PunchSucceeded(Address(66), new string('a', 32) + "," + new string('b', 32)));
        first.Handle(new PunchSucceeded(Address(66), ""));
        _world.Network.Run(Ms(1000));
        Assert.Equal(requests, _world.Network.Requests.Count);
        Assert.Equal(2, first.Table.Counters["punch-unknown-token"]);
        Assert.NotNull(second);
    }

    [Fact]
    public void At_the_end_of_a_punch_only_the_introduced_peer_is_accepted()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        var stranger = _world.Add(66);
        stranger.IsOnLan = false;
        _world.Network.Run(Ms(200));
        var token = first.Others.OfType<RequestPunch>().Last().Token;
        first.Handle(new PunchSucceeded(stranger.EndPoint, token + "," + new string('b', 32)));
        _world.Network.Run(Ms(1500));
        Assert.Equal(1, first.Table.Counters["other-peer-than-introduced"]);
        Assert.Null(first.Table.Find(stranger.Id));
        Assert.NotNull(first.Table.Find(second.Id));
    }

    [Fact]
    public void While_the_direct_path_is_in_doubt_what_is_new_goes_over_both_and_then_the_relay_takes_over()
    {
        var (first, second) = TwoOnLanWithRelay();
        _world.Network.Run(Ms(3000));
        Assert.Equal(PeerPath.Lan, first.Table.Find(second.Id)!.Path);
        _world.Network.Cut(first, second);
        _world.Network.Run(Ms(1100));
        first.Say(second.Id, _lobby, 1);
        Assert.True(_world.Network.RunUntil(() => second.Heard.Count == 1, Ms(100)));
        Assert.Equal(1, first.Table.Counters["sent-twice"]);
        Assert.True(_world.Network.RunUntil(
            () => first.Table.Find(second.Id)!.Path == PeerPath.Relay && second.Table.Find(first.Id)!.Path == PeerPath.Relay, Ms(2500)));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
        _world.Network.Mend(first, second);
        Assert.True(_world.Network.RunUntil(() => first.Table.Find(second.Id)!.Path == PeerPath.Lan, Ms(7000)));
        _world.Network.Run(Ms(3000));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
    }

    [Fact]
    public void A_session_that_has_only_the_relays_path_ends_when_the_relay_says_goodbye_for_the_peer()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        first.Do(table => table.CloseForwarded(second.Id, PresenceReason.Kicked));
        Assert.Equal(PresenceReason.Kicked, first.Of<PeerDown>().Single().Reason);
        Assert.Empty(first.Table.Sessions);
    }

    [Fact]
    public void A_goodbye_travels_through_the_relay()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        second.Do(table => table.Quit(_world.Network.Time));
        Assert.True(_world.Network.RunUntil(() => first.Of<PeerDown>().Any(), Ms(100)));
        Assert.Equal(PresenceReason.Bye, first.Of<PeerDown>().Single().Reason);
    }

    [Fact]
    public void When_the_relay_dies_those_reached_through_it_alone_are_lost_within_three_seconds_of_its_silence()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        var relay = _world.Network.Nodes.OfType<RelayVirtualNode>().Single();
        _world.Network.Run(Ms(2000));
        _world.Network.Cut(first, relay);
        Assert.True(_world.Network.RunUntil(() => first.Of<PeerDown>().Any(), Ms(3000)));
        Assert.Equal(PresenceReason.Lost, first.Of<PeerDown>().Single().Reason);
        Assert.Equal(second.Id, first.Of<PeerDown>().Single().Peer.PeerId);
    }

    [Fact]
    public void A_restarted_relay_brings_the_paths_through_it_back()
    {
        var (first, second) = TwoRelayed(beforehand: node => node.IsBehindNat = node.IsNatSymmetric = true);
        var relay = _world.Network.Nodes.OfType<RelayVirtualNode>().Single();
        _world.Network.Break(first, relay);
        _world.Network.Break(second, relay);
        relay.Restart();
        Assert.True(_world.Network.RunUntil(() => new[] { first, second }.All(node => node.Of<RelayUp>().Count() == 2), Ms(2000)));
        first.Do(table => table.OpenForwarded(second.Id));
        second.Do(table => table.OpenForwarded(first.Id));
        Assert.True(_world.Network.RunUntil(() => new[] { first, second }.All(node => node.Of<PeerPathChanged>().Any()), Ms(2000)));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
    }

    private RelayVirtualNode AddRelay(Func<RelayNodeOptions, RelayNodeOptions>? change = null)
    {
        var options = new RelayNodeOptions { Identity = _world.NewIdentity(), Cryptography = new KeyedHashCryptography(), Random = new SeededRandomSource(5) };
        var relay = new RelayVirtualNode(change?.Invoke(options) ?? options, new IPEndPoint(IPAddress.Parse("10.9.9.9"), 42043)) { IsOnLan = false };
        _world.Network.Add(relay);
        return relay;
    }

    private TableNode AddClient(int host, Func<PeerNodeOptions, PeerNodeOptions>? change = null)
    {
        var node = _world.Add(host, change: options =>
        {
            options = options with { Relay = new RelayTarget("10.9.9.9", 42043) };
            return change?.Invoke(options) ?? options;
        });
        node.IsOnLan = false;
        node.Do(table => table.SetRooms([_lobby]));
        return node;
    }

    private bool RunUntilRelayed(params TableNode[] nodes) =>
        _world.Network.RunUntil(() => nodes.All(node => node.Table.Relay is not null), Ms(3000));

    /// <summary>Two whom only the relay joins, told of each other by it.</summary>
    private (TableNode First, TableNode Second) TwoRelayed(Action<TableNode>? beforehand = null)
    {
        AddRelay();
        var (first, second) = (AddClient(1), AddClient(2));
        beforehand?.Invoke(first);
        beforehand?.Invoke(second);
        Assert.True(RunUntilRelayed(first, second));
        first.Do(table => table.OpenForwarded(second.Id));
        second.Do(table => table.OpenForwarded(first.Id));
        Assert.True(_world.RunUntilLinked(Ms(1000), first, second));
        return (first, second);
    }

    private (TableNode First, TableNode Second) TwoOnLanWithRelay()
    {
        AddRelay();
        var (first, second) = (AddClient(1), AddClient(2));
        first.IsOnLan = second.IsOnLan = true;
        Assert.True(_world.RunUntilLinked(Ms(2000), first, second));
        Assert.True(RunUntilRelayed(first, second));
        first.Do(table => table.OpenForwarded(second.Id));
        second.Do(table => table.OpenForwarded(first.Id));
        return (first, second);
    }
}
