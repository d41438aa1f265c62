using System.Text.Json;

namespace LanChat.EndToEnd.Tests;

/// <summary>What was said is found again.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task Of_two_people_with_one_name_the_one_with_the_tag_is_meant()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("terminal", lab.AddSwitch(), "10.7.0.1/24");
        var ana = await Chat.ReadyAsync(host, "ana");
        Chat[] brunos = [Chat.StartWith(host, "bruno", Path.Combine(lab.Folder, "one")), Chat.StartWith(host, "bruno", Path.Combine(lab.Folder, "two"))];
        foreach (var bruno in brunos)
        {
            await bruno.BeReadyAsync();
            await ana.SeesAsync(bruno);
        }

        var (code, _, errors) = await SendAsync("@bruno", "to whom?");
        Assert.Equal(1, code);
        foreach (var bruno in brunos) Assert.Contains(bruno.PeerId, errors, StringComparison.Ordinal);
        foreach (var bruno in brunos)
        {
            var tagged = $"@bruno#{bruno.PeerId[..6]}";
            (code, _, errors) = await SendAsync(tagged, "to " + bruno.PeerId);
            Assert.True(code == 0, errors);
            await bruno.EventAsync("message", m => m["text"] == "to " + bruno.PeerId);
            (code, var output, errors) = await OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "log", tagged, "--profile", ana.Profile);
            Assert.True(code == 0, errors);
            Assert.EndsWith("ana: to " + bruno.PeerId, output, StringComparison.Ordinal);
        }

        (code, _, errors) = await OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "log", "@bruno", "--profile", ana.Profile);
        Assert.Equal(1, code);
        Assert.Contains("Several people are called bruno", errors, StringComparison.Ordinal);

        Task<(int Code, string Output, string Errors)> SendAsync(string to, string text) =>
            OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "send", to, text, "--profile", ana.Profile);
    }

    [Fact]
    public async Task A_new_name_is_told_by_the_running_client_and_stays_when_none_is_given_later()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("alone");
        var ana = await Chat.ReadyAsync(host, "ana");
        var from = ana.LineCount;
        ana.Do(new { @do = "nick", nick = "Ana Maria", @ref = "n" });
        ana.Say("#lobby", "it is me");
        await ana.EventAsync("message", m => m["nick"] == "Ana Maria", from: from);
        Assert.Contains("nickname     Ana Maria", await IdAsync(), StringComparison.Ordinal);
        await ana.QuitAsync();
        Assert.Contains("nickname     Ana Maria", await IdAsync(), StringComparison.Ordinal);
        var (code, output, errors) = await OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "log", "#lobby", "--profile", ana.Profile);
        Assert.True(code == 0, errors);
        Assert.Contains("Ana Maria: it is me", output, StringComparison.Ordinal);

        async Task<string> IdAsync() => (await OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "id", "--profile", ana.Profile)).Output;
    }

    [Fact]
    public async Task A_log_is_searched_by_its_index_beside_a_running_client_and_without_one()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("alone", lab.AddSwitch(), "10.7.0.1/24");
        var ana = await Chat.ReadyAsync(host, "ana", "--room", "#ops", "--room", "#other");
        ana.SayAll("#ops", ["The printer is on fire", "São João paga", "a misprint", "c# and c++", "c sharp", "printer gone", "刚才打印机着火了"]);
        ana.Say("#other", "another printer");
        await ana.MessagesAsync("#ops", 7);
        var said = ana.Events("message");
        ana.Do(new { @do = "edit", id = said.Single(m => m["text"] == "a misprint")["id"], text = "a printed page" });
        ana.Do(new { @do = "delete", id = said.Single(m => m["text"] == "printer gone")["id"] });
        await ana.EventAsync("deleted", _ => true);

        await AssertFoundAsync();
        await ana.QuitAsync();
        await AssertFoundAsync();

        async Task AssertFoundAsync()
        {
            // Beginnings of words in any case, and what stands there now: not "misprint", which has the letters in its middle.
            Assert.Equal(["The printer is on fire", "a printed page"], await FoundAsync("PRINT"));
            Assert.Equal(["The printer is on fire"], await FoundAsync("fire prin"));
            Assert.Equal(["São João paga"], await FoundAsync("sao joao"));
            Assert.Equal(["c# and c++"], await FoundAsync("c++"));
            Assert.Equal(["刚才打印机着火了"], await FoundAsync("打印机"));
            Assert.Empty(await FoundAsync("misprint"));
            Assert.Empty(await FoundAsync("zebra"));
            var (code, _, errors) = await OneShot.RunAsync(host, TimeSpan.FromSeconds(20), "log", "#ops", "--profile", ana.Profile, "--search", "?!");
            Assert.Equal(1, code);
            Assert.Contains("a letter, a digit or a symbol", errors, StringComparison.Ordinal);
        }

        async Task<List<string>> FoundAsync(string words)
        {
            var (code, output, errors) = await OneShot.RunAsync(
                host, TimeSpan.FromSeconds(20), "log", "#ops", "--profile", ana.Profile, "--format", "json", "--search", words);
            Assert.True(code == 0, errors);
            using var found = JsonDocument.Parse(output);
            return [.. found.RootElement.EnumerateArray().Select(m => m.GetProperty("text").GetString()!)];
        }
    }
}
