using System.Collections.Immutable;

namespace LanChat.Simulation.Scenarios;

/// <summary>Cuts a failing scenario down: leaves out ever smaller parts of its steps for as long as it still fails (delta debugging).</summary>
internal static class Shrinker
{
    /// <summary>Runs spent at most: a failure is wanted soon, not in its very smallest form.</summary>
    private const int MaxRuns = 80;

    public static Plan Shrink(Plan plan, RunOptions options)
    {
        var runs = 0;
        for (var part = Math.Max(1, plan.Steps.Length / 2); part > 0 && runs < MaxRuns; part /= 2)
        {
            for (var from = 0; from < plan.Steps.Length && runs < MaxRuns;)
            {
                var fewer = plan with { Steps = plan.Steps.RemoveRange(from, Math.Min(part, plan.Steps.Length - from)) };
                runs++;
                if (Scenario.Run(fewer, options).Failure is null) from += part;
                else plan = fewer;
            }
        }
        return plan;
    }
}
