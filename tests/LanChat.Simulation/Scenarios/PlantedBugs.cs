using LanChat.Core;

namespace LanChat.Simulation.Scenarios;

/// <summary>Bugs that can be planted, each by switching one guard off: a simulation that cannot find them proves nothing.</summary>
internal static class PlantedBugs
{
    /// <summary>Seeds within which each has to be found.</summary>
    public const int MaxSeeds = 200;

    public static IReadOnlyDictionary<string, Guards> All { get; } = new SortedDictionary<string, Guards>(StringComparer.Ordinal)
    {
        ["never compare histories again (convergence)"] = new() { SkipRepair = true },
        ["order the tail by arrival (convergence)"] = new() { OrderByArrival = true },
        ["of two forks take the first (convergence)"] = new() { FirstForkWins = true },
        ["deliver to clients that did not subscribe (isolation)"] = new() { DeliverToNonMembers = true },
        ["name no parents (causality)"] = new() { NameNoParents = true },
        ["stamp before the predecessor (causality)"] = new() { StampOutOfOrder = true },
        ["show again what comes again (exactly once)"] = new() { SkipDeduplication = true },
        ["accept before it is on disk (durability)"] = new() { AcceptBeforeCommit = true },
        ["keep the epoch of an older log (finality)"] = new() { KeepEpochAfterRestore = true },
        ["take entries without checking signatures (bad input)"] = new() { SkipSignatureCheck = true },
        ["let anybody edit and delete (bad input)"] = new() { ObeyAnybody = true },
    };

    /// <summary>The first seed that shows the bug, and what it shows; null when none of the first 200 does.</summary>
    public static (ulong Seed, string Failure)? Find(Guards guards, ulong from = 0)
    {
        for (var seed = from; seed < from + MaxSeeds; seed++)
        {
            if (Scenario.Run(PlanMaker.Make(seed), new RunOptions { Guards = guards }).Failure is { } failure) return (seed, failure);
        }
        return null;
    }
}
