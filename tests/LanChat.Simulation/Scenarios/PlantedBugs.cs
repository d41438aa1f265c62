using LanChat.Core;

namespace LanChat.Simulation.Scenarios;

/// <summary>A bug that can be planted, by switching a guard off.</summary>
/// <param name="Invariant">The invariant of PROTOCOL.md, section 14, that it breaks.</param>
/// <param name="Guards">What is switched off.</param>
/// <param name="Hint">A seed that showed it when this was written: it is looked at first, and all others after it.</param>
internal sealed record PlantedBug(int Invariant, Guards Guards, ulong Hint);

/// <summary>Bugs that can be planted, each by switching one guard off: a simulation that cannot find them proves nothing.</summary>
internal static class PlantedBugs
{
    /// <summary>Seeds within which each has to be found.</summary>
    public const int MaxSeeds = 200;

    public static IReadOnlyDictionary<string, PlantedBug> All { get; } = new SortedDictionary<string, PlantedBug>(StringComparer.Ordinal)
    {
        ["never compare histories again"] = new(1, new() { SkipRepair = true }, 39),
        ["order the tail by arrival"] = new(1, new() { OrderByArrival = true }, 10),
        ["of two forks take the first"] = new(1, new() { FirstForkWins = true }, 5),
        ["deliver to clients that did not subscribe"] = new(2, new() { DeliverToNonMembers = true }, 0),
        ["take what was written in another room"] = new(2, new() { SkipRoomCheck = true }, 5),
        ["name no parents"] = new(3, new() { NameNoParents = true }, 0),
        ["show without waiting for parents"] = new(3, new() { ForgetCausalParents = true }, 0),
        ["stamp before the predecessor"] = new(3, new() { StampOutOfOrder = true }, 16),
        ["show again what comes again"] = new(4, new() { SkipDeduplication = true }, 0),
        ["lose what was under way when a path is lost"] = new(4, new() { LoseTailOnPathSwitch = true }, 1),
        ["keep the epoch of an older log"] = new(5, new() { KeepEpochAfterRestore = true }, 1),
        ["accept before it is on disk"] = new(6, new() { AcceptBeforeCommit = true }, 2),
        ["acknowledge before it is on disk"] = new(6, new() { AcknowledgeBeforeCommit = true }, 0),
        ["take entries without checking signatures"] = new(7, new() { SkipSignatureCheck = true }, 52),
        ["let anybody edit and delete"] = new(7, new() { ObeyAnybody = true }, 5),
    };

    /// <summary>
    /// A seed that shows the bug, and what it shows: the first from the hint on, going round; null when none of the 200 does. What goes wrong
    /// without the bug as well does not count.
    /// </summary>
    public static (ulong Seed, string Failure)? Find(PlantedBug bug)
    {
        for (var i = 0UL; i < MaxSeeds; i++)
        {
            var plan = PlanMaker.Make((bug.Hint + i) % MaxSeeds);
            if (Scenario.Run(plan, new RunOptions { Guards = bug.Guards }).Failure is not { } failure) continue;
            if (Scenario.Run(plan, new RunOptions()).Failure is null) return (plan.Seed, failure);
        }
        return null;
    }
}
