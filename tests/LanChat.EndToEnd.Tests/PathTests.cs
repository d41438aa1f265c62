namespace LanChat.EndToEnd.Tests;

/// <summary>The same room over changing paths: directly, through NATs, through the relay.</summary>
public sealed class PathTests
{
    [Fact]
    public async Task Somebody_cut_off_in_mid_conversation_goes_on_through_the_relay_and_comes_back_to_the_LAN()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno", "carla", "relay");
        foreach (var host in hosts) host.DisableIpv6();
        await RelayServer.ReadyAsync(hosts[3], "relay");
        var chats = await Chat.AllReadyAsync(hosts[..3], "--relay", "10.7.0.4");
        foreach (var chat in chats)
        {
            await chat.EventAsync("relay", e => e["state"] == "up");
            foreach (var other in chats.Where(c => c != chat)) await chat.SeesAsync(other, path: "lan");
        }

        SayAll(chats, "before");
        hosts[2].Filter("chain cut {\ntype filter hook input priority 0;\nip saddr { 10.7.0.1, 10.7.0.2 } drop\n}");
        var cut = DateTime.UtcNow;
        SayAll(chats, "while cut");
        foreach (var chat in chats)
        {
            var shown = await chat.MessagesAsync("#lobby", 300);
            Assert.InRange((shown[^1].Time - cut).TotalSeconds, 0, 2);
        }

        await chats[0].SeesAsync(chats[2], path: "relay");
        await chats[2].SeesAsync(chats[0], path: "relay");
        var (here, there) = (chats[0].LineCount, chats[2].LineCount);
        hosts[2].ClearFilter();
        await chats[0].SeesAsync(chats[2], TimeSpan.FromSeconds(60), "lan", here);
        await chats[2].SeesAsync(chats[0], TimeSpan.FromSeconds(60), "lan", there);
        SayAll(chats, "after");
        var order = await Chat.SameTranscriptAsync("#lobby", 450, TimeSpan.FromSeconds(20), chats);
        Assert.Equal(450, order.Distinct().Count());
        await Chat.AssertShownOnceAsync(450, chats);
    }

    [Fact]
    public async Task Two_homes_behind_NATs_that_keep_ports_talk_through_the_relay_first_and_then_directly()
    {
        await using var lab = NetworkLab.Create();
        var (ana, bruno) = await TwoHomesAsync(lab, "masquerade", first: "the first");
        await bruno.EventAsync("message", e => e["text"] == "the first");
        await ana.SeesAsync(bruno, path: "punched", within: TimeSpan.FromSeconds(30));
        await bruno.SeesAsync(ana, path: "punched", within: TimeSpan.FromSeconds(30));
        bruno.Say("#lobby", "directly");
        await ana.EventAsync("message", e => e["text"] == "directly");
        var first = bruno.Events("message").First(e => e["text"] == "the first").Time;
        var punched = bruno.Events("peer").First(e => e["path"] == "punched").Time;
        Assert.True(first < punched, $"the first message came at {first:O}, the punched path at {punched:O}");
    }

    [Fact]
    public async Task Two_homes_behind_symmetric_NATs_stay_on_the_relay()
    {
        await using var lab = NetworkLab.Create();
        var (ana, bruno) = await TwoHomesAsync(lab, "masquerade fully-random");
        for (var n = 0; n < 10; n++)
        {
            ana.Say("#lobby", $"number {n}");
            await bruno.EventAsync("message", e => e["text"] == $"number {n}");
            await Until.PassedAsync(TimeSpan.FromSeconds(1));
        }

        Assert.DoesNotContain(ana.Events("peer").Concat(bruno.Events("peer")), e => e["path"] is "punched" or "lan");
    }

    private static void SayAll(Chat[] chats, string when)
    {
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 50).Select(n => $"{chat.Nick} {when} {n}"));
    }

    /// <summary>Ana and bruno, each behind a router of their own, and a relay between the routers; both are on the relay.</summary>
    private static async Task<(Chat Ana, Chat Bruno)> TwoHomesAsync(NetworkLab lab, string translation, string? first = null)
    {
        var wide = lab.AddSwitch("wide");
        var relay = lab.AddHost("relay", wide, "203.0.113.1/24");
        await RelayServer.ReadyAsync(relay, "relay");
        Host[] homes = [Home(lab, wide, "ana", 1, translation), Home(lab, wide, "bruno", 2, translation)];
        Chat[] chats = [.. await Chat.AllReadyAsync(homes[..1], "--relay", "203.0.113.1")];

        // Said before the other is there: between two who see each other already a punch may take less time than to say it.
        if (first is not null) chats[0].Say("#lobby", first);
        chats = [.. chats, .. await Chat.AllReadyAsync(homes[1..], "--relay", "203.0.113.1")];
        await chats[0].SeesAsync(chats[1]);
        await chats[1].SeesAsync(chats[0]);
        return (chats[0], chats[1]);
    }

    private static Host Home(NetworkLab lab, Switch wide, string name, int number, string translation)
    {
        var inside = lab.AddSwitch($"in{number}");
        var router = lab.AddHost($"nat{number}", inside, $"192.168.{number}.1/24");
        var outside = router.Plug(wide, $"203.0.113.{number * 10}/24");
        router.Forward();

        // What nobody inside asked for is dropped, or the router itself would answer it.
        router.Filter($"chain stranger {{\ntype filter hook input priority 0;\niifname {outside} drop\n}}");
        router.Filter($"chain translate {{\ntype nat hook postrouting priority 100;\noifname {outside} {translation}\n}}");
        var host = lab.AddHost(name, inside, $"192.168.{number}.2/24");
        host.Configure("route", "add", "default", "via", $"192.168.{number}.1");
        return host;
    }
}
