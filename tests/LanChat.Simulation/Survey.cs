using System.Diagnostics;
using System.Globalization;
using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

/// <summary>
/// Runs many seeds on all processors, past failures, and says one line of each that failed. With a file the results are kept there, one line
/// per seed, and what stands there already is not run again: a long survey may be interrupted and taken up.
/// </summary>
internal sealed class Survey(ulong from, int count, string? file)
{
    private const string Held = "held";

    private readonly Dictionary<ulong, Outcome> _outcomes = [];
    private readonly Lock _lock = new();

    private sealed record Outcome(int Accepted, long Events, double Seconds, string Result);

    public int Run()
    {
        if (file is not null && File.Exists(file)) Load(file);
        var known = _outcomes.Count;
        var watch = Stopwatch.StartNew();
        using var kept = file is null ? null : new StreamWriter(file, append: true) { AutoFlush = true };
        var seeds = Enumerable.Range(0, count).Select(i => from + (ulong)i).Where(seed => !_outcomes.ContainsKey(seed)).ToList();
        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => Add(seed, RunOne(seed), kept));
        return Report(known, watch.Elapsed);
    }

    private static Outcome RunOne(ulong seed)
    {
        var watch = Stopwatch.StartNew();
        var result = Scenario.Run(PlanMaker.Make(seed), new RunOptions());
        var failure = result.Failure?.Split('\n')[0];
        if (failure is null && result.Accepted < PlanMaker.Messages) failure = $"{result.Accepted} messages accepted only";
        return new Outcome(result.Accepted, result.Events, watch.Elapsed.TotalSeconds, failure ?? Held);
    }

    private void Add(ulong seed, Outcome outcome, StreamWriter? kept)
    {
        lock (_lock)
        {
            _outcomes.Add(seed, outcome);
            kept?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seed}\t{outcome.Accepted}\t{outcome.Events}\t{outcome.Seconds:F3}\t{outcome.Result}"));
            if (outcome.Result != Held) Console.WriteLine($"{seed,6} {outcome.Result}");
        }
    }

    private void Load(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t') is not [var seed, var accepted, var events, var seconds, var result]) continue;
            _outcomes[ulong.Parse(seed, CultureInfo.InvariantCulture)] = new Outcome(
                int.Parse(accepted, CultureInfo.InvariantCulture), long.Parse(events, CultureInfo.InvariantCulture),
                double.Parse(seconds, CultureInfo.InvariantCulture), result);
        }
    }

    private int Report(int known, TimeSpan took)
    {
        var all = _outcomes.Where(pair => pair.Key >= from && pair.Key < from + (ulong)count).Select(pair => pair.Value).ToList();
        var failed = all.Count(outcome => outcome.Result != Held);
        Console.WriteLine(
            $"{failed} of {all.Count} seeds from {from} failed; {all.Sum(o => (long)o.Accepted):N0} messages accepted, {all.Min(o => o.Accepted)} in a run at least; "
            + $"{all.Sum(o => o.Events):N0} events; {all.Sum(o => o.Seconds):F0} s of one processor in all ({known} seeds known before), {took.TotalSeconds:F0} s this time");
        return failed == 0 ? 0 : 1;
    }
}
