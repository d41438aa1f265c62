namespace LanChat.EndToEnd.Tests;

/// <summary>The path between two people changes; what they say does not notice.</summary>
public sealed class RelayPathTests
{
    [Fact]
    public async Task Cut_off_from_the_others_everything_goes_through_the_relay_within_two_seconds_and_then_directly_again()
    {
        const int Each = 150;
        await using var lab = NetworkLab.Create();
        var (office, elsewhere) = (lab.AddSwitch("office"), lab.AddSwitch("else"));
        var hosts = lab.AddHosts(office, "ana", "bruno", "carla");
        var relayHost = lab.AddHost("relay", office, "10.7.0.100/24");
        relayHost.Plug(elsewhere, "10.8.0.100/24");
        hosts[2].Plug(elsewhere, "10.8.0.3/24");
        await RelayServer.ReadyAsync(relayHost, "relay-data", "--no-discovery");
        Chat[] chats = [.. hosts.Select((h, i) => Chat.Start(h, h.Name, "--relay", i == 2 ? "10.8.0.100" : "10.7.0.100"))];
        foreach (var chat in chats) await chat.BeReadyAsync();
        foreach (var chat in chats)
        {
            foreach (var other in chats.Where(c => c != chat)) await chat.SeesAsync(other, path: "lan");
            await chat.EventAsync("relay", e => e["state"] == "up");
        }

        var (beforeCut, afterCut) = (0, 0);
        for (var n = 0; n < Each; n++)
        {
            if (n == 50) (beforeCut, _) = (chats[0].LineCount, SetCable(false));
            if (n == 100) (afterCut, _) = (chats[0].LineCount, SetCable(true));
            foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} {n}");
            await Until.PassedAsync(TimeSpan.FromMilliseconds(80));
        }

        await chats[0].SeesAsync(chats[2], path: "lan", from: afterCut);
        await chats[0].EventAsync("peer", e => e["peerId"] == chats[2].PeerId && e["path"] == "relay" && e["reason"] == "switched", from: beforeCut);
        await Chat.SameTranscriptAsync("#lobby", 3 * Each, TimeSpan.FromSeconds(20), chats);
        await Chat.AssertShownOnceAsync(3 * Each, chats);
        var slowest = RelayScene.Delays(chats).Max();
        TestContext.Current.SendDiagnosticMessage($"cut off: slowest of {3 * Each} took {slowest.TotalSeconds:0.00} s");
        Assert.InRange(slowest.TotalSeconds, -1, 2);

        // Nobody was gone in the meantime.
        foreach (var chat in chats) Assert.DoesNotContain(chat.Events("member"), e => e["state"] == "left");

        bool SetCable(bool isPlugged)
        {
            hosts[2].SetCable(isPlugged);
            return isPlugged;
        }
    }

    [Fact]
    public async Task Behind_routers_that_keep_ports_the_first_message_comes_through_the_relay_and_the_path_becomes_direct()
    {
        await using var lab = NetworkLab.Create();
        var (ana, bruno) = await AtHomeAsync(lab, isSymmetric: false);
        await ana.SeesAsync(bruno, path: "punched");
        var punched = await bruno.LineAsync("the direct path", l => l.Event.Name == "peer" && l.Event["path"] == "punched");
        Assert.Equal(ana.PeerId, punched.Event["peerId"]);
        Assert.Equal("switched", punched.Event["reason"]);
        var lines = bruno.Lines().Select(l => l.Text).ToList();
        Assert.InRange(lines.FindIndex(l => PipeEvent.Parse(l)["text"] == "first"), 0, lines.IndexOf(punched.Text) - 1);
        await AssertTalkAsync(ana, bruno);
    }

    [Fact]
    public async Task Behind_symmetric_routers_the_path_stays_relayed()
    {
        await using var lab = NetworkLab.Create();
        var (ana, bruno) = await AtHomeAsync(lab, isSymmetric: true);
        await ana.SeesAsync(bruno, path: "relay");
        await RelayScene.TalkAsync(TimeSpan.FromSeconds(6), TimeSpan.FromMilliseconds(100), "meanwhile", ana);
        await AssertTalkAsync(ana, bruno);
        foreach (var chat in (Chat[])[ana, bruno]) Assert.All(chat.Events("peer"), e => Assert.Equal("relay", e["path"]));
    }

    private static async Task<(Chat Ana, Chat Bruno)> AtHomeAsync(NetworkLab lab, bool isSymmetric)
    {
        var internet = new Internet(lab);
        await RelayServer.ReadyAsync(internet.AddServer("relay"), "relay-data");
        Host[] homes = [internet.AddHome("ana", isSymmetric), internet.AddHome("bruno", isSymmetric)];
        Chat[] chats = [.. homes.Select(h => Chat.Start(h, h.Name, "--relay", Internet.ServerAddress))];

        // Said before anything is connected: nothing waits for a better path.
        chats[0].Say("#lobby", "first");
        foreach (var chat in chats) await chat.BeReadyAsync();
        await chats[1].EventAsync("message", e => e["text"] == "first");
        return (chats[0], chats[1]);
    }

    private static async Task AssertTalkAsync(Chat ana, Chat bruno)
    {
        foreach (var chat in (Chat[])[ana, bruno]) chat.SayAll("#lobby", Enumerable.Range(0, 50).Select(n => $"{chat.Nick} then {n}"));
        await bruno.EventAsync("message", e => e["text"] == "ana then 49");
        await ana.EventAsync("message", e => e["text"] == "bruno then 49");
        var count = (await ana.TranscriptAsync("#lobby")).Count;
        await Chat.SameTranscriptAsync("#lobby", count, TimeSpan.FromSeconds(10), ana, bruno);
        await Chat.AssertShownOnceAsync(count, ana, bruno);
    }
}
