using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// Measures LiteNetLib, the stand-in or, in a build with the packages, the original, over loopback, against bare sockets in the same run.
/// </summary>
internal static class TransportCommand
{
    public const string Name = "transport";
    public const string Usage = "transport [--runs 5] [--only round-trip,one-way,hub,bulk] [--seconds 2] [--clients 10,50,200]";

    public static int Run(Arguments arguments)
    {
        var duration = TimeSpan.FromSeconds(arguments.Number("seconds", 2));
        IBenchmark[] all =
        [
            new RoundTrip(),
            new OneWay(1, duration),
            new OneWay(8, duration),
            .. arguments.Text("clients", "10,50,200").Split(',').Select(clients => new Hub(int.Parse(clients), duration)),
            new Bulk(),
        ];
        string[] wanted = arguments.Text("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        IBenchmark[] chosen = [.. all.Where(benchmark => wanted.Length == 0 || wanted.Contains(benchmark.Name))];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"No such benchmark. {Usage}");
            return 2;
        }

        var report = new Report();
        int runs = (int)arguments.Number("runs", 5);
        for (int run = 1; run <= runs; run++)
        {
            foreach (IBenchmark benchmark in chosen)
            {
                Console.Error.WriteLine($"run {run} of {runs}: {benchmark}");
                benchmark.Run(report);
            }
        }

        report.Print(Console.Out);
        return 0;
    }
}
