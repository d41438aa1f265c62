using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LanChat.EndToEnd.Tests;

/// <summary>Who is not let in, and strangers who make noise: those inside do not notice.</summary>
public sealed class RelayAdmissionTests
{
    [Fact]
    public async Task Without_the_token_nobody_comes_in_and_failures_of_an_address_do_not_touch_its_established_links()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno");
        await scene.StartRelayAsync("--token", "sesame", "--max-failures", "2");
        var chats = await scene.AllJoinAsync("--relay-token", "sesame");

        // From ana's own address, more often than an address may fail.
        for (var i = 0; i < 4; i++)
        {
            var stranger = await Chat.ReadyAsync(
                scene.Hosts[0], $"stranger{i}", "--no-discovery", "--relay", scene.RelayHost.Address, "--relay-token", i % 2 == 0 ? "wrong" : "");
            var answer = await stranger.EventAsync("relay", _ => true);
            Assert.NotEqual("up", answer["state"]);
            Assert.NotEqual("", answer["reason"]);
            if (i == 0) Assert.Equal("refused", answer["state"]);
            stranger.Kill();
        }

        await AssertTalkAsync(chats);
        foreach (var chat in chats) Assert.DoesNotContain(chat.Events("relay"), e => e["state"] != "up");
    }

    [Fact]
    public async Task Who_is_banned_stays_out_by_identity_and_by_address_until_unbanned()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "mallory");
        var relay = await scene.StartRelayAsync();
        var chats = await scene.AllJoinAsync();
        var mallory = chats[2];
        await relay.CommandAsync("ban mallory", "done");
        Assert.NotEqual("", (await mallory.EventAsync("relay", e => e["state"] == "refused"))["reason"]);
        foreach (var chat in chats[..2])
            Assert.Equal("kicked", (await chat.EventAsync("member", e => e["peerId"] == mallory.PeerId && e["state"] == "left"))["reason"]);
        await mallory.QuitAsync();
        mallory = await Chat.ReadyAsync(scene.Hosts[2], "mallory", "--no-discovery", "--relay", scene.RelayHost.Address);
        await mallory.EventAsync("relay", e => e["state"] == "refused");
        await mallory.QuitAsync();

        // Another identity at a banned address.
        await relay.CommandAsync($"ban {scene.Hosts[2].Address}", "done");
        var other = await Chat.ReadyAsync(scene.Hosts[2], "other", "--no-discovery", "--relay", scene.RelayHost.Address);
        await other.EventAsync("relay", e => e["state"] == "refused");
        await other.QuitAsync();
        await AssertTalkAsync(chats[..2]);
        await relay.CommandAsync($"unban {mallory.PeerId}", "done");
        await relay.CommandAsync($"unban {scene.Hosts[2].Address}", "done");
        mallory = await scene.JoinAsync(2);
        await RelayScene.MeetAsync("#lobby", chats[0], mallory);
    }

    [Fact]
    public async Task A_full_house_says_so_and_lets_the_next_in_when_somebody_goes()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "carla");
        await scene.StartRelayAsync("--max-clients", "2");
        Chat[] chats = [await scene.JoinAsync(0), await scene.JoinAsync(1)];
        await RelayScene.MeetAsync("#lobby", chats);
        var third = await Chat.ReadyAsync(scene.Hosts[2], "carla", "--no-discovery", "--relay", scene.RelayHost.Address);
        var down = await third.EventAsync("relay", _ => true);
        Assert.Equal("down", down["state"]);
        Assert.Contains("full", down["reason"], StringComparison.Ordinal);
        await AssertTalkAsync(chats);
        await chats[1].QuitAsync();
        await third.EventAsync("relay", e => e["state"] == "up", TimeSpan.FromSeconds(40));
        await RelayScene.MeetAsync("#lobby", chats[0], third);
    }

    [Fact]
    public async Task Twenty_thousand_datagrams_a_second_of_a_stranger_change_nothing_for_the_others()
    {
        var duration = TimeSpan.FromSeconds(5);
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "stranger");
        var relay = await scene.StartRelayAsync();
        Chat[] chats = [await scene.JoinAsync(0), await scene.JoinAsync(1)];
        await RelayScene.MeetAsync("#lobby", chats);
        var target = new IPEndPoint(IPAddress.Parse(scene.RelayHost.Address), relay.Port);
        using var socket = scene.Hosts[2].Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        var flood = Task.Run(() => FloodAsync(socket, target, duration), TestContext.Current.CancellationToken);
        var each = await RelayScene.TalkAsync(duration, TimeSpan.FromMilliseconds(50), "through the noise", chats);
        var sent = await flood;
        await Chat.SameTranscriptAsync("#lobby", 2 * each, TimeSpan.FromSeconds(10), chats);
        await Chat.AssertShownOnceAsync(2 * each, chats);
        var slowest = RelayScene.Delays(chats).Max();
        TestContext.Current.SendDiagnosticMessage($"{sent / duration.TotalSeconds:0} datagrams/s of garbage, {2 * each} messages, slowest {slowest.TotalMilliseconds:0} ms");
        Assert.InRange(sent / duration.TotalSeconds, 19_000, double.MaxValue);
        Assert.InRange(slowest.TotalSeconds, -1, 1.5);
        foreach (var chat in chats) Assert.DoesNotContain(chat.Events("relay"), e => e["state"] != "up");
    }

    private static async Task<int> FloodAsync(Socket socket, IPEndPoint target, TimeSpan duration)
    {
        // Made beforehand, and sent over a connected socket: the generator shares two cores with those it disturbs.
        var garbage = RandomNumberGenerator.GetBytes(1 << 20);
        socket.Connect(target);
        socket.SendBufferSize = 1 << 20;
        var clock = Stopwatch.StartNew();
        var sent = 0;
        while (clock.Elapsed is var elapsed && elapsed < duration)
        {
            for (; sent < elapsed.TotalSeconds * 20_000; sent++)
                socket.Send(garbage.AsSpan(sent * 1201 % (garbage.Length - 1200), 1 + sent % 200 * 6), SocketFlags.None, out _);

            await Until.PassedAsync(TimeSpan.FromMilliseconds(1));
        }

        return sent;
    }

    private static async Task AssertTalkAsync(params Chat[] chats)
    {
        foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} is not disturbed");
        foreach (var chat in chats)
        {
            foreach (var other in chats)
                await chat.EventAsync("message", e => e["text"] == $"{other.Nick} is not disturbed", TimeSpan.FromSeconds(5));
        }
    }
}
