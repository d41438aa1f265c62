namespace LanChat.EndToEnd.Tests;

/// <summary>A LAN without its relay for a while.</summary>
public sealed class RelayPartitionTests
{
    [Fact]
    public async Task A_lan_offline_from_the_relay_talks_on_and_joins_its_order_after_what_was_there()
    {
        await using var lab = NetworkLab.Create();
        var (lan, outside) = (lab.AddSwitch("lan"), lab.AddSwitch("out"));
        var hosts = lab.AddHosts(lan, "ana", "bruno");
        for (var i = 0; i < hosts.Length; i++) hosts[i].Plug(outside, $"10.8.0.{i + 1}/24");
        var far = lab.AddHost("carla", outside, "10.8.0.3/24");
        await RelayServer.ReadyAsync(lab.AddHost("relay", outside, "10.8.0.100/24"), "relay-data", "--no-discovery");
        var chats = await Chat.AllReadyAsync([.. hosts, far], "--relay", "10.8.0.100");
        var (ana, bruno, carla) = (chats[0], chats[1], chats[2]);
        await RelayScene.MeetAsync("#lobby", chats);
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 10).Select(n => $"{chat.Nick} together {n}"));
        foreach (var chat in chats) await RelayScene.StampedAsync(chat, "#lobby", 30, TimeSpan.FromSeconds(20));
        var before = await Chat.SameTranscriptAsync("#lobby", 30, TimeSpan.FromSeconds(20), chats);

        foreach (var host in hosts) host.SetCable(false, cable: 1);
        foreach (var chat in (Chat[])[ana, bruno]) await chat.EventAsync("relay", e => e["state"] == "down");
        await carla.EventAsync("member", e => e["peerId"] == bruno.PeerId && e["state"] == "left");
        for (var n = 0; n < 20; n++)
        {
            foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} apart {n}");
            await Until.PassedAsync(TimeSpan.FromMilliseconds(50));
        }

        await Chat.SameTranscriptAsync("#lobby", 70, TimeSpan.FromSeconds(20), ana, bruno);
        await RelayScene.StampedAsync(carla, "#lobby", 50, TimeSpan.FromSeconds(20));
        var stamped = await carla.TranscriptAsync("#lobby");
        Assert.Equal(50, stamped.Count);
        foreach (var chat in (Chat[])[ana, bruno]) Assert.Equal(30, RelayScene.Stamps(chat, "#lobby").Count);

        foreach (var host in hosts) host.SetCable(true, cable: 1);
        foreach (var chat in chats) await RelayScene.StampedAsync(chat, "#lobby", 90, TimeSpan.FromSeconds(30));
        var order = await Chat.SameTranscriptAsync("#lobby", 90, TimeSpan.FromSeconds(20), chats);
        Assert.Equal(before, order.Take(30));
        Assert.Equal(stamped, order.Take(50));
        await Chat.AssertShownOnceAsync(90, chats);

        // What stands above something already on the screen says so; elsewhere nothing had to move.
        foreach (var chat in (Chat[])[ana, bruno])
        {
            var missed = chat.Events("message").Where(e => e["text"].StartsWith("carla apart", StringComparison.Ordinal));
            Assert.All(missed, e => Assert.True(e.Flag("late"), e["text"]));
        }

        var joined = carla.Events("message").Where(e => !e.Flag("own") && e["text"].Contains(" apart ", StringComparison.Ordinal)).ToList();
        Assert.Equal(40, joined.Count);
        Assert.DoesNotContain(joined, e => e.Flag("late"));
    }
}
