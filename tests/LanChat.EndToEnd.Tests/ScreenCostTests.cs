using System.Diagnostics;

namespace LanChat.EndToEnd.Tests;

/// <summary>What the terminal UI costs: time until it is there, processor time while nothing happens, bytes and delays while much does.</summary>
public sealed class ScreenCostTests
{
    /// <summary>Percent of a core for the whole program. As it is given away about 0.2 were measured, when the runtime had compiled what is used.</summary>
    private static readonly double HighestShare = ProgramFiles.IsRelease ? 0.3 : 0.6;

    /// <summary>Percent of a core for the thread of the screen.</summary>
    private const double HighestShareOfScreen = 0.1;

    [Fact]
    public async Task The_screen_is_there_at_once()
    {
        const int Rounds = 9;
        Assert.SkipUnless(ProgramFiles.IsRelease, "Start-up is promised for the Release build, which is compiled ahead of time: run with -c Release.");
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("ana", lab.AddSwitch(), "10.7.0.1/24");
        var empty = TinyPrograms.WriteEmpty(lab.Folder);
        var label = TinyPrograms.WriteLabel(lab.Folder, "here I am");
        var withLabel = double.MaxValue;
        var withAll = await Least.OfAsync(300, async () =>
        {
            List<double> empties = [], labels = [], screens = [];
            for (var round = 0; round < Rounds; round++)
            {
                empties.Add(await EndOfAsync(host, empty));
                if (label is not null) labels.Add(await FirstPaintAsync(host, "here I am", label));
                screens.Add(await FirstPaintAsync(host, "Rooms", ProgramFiles.Client, "--nick", "ana", "--profile", Path.Combine(lab.Folder, "ana")));
            }

            if (label is not null) withLabel = Math.Min(withLabel, Median(labels));
            TestContext.Current.SendDiagnosticMessage(
                $"medians of {Rounds} in turn: an empty program {Median(empties):0} ms, "
                + $"a window with a label {(label is null ? "not measured" : $"{Median(labels):0} ms")}, lanchat {Median(screens):0} ms");
            return Median(screens);
        });
        Assert.True(withAll <= 300, $"lanchat takes {withAll:0} ms to its first picture");
        Assert.True(label is null || withLabel < 150, $"a window with a label takes {withLabel:0} ms");
    }

    [Fact]
    public async Task Nothing_happening_costs_nothing_and_a_message_less_than_a_kilobyte()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        await using var screen = Screen(hosts[0]);
        await screen.ShowsAsync("You are ana");
        var bruno = await Chat.ReadyAsync(hosts[1], "bruno");
        for (var i = 0; i < 40; i++) bruno.Say("#lobby", $"what was said before, number {i}, long enough to be wrapped where the window of the reader is narrow");
        await screen.ShowsAsync("number 39");
        await screen.QuietAsync(TimeSpan.FromSeconds(6));
        var before = screen.Sent;
        bruno.Say("#lobby", "a message of about the usual length, which scrolls the pane by a line");
        await screen.ShowsAsync("usual length", before);
        await screen.QuietAsync(TimeSpan.FromSeconds(1));
        var bytes = screen.Sent - before;
        await Until.PassedAsync(TimeSpan.FromSeconds(20));
        var program = await Least.IdleShareAsync(() => screen.ProcessorTime().Program, HighestShare);
        var own = await Least.IdleShareAsync(() => screen.ProcessorTime().Screen, HighestShareOfScreen);
        TestContext.Current.SendDiagnosticMessage($"idle {program:0.00} % of a core, {own:0.00} % of it the screen's; {bytes} bytes for a message");
        Assert.True(bytes < 1024, $"{bytes} bytes for a message");
        Assert.True(own <= HighestShareOfScreen, $"The screen takes {own:0.00} % of a core while nothing happens.");
        Assert.True(program <= HighestShare, $"{program:0.00} % of a core while nothing happens");
    }

    [Fact]
    public async Task A_thousand_messages_in_two_seconds_leave_every_key_its_echo()
    {
        const int Batches = 40;
        const string Keys = "αβγδεζηθικλμνξοπρστυφχψω";
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        await using var screen = Screen(hosts[0]);
        await screen.ShowsAsync("You are ana");
        var bruno = await Chat.ReadyAsync(hosts[1], "bruno");
        await screen.ShowsAsync("bruno");
        bruno.Say("#lobby", "first");
        await screen.ShowsAsync("first");
        await screen.QuietAsync(TimeSpan.FromSeconds(1));
        var before = screen.Sent;
        var begun = Stopwatch.GetTimestamp();
        var flood = FloodAsync(bruno, Batches, begun);
        var delays = new List<double>();
        foreach (var key in Keys)
        {
            await Until.PassedAsync(TimeSpan.FromMilliseconds(60));
            var from = screen.Sent;
            var pressed = Stopwatch.GetTimestamp();
            screen.Type(key.ToString());
            delays.Add(Stopwatch.GetElapsedTime(pressed, await screen.ShowsAsync(key.ToString(), from)).TotalMilliseconds);
        }

        await flood;

        // Only cells that differ are sent: the last text shares no letter with those it takes the place of.
        bruno.Say("#lobby", "THE END");
        var taken = Stopwatch.GetElapsedTime(begun, await screen.ShowsAsync("THE END", before));
        await screen.QuietAsync(TimeSpan.FromSeconds(1));
        TestContext.Current.SendDiagnosticMessage(
            $"{delays.Count} keys while 1000 messages came: echo after {Median(delays):0.0} ms, at most {delays.Max():0.0} ms; "
            + $"the last message was shown {taken.TotalSeconds:0.00} s after the first was said, {screen.Sent - before} bytes");
        Assert.True(taken < TimeSpan.FromSeconds(4), $"The screen was {taken.TotalSeconds - 2:0.0} s behind.");
        Assert.True(delays.Max() <= 50, $"A key was echoed after {delays.Max():0} ms: {string.Join(' ', delays.Select(delay => $"{delay:0}"))}");
        Assert.True(screen.Sent - before < 500_000, $"{screen.Sent - before} bytes: not every message needs a picture of its own");
    }

    private static async Task FloodAsync(Chat from, int batches, long begun)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            from.SayAll("#lobby", Enumerable.Range(batch * 1000 / batches, 1000 / batches).Select(i => $"flood {i}"));
            var due = TimeSpan.FromSeconds(2) * (batch + 1) / batches - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.Zero) await Until.PassedAsync(due);
        }
    }

    private static PseudoTerminal Screen(Host host) =>
        PseudoTerminal.Start(host, ProgramFiles.Client, "--nick", host.Name, "--profile", Path.Combine(host.Lab.Folder, host.Name));

    private static async Task<double> FirstPaintAsync(Host host, string text, string program, params string[] arguments)
    {
        await using var terminal = PseudoTerminal.Start(host, program, arguments);
        var shown = await terminal.ShowsAsync(text);
        terminal.Type("\u0011\e");
        return Stopwatch.GetElapsedTime(terminal.StartedAt, shown).TotalMilliseconds;
    }

    private static async Task<double> EndOfAsync(Host host, string program)
    {
        await using var terminal = PseudoTerminal.Start(host, program);
        await terminal.EndAsync();
        return Stopwatch.GetElapsedTime(terminal.StartedAt).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
