// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
using System.Net;
using System.Net.Sockets;
using LiteNetLib;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Captures that keep only the telling packets of a longer conversation.</summary>
public sealed class CapturedPartTests
{
    private const int WindowSize = 64;
    private const int Messages = 150;
    private const int MessageSize = 1000;
    private const byte MtuCheck = 10;

    [Fact]
    public void Acknowledgements_move_their_window_when_a_packet_64_ahead_arrives()
    {
        using var replay = new Replay("window_slide", Role.Server).Handshake();
        var acks = Scenario.All["window_slide"].Packets;
        for (int sequence = 0; sequence < Messages; sequence++)
        {
            replay.Inject([2, (byte)sequence, 0, 2, .. BitConverter.GetBytes((ushort)MessageSize), .. new byte[MessageSize]]);
            if (sequence is WindowSize - 1 or (2 * WindowSize) - 1 or Messages - 1)
                replay.Expect(acks[sequence / WindowSize]);
        }

        replay.Finish(hearsTheSame: false);
        Assert.Equal(Messages, replay.Heard.Count);
    }

    [Fact]
    public void A_sender_keeps_to_the_window_that_captured_acknowledgements_open()
    {
        using var replay = new Replay("window_slide", Role.Client).Handshake();
        for (int i = 0; i < Messages; i++)
            replay.Peer.Send(new byte[MessageSize], DeliveryMethod.ReliableOrdered);
        foreach (var (ack, sent) in Scenario.All["window_slide"].Packets.Zip([WindowSize, WindowSize, Messages - (2 * WindowSize)]))
        {
            replay.Pass(1);
            Assert.Equal(sent, replay.TakeSent().Count);
            replay.Inject(ack.Bytes);
        }

        replay.Pass(100);
        Assert.Empty(replay.TakeSent());
        Assert.Equal(0, replay.Peer.GetPacketsCountInReliableQueue(0, true));
    }

    [Fact]
    public void Sequenced_numbers_wrap_at_32768()
    {
        const int Sends = 32770;
        const int LastTogether = 40;
        using var replay = new Replay("sequenced_wraparound", Role.Client).Handshake();
        for (int i = 0; i < Sends; i++)
        {
            if (i == Sends - LastTogether || i % 1000 == 0)
            {
                replay.Pass(1);
                replay.TakeSent();
            }

            replay.Peer.Send([(byte)i], DeliveryMethod.Sequenced);
        }

        replay.Expect(Scenario.All["sequenced_wraparound"].Packets[0]);
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void Sequenced_messages_are_taken_across_the_wrap()
    {
        using var replay = new Replay("sequenced_wraparound", Role.Server).Handshake();
        replay.Inject([1, 0x00, 0x30, 1, 0]);
        replay.Inject([1, 0x00, 0x60, 1, 0]);
        replay.Inject(Scenario.All["sequenced_wraparound"].Packets[0].Bytes);
        Assert.Equal(42, replay.Heard.Count);
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void Mtu_discovery_of_one_side_climbs_the_captured_steps_and_goes_on()
    {
        using var replay = new Replay("mtu_discovery_client_only", Role.Client, manager => manager.MtuDiscovery = true);
        replay.Before(0, replay.Connect).Run();
        Assert.Equal(1404, replay.Peer.Mtu);
        replay.Finish(isTolerated: packet => packet[0] == MtuCheck && packet.Length == 1424);
    }

    [Fact]
    public void Mtu_checks_are_answered_without_own_discovery()
    {
        using var replay = new Replay("mtu_discovery_client_only", Role.Server).Run();
        Assert.Equal(1024, replay.Peer.Mtu);
        replay.Finish();
    }

    [Theory]
    [InlineData(Role.Client)]
    [InlineData(Role.Server)]
    public void Mtu_discovery_of_both_sides_reaches_the_top(Role role)
    {
        using var replay = new Replay("mtu_discovery_both", role, manager => manager.MtuDiscovery = true).Handshake().Run();
        Assert.Equal(1432, replay.Peer.Mtu);
        replay.Finish();
    }

    [Fact]
    public void Another_protocol_version_is_refused()
    {
        using var replay = new Replay("invalid_protocol", Role.Server).Run();
        replay.Finish();
        Assert.Null(replay.Manager.FirstPeer);
    }

    [Fact]
    public void A_refused_protocol_version_ends_the_attempt()
    {
        using var replay = new Replay("invalid_protocol", Role.Client);
        replay.Connect();
        Assert.Single(replay.TakeSent());
        replay.Inject(Scenario.All["invalid_protocol"].Packets[1].Bytes);
        replay.Finish();
    }

    [Fact]
    public void A_second_connection_carries_its_own_ids()
    {
        using var replay = new Replay("peer_ids_second_connection", Role.Client);
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        replay.Manager.Connect((IPEndPoint)nobody.LocalEndPoint!, Pair.Key);
        replay.Before(0, replay.Connect).Run();
        Assert.Equal((1, 2), (replay.Peer.Id, replay.Peer.RemoteId));
        replay.Finish();
    }

    [Fact]
    public void A_third_accept_carries_the_third_id()
    {
        using var replay = new Replay("peer_ids_second_connection", Role.Server);
        for (int i = 0; i < 2; i++)
        {
            replay.Inject(Scenario.All["connect_accept_ping"].Packets[0].Bytes);
            Assert.Single(replay.TakeSent());
            replay.ChangePort();
        }

        replay.Run();
        Assert.Equal((2, 1), (replay.Peer.Id, replay.Peer.RemoteId));
        replay.Finish();
    }

    [Fact]
    public void IPv6_requests_carry_a_28_byte_address()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 && OperatingSystem.IsLinux(), "The captured address has Linux's family number.");
        using var replay = new Replay("connect_ipv6", Role.Client, loopback: IPAddress.IPv6Loopback);
        replay.Manager.Connect(replay.Other, "k");
        replay.Expect(Scenario.All["connect_ipv6"].Packets[0]);
        replay.Finish();
    }

    [Fact]
    public void IPv6_requests_are_accepted()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var replay = new Replay("connect_ipv6", Role.Server, loopback: IPAddress.IPv6Loopback);
        replay.OnRequest(request => request.AcceptIfKey("k"));
        replay.Inject(Scenario.All["connect_ipv6"].Packets[0].Bytes);
        replay.Expect(Scenario.All["connect_ipv6"].Packets[2]);
        replay.Finish();
    }
}
#endif
