using System.Diagnostics;
using Standins.Tests.Fuzz;

namespace LanChat.Benchmarks.Fuzz;

/// <summary>The fuzz of the tests for as long as one likes; nothing else runs in the process, so exceptions inside the library show too.</summary>
internal static class FuzzCommand
{
    public const string Name = "fuzz";
    public const string Usage = "fuzz [--minutes 5] [--seed 1]";

    public static int Run(Arguments arguments)
    {
        double minutes = arguments.Number("minutes", 5);
        int seed = (int)arguments.Number("seed", 1);
        IReadOnlyList<byte[]> captured = CapturedDatagrams.Read();
        var thrown = new SortedDictionary<string, int>();
        AppDomain.CurrentDomain.FirstChanceException += (_, args) => Note(thrown, args.Exception);

        long start = Stopwatch.GetTimestamp();
        long received = 0;
        int problems = 0;
        while (Stopwatch.GetElapsedTime(start).TotalMinutes < minutes)
        {
            using var target = new FuzzTarget();
            using var run = new FuzzRun(target, seed, captured);
            SpinWait.SpinUntil(() => target.IsWitnessConnected, TimeSpan.FromSeconds(5));
            run.Until(2_000_000, TimeSpan.FromMinutes(minutes) - Stopwatch.GetElapsedTime(start));
            bool isServed = SpinWait.SpinUntil(() => target.IsWitnessServed, TimeSpan.FromSeconds(10));
            received += target.Received;
            problems += target.Problems.Count + (isServed ? 0 : 1);
            foreach (string problem in target.Problems.Take(10))
                Console.WriteLine($"seed {seed}: {problem}");
            double megabytes = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
            string witness = isServed ? "served" : "left waiting";
            Console.WriteLine(
                $"seed {seed}: {received:#,0} datagrams so far, {problems} problems, {run.Connections} connections, "
                + $"{target.NoiseDelivered:#,0} messages of noise, witness {witness}, {megabytes:0.0} MB kept");
            seed++;
        }

        lock (thrown)
        {
            foreach ((string what, int times) in thrown)
                Console.WriteLine($"thrown inside: {times} x {what}");
        }

        return problems == 0 ? 0 : 1;
    }

    private static void Note(SortedDictionary<string, int> thrown, Exception exception)
    {
        string what = $"{exception.GetType().Name} in {exception.TargetSite?.DeclaringType?.FullName}.{exception.TargetSite?.Name}";
        lock (thrown)
            thrown[what] = thrown.GetValueOrDefault(what) + 1;
    }
}
