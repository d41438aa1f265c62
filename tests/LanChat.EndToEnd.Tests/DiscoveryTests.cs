namespace LanChat.EndToEnd.Tests;

/// <summary>Who is on the LAN is seen, whatever the LAN looks like.</summary>
public sealed class DiscoveryTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Four_hosts_on_a_switch_without_router_see_each_other_at_once_and_so_does_a_fifth()
    {
        await using var lab = NetworkLab.Create();
        var network = lab.AddSwitch();
        var hosts = lab.AddHosts(network, "ana", "bruno", "carla", "davi", "eva");
        var chats = await Chat.AllReadyAsync(hosts[..4]);
        await AssertMutuallySeenAsync(chats, AtOnce);
        var eva = await Chat.ReadyAsync(hosts[4], "eva");
        await AssertMutuallySeenAsync([.. chats, eva], AtOnce);
        eva.Say("#lobby", "olá");
        foreach (var chat in chats) Assert.Equal("olá", (await chat.MessagesAsync("#lobby", 1))[0]["text"]);
    }

    [Fact]
    public async Task Twenty_processes_of_one_host_see_each_other_and_chat()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("terminal", lab.AddSwitch(), "10.7.0.1/24");
        Chat[] chats = [];

        // The time is a promise of the programs as they are given away: 380 handshakes that are compiled meanwhile take two slow cores 4 to 5 s.
        var promised = ProgramFiles.IsRelease ? 5.0 : 15.0;
        var took = await Least.OfAsync(promised, async () =>
        {
            foreach (var chat in chats) await chat.QuitAsync();
            chats = [.. Enumerable.Range(0, 20).Select(i => Chat.Start(host, $"user{i}"))];
            foreach (var chat in chats) await chat.BeReadyAsync();
            List<DateTime> seen = [];
            foreach (var chat in chats) foreach (var other in chats.Where(c => c != chat)) seen.Add((await chat.SeesAsync(other)).Time);
            var took = (seen.Max() - chats.Max(c => c.ReadyAt)).TotalSeconds;
            Assert.True(took <= 15, $"the last saw the last {took:0.0} s after the last was ready, in whatever company");
            return took;
        });
        Assert.True(took <= promised, $"the last saw the last {took:0.0} s after the last was ready");
        foreach (var chat in chats) chat.Say("#lobby", $"from {chat.Nick}");
        foreach (var chat in chats) await chat.MessagesAsync("#lobby", 20);
        await Chat.SameTranscriptAsync("#lobby", 20, TimeSpan.FromSeconds(10), chats);
    }

    [Fact]
    public async Task A_host_on_two_LANs_sees_the_people_of_both_and_mixes_nobody_up()
    {
        await using var lab = NetworkLab.Create();
        var (left, right) = (lab.AddSwitch("left"), lab.AddSwitch("right"));
        var both = lab.AddHost("both", left, "10.7.0.1/24");
        both.Plug(right, "10.8.0.1/24");
        var ana = lab.AddHost("ana", left, "10.7.0.2/24");
        var bruno = lab.AddHost("bruno", right, "10.8.0.2/24");
        foreach (var host in (Host[])[both, ana, bruno]) host.DisableIpv6();
        var chats = await Chat.AllReadyAsync([both, ana, bruno]);
        Assert.StartsWith("10.7.0.2:", (await chats[0].SeesAsync(chats[1]))["address"], StringComparison.Ordinal);
        Assert.StartsWith("10.8.0.2:", (await chats[0].SeesAsync(chats[2]))["address"], StringComparison.Ordinal);
        await chats[1].SeesAsync(chats[0]);
        await chats[2].SeesAsync(chats[0]);
        chats[1].Say("#lobby", "from the left");
        chats[2].Say("#lobby", "from the right");
        await Chat.SameTranscriptAsync("#lobby", 2, TimeSpan.FromSeconds(15), chats);
        Assert.DoesNotContain(chats[1].Events("peer"), e => e["peerId"] == chats[2].PeerId && e["state"] == "up");
    }

    [Fact]
    public async Task A_host_with_nothing_but_IPv6_link_local_is_found()
    {
        await using var lab = NetworkLab.Create();
        var network = lab.AddSwitch();
        var ana = lab.AddHost("ana", network, "10.7.0.1/24");
        var bare = lab.AddHost("bare", network, "");
        var chats = await Chat.AllReadyAsync([ana, bare]);
        var seen = await chats[0].SeesAsync(chats[1]);
        Assert.StartsWith("[fe80:", seen["address"], StringComparison.Ordinal);
        await chats[1].SeesAsync(chats[0]);
        chats[1].Say("#lobby", "six");
        Assert.Equal("six", (await chats[0].MessagesAsync("#lobby", 1))[0]["text"]);
    }

    private static async Task AssertMutuallySeenAsync(Chat[] chats, TimeSpan within)
    {
        foreach (var chat in chats)
        {
            foreach (var other in chats.Where(c => c != chat))
            {
                var seen = await chat.SeesAsync(other);
                var both = chat.ReadyAt > other.ReadyAt ? chat.ReadyAt : other.ReadyAt;
                Assert.True(seen.Time - both < within, $"{chat.Nick} saw {other.Nick} {(seen.Time - both).TotalMilliseconds:0} ms after both were ready\n{chat.Describe()}");
            }
        }
    }
}
