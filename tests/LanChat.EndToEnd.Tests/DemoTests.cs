using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LanChat.EndToEnd.Tests;

/// <summary>The built-in demo as everybody runs it. It needs no namespaces, but the machine for itself: its time is part of what is tested.</summary>
public sealed partial class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What it has to show, by the headings and lines of tour.demo.</summary>
    private static readonly string[] Shown =
    [
        "find each other", "Two rooms, kept apart", "ok  carla did not hear \"on it\"", "A direct message", "Somebody comes late and gets what was said before",
        "ok  dora heard \"does the printer work again?\"", "bruno relay", "ok  ana reaches bruno by relay", "the relay is killed", "ok  relay up", "dora is killed",
        "ok  all lost dora", "ok  all lost ana", "→ nobody yet", "all paths are healed", "ok  same order", "All transcripts are equal.",
    ];

    [Fact]
    public async Task Two_demos_at_once_show_everything_each_in_less_than_30_s()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LANCHAT_NETNS") == "1", "Needs the machine for itself: run with LANCHAT_NETNS=1.");
        foreach (var (code, shown, time) in await Task.WhenAll(PlayAsync(), PlayAsync()))
        {
            Assert.True(code == 0, shown);
            Assert.All(Shown, part => Assert.Contains(part, shown, StringComparison.Ordinal));
            Assert.Equal(["ana 6 9 0 0", "bruno 5 8 0 0", "carla 3 10 0 0", "dora 1 10 0 0"], Rows().Matches(shown).Select(m => Blanks().Replace(m.Groups[1].Value, " ")));
            Assert.True(time < Limit, $"It took {time.TotalSeconds:0.0} s.\n{shown}");
        }
    }

    private static async Task<(int Code, string Shown, TimeSpan Time)> PlayAsync()
    {
        var clock = Stopwatch.StartNew();
        using var demo = Process.Start(new ProcessStartInfo("dotnet", [ProgramFiles.Client, "demo"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var shown = await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (demo.ExitCode, shown + await errors, clock.Elapsed);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A person's row: sent, received, lost, twice, and some paths.</summary>
    [GeneratedRegex(@"^  ([a-z]+ +\d+ +\d+ +\d+ +\d+)   \S.*\d$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
