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
        ["never compare histories again"] = new(1, new() { SkipRepair = true }, 0),
        ["order the tail by arrival"] = new(1, new() { OrderByArrival = true }, 0),
        ["of two forks take the first"] = new(1, new() { FirstForkWins = true }, 0),
        ["deliver to clients that did not subscribe"] = new(2, new() { DeliverToNonMembers = true }, 0),
        ["take what was written in another room"] = new(2, new() { SkipRoomCheck = true }, 0),
        ["name no parents"] = new(3, new() { NameNoParents = true }, 0),
        ["show without waiting for parents"] = new(3, new() { ForgetCausalParents = true }, 0),
        ["stamp before the predecessor"] = new(3, new() { StampOutOfOrder = true }, 0),
        ["show again what comes again"] = new(4, new() { SkipDeduplication = true }, 0),
        ["lose what was under way when a path is lost"] = new(4, new() { LoseTailOnPathSwitch = true }, 0),
        ["keep the epoch of an older log"] = new(5, new() { KeepEpochAfterRestore = true }, 0),
        ["accept before it is on disk"] = new(6, new() { AcceptBeforeCommit = true }, 0),
        ["acknowledge before it is on disk"] = new(6, new() { AcknowledgeBeforeCommit = true }, 0),
        ["take entries without checking signatures"] = new(7, new() { SkipSignatureCheck = true }, 0),
        ["let anybody edit and delete"] = new(7, new() { ObeyAnybody = true }, 0),
    };

    /// <summary>A seed that shows the bug, and what it shows: of all from the hint on, around the end; null when none of the 200 does.</summary>
    public static (ulong Seed, string Failure)? Find(PlantedBug bug)
    {
        for (var i = 0UL; i < MaxSeeds; i++)
        {
            var seed = (bug.Hint + i) % MaxSeeds;
            if (Scenario.Run(PlanMaker.Make(seed), new RunOptions { Guards = bug.Guards }).Failure is { } failure) return (seed, failure);
        }
        return null;
    }
}
