using LanChat.Standins.Tests.TerminalGui;

namespace LanChat.EndToEnd.Tests;

/// <summary>The terminal UI, in real terminals on hosts of a network.</summary>
public sealed class ScreenTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Two_people_on_two_hosts_talk_and_one_leaves()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        using var ana = Open();
        using var bruno = Open();
        Start(ana, hosts[0]);
        Start(bruno, hosts[1]);
        await ShowsAsync(ana, "You are ana, in #lobby.", "1 #lobby", "People 1", "● bruno");
        await ShowsAsync(bruno, "You are bruno, in #lobby.", "1 #lobby", "People 1", "● ana");
        ana.Type("is anybody there? 你好");
        await ShowsAsync(bruno, "ana │ is anybody there? 你好");
        bruno.Type("yes 👋");
        await ShowsAsync(ana, "ana │ is anybody there? 你好 ✓✓", "bruno │ yes 👋");
        await ShowsAsync(bruno, "ana │ is anybody there? 你好", "bruno │ yes 👋 ✓✓");
        bruno.Type("/quit");
        await ShowsAsync(bruno, "Bye.", "ended 0");
        Assert.Equal("001", bruno.Modes);
        await ShowsAsync(ana, "← bruno left", "○ bruno");
    }

    [Fact]
    public async Task What_was_not_seen_before_a_restart_is_marked_after_it()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        using var ana = Open();
        Start(ana, hosts[0]);
        await ShowsAsync(ana, "You are ana");
        var bruno = await Chat.ReadyAsync(hosts[1], "bruno");
        bruno.Say("#lobby", "seen");
        await ShowsAsync(ana, "bruno │ seen");

        // A key says that somebody looks; what comes after the last one is not seen.
        ana.Press("Down");
        await ShowsAsync(ana, "1 #lobby                │");
        bruno.Say("#lobby", "ana: come here");
        bruno.Say("#lobby", "now");
        await ShowsAsync(ana, "bruno │ now", "1 #lobby             @2 │");
        Shell.Run("sh", "", "-c", $"kill -TERM $(ps -o pid= -o args= -t {ana.Tty} | awk '/lanchat.dll/ {{ print $1; exit }}')");
        await ShowsAsync(ana, "ended 0");
        Start(ana, hosts[0]);
        var text = await ShowsAsync(ana, "bruno │ now", "1 #lobby             @2 │");
        string[] rows = [.. text.Split('\n')];
        var marker = Array.FindIndex(rows, row => row.Contains("─ new ─", StringComparison.Ordinal));
        Assert.Contains("ana: come here", rows[marker + 1], StringComparison.Ordinal);
        ana.Press("Down");
        await ShowsAsync(ana, "1 #lobby                │");
    }

    private static TmuxPane Open()
    {
        Assert.SkipUnless(TmuxPane.IsAvailable, "Needs the program tmux.");
        var pane = new TmuxPane();
        pane.Resize(100, 30);
        return pane;
    }

    private static void Start(TmuxPane pane, Host host) =>
        pane.Type(
            $"clear; ip netns exec {host.Namespace} dotnet '{ProgramFiles.Client}' --nick {host.Name} "
            + $"--profile '{Path.Combine(host.Lab.Folder, host.Name)}'; echo en''ded $?");

    private static async Task<string> ShowsAsync(TmuxPane pane, params string[] texts)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var shown = pane.Text;
            if (texts.All(text => shown.Contains(text, StringComparison.Ordinal))) return shown;
            var missing = string.Join(", ", texts.Where(text => !shown.Contains(text, StringComparison.Ordinal)));
            Assert.True(since.Elapsed < Patience, $"Not shown: {missing}\n{shown}");
            await Until.PassedAsync(TimeSpan.FromMilliseconds(50));
        }
    }
}
