using System.Collections.Concurrent;
using LanChat.Simulation.Scenarios;

namespace LanChat.Simulation;

public sealed class SimulationTests
{
    private const int Seeds = 300;

    public static TheoryData<string> Bugs => [.. PlantedBugs.All.Keys];

    [Fact]
    public void Every_invariant_holds_whatever_the_network_does()
    {
        var failures = new ConcurrentBag<string>();
        Parallel.ForEach(Enumerable.Range(0, Seeds), seed =>
        {
            var result = Scenario.Run(PlanMaker.Make((ulong)seed), new RunOptions());
            if (result.Failure is { } failure) failures.Add($"seed {seed}: {failure}");
            else if (result.Accepted < PlanMaker.Messages) failures.Add($"seed {seed}: {result.Accepted} messages only");
        });
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    public void Two_runs_of_one_seed_give_the_same_log(int seed)
    {
        var first = Scenario.Run(PlanMaker.Make((ulong)seed), new RunOptions { KeepText = true });
        var second = Scenario.Run(PlanMaker.Make((ulong)seed), new RunOptions { KeepText = true });
        Assert.Equal(first.LogValue, second.LogValue);
        Assert.True(first.Log.Lines.SequenceEqual(second.Log.Lines));
        Assert.True(first.Log.Count > 5000);
    }

    [Fact]
    public void Other_seeds_give_other_logs() =>
        Assert.NotEqual(Scenario.Run(PlanMaker.Make(1), new RunOptions()).LogValue, Scenario.Run(PlanMaker.Make(2), new RunOptions()).LogValue);

    [Fact]
    public void Twenty_seeds_come_to_the_same_with_real_cryptography()
    {
        Parallel.For(0, 20, seed =>
        {
            var plan = PlanMaker.Make((ulong)seed);
            var keyed = Scenario.Run(plan, new RunOptions());
            var real = Scenario.Run(plan, new RunOptions { UseRealCryptography = true });
            Assert.True(real.Failure is null, $"seed {seed}: {real.Failure}");
            Assert.True(keyed.Failure is null, $"seed {seed}: {keyed.Failure}");
            Assert.True(keyed.Texts.Keys.SequenceEqual(real.Texts.Keys), $"seed {seed}");
        });
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string bug) =>
        Assert.True(PlantedBugs.Find(PlantedBugs.All[bug]) is not null, $"Not found in {PlantedBugs.MaxSeeds} seeds: {bug}");

    /// <summary>Invariants 1 to 7, as PROTOCOL.md numbers them.</summary>
    [Fact]
    public void Every_invariant_has_a_bug_planted_against_it() =>
        Assert.Equal(Enumerable.Range(1, 7), PlantedBugs.All.Values.Select(bug => bug.Invariant).Distinct().Order());

    [Fact]
    public void A_failing_scenario_is_cut_down_and_still_fails()
    {
        var bug = PlantedBugs.All["name no parents"];
        var options = new RunOptions { Guards = bug.Guards };
        var (seed, _) = PlantedBugs.Find(bug)!.Value;
        var whole = PlanMaker.Make(seed);
        var cut = Shrinker.Shrink(whole, options);
        Assert.NotNull(Scenario.Run(cut, options).Failure);
        Assert.True(cut.Steps.Length < whole.Steps.Length / 2, $"{cut.Steps.Length} of {whole.Steps.Length} steps are left");
    }
}
