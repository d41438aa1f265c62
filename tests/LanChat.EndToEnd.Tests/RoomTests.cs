namespace LanChat.EndToEnd.Tests;

/// <summary>What is said arrives: once, in one order, in its room alone, whatever the network does.</summary>
public sealed class RoomTests
{
    private static readonly string[] Scripts =
    [
        "Olá, ção, naïve", "Привет, мир", "مرحبا بالعالم", "שלום עולם", "你好，世界", "こんにちは", "안녕하세요", "สวัสดี", "नमस्ते दुनिया", "γειά σου",
        "👩‍👩‍👧‍👦 👍🏽 🇧🇷 ❤️‍🔥", "e\u0301 vs é", "zero\u200dwidth\u200cjoiners", "tab\tand\nnewline", "\"quotes\" \\ back\\slashes {\"json\":1}", "𝕬𝖑𝖊𝖝",
    ];

    [Fact]
    public async Task Two_rooms_with_common_members_keep_their_messages_apart_and_in_one_order()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno", "carla", "davi");
        string[][] rooms = [["#one"], ["#one", "#two"], ["#one", "#two"], ["#two"]];
        Chat[] chats = [.. hosts.Zip(rooms, (h, r) => Chat.Start(h, h.Name, [.. r.SelectMany(room => (string[])["--room", room])]))];
        foreach (var chat in chats) await chat.BeReadyAsync();
        foreach (var chat in chats) foreach (var other in chats.Where(c => c != chat)) await chat.SeesAsync(other);

        // 500 at once: what each says to each of its rooms; the last ones of #one are in every script.
        var said = new Dictionary<string, HashSet<string>> { ["#one"] = [], ["#two"] = [] };
        for (var i = 0; i < chats.Length; i++)
        {
            foreach (var room in rooms[i])
            {
                string[] texts = [.. Enumerable.Range(0, 83).Select(n => $"{chats[i].Nick} {n} {Scripts[n % Scripts.Length]}")];
                said[room].UnionWith(texts);
                chats[i].SayAll(room, texts);
            }
        }

        chats[0].SayAll("#one", ["the last", "but one"]);
        said["#one"].UnionWith(["the last", "but one"]);
        foreach (var room in said.Keys)
        {
            Chat[] members = [.. chats.Where((_, i) => rooms[i].Contains(room))];
            var order = await Chat.SameTranscriptAsync(room, said[room].Count, TimeSpan.FromSeconds(30), members);
            Assert.True(said[room].SetEquals(order));
            foreach (var member in members)
            {
                var shown = await member.MessagesAsync(room, said[room].Count);
                Assert.True(said[room].SetEquals(shown.Select(e => e["text"])));
            }
        }

        for (var i = 0; i < chats.Length; i++)
            foreach (var message in chats[i].Events("message")) Assert.Contains(message["room"], rooms[i]);
        foreach (var chat in chats) Assert.Equal(chat.Events("message").Count, chat.Events("message").Select(e => e["id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_third_of_all_datagrams_lost_three_people_still_understand_each_other()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno", "carla");
        foreach (var host in hosts) host.LoseInput(30);
        var chats = await Chat.AllReadyAsync(hosts);
        foreach (var chat in chats) foreach (var other in chats.Where(c => c != chat)) await chat.SeesAsync(other);
        foreach (var chat in chats) chat.SayAll("#lobby", Enumerable.Range(0, 100).Select(n => $"{chat.Nick} {n}"));
        var order = await Chat.SameTranscriptAsync("#lobby", 300, TimeSpan.FromSeconds(20), chats);
        Assert.Equal(300, order.Distinct().Count());
        await Chat.AssertShownOnceAsync(300, chats);
        foreach (var chat in chats)
        {
            foreach (var author in chats)
                Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{author.Nick} {n}"), order.Where(t => t.StartsWith(author.Nick + " ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_newcomer_gets_a_long_history_from_whoever_is_there()
    {
        const int Count = 10_000;
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "author", "heir", "newcomer");
        var author = await Chat.ReadyAsync(hosts[0], "author");
        var heir = await Chat.ReadyAsync(hosts[1], "heir");
        await author.SeesAsync(heir);
        author.SayAll("#lobby", Enumerable.Range(0, Count).Select(n => $"message {n}"));
        await heir.MessagesAsync("#lobby", Count, TimeSpan.FromSeconds(120));
        author.Kill();
        await heir.EventAsync("peer", e => e["peerId"] == author.PeerId && e["state"] == "down");
        var newcomer = await Chat.ReadyAsync(hosts[2], "newcomer");
        var shown = await newcomer.MessagesAsync("#lobby", Count, TimeSpan.FromSeconds(30));
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"message {n}"), shown.Select(e => e["text"]));
        var took = shown[^1].Time - newcomer.ReadyAt;
        TestContext.Current.SendDiagnosticMessage($"history of {Count}: {took.TotalSeconds:0.00} s after ready");
        Assert.True(took < TimeSpan.FromSeconds(3), $"took {took.TotalSeconds:0.00} s");
    }
}
