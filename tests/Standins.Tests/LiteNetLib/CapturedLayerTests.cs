// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
using System.Net;
using LiteNetLib;
using LiteNetLib.Layers;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Captures recorded inside the managers, by a packet layer: replayed the same way, so that nothing leaves the machine.</summary>
public sealed class CapturedLayerTests
{
    [Fact]
    public void A_broadcast_is_sent_as_captured()
    {
        var wire = new Tap();
        using var replay = new Replay("broadcast", Role.Client, layer: wire);
        Assert.True(replay.Manager.SendBroadcast("find"u8.ToArray(), 9050));
        Assert.All(wire.Sent, sent => Assert.Equal(Hex("broadcast", 0), sent.Hex));
        Assert.All(wire.Sent, sent => Assert.Null(sent.Target));
    }

    [Fact]
    public void A_captured_broadcast_is_heard()
    {
        using var replay = new Replay("broadcast", Role.Server, manager => manager.BroadcastReceiveEnabled = true);
        replay.Inject(Scenario.All["broadcast"].Packets[1].Bytes);
        Assert.Equal(["server unconnected type=Broadcast len=4"], replay.Heard);
    }

    [Fact]
    public void The_mediator_introduces_as_captured()
    {
        var (a, b) = (new IPEndPoint(IPAddress.Loopback, 35297), new IPEndPoint(IPAddress.Loopback, 33551));
        var wire = new Tap();
        using var replay = new Replay("nat_punch", Role.Server, manager => manager.NatPunchEnabled = true, wire);
        var requests = new List<string>();
        var listener = new EventBasedNatPunchListener();
        listener.NatIntroductionRequest += (local, remote, token) => requests.Add($"local={local} remote={remote} token={token}");
        replay.Manager.NatPunchModule.Init(listener);
        wire.InjectFrom(replay, a, Bytes(1));
        wire.InjectFrom(replay, b, Bytes(3));
        replay.Manager.NatPunchModule.PollEvents();
        Assert.Equal(
            Scenario.All["nat_punch"].Facts.Where(fact => fact.StartsWith("mediator request", StringComparison.Ordinal)),
            requests.Select(request => "mediator request " + request));
        replay.Manager.NatPunchModule.NatIntroduce(a, a, b, b, "room1");
        Assert.Equal([(Hex("nat_punch", 4), b), (Hex("nat_punch", 5), a)], wire.Sent);
    }

    [Fact]
    public void A_client_asks_and_punches_as_captured()
    {
        const int AddressAt = 9;
        const int AddressSize = 7;
        var (mediator, b) = (new IPEndPoint(IPAddress.Loopback, 51699), new IPEndPoint(IPAddress.Loopback, 33551));
        var wire = new Tap();
        using var replay = new Replay("nat_punch", Role.Client, manager => manager.NatPunchEnabled = true, wire);
        var successes = new List<string>();
        var listener = new EventBasedNatPunchListener();
        listener.NatIntroductionSuccess += (target, type, token) => successes.Add($"A success ep={target} type={type} token={token}");
        replay.Manager.NatPunchModule.Init(listener);

        replay.Manager.NatPunchModule.SendNatIntroduceRequest(mediator, "room1");
        string request = wire.Sent.Single().Hex;
        Assert.Equal(Hex("nat_punch", 0).Remove(2 * AddressAt, 2 * AddressSize), request.Remove(2 * AddressAt, 2 * AddressSize));
        wire.Sent.Clear();

        wire.InjectFrom(replay, mediator, Bytes(6));
        Assert.Equal([(Hex("nat_punch", 8), b), (Hex("nat_punch", 10), b), (Hex("nat_punch", 11), b)], wire.Sent);
        wire.Sent.Clear();
        foreach (int index in new[] { 12, 16, 21, 23 })
            wire.InjectFrom(replay, b, Bytes(index));
        Assert.Equal([(Hex("nat_punch", 17), b)], wire.Sent);
        replay.Manager.NatPunchModule.PollEvents();
        Assert.Equal(Scenario.All["nat_punch"].Facts.Where(fact => fact.StartsWith("A success", StringComparison.Ordinal)), successes);
    }

    [Fact]
    public void The_earlier_of_two_requests_waits_for_its_accept()
    {
        using var replay = new Replay("p2p_simultaneous_connect", Role.Client);
        replay.Manager.Connect(replay.Other, "k");
        replay.Expect(Packet(0));
        replay.Inject(replay.TimedAgainst(Bytes(1, "p2p_simultaneous_connect"), Packet(0).Bytes));
        replay.Expect(Packet(4));
        replay.Inject(replay.Timed(Packet(7).Bytes));
        Assert.Equal(ConnectionState.Connected, replay.Peer.ConnectionState);
        replay.Peer.Disconnect();
        replay.Expect(Packet(8));
        replay.Inject(Packet(11).Bytes);
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void The_later_of_two_requests_gives_way()
    {
        using var replay = new Replay("p2p_simultaneous_connect", Role.Client);
        replay.OnRequest(request => request.AcceptIfKey("k"));
        replay.Manager.Connect(replay.Other, "k");
        replay.Expect(Packet(1));
        byte[] request = replay.TimedAgainst(Packet(0).Bytes, Packet(1).Bytes);
        replay.Inject(request);
        byte[] accept = [7, .. request[5..13], .. Packet(6).Bytes[9..]];
        replay.Expect(Packet(6) with { Bytes = accept });
        Assert.Equal(["client PeerDisconnected reason=PeerToPeerConnection data=(none)"], replay.Heard);
        replay.Inject([8, .. request[5..13]]);
        replay.Expect(Packet(10));
        replay.Finish(hearsTheSame: false);
    }

    private static byte[] Bytes(int index, string scenario = "nat_punch") => Scenario.All[scenario].Packets[index].Bytes;

    private static string Hex(string scenario, int index) => Convert.ToHexStringLower(Bytes(index, scenario));

    private static CapturedPacket Packet(int index) => Scenario.All["p2p_simultaneous_connect"].Packets[index];

    /// <summary>Keeps what goes out, and says of what comes in that it comes from where the test wants.</summary>
    private sealed class Tap() : PacketLayerBase(0)
    {
        private IPEndPoint? _claimed;

        public List<(string Hex, IPEndPoint? Target)> Sent { get; } = [];

        public void InjectFrom(Replay replay, IPEndPoint sender, byte[] datagram)
        {
            _claimed = sender;
            replay.Inject(datagram);
        }

        public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length) =>
            endPoint = _claimed ?? endPoint;

        public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
        {
            Sent.Add((Convert.ToHexStringLower(data.AsSpan(offset, length)), endPoint));
            length = 0;
        }
    }
}
#endif
