// In manual mode only the stand-in's time is the test's own: the original looks at the clock on the wall.
#if !USE_NUGET_PACKAGES
namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>Conversations of two originals, each replayed twice: once with a stand-in as client, once as server.</summary>
public sealed class CapturedConversationTests
{
    /// <summary>Replayed by tests of their own: their packets are not a whole conversation, or the stand-in differs on purpose.</summary>
    private static readonly Dictionary<string, Type> ReplayedElsewhere = new()
    {
        ["window_slide"] = typeof(CapturedPartTests),
        ["sequenced_wraparound"] = typeof(CapturedPartTests),
        ["mtu_discovery_client_only"] = typeof(CapturedPartTests),
        ["mtu_discovery_both"] = typeof(CapturedPartTests),
        ["invalid_protocol"] = typeof(CapturedPartTests),
        ["peer_ids_second_connection"] = typeof(CapturedPartTests),
        ["connect_ipv6"] = typeof(CapturedPartTests),
        ["broadcast"] = typeof(CapturedLayerTests),
        ["nat_punch"] = typeof(CapturedLayerTests),
        ["p2p_simultaneous_connect"] = typeof(CapturedLayerTests),
        ["empty_messages"] = typeof(CapturedDifferenceTests),
        ["reject_after_linger"] = typeof(CapturedDifferenceTests),
        ["mtu_check_after_reconnect"] = typeof(CapturedDifferenceTests),
        ["raw_probes"] = typeof(CapturedDifferenceTests),
        ["net_data_writer"] = typeof(NetDataWriterTests),
    };

    public static TheoryData<string, Role> Conversations
    {
        get
        {
            var data = new TheoryData<string, Role>();
            foreach (var (name, script) in ConversationScripts.All)
            {
                if (script.Client != null)
                    data.Add(name, Role.Client);
                if (script.Server != null)
                    data.Add(name, Role.Server);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public void The_stand_in_sends_what_the_original_sent(string scenario, Role role)
    {
        var script = ConversationScripts.All[scenario];
        using var replay = new Replay(scenario, role, script.Configure, script.Layer?.Invoke());
        (role == Role.Client ? script.Client! : script.Server!)(replay);
        replay.Run();
        if (role == Role.Client)
            script.ClientAfter?.Invoke(replay);
        replay.Finish();
    }

    [Fact]
    public void Every_captured_scenario_is_replayed()
    {
        var replayed = ConversationScripts.All.Keys.Concat(ReplayedElsewhere.Keys);
        Assert.Equal(Scenario.All.Keys.Order(), replayed.Order());
    }
}
#endif
