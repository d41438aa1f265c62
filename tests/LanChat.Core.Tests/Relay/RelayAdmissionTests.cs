using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

public sealed class RelayAdmissionTests
{
    [Fact]
    public void Nothing_is_computed_before_the_cookie_of_that_very_address_has_come_back()
    {
        var world = new RelayWorld();
        var node = new RelayNode(world.Options, RelaySnapshot.Empty);
        var noPoint = new byte[65];
        var (here, elsewhere) = (new IPEndPoint(IPAddress.Loopback, 5), new IPEndPoint(IPAddress.Loopback, 6));
        var cookie = Ask(node, world, here, default, noPoint).Cookie;
        Assert.Equal(16, cookie.Length);
        Assert.Equal(RefusalReason.Retry, Ask(node, world, elsewhere, cookie, noPoint).Reason);
        Assert.Equal(RefusalReason.Malformed, Ask(node, world, here, cookie, noPoint).Reason);
        Assert.Equal(1, node.Metrics.HandshakeFailures);
    }

    [Fact]
    public void A_refusal_is_never_longer_than_the_request()
    {
        var world = new RelayWorld();
        var node = new RelayNode(world.Options, RelaySnapshot.Empty);
        var request = new ConnectRequestPayload(default, new byte[65]).Encode();
        node.Handle(new ConnectRequested(new LinkHandle(1), new IPEndPoint(IPAddress.Loopback, 1), request), world.Now);
        var outputs = new List<NodeOutput>();
        while (node.TryTakeOutput(out var output)) outputs.Add(output);
        var refusal = outputs.OfType<RefuseLink>().Single();
        Assert.True(refusal.IsForced);
        Assert.True(refusal.Data.Length <= request.Length);
    }

    [Fact]
    public void Without_the_token_nobody_is_let_in()
    {
        var world = new RelayWorld(options => options with { Token = "sesame" });
        var client = world.NewClient("ana", 1);
        client.Token = "wrong";
        client.Connect();
        world.Run();
        Assert.Equal(RelayByes.Token, client.Got<RelayByeMessage>().Single().Reason);
        Assert.Equal(0, world.Node.Metrics.Clients);
        world.Advance(TimeSpan.FromSeconds(1));
        Assert.False(client.IsConnected);
        client.Token = "sesame";
        client.Connect();
        world.Run();
        Assert.Equal(1, world.Node.Metrics.Clients);
    }

    [Fact]
    public void A_full_relay_says_so()
    {
        var world = new RelayWorld(options => options with { MaxClients = 2 });
        world.Connect("ana", 1);
        world.Connect("bruno", 2);
        var third = world.NewClient("cora", 3);
        third.Connect();
        world.Run();
        Assert.Equal(RefusalReason.Full, third.Refusal!.Reason);
    }

    [Fact]
    public void Failed_handshakes_close_an_address_to_new_links_and_established_ones_never_feel_it()
    {
        var world = new RelayWorld(options => options with { MaxFailuresPerAddress = 3, Token = "sesame" });
        var ana = world.NewClient("ana", 1);
        ana.Token = "sesame";
        ana.Connect();
        world.Run();
        var eva = world.NewClient("eva", 2);
        eva.Address = new IPEndPoint(ana.Address.Address, 5000);
        for (var i = 0; i < 3; i++)
        {
            eva.Connect();
            world.Run();
        }
        eva.Connect();
        world.Run();
        Assert.Equal(RefusalReason.TooManyFailures, eva.Refusal!.Reason);
        Assert.Equal(3, world.Node.Metrics.HandshakeFailures);
        ana.Send(0, new ProfileRequestMessage(ana.Id));
        world.Run();
        Assert.Single(ana.Got<ProfileAnswerMessage>());
        world.Advance(TimeSpan.FromSeconds(4));
        eva.Token = "sesame";
        eva.Connect();
        world.Run();
        Assert.Equal(2, world.Node.Metrics.Clients);
    }

    [Fact]
    public void A_handshake_that_is_not_finished_within_two_seconds_is_ended()
    {
        var world = new RelayWorld();
        var noise = NoiseHandshake.Initiator(world.Crypto, PeerIdentity.Create(world.Crypto, world.Random), world.Random);
        var from = new IPEndPoint(IPAddress.Loopback, 77);
        var node = new RelayNode(world.Options, RelaySnapshot.Empty);
        var message = noise.WriteMessage([]);
        node.Handle(new ConnectRequested(new LinkHandle(1), from, new ConnectRequestPayload(default, message).Encode()), world.Now);
        Assert.True(RefusalPayload.TryDecode(Take<RefuseLink>(node).Data, out var refusal, out _));
        node.Handle(new ConnectRequested(new LinkHandle(2), from, new ConnectRequestPayload(refusal.Cookie, message).Encode()), world.Now);
        Assert.Equal(new LinkHandle(2), Take<AcceptLink>(node).Link);
        var later = new Timestamp(world.Now.Monotonic + TimeSpan.FromSeconds(2.1), world.Now.UtcMilliseconds);
        node.Handle(TimePassed.Instance, later);
        Assert.True(Take<CloseLink>(node).IsForced);
        Assert.Equal(1, node.Metrics.HandshakeFailures);
    }

    [Fact]
    public void The_same_identity_coming_anew_replaces_its_older_link_and_its_rooms_do_not_notice()
    {
        var world = new RelayWorld();
        var room = RoomSecret.Public(world.Crypto, "lan", "lobby");
        var (ana, bruno) = (world.Connect("ana", 1), world.Connect("bruno", 2));
        ana.Subscribe(room);
        bruno.Subscribe(room);
        ana.Messages.Clear();
        var again = world.NewClient("bruno", 2);
        again.Connect();
        world.Run();
        again.Subscribe(room);
        Assert.Equal(RelayByes.Replaced, bruno.Got<RelayByeMessage>().Single().Reason);
        world.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(ana.Got<MemberMessage>());
        Assert.Equal(2, world.Node.Metrics.Clients);
    }

    [Fact]
    public void A_hello_is_answered_with_a_flagged_reply_once_a_second()
    {
        var world = new RelayWorld(options => options with { BeaconPort = 42043 });
        var hello = new Beacon(BeaconKind.Hello, new PeerId(5), 44042, 7, Beacon.HashOf("lan"), false, 0).Encode();
        for (var i = 0; i < 3; i++) world.Hand(new BeaconReceived(new IPEndPoint(IPAddress.Loopback, 1), BeaconArrival.DiscoveryGroup, hello));
        world.Run();
        var sent = world.Others.OfType<SendBeacon>().Single();
        Assert.True(Beacon.TryDecode(sent.Data, out var reply, out _));
        Assert.True(reply.IsRelay);
        Assert.Equal(44042, sent.To!.Port);
        Assert.True(sent.Data.Length <= hello.Length);
    }

    private static RefusalPayload Ask(RelayNode node, RelayWorld world, IPEndPoint from, ReadOnlyMemory<byte> cookie, byte[] noise)
    {
        node.Handle(new ConnectRequested(new LinkHandle(1), from, new ConnectRequestPayload(cookie, noise).Encode()), world.Now);
        Assert.True(RefusalPayload.TryDecode(Take<RefuseLink>(node).Data, out var refusal, out _));
        return refusal;
    }

    private static T Take<T>(RelayNode node)
        where T : NodeOutput
    {
        T? found = null;
        while (node.TryTakeOutput(out var output)) found = output as T ?? found;
        Assert.NotNull(found);
        return found;
    }
}
