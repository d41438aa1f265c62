namespace Standins.Tests.Fuzz;

/// <summary>Run alone: they look at the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "run alone";
}

[Collection(RunAlone.Name)]
public sealed class FuzzTests
{
    private const int Seed = 20260101;
    private const long Datagrams = 1_000_000;
    private const long MayGrowBytes = 8 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_million_bad_datagrams_harm_nobody()
    {
        using var target = new FuzzTarget();
        await Until.Holds("the witness's connection", TimeSpan.FromSeconds(30), () => target.IsWitnessConnected);
        using var run = new FuzzRun(target, Seed, CapturedDatagrams.Read());
        run.Until(Datagrams / 4, Limit);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        run.Until(Datagrams, Limit);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        await Until.Holds("the last answer to the witness", TimeSpan.FromSeconds(30), () => target.IsWitnessServed);
        Assert.Empty(target.Problems);
        Assert.True(target.Received >= Datagrams, $"Only {target.Received} datagrams were received.");
        Assert.True(run.Connections > 100, $"Only {run.Connections} connections of bad clients came about.");
        Assert.True(target.NoiseDelivered > 5_000, $"Only {target.NoiseDelivered} messages of bad clients got through.");
        Assert.True(grown < MayGrowBytes, $"{grown} bytes were kept after the first quarter; seed {Seed}.");
    }
}
