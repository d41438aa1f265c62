using System.Text.RegularExpressions;
using LanChat.Client;
using LanChat.Demo;

namespace LanChat.App.Tests.Demo;

/// <summary>Real processes on loopback: short, and bounded by the patience of each step.</summary>
public sealed partial class DemoRunTests
{
    [Fact]
    public async Task Two_people_and_a_relay_talk_and_everything_expected_holds()
    {
        var (code, shown) = await PlayAsync(
            "[ana and bruno join]\n[expect all reach each other]\nana: hello\nbruno @ana: hi\n[start relay]\n[expect relay up]\n[wait all]\n[expect same order]\n"
            + "[expect nothing twice]", TestContext.Current.CancellationToken);
        Assert.True(code == ExitCodes.Done, shown);
        Assert.Contains("All transcripts are equal.", shown, StringComparison.Ordinal);
        Assert.Matches(@"ana\s+1\s+1\s+0\s+0   lan 1", shown);
    }

    [Fact]
    public async Task A_wrong_expectation_is_named_by_its_line_and_fails_the_run()
    {
        var (code, shown) = await PlayAsync("[ana joins]\nana: hello\n[expect ana did not hear \"hello\"]", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("line 3: ana did not hear \"hello\": ana was shown it", shown, StringComparison.Ordinal);
        Assert.Contains("1 of 1 expectations did not hold.", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_stops_it_in_the_middle_leaves_nothing_behind()
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var screen = new WatchedWriter("is connected", stopped.Cancel);
        var before = Directory.GetDirectories(Path.GetTempPath(), "lanchat-demo-*").ToHashSet();
        var scenario = ScenarioParser.Parse("[ana joins]\n[start relay]\n[expect relay up]\n[wait 90 s]", "x");
        var playing = DemoCommand.PlayAsync(scenario, new DemoScreen(screen, isColoured: false), AppContext.BaseDirectory, stopped.Token);
        string[] mine = [.. Directory.GetDirectories(Path.GetTempPath(), "lanchat-demo-*").Where(d => !before.Contains(d))];
        Assert.Equal(ExitCodes.Failed, await playing);
        Assert.Contains("nothing of the demo is left running", screen.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(mine);
        Assert.DoesNotContain(mine, Directory.Exists);
        if (OperatingSystem.IsLinux()) Assert.DoesNotContain(CommandLines(), line => mine.Any(line.Contains));
    }

    private static async Task<(int Code, string Shown)> PlayAsync(string text, CancellationToken cancellation)
    {
        using var writer = new StringWriter();
        var code = await DemoCommand.PlayAsync(ScenarioParser.Parse(text, "x"), new DemoScreen(writer, isColoured: false), AppContext.BaseDirectory, cancellation);
        return (code, writer.ToString());
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => Digits().IsMatch(Path.GetFileName(d))))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }

            yield return line;
        }
    }

    [GeneratedRegex(@"^\d+$")]
    private static partial Regex Digits();

    /// <summary>A writer that does something as soon as a word was written.</summary>
    private sealed class WatchedWriter(string word, Action then) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (ToString().Contains(word, StringComparison.Ordinal)) then();
        }
    }
}
