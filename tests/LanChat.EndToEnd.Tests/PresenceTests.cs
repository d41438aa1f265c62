using System.Diagnostics;

namespace LanChat.EndToEnd.Tests;

/// <summary>People who go, in each of the ways one can, and what they said before.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task Somebody_killed_is_reported_lost_to_every_room_within_three_seconds()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno", "carla");
        var chats = await Chat.AllReadyAsync(hosts, "--room", "#one", "--room", "#two");
        await AllJoinedAsync(chats, "#one", "#two");
        var killed = DateTime.UtcNow;
        chats[2].Kill();
        foreach (var chat in chats[..2])
        {
            foreach (var room in (string[])["#one", "#two"])
            {
                var left = await chat.EventAsync("member", e => e["room"] == room && e["peerId"] == chats[2].PeerId && e["state"] == "left");
                Assert.Equal("lost", left["reason"]);
                Assert.InRange((left.Time - killed).TotalSeconds, 0, 3);
            }

            var down = await chat.EventAsync("peer", e => e["peerId"] == chats[2].PeerId && e["state"] == "down");
            Assert.Equal("lost", down["reason"]);
        }
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("end of input")]
    [InlineData("SIGTERM")]
    public async Task Somebody_who_quits_says_bye_at_once(string how)
    {
        await using var lab = NetworkLab.Create();
        var chats = await Chat.AllReadyAsync(lab.AddHosts(lab.AddSwitch(), "ana", "bruno"));
        await AllJoinedAsync(chats, "#lobby");
        var quit = DateTime.UtcNow;
        if (how == "quit") chats[1].Do(new { @do = "quit" });
        else if (how == "SIGTERM") chats[1].Interrupt();
        else chats[1].CloseInput();
        var left = await chats[0].EventAsync("member", e => e["peerId"] == chats[1].PeerId && e["state"] == "left");
        Assert.Equal("bye", left["reason"]);
        Assert.InRange((left.Time - quit).TotalSeconds, 0, 1);
        var down = await chats[0].EventAsync("peer", e => e["peerId"] == chats[1].PeerId && e["state"] == "down");
        Assert.Equal("bye", down["reason"]);
        Assert.Equal(0, await chats[1].ExitAsync());
    }

    [Fact]
    public async Task A_cable_pulled_for_two_seconds_loses_nothing()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno", "carla");
        var chats = await Chat.AllReadyAsync(hosts);
        await AllJoinedAsync(chats, "#lobby");
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 20).Select(n => $"{chat.Nick} before {n}"));
        hosts[2].SetCable(false);
        var clock = Stopwatch.StartNew();
        for (var n = 0; clock.Elapsed < TimeSpan.FromSeconds(2); n++)
        {
            foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} during {n}");
            await Until.PassedAsync(TimeSpan.FromMilliseconds(100));
        }

        hosts[2].SetCable(true);
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 20).Select(n => $"{chat.Nick} after {n}"));
        foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} is done");
        var own = await OwnTextsAsync(chats);
        var order = await Chat.SameTranscriptAsync("#lobby", own.Count, TimeSpan.FromSeconds(20), chats);
        Assert.True(own.SetEquals(order));
        await Chat.AssertShownOnceAsync(own.Count, chats);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_burst_nothing_accepted_is_lost_or_sent_twice()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        var chats = await Chat.AllReadyAsync(hosts);
        await AllJoinedAsync(chats, "#lobby");
        chats[0].SayAll("#lobby", Enumerable.Range(0, 2000).Select(n => $"burst {n}"));
        await chats[0].EventAsync("message", e => e["text"] == "burst 200");
        chats[0].Kill();
        await chats[0].ExitAsync();
        string[] accepted = [.. chats[0].Events("message").Select(e => e["text"])];
        var again = await Chat.ReadyAsync(hosts[0], "ana");
        await again.SeesAsync(chats[1]);
        again.Say("#lobby", "back again");
        await chats[1].EventAsync("message", e => e["text"] == "back again");
        var order = await SettledTranscriptAsync("#lobby", again, chats[1]);
        Assert.Empty(accepted.Except(order));
        Assert.Equal(order.Count, order.Distinct().Count());
        var shown = chats[1].Events("message").Select(e => e["text"]).ToList();
        Assert.Equal(shown.Count, shown.Distinct().Count());
        Assert.Empty(accepted.Except(shown));
    }

    private static async Task AllJoinedAsync(Chat[] chats, params string[] rooms)
    {
        foreach (var chat in chats)
        {
            foreach (var other in chats.Where(c => c != chat))
                foreach (var room in rooms)
                    await chat.EventAsync("member", e => e["room"] == room && e["peerId"] == other.PeerId && e["state"] == "joined");
        }
    }

    /// <summary>What everybody has said, once the own client of each has taken the last of it.</summary>
    private static async Task<HashSet<string>> OwnTextsAsync(Chat[] chats)
    {
        var all = new HashSet<string>();
        foreach (var chat in chats)
        {
            await chat.EventAsync("message", e => e.Flag("own") && e["text"] == $"{chat.Nick} is done");
            all.UnionWith(chat.Events("message").Where(e => e.Flag("own")).Select(e => e["text"]));
        }

        return all;
    }

    /// <summary>The transcript once both have the same.</summary>
    private static async Task<List<string>> SettledTranscriptAsync(string room, Chat one, Chat other)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (left, right) = (await one.TranscriptAsync(room), await other.TranscriptAsync(room));
            if (left.SequenceEqual(right)) return left;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{left.Count} and {right.Count} messages");
        }
    }
}
