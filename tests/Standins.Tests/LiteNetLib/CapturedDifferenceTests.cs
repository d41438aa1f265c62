// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
using LiteNetLib;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Captures of behaviour that costs the original's users something: understood here, not imitated.</summary>
public sealed class CapturedDifferenceTests
{
    private const byte NumberOne = 0x20;

    [Fact]
    public void Empty_reliable_messages_of_the_original_arrive_and_take_nothing_with_them()
    {
        using var replay = new Replay("empty_messages", Role.Server).Run();
        Assert.Equal(
            ["ReliableOrdered ch=0 len=0 data=", "ReliableOrdered ch=0 len=1 data=78", "ReliableOrdered ch=0 len=1 data=79",
                "Sequenced ch=0 len=0 data=", "Unreliable ch=0 len=0 data="],
            replay.Heard.Select(heard => heard["server received ".Length..]));
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void An_empty_reliable_message_travels_outside_of_groups()
    {
        using var replay = new Replay("empty_messages", Role.Client).Handshake();
        replay.Send("", DeliveryMethod.ReliableOrdered);
        replay.Send("x", DeliveryMethod.ReliableOrdered);
        replay.Expect(Packet("0d0400010000020700020100020100" + "78"));
        replay.Inject(Convert.FromHexString("03000002030000000000000000"));
        replay.Send("", DeliveryMethod.Sequenced);
        replay.Send("", DeliveryMethod.Unreliable);
        replay.Expect(Scenario.All["empty_messages"].Packets[^1]);
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void A_rejection_carries_the_number_of_the_request()
    {
        using var replay = new Replay("reject_after_linger", Role.Server).Run(0, 4);
        var packets = Scenario.All["reject_after_linger"].Packets;
        replay.OnRequest(request => request.Reject("no"u8.ToArray()));
        var rejection = packets[5] with { Bytes = [8, .. packets[5].Bytes[1..]] };
        replay.Inject(packets[4].Bytes);
        replay.Expect(rejection);
        replay.Expect(rejection);
        replay.Inject(packets[7].Bytes);
        replay.Expect(rejection);
        replay.Inject([14]);
        replay.Finish();
    }

    [Fact]
    public void A_rejection_with_a_raised_number_is_understood()
    {
        using var replay = new Replay("reject_after_linger", Role.Client);
        var packets = Scenario.All["reject_after_linger"].Packets;
        replay.Connect();
        replay.Expect(packets[4]);
        replay.Inject(replay.Timed(packets[5].Bytes));
        replay.Expect(Packet("0e"));
        Assert.Equal(["client PeerDisconnected reason=ConnectionRejected data=6e6f"], replay.Heard);
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void An_mtu_check_carries_the_number_of_the_connection()
    {
        using var replay = new Replay("reconnect_same_manager", Role.Client, manager => manager.MtuDiscovery = true);
        replay.Before(0, replay.Connect).Before(2, () => replay.Peer.Disconnect()).Before(4, replay.Connect).Run(0, 6);
        var check = Scenario.All["mtu_check_after_reconnect"].Packets[0];
        replay.Expect(check with { Bytes = [(byte)(check.Bytes[0] | NumberOne), .. check.Bytes[1..]] });
        replay.Finish(hearsTheSame: false);
    }

    [Fact]
    public void An_mtu_check_without_number_is_answered_with_it()
    {
        using var replay = new Replay("reconnect_same_manager", Role.Server).Run(0, 6);
        var check = Scenario.All["mtu_check_after_reconnect"].Packets[0];
        replay.Inject(check.Bytes);
        replay.Expect(check with { Bytes = [0x2B, .. check.Bytes[1..]] });
        replay.Finish(hearsTheSame: false);
    }

    /// <summary>The two-byte form of "peer not found" stays unanswered: two originals without a peer answer each other forever.</summary>
    [Fact]
    public void A_stranger_is_answered_as_the_original_does_but_for_the_endless_case()
    {
        foreach (string fact in Scenario.All["raw_probes"].Facts)
        {
            string[] parts = fact.Split(" -> ");
            string expected = parts[0] == "0f01" || parts[1].StartsWith('(') ? "" : parts[1];
            using var replay = new Replay("raw_probes", Role.Server);
            replay.Inject(Convert.FromHexString(parts[0]));
            Assert.Equal(expected, string.Concat(replay.TakeSent().Select(Convert.ToHexStringLower)));
        }
    }

    private static CapturedPacket Packet(string hex) => new("", "the stand-in's own form", Convert.FromHexString(hex), false);
}
#endif
