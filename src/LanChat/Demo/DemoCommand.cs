using System.Globalization;
using System.Reflection;
using System.Text;
using LanChat.Client;
using LanChat.Commands;

namespace LanChat.Demo;

/// <summary><c>lanchat demo [FILE]</c>: the scripted multi-peer demo.</summary>
internal static class DemoCommand
{
    /// <summary>Bytes a scenario file may have.</summary>
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Reads the scenario and plays it; 0 only if everything expected was so.</summary>
    /// <param name="file">The scenario; null for the built-in one.</param>
    /// <exception cref="UsageException">The scenario cannot be read.</exception>
    /// <exception cref="ClientException">The programs are not where they belong.</exception>
    public static async Task<int> RunAsync(string? file)
    {
        var scenario = Load(file);
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var isColoured = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
        using var stop = new Stop();
        return await PlayAsync(scenario, new DemoScreen(Console.Out, isColoured), AppContext.BaseDirectory, stop.Token).ConfigureAwait(false);
    }

    /// <summary>Plays a scenario with the programs of a folder; the exit code.</summary>
    public static async Task<int> PlayAsync(Scenario scenario, DemoScreen screen, string programs, CancellationToken cancellation)
    {
        var needsRelay = scenario.Steps.Any(s => s is RelayStep);
        var stage = new Stage(Find("lanchat", programs), needsRelay ? Find("lanchat-relay", programs) : null, screen);
        try
        {
            await using (stage.ConfigureAwait(false))
            {
                var performance = new Performance(stage);
                await performance.PlayAsync(scenario, cancellation).ConfigureAwait(false);
                var difference = await new Expectations(stage, TimeSpan.Zero).CompareAsync(null, cancellation).ConfigureAwait(false);
                ShowTable(stage, screen);
                return ShowVerdict(performance, screen, difference);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or StageException && cancellation.IsCancellationRequested)
        {
            screen.Line("Stopped; nothing of the demo is left running.");
            return ExitCodes.Failed;
        }
        catch (StageException problem)
        {
            screen.Verdict($"The demo could not go on: {problem.Message}", isGood: false);
            return ExitCodes.Failed;
        }
    }

    private static Scenario Load(string? file)
    {
        try
        {
            return ScenarioParser.Parse(file is null ? BuiltIn() : Read(file), file ?? "tour.demo");
        }
        catch (ScenarioException problem)
        {
            throw new UsageException(problem.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The scenario {file} cannot be read: {error.Message}");
        }
    }

    private static string Read(string file)
    {
        if (new FileInfo(file).Length > MaxFileBytes) throw new ScenarioException($"{file} is larger than {MaxFileBytes} bytes; a scenario is a page of text.");
        return File.ReadAllText(file);
    }

    /// <summary>The scenario that comes with the program.</summary>
    public static string BuiltIn()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("tour.demo")!);
        return reader.ReadToEnd();
    }

    private static ProgramFiles Find(string name, string folder) => ProgramFiles.Find(name, folder)
        ?? throw new ClientException(ExitCodes.Failed, $"{name} is not in {folder}, where the demo looks for it; build or install LanChat as a whole.");

    private static void ShowTable(Stage stage, DemoScreen screen)
    {
        screen.Line("");
        screen.Line($"  {"person",-8}{"sent",8}{"received",10}{"lost",8}{"twice",8}   paths");
        foreach (var person in stage.People)
        {
            var lost = person.IsRunning ? Number(stage.Book.Lacking(person).Count()) : "gone";
            var paths = string.Join(", ", person.Paths.Select(p => $"{p.Key} {Number(p.Value)}"));
            screen.Row(person, [$"{Number(person.Sent),8}{Number(person.Paths.Values.Sum()),10}{lost,8}{Number(MessageBook.Twice(person)),8}   {paths}"]);
        }

        screen.Line("");
    }

    private static int ShowVerdict(Performance performance, DemoScreen screen, string? difference)
    {
        screen.Verdict(difference is null ? "All transcripts are equal." : $"The transcripts differ: {difference}.", difference is null);
        foreach (var (line, problem) in performance.Failures) screen.Verdict($"line {line}: {problem}", isGood: false);
        var failed = performance.Failures.Count;
        screen.Verdict(
            failed == 0 ? $"All {performance.Checked} expectations held." : $"{failed} of {performance.Checked} expectations did not hold.", failed == 0);
        screen.Line($"It took {screen.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.");
        return failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
