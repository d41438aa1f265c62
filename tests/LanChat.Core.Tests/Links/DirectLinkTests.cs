using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;
using static LanChat.Core.Tests.Links.LinkWorld;

namespace LanChat.Core.Tests.Links;

/// <summary>Two peers that find each other: who connects, what they say, which link stays, when somebody is gone.</summary>
public sealed class DirectLinkTests
{
    private readonly LinkWorld _world = new();

    [Fact]
    public void Four_peers_on_a_network_are_all_linked_within_half_a_second()
    {
        var nodes = _world.AddMany(4);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        Assert.All(nodes, node => Assert.Equal(3, node.Of<PeerUp>().Count()));
        Assert.All(nodes, node => Assert.All(node.Table.Sessions, session => Assert.Equal(PeerPath.Lan, session.Path)));
    }

    [Fact]
    public void The_smaller_id_connects_and_the_other_one_does_not_need_to()
    {
        var (smaller, larger) = _world.TwoIdentities();
        var first = _world.Add(1, larger);
        var second = _world.Add(2, smaller);
        Assert.True(_world.RunUntilLinked(Ms(300), first, second));
        _world.Network.Run(Ms(2000));
        Assert.All(_world.Network.Requests, request => Assert.Equal(second.EndPoint, request.From));
        Assert.Equal(1, _world.Network.ConnectionsBetween(first, second));
    }

    [Fact]
    public void The_larger_id_connects_after_half_a_second_when_the_smaller_one_cannot()
    {
        var (smaller, larger) = _world.TwoIdentities();
        var first = _world.Add(1, larger);
        var second = _world.Add(2, smaller);
        first.IsSilent = true;
        Assert.True(_world.RunUntilLinked(Ms(800), first, second));
        Assert.Contains(_world.Network.Requests, request => request.From.Equals(first.EndPoint));
        Assert.True(_world.Network.Now >= Ms(500));
    }

    [Fact]
    public void A_room_shared_by_two_is_known_to_both_and_what_is_said_there_arrives_in_it()
    {
        var nodes = _world.AddMany(2);
        var (lobby, secret) = (Room("lobby"), Room("secret"));
        nodes[0].Do(table => table.SetRooms([lobby, secret]));
        nodes[1].Do(table => table.SetRooms([lobby]));
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Run(Ms(50));
        Assert.Equal([lobby.Id], nodes[0].Table.Find(nodes[1].Id)!.SharedRooms);
        nodes[0].Say(nodes[1].Id, lobby, 7);
        nodes[0].Say(nodes[1].Id, secret, 8);
        _world.Network.Run(Ms(50));
        var arrived = Assert.Single(nodes[1].Of<PeerMessageArrived>());
        Assert.Equal(lobby.Id, arrived.Room);
        Assert.Equal(lobby.Id.Channel, arrived.Channel);
        Assert.Equal(1, nodes[1].Table.Counters["room-not-shared"]);
    }

    [Fact]
    public void A_room_joined_later_is_announced()
    {
        var nodes = _world.AddMany(2);
        var lobby = Room("lobby");
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        nodes[0].Do(table => table.SetRooms([lobby]));
        _world.Network.Run(Ms(50));
        Assert.Empty(nodes[1].Table.Find(nodes[0].Id)!.SharedRooms);
        nodes[1].Do(table => table.SetRooms([lobby]));
        _world.Network.Run(Ms(50));
        Assert.All(nodes, node => Assert.Equal([lobby.Id], node.Table.Sessions.Single().SharedRooms));
        nodes[1].Do(table => table.SetRooms([]));
        _world.Network.Run(Ms(50));
        Assert.All(nodes, node => Assert.Empty(node.Table.Sessions.Single().SharedRooms));
        Assert.Equal(2, nodes[0].Of<PeerRoomsChanged>().Count());
    }

    [Fact]
    public void What_is_sent_in_one_turn_on_one_channel_leaves_as_one_frame()
    {
        var nodes = _world.AddMany(2);
        var lobby = Room("lobby");
        foreach (var node in nodes) node.Do(table => table.SetRooms([lobby]));
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Run(Ms(1000));
        var before = nodes[0].SentBytes;
        nodes[0].Do(table =>
        {
            for (var i = 0; i < 10; i++) table.Send(table.Find(nodes[1].Id)!, new SummaryMessage(default, (UInt128)i), lobby.Id);
        });
        _world.Network.Run(Ms(10));
        Assert.Equal(10, nodes[1].Heard.Count);
        // Ten messages of 37 bytes and one seal of 16.
        Assert.InRange(nodes[0].SentBytes - before, 10 * 36, (10 * 38) + 16);
    }

    [Fact]
    public void A_goodbye_ends_the_session_at_once()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        var at = _world.Network.Now;
        nodes[0].Do(table => table.Quit(_world.Network.Time));
        Assert.True(_world.Network.RunUntil(() => nodes[1].Of<PeerDown>().Any(), Ms(100)));
        Assert.Equal(PresenceReason.Bye, nodes[1].Of<PeerDown>().Single().Reason);
        Assert.True(_world.Network.RunUntil(() => nodes[0].Table.IsQuitComplete, LinkTimings.Quit));
        Assert.Contains(_world.Network.Beacons, sent => sent.At >= at && sent.Beacon.Kind == BeaconKind.Bye);
    }

    [Fact]
    public void Who_vanishes_is_reported_lost_within_three_seconds()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Run(Ms(1000));
        _world.Network.Cut(nodes[0], nodes[1]);
        Assert.False(_world.Network.RunUntil(() => nodes[1].Of<PeerDown>().Any(), Ms(2000)));
        Assert.True(_world.Network.RunUntil(() => nodes[1].Of<PeerDown>().Any(), Ms(1000)));
        Assert.Equal(PresenceReason.Lost, nodes[1].Of<PeerDown>().Single().Reason);
    }

    [Fact]
    public void A_cable_out_for_two_seconds_loses_nothing_and_shows_nothing()
    {
        var nodes = _world.AddMany(2);
        var lobby = Room("lobby");
        foreach (var node in nodes) node.Do(table => table.SetRooms([lobby]));
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Cut(nodes[0], nodes[1]);
        nodes[0].Say(nodes[1].Id, lobby, 1);
        _world.Network.Run(Ms(2000));
        _world.Network.Mend(nodes[0], nodes[1]);
        _world.Network.Run(Ms(500));
        Assert.Equal([1], nodes[1].Heard);
        Assert.Empty(nodes[1].Of<PeerDown>());
        Assert.Empty(nodes[1].Of<PeerPathChanged>());
    }

    [Fact]
    public void A_link_that_somebody_broke_is_rebuilt_within_two_seconds_and_nobody_was_gone()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Run(Ms(3000));
        _world.Network.Break(nodes[0], nodes[1]);
        Assert.True(_world.Network.RunUntil(() => nodes.All(node => node.Of<PeerPathChanged>().Any()), Ms(2000)));
        Assert.Equal(1, _world.Network.ConnectionsBetween(nodes[0], nodes[1]));
        Assert.All(nodes, node => Assert.Empty(node.Of<PeerDown>()));
    }

    [Fact]
    public void A_restarted_peer_replaces_its_old_session()
    {
        var identity = _world.NewIdentity();
        var first = _world.Add(1);
        var second = _world.Add(2, identity);
        Assert.True(_world.RunUntilLinked(Ms(500), first, second));
        _world.Network.Remove(second);
        var again = _world.Add(2, identity, at: Address(2, 44043));
        Assert.True(_world.Network.RunUntil(() => first.Of<PeerUp>().Count() == 2, Ms(1000)));
        Assert.Equal(again.Options.InstanceNonce, first.Table.Find(again.Id)!.Instance);
        Assert.Equal(PresenceReason.Lost, first.Of<PeerDown>().Single().Reason);
        Assert.True(first.Events.FindIndex(e => e is PeerDown) < first.Events.FindLastIndex(e => e is PeerUp));
    }

    [Fact]
    public void Of_two_links_the_lesser_one_is_closed_by_its_initiator_after_a_second()
    {
        var (smaller, larger) = _world.TwoIdentities();
        var first = _world.Add(1, smaller);
        var second = _world.Add(2, larger);
        second.Aliases.Add(new IPEndPoint(IPAddress.Parse("192.168.0.2"), 44042));
        first.Aliases.Add(new IPEndPoint(IPAddress.Parse("192.168.0.1"), 44042));
        first.IsOnLan = second.IsOnLan = false;
        // Each is told of one address of the other at the same time: both connect.
        first.Do(table => table.TryAddress(second.Id, Address(2)));
        second.Do(table => table.TryAddress(first.Id, first.Aliases[0]));
        _world.Network.Delay = Ms(600);
        Assert.True(_world.Network.RunUntil(() => _world.Network.ConnectionsBetween(first, second) == 2, Ms(3000)));
        Assert.True(_world.Network.RunUntil(() => _world.Network.ConnectionsBetween(first, second) == 1, Ms(6000)));
        Assert.All(new[] { first, second }, node => Assert.Empty(node.Of<PeerDown>()));
        // The one that stays is of the smaller id.
        Assert.Equal(Address(2), first.Table.Find(second.Id)!.Address);
    }

    [Fact]
    public void The_own_identity_in_another_instance_is_not_linked_with_but_told_of()
    {
        var identity = _world.NewIdentity();
        var first = _world.Add(1, identity);
        var second = _world.Add(2, identity);
        _world.Network.Run(Ms(1000));
        Assert.All(new[] { first, second }, node => Assert.Single(node.Of<IdentityElsewhere>()));
        Assert.Empty(_world.Network.Requests);
        // Where no beacon says so, the handshake does.
        var third = _world.Add(3, identity, options => options with { IsDiscoveryEnabled = false, Peers = Targets(("10.0.0.1", 44042)) });
        Assert.True(_world.Network.RunUntil(() => third.Of<IdentityElsewhere>().Any(), Ms(1000)));
        Assert.Empty(third.Table.Sessions);
    }

    [Fact]
    public void A_frame_that_does_not_open_ends_the_link_which_is_built_anew()
    {
        var nodes = _world.AddMany(2);
        var lobby = Room("lobby");
        foreach (var node in nodes) node.Do(table => table.SetRooms([lobby]));
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        nodes[1].Tampering = (channel, data) => channel == lobby.Id.Channel ? [.. data[..^1], (byte)(data[^1] ^ 1)] : data;
        nodes[0].Say(nodes[1].Id, lobby, 1);
        _world.Network.Run(Ms(20));
        nodes[1].Tampering = null;
        Assert.Equal(1, nodes[1].Table.Counters["bad-frame"]);
        Assert.Empty(nodes[1].Heard);
        Assert.True(_world.Network.RunUntil(() => _world.Network.ConnectionsBetween(nodes[0], nodes[1]) == 1, Ms(2000)));
        Assert.All(nodes, node => Assert.Empty(node.Of<PeerDown>()));
    }

    [Fact]
    public void A_late_loop_excuses_the_silence_it_caused()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Cut(nodes[0], nodes[1]);
        _world.Network.Run(Ms(2400));
        nodes[0].Handle(new LoopDelayed(Ms(1000)));
        _world.Network.Mend(nodes[0], nodes[1]);
        _world.Network.Run(Ms(1000));
        Assert.Empty(nodes[0].Of<PeerDown>());
    }

    [Fact]
    public void Clocks_are_compared()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        _world.Network.Run(Ms(10));
        Assert.All(nodes, node => Assert.InRange(node.Of<ClockOffset>().First().Offset.TotalMilliseconds, -5, 5));
    }

    [Fact]
    public void A_new_profile_reaches_whoever_is_linked()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        var renamed = Profile.Create(new KeyedHashCryptography(), nodes[0].Options.Identity, "berta", 1);
        nodes[0].Do(table => table.SetProfile(renamed));
        _world.Network.Run(Ms(50));
        Assert.Equal("berta", nodes[1].Of<PeerProfileChanged>().Single().Peer.Profile.Nick);
    }

    [Fact]
    public void An_address_that_worked_is_told_for_remembering()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(Ms(500), nodes));
        Assert.Equal(new AddressWorked(nodes[1].Id, nodes[1].EndPoint), nodes[0].Of<AddressWorked>().Single());
    }
}
