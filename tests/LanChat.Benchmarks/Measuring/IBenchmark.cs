namespace LanChat.Benchmarks.Measuring;

/// <summary>One benchmark. It is run several times, in turn with the others, and warms itself up each time.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>Measures once and adds the values to the report.</summary>
    void Run(Report report);
}
