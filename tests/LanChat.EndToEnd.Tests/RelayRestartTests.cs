using System.Diagnostics;

namespace LanChat.EndToEnd.Tests;

/// <summary>The relay is killed, loses its log or its identity, or goes back to an older state; the room's order does not.</summary>
public sealed class RelayRestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Killed_under_load_and_restarted_everything_stamped_keeps_its_place_and_all_agree_within_five_seconds()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "carla", "newcomer");
        var relay = await scene.StartRelayAsync();
        Chat[] chats = [await scene.JoinAsync(0), await scene.JoinAsync(1), await scene.JoinAsync(2)];
        await RelayScene.MeetAsync("#lobby", chats);
        var pause = TimeSpan.FromMilliseconds(15);
        var talking = RelayScene.TalkAsync(TimeSpan.FromSeconds(5), pause, "says", chats);
        await RelayScene.StampedAsync(chats[0], "#lobby", 100, Patience);
        relay.Kill();
        await relay.ExitAsync();
        var before = chats.Select(c => RelayScene.Stamps(c, "#lobby")).ToArray();
        var acknowledged = chats.SelectMany(c => c.Events("delivery")).Where(e => e.Flag("relay")).Select(e => e["id"]).ToHashSet();
        Assert.NotEmpty(acknowledged);
        var count = 3 * await talking;
        relay = await scene.StartRelayAsync();
        var clock = Stopwatch.StartNew();
        foreach (var chat in chats) await RelayScene.StampedAsync(chat, "#lobby", count, Patience);
        var took = clock.Elapsed;
        var order = await Chat.SameTranscriptAsync("#lobby", count, Patience, chats);
        TestContext.Current.SendDiagnosticMessage($"relay killed with {before[0].Count} stamped of {count}: all agree {took.TotalSeconds:0.00} s after its restart");
        Assert.True(took < TimeSpan.FromSeconds(5), $"took {took.TotalSeconds:0.00} s");
        await Chat.AssertShownOnceAsync(count, chats);
        var after = RelayScene.Stamps(chats[0], "#lobby");
        foreach (var (id, place) in before.SelectMany(known => known)) Assert.Equal(place, after[id]);
        Assert.Equal(Enumerable.Range(1, count).Select(n => (long)n), after.Values.Order());
        Assert.Subset(after.Keys.ToHashSet(), acknowledged);

        // What the relay has by itself: somebody new, with nobody else there.
        foreach (var chat in chats) await chat.QuitAsync();
        var newcomer = await scene.JoinAsync(3);
        Assert.Equal(order, await Chat.SameTranscriptAsync("#lobby", count, Patience, newcomer));
        await relay.StopAsync();
    }

    [Fact]
    public async Task With_its_log_deleted_clients_bring_everything_back_in_the_order_it_had()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "newcomer");
        var relay = await scene.StartRelayAsync();
        Chat[] chats = [await scene.JoinAsync(0), await scene.JoinAsync(1)];
        await RelayScene.MeetAsync("#lobby", chats);
        var order = await SayAndAgreeAsync("before", 0, chats);
        await relay.StopAsync();
        foreach (var file in Directory.GetFiles(relay.Folder, "log.db*")) File.Delete(file);
        var again = await scene.StartRelayAsync();
        Assert.Equal(relay.Fingerprint, again.Fingerprint);

        var longer = await SayAndAgreeAsync("after", order.Count, chats);
        Assert.Equal(order, longer.Take(order.Count));
        await Chat.AssertShownOnceAsync(longer.Count, chats);
        foreach (var chat in chats) await chat.QuitAsync();
        var newcomer = await scene.JoinAsync(2);
        Assert.Equal(longer, await Chat.SameTranscriptAsync("#lobby", longer.Count, Patience, newcomer));
    }

    [Fact]
    public async Task With_another_identity_it_is_another_relay_and_refused_until_the_user_says_otherwise()
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno");
        var relay = await scene.StartRelayAsync();
        var chats = await scene.AllJoinAsync();
        var order = await SayAndAgreeAsync("before", 0, chats);
        await relay.StopAsync();
        Directory.Delete(relay.Folder, recursive: true);
        var from = chats.Select(c => c.LineCount).ToArray();
        var other = await scene.StartRelayAsync();
        Assert.NotEqual(relay.Fingerprint, other.Fingerprint);
        foreach (var (chat, line) in chats.Zip(from))
        {
            var refused = await chat.EventAsync("relay", e => e["state"] == "refused", from: line);
            Assert.Equal("fingerprint", refused["reason"]);
            Assert.Contains("#" + other.Fingerprint, refused["advice"], StringComparison.Ordinal);
            Assert.DoesNotContain(chat.Events("relay"), e => e["fingerprint"].Replace(' ', '-') == other.Fingerprint && e["state"] == "up");
        }

        // Told so, they take it: what was said before is brought to it as well.
        for (var i = 0; i < chats.Length; i++)
        {
            await chats[i].QuitAsync();
            chats[i] = await Chat.ReadyAsync(scene.Hosts[i], chats[i].Nick, "--no-discovery", "--relay", $"{scene.RelayHost.Address}#{other.Fingerprint}");
            await chats[i].EventAsync("relay", e => e["state"] == "up");
        }

        // Which of the two relays' orders counts is up to their ids; whichever does, nothing that had its place changes it.
        await RelayScene.MeetAsync("#lobby", chats);
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 40).Select(n => $"{chat.Nick} after {n}"));
        var longer = await Chat.SameTranscriptAsync("#lobby", order.Count + 80, Patience, chats);
        RelayScene.AssertKeepsOrder(order, longer);
        foreach (var chat in chats)
        {
            var last = await chat.EventAsync("message", e => e["text"] == $"{chat.Nick} after 39");
            await chat.EventAsync("delivery", e => e["id"] == last["id"] && e.Flag("relay"));
        }
    }

    [Theory]
    [InlineData("the log alone")]
    [InlineData("the whole folder")]
    public async Task With_an_older_backup_put_back_no_place_is_given_twice_and_nothing_reorders(string backup)
    {
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "newcomer");
        var relay = await scene.StartRelayAsync();
        Chat[] chats = [await scene.JoinAsync(0), await scene.JoinAsync(1)];
        await RelayScene.MeetAsync("#lobby", chats);
        var order = await SayAndAgreeAsync("first", 0, chats);
        await relay.StopAsync();
        var saved = Path.Combine(lab.Folder, "backup");
        Copy(relay.Folder, saved, backup == "the log alone" ? "log.db" : "*");
        relay = await scene.StartRelayAsync();
        order = await SayAndAgreeAsync("second", order.Count, chats);
        await relay.StopAsync();
        foreach (var file in Directory.GetFiles(relay.Folder, backup == "the log alone" ? "log.db" : "*")) File.Delete(file);
        Copy(saved, relay.Folder, "*");
        await scene.StartRelayAsync();
        var longer = await SayAndAgreeAsync("third", order.Count, chats);
        Assert.Equal(order, longer.Take(order.Count));
        await Chat.AssertShownOnceAsync(longer.Count, chats);
        Assert.Equal(RelayScene.Stamps(chats[0], "#lobby"), RelayScene.Stamps(chats[1], "#lobby"));
        foreach (var chat in chats) Assert.DoesNotContain(chat.Events("warning"), e => e["code"].Contains("two-orders", StringComparison.Ordinal));
        foreach (var chat in chats) await chat.QuitAsync();
        var newcomer = await scene.JoinAsync(2);
        Assert.Equal(longer, await Chat.SameTranscriptAsync("#lobby", longer.Count, Patience, newcomer));
    }

    /// <summary>Each says 40 texts; the order once everything has its place at all.</summary>
    private static async Task<List<string>> SayAndAgreeAsync(string word, int earlier, params Chat[] chats)
    {
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 40).Select(n => $"{chat.Nick} {word} {n}"));
        var count = earlier + 40 * chats.Length;
        await Chat.SameTranscriptAsync("#lobby", count, Patience, chats);
        foreach (var chat in chats)
        {
            foreach (var message in chat.Events("message").Where(e => e["text"].Contains($" {word} ", StringComparison.Ordinal)).ToList())
                await chat.EventAsync(message.Number("stamp") is null ? "ordered" : "message", e => e["id"] == message["id"]);
        }

        return await Chat.SameTranscriptAsync("#lobby", count, Patience, chats);
    }

    private static void Copy(string from, string to, string pattern)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, pattern)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
