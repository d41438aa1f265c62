using System.Diagnostics;
using System.Globalization;
using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

/// <summary>
/// The simulation's console beside its tests: <c>run N --from S</c> runs seeds, <c>replay SEED</c> shows one. Anything else goes to the tests' runner.
/// </summary>
internal static class Program
{
    public static int Main(string[] args) => args switch
    {
        ["run", var count, "--from", var from] => RunSeeds(ulong.Parse(from, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)),
        ["survey", var count, "--from", var from, .. var into] when into is [] or ["--into", _] => new Survey(
            ulong.Parse(from, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture), into is [_, var file] ? file : null).Run(),
        ["run", var count] => RunSeeds(0, int.Parse(count, CultureInfo.InvariantCulture)),
        ["flips", var count] => Flip(int.Parse(count, CultureInfo.InvariantCulture)),
        ["mesh", var peers] => Mesh(int.Parse(peers, CultureInfo.InvariantCulture)),
        ["bugs", .. var names] => FindBugs(names),
        ["replay", var seed] => Replay(ulong.Parse(seed, CultureInfo.InvariantCulture)),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult(),
    };

    private static int RunSeeds(ulong from, int count)
    {
        var watch = Stopwatch.StartNew();
        long events = 0;
        for (var seed = from; seed < from + (ulong)count; seed++)
        {
            var result = Scenario.Run(PlanMaker.Make(seed), new RunOptions());
            events += result.Events;
            if (result.Failure is null) continue;
            Show(seed, result.Failure);
            return 1;
        }
        Console.WriteLine($"{count} seeds from {from}: every invariant held, {events:N0} events, {watch.Elapsed.TotalSeconds:F1} s");
        return 0;
    }

    /// <summary>A failing seed with as few steps as still fail, and the event log of that.</summary>
    private static void Show(ulong seed, string failure)
    {
        Console.WriteLine($"seed {seed} failed: {failure}");
        var plan = Shrinker.Shrink(PlanMaker.Make(seed), new RunOptions());
        var result = Scenario.Run(plan, new RunOptions { KeepText = true });
        Console.WriteLine($"With {plan.Steps.Length} steps: {result.Failure}");
        foreach (var step in plan.Steps) Console.WriteLine(step);
        foreach (var line in result.Log.Lines) Console.WriteLine(line);
    }

    private static int Flip(int count)
    {
        var failed = 0;
        for (ulong seed = 0; seed * 1000 < (ulong)count; seed++)
        {
            var result = PathFlips.Run(seed, Math.Min(1000, count));
            if (result.Problem is not null) failed++;
            Console.WriteLine(
                $"seed {seed}: {result.Flips} flips, {result.Said} messages, stall p50 {result.Percentile(50).TotalMilliseconds:F0} ms, "
                + $"p99 {result.Percentile(99).TotalMilliseconds:F0} ms, most {result.Percentile(100).TotalMilliseconds:F0} ms. "
                + $"{result.Problem ?? "Nothing lost, nothing twice."}");
        }
        return failed == 0 ? 0 : 1;
    }

    private static int Mesh(int peers)
    {
        var watch = Stopwatch.StartNew();
        var result = FullMesh.Run(peers, 50, 1);
        Console.WriteLine($"{result} in {watch.Elapsed.TotalSeconds:F1} s");
        return 0;
    }

    private static int FindBugs(string[] names)
    {
        var missed = 0;
        var wanted = PlantedBugs.All.Where(bug => names.Length == 0 || names.Any(name => bug.Key.Contains(name, StringComparison.Ordinal)));
        Parallel.ForEach(wanted, bug =>
        {
            var found = PlantedBugs.Find(bug.Value);
            if (found is null) Interlocked.Increment(ref missed);
            Console.WriteLine(found is { } at
                ? $"{bug.Key} (invariant {bug.Value.Invariant}): seed {at.Seed}: {at.Failure.Split('\n')[0]}"
                : $"{bug.Key} (invariant {bug.Value.Invariant}): NOT FOUND in {PlantedBugs.MaxSeeds} seeds");
        });
        return missed == 0 ? 0 : 1;
    }

    private static int Replay(ulong seed)
    {
        var result = Scenario.Run(PlanMaker.Make(seed), new RunOptions { KeepText = true });
        foreach (var line in result.Log.Lines) Console.WriteLine(line);
        Console.WriteLine(PlanMaker.Make(seed).Setup);
        foreach (var step in PlanMaker.Make(seed).Steps.Where(step => step is not Say)) Console.WriteLine(step);
        Console.WriteLine(result.Failure is null
            ? $"seed {seed}: every invariant held, settled after {result.SettledAfter.TotalSeconds} s"
            : $"seed {seed} failed: {result.Failure}");
        return result.Failure is null ? 0 : 1;
    }
}
