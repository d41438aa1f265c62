#if !USE_NUGET_PACKAGES
using System.Diagnostics;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>A program in a real pseudo-terminal: what it shows, and what it leaves behind.</summary>
public sealed class TerminalTests
{
    private const string ShellModes = "001";

    [Theory]
    [InlineData("", "kill -TERM")]
    [InlineData("", "kill -HUP")]
    [InlineData("", "kill -INT")]
    [InlineData("", "kill -QUIT")]
    [InlineData("", "C-x")]
    [InlineData("", "Escape")]
    [InlineData("--disposes", "Escape")]
    public async Task The_terminal_is_given_back_after_any_end(string arguments, string end)
    {
        using TmuxPane pane = Open();
        string before = await Settings(pane);
        await Start(pane, arguments);
        if (end.StartsWith("kill", StringComparison.Ordinal))
        {
            using Process kill = Process.Start("sh", ["-c", $"{end} {await PidOf(pane)}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            pane.Press(end);
        }

        await Until.Is(() => pane.Modes, modes => modes == ShellModes, TestContext.Current.CancellationToken);
        await Until.Is(() => pane.Text, text => !text.Contains("ready", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(before, await Settings(pane));
    }

    [Fact]
    public async Task A_crash_says_what_happened_where_it_can_be_read()
    {
        using TmuxPane pane = Open();
        pane.Resize(200, 40);
        await Start(pane, string.Empty);
        pane.Press("C-x");
        Assert.Contains("planted", await Shows(pane, "ended 134"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspended_the_shell_has_its_terminal_and_resumed_the_program_has_its_screen()
    {
        using TmuxPane pane = Open();
        await Start(pane, string.Empty);
        pane.Press("a");
        await Shows(pane, "key a");
        pane.Press("C-z");
        await Until.Is(() => pane.Modes, modes => modes == ShellModes, TestContext.Current.CancellationToken);
        await Shows(pane, "Stopped");
        pane.Type("fg");
        await Shows(pane, "key a");
        Assert.StartsWith("11", pane.Modes, StringComparison.Ordinal);
        pane.Press("b");
        await Shows(pane, "key b");
    }

    [Fact]
    public async Task Keys_pastes_and_a_new_size_reach_the_program()
    {
        using TmuxPane pane = Open();
        await Start(pane, string.Empty);
        pane.Press("é", "M-x", "F5", "C-j");
        await Shows(pane, "key Ctrl+Enter");
        await Shows(pane, "key Alt+X");
        pane.Paste("two\nlines");
        await Shows(pane, "paste two|lines");
        pane.Press("-H", "1b", "5b", "3c", "30", "3b", "35", "3b", "36", "4d");
        await Shows(pane, "mouse (4,5):LeftButtonPressed");
        pane.Resize(40, 9);
        string text = await Until.Is(
            () => pane.Text,
            shown => shown.StartsWith("┌┤Probe├" + new string('─', 31) + "┐", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.Equal("└" + new string('─', 38) + "┘", text.TrimEnd('\n').Split('\n')[8]);
    }

    [Fact]
    public async Task An_idle_program_uses_no_processor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processor time is read from /proc.");
        using TmuxPane pane = Open();
        await Start(pane, string.Empty);
        string stat = $"/proc/{await PidOf(pane)}/stat";
        // Start-up work of the runtime trails off: two readings a while apart must come to agree.
        string last = string.Empty;
        var since = Stopwatch.StartNew();
        await Until.Is(
            () =>
            {
                string now = string.Join(' ', File.ReadAllText(stat).Split(' ')[13..15]);
                if (now != last)
                {
                    (last, since) = (now, Stopwatch.StartNew());
                }

                return since.Elapsed;
            },
            idle => idle > TimeSpan.FromSeconds(3),
            TestContext.Current.CancellationToken);
    }

    private static TmuxPane Open()
    {
        Assert.SkipUnless(TmuxPane.IsAvailable, "tmux is not installed.");
        return new TmuxPane();
    }

    private static async Task Start(TmuxPane pane, string arguments)
    {
        string program = typeof(TerminalTests).Assembly.Location;
        pane.Type($"clear; dotnet '{program}' --terminal-program {arguments}; echo en''ded $?");
        await Shows(pane, "ready");
    }

    private static async Task<string> Settings(TmuxPane pane)
    {
        string mark = Guid.NewGuid().ToString("N");
        pane.Type($"clear; stty -g; echo {mark[..16]}''{mark[16..]}");
        string text = await Shows(pane, mark);
        return text[..text.IndexOf(mark, StringComparison.Ordinal)].Trim();
    }

    private static async Task<string> PidOf(TmuxPane pane)
    {
        using Process find = Process.Start(new ProcessStartInfo("ps", ["-o", "pid=,args=", "-t", pane.Tty]) { RedirectStandardOutput = true })!;
        string processes = await find.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return processes.Split('\n').First(line => line.Contains(" dotnet ", StringComparison.Ordinal)).Trim().Split(' ')[0];
    }

    private static Task<string> Shows(TmuxPane pane, string text) => Until.Is(
        () => pane.Text,
        shown => shown.Contains(text, StringComparison.Ordinal),
        TestContext.Current.CancellationToken);
}
#endif
