using System.Net;
using LanChat.Core.Discovery;
using LanChat.Core.Links;
using LanChat.Protocol;
using static LanChat.Core.Tests.Links.LinkWorld;

namespace LanChat.Core.Tests.Links;

/// <summary>Beacons, strangers, refusals, cookies: what an address has to go through before it is a peer.</summary>
public sealed class DiscoveryTests
{
    private readonly LinkWorld _world = new(3);

    private VirtualNetwork Network => _world.Network;

    [Fact]
    public void Hellos_go_out_at_0_200_600_and_1400_ms_and_then_about_every_five_seconds()
    {
        var node = _world.Add(1);
        Network.Run(Ms(30_000));
        var times = HellosOf(node).Select(sent => sent.At.TotalMilliseconds).ToList();
        Assert.Equal([0, 200, 600, 1400], times[..4]);
        Assert.All(times.Skip(3).Zip(times.Skip(4)), pair => Assert.InRange(pair.Second - pair.First, 4000, 6000));
        Assert.InRange(times.Count, 8, 11);
    }

    [Fact]
    public void When_interfaces_change_the_greeting_starts_anew_at_once()
    {
        var node = _world.Add(1);
        Network.Run(Ms(2000));
        var before = HellosOf(node).Count;
        node.Handle(new InterfacesChanged([]));
        Network.Run(Ms(1500));
        Assert.Equal(4, HellosOf(node).Count - before);
    }

    [Fact]
    public void A_stranger_is_answered_once_a_second_with_no_more_bytes_than_it_sent()
    {
        var node = _world.Add(1);
        var stranger = Hello(1);
        for (var i = 0; i < 10; i++) Network.SendBeacon(node, stranger, IPAddress.Parse("10.0.0.77"));
        Network.Run(Ms(10));
        var answer = Assert.Single(AnswersOf(node));
        Assert.Equal(Address(77, stranger.LinkPort), answer.To);
        Assert.True(answer.Beacon.Encode().Length <= stranger.Encode().Length);
        Assert.NotEqual(UInt128.Zero, answer.Beacon.Cookie);
        Network.Run(Ms(1000));
        Network.SendBeacon(node, stranger, IPAddress.Parse("10.0.0.77"));
        Network.Run(Ms(10));
        Assert.Equal(2, AnswersOf(node).Count);
    }

    [Fact]
    public void A_link_local_address_is_used_only_when_no_better_one_of_the_same_hello_comes()
    {
        var (smaller, larger) = _world.TwoIdentities();
        var node = _world.Add(1, smaller);
        var hello = new Beacon(BeaconKind.Hello, larger.Id, 44042, 7, Beacon.HashOf("lan"), false, 0);
        Network.SendBeacon(node, hello, IPAddress.Parse("169.254.3.3"));
        Network.Run(Ms(10));
        Network.SendBeacon(node, hello, IPAddress.Parse("10.0.0.33"));
        Network.SendBeacon(node, hello, IPAddress.Parse("169.254.3.3"));
        Network.Run(Ms(100));
        Assert.Equal(Address(33), Assert.Single(Network.Attempts).To);
        var other = _world.NewIdentity();
        node.Handle(new BeaconReceived(
            new IPEndPoint(IPAddress.Parse("169.254.4.4"), 44042), BeaconArrival.DiscoveryGroup, (hello with { Peer = other.Id }).Encode()));
        Network.Run(Ms(600));
        Assert.Equal(IPAddress.Parse("169.254.4.4"), Network.Attempts[^1].To.Address);
    }

    [Fact]
    public void At_most_fifty_strangers_are_answered_in_a_second()
    {
        var node = _world.Add(1);
        for (var i = 1; i <= 120; i++) Network.SendBeacon(node, Hello(i), IPAddress.Parse("10.0.1." + i));
        Network.Run(Ms(900));
        Assert.Equal(DiscoveryTimings.AnswersPerSecond, AnswersOf(node).Count);
        Assert.Equal(70, node.Table.Counters["answers-limited"]);
    }

    [Fact]
    public void At_most_eight_unproven_addresses_are_connected_to_at_once()
    {
        var (smaller, _) = _world.TwoIdentities();
        var node = _world.Add(1, smaller);
        for (var i = 1; i <= 60; i++) Network.SendBeacon(node, Hello(i), IPAddress.Parse("10.0.1." + i));
        Network.Run(Ms(1520));
        // Each attempt is three requests, 500 ms apart: by now exactly the first eight have ended.
        Assert.Equal(LinkTimings.MaxUnprovenConnects, node.Table.Counters["closed-Unanswered"]);
    }

    [Fact]
    public void Twenty_one_who_start_at_once_are_all_linked()
    {
        var nodes = _world.AddMany(21);
        Assert.True(_world.RunUntilLinked(Ms(3000), nodes));
        // Cookies asked for by the busy ones were brought.
        Assert.True(nodes.Sum(node => node.Table.Counters.GetValueOrDefault("handshake-timeout")) == 0);
    }

    [Fact]
    public void Other_networks_are_not_met()
    {
        var first = _world.Add(1);
        var second = _world.Add(2, change: options => options with { Network = "team" });
        Assert.False(_world.RunUntilLinked(Ms(3000), first, second));
        Assert.True(first.Table.Counters["beacon-other-network"] > 0);
    }

    [Fact]
    public void Without_discovery_nothing_is_sent_or_answered_but_given_addresses_are_connected_to()
    {
        var silent = _world.Add(1, change: options => options with { IsDiscoveryEnabled = false, Peers = Targets(("host-10.0.0.2", 44042)) });
        var other = _world.Add(2);
        other.IsOnLan = false;
        Assert.True(_world.RunUntilLinked(Ms(1000), silent, other));
        Assert.DoesNotContain(Network.Beacons, sent => sent.From.Equals(silent.EndPoint));
    }

    [Fact]
    public void An_address_given_without_a_port_is_tried_at_the_first_link_port_and_greeted_on_the_discovery_port()
    {
        var first = _world.Add(1, change: options => options with { Peers = Targets(("10.0.0.2", 0)) });
        var second = _world.Add(2, at: Address(2, 44050));
        first.IsOnLan = second.IsOnLan = false;
        Assert.True(_world.RunUntilLinked(Ms(6000), first, second));
        Assert.Contains(Network.Beacons, sent => sent.To is { Port: VirtualNetwork.DiscoveryPort });
    }

    [Fact]
    public void A_given_address_that_does_not_answer_is_tried_again_and_one_that_left_is_found_when_it_is_back()
    {
        var first = _world.Add(1, change: options => options with { IsDiscoveryEnabled = false, Peers = Targets(("10.0.0.2", 44042)) });
        Network.Run(Ms(12_000));
        var second = _world.Add(2, change: options => options with { IsDiscoveryEnabled = false });
        Assert.True(_world.RunUntilLinked(Ms(7000), first, second));
        second.Do(table => table.Quit(Network.Time));
        Network.Run(Ms(500));
        Network.Remove(second);
        var again = _world.Add(2, change: options => options with { IsDiscoveryEnabled = false });
        Assert.True(_world.RunUntilLinked(Ms(10_000), first, again));
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_tried_again()
    {
        var node = _world.Add(1, change: options => options with { Peers = Targets(("unknown.example", 44042)) });
        Network.Run(Ms(13_000));
        Assert.InRange(node.Table.Counters["closed-Unreachable"], 2, 3);
    }

    [Fact]
    public void Remembered_addresses_are_greeted_at_start_and_every_minute()
    {
        var node = _world.Add(1);
        node.Do(table => table.Remember([(_world.NewIdentity().Id, Address(50, 44050))]));
        Network.Run(Ms(61_000));
        var greeted = Network.Beacons.Where(sent => sent.To is not null).Select(sent => sent.To).ToList();
        Assert.Equal(2, greeted.Count(to => to!.Equals(Address(50, 44050))));
        Assert.Equal(2, greeted.Count(to => to!.Equals(Address(50, VirtualNetwork.DiscoveryPort))));
    }

    [Fact]
    public void A_unicast_hello_reaches_every_process_of_the_machine_and_is_answered_to_its_sender()
    {
        var first = _world.Add(1, at: Address(1, 44042));
        var second = _world.Add(1, at: Address(1, 44043));
        var far = _world.Add(2, change: options => options with { Peers = Targets(("10.0.0.1", 0)) });
        first.IsOnLan = second.IsOnLan = far.IsOnLan = false;
        Assert.True(_world.RunUntilLinked(Ms(7000), first, far));
        Assert.True(_world.RunUntilLinked(Ms(7000), second, far));
        Assert.All(Network.Beacons.Where(sent => sent.Beacon.Kind == BeaconKind.Reply && sent.From.Address.Equals(first.EndPoint.Address)),
            sent => Assert.NotEqual(IPAddress.Loopback, sent.To!.Address));
    }

    [Fact]
    public void A_repeated_beacon_from_elsewhere_is_ignored()
    {
        var node = _world.Add(1);
        var repeated = new RepeatedBeacon(IPAddress.Parse("10.0.0.99"), Hello(5).Encode()).Encode();
        node.Handle(new BeaconReceived(Address(3, 42042), BeaconArrival.DiscoveryGroup, repeated));
        Network.Run(Ms(10));
        Assert.Empty(AnswersOf(node));
        node.Handle(new BeaconReceived(new IPEndPoint(IPAddress.Loopback, 42042), BeaconArrival.DiscoveryGroup, repeated));
        Network.Run(Ms(10));
        Assert.Equal(IPAddress.Parse("10.0.0.99"), Assert.Single(AnswersOf(node)).To!.Address);
    }

    [Fact]
    public void A_goodbye_beacon_forgets_a_candidate_and_changes_no_link()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        var bye = new Beacon(BeaconKind.Bye, nodes[1].Id, 44042, nodes[1].Options.InstanceNonce, Beacon.HashOf("lan"), false, 0);
        Network.SendBeacon(nodes[0], bye, nodes[1].EndPoint.Address);
        Network.Run(Ms(3000));
        Assert.Empty(nodes[0].Of<PeerDown>());
    }

    [Fact]
    public void Peers_tell_each_other_of_peers()
    {
        var hub = _world.Add(1, change: options => options with { Peers = Targets(("10.0.0.2", 44042), ("10.0.0.3", 44042)) });
        var (left, right) = (_world.Add(2), _world.Add(3));
        foreach (var node in new[] { hub, left, right }) node.IsOnLan = false;
        Assert.True(_world.RunUntilLinked(Ms(3000), hub, left, right));
    }

    [Fact]
    public void Link_local_addresses_are_neither_told_nor_remembered()
    {
        var linkLocal = new IPEndPoint(IPAddress.Parse("169.254.7.7"), 44042);
        var hub = _world.Add(1, change: options => options with { Peers = Targets(("169.254.7.7", 44042), ("10.0.0.3", 44042)) });
        var (left, right) = (_world.Add(2, at: linkLocal), _world.Add(3));
        foreach (var node in new[] { hub, left, right }) node.IsOnLan = false;
        // Else the two would reach each other the other way round.
        Network.Cut(left, right);
        Assert.True(_world.RunUntilLinked(Ms(1500), hub, left));
        Network.Run(Ms(8000));
        Assert.DoesNotContain(right.Events, told => told is PeerUp { Peer: var peer } && peer.PeerId == left.Id);
        Assert.DoesNotContain(Network.Attempts, attempt => attempt.From == right.EndPoint && attempt.To.Equals(linkLocal));
        Assert.DoesNotContain(hub.Of<AddressWorked>(), worked => worked.Peer == left.Id);
    }

    [Fact]
    public void Garbage_in_the_place_of_a_request_or_a_beacon_is_refused_and_counted()
    {
        var node = _world.Add(1);
        node.Handle(new ConnectRequested(new LinkHandle(900), Address(9), new byte[] { 1, 2, 3 }));
        node.Handle(new BeaconReceived(Address(9), BeaconArrival.LinkPort, new byte[] { 1, 2, 3 }));
        Assert.Contains(node.Table.Counters, counter => counter.Key.StartsWith("request-", StringComparison.Ordinal));
        Assert.Equal(1, node.Table.Counters["refused-Malformed"]);
        Assert.Contains(node.Table.Counters, counter => counter.Key.StartsWith("beacon-", StringComparison.Ordinal));
    }

    [Fact]
    public void From_eight_unfinished_handshakes_on_a_request_needs_a_cookie_and_costs_no_key()
    {
        var node = _world.Add(1);
        for (var i = 0; i < 12; i++) node.Handle(RequestOf(i, Address(100 + i)));
        Assert.Equal(12 - LinkTimings.CookiesFrom, node.Table.Counters["refused-Retry"]);
        Network.Run(Ms(2100));
        Assert.Equal(LinkTimings.CookiesFrom, node.Table.Counters["handshake-timeout"]);
        node.Handle(RequestOf(50, Address(150)));
        Assert.Equal(12 - LinkTimings.CookiesFrom, node.Table.Counters["refused-Retry"]);
    }

    [Fact]
    public void An_address_whose_handshakes_fail_too_often_is_refused_for_a_while_and_others_are_not()
    {
        var node = _world.Add(1);
        for (var i = 0; i < LinkTimings.MaxFailures; i++)
        {
            node.Handle(RequestOf(i, Address(200)));
            Network.Run(Ms(2100));
        }
        node.Handle(RequestOf(100, Address(200)));
        Assert.Equal(1, node.Table.Counters["refused-TooManyFailures"]);
        node.Handle(RequestOf(101, Address(201)));
        Assert.Equal(1, node.Table.Counters["refused-TooManyFailures"]);
        Network.Run(Ms(61_000));
        node.Handle(RequestOf(102, Address(200)));
        Assert.Equal(1, node.Table.Counters["refused-TooManyFailures"]);
    }

    [Fact]
    public void A_node_that_stops_refuses_whoever_asks()
    {
        var node = _world.Add(1);
        node.Do(table => table.Quit(Network.Time));
        node.Handle(RequestOf(1, Address(9)));
        Assert.Equal(1, node.Table.Counters["refused-Stopping"]);
    }

    private static Beacon Hello(int number) =>
        new(BeaconKind.Hello, new PeerId(UInt128.MaxValue - (UInt128)number), 44000 + number, (UInt128)number, Beacon.HashOf("lan"), false, 0);

    private ConnectRequested RequestOf(int number, IPEndPoint from)
    {
        var secure = SecureLink.Initiate(new KeyedHashCryptography(), _world.NewIdentity(), new SeededRandomSource((ulong)number));
        // The network knows no such connection: the node's outputs about it lead nowhere.
        var request = new ConnectRequested(new LinkHandle(1000 + number), from, new ConnectRequestPayload(default, secure.FirstMessage).Encode());
        Network.AddGhost(request.Link);
        return request;
    }

    private List<(TimeSpan At, IPEndPoint From, IPEndPoint? To, Beacon Beacon)> HellosOf(TableNode node) =>
        [.. Network.Beacons.Where(sent => sent.From.Equals(node.EndPoint) && sent.Beacon.Kind == BeaconKind.Hello && sent.To is null)];

    private List<(TimeSpan At, IPEndPoint From, IPEndPoint? To, Beacon Beacon)> AnswersOf(TableNode node) =>
        [.. Network.Beacons.Where(sent => sent.From.Equals(node.EndPoint) && sent.Beacon.Kind == BeaconKind.Reply)];
}
