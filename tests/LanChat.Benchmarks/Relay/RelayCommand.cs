using System.Diagnostics;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Relay;

/// <summary>Measures a relay: everything it must do, on its own disk, against clients that open every frame.</summary>
internal static class RelayCommand
{
    public const string Name = "relay";

    public const string Usage = "relay [--runs 3] [--seconds 5] [--only paced,irc,saturated,catch-up,memory] [--clients 10,50,200] [--history 100000]";

    private const int PerSecond = 200;
    private const int UnderWay = 64;

    /// <summary>More than a relay takes in a second, so that it never runs out.</summary>
    private const int PreparedPerSecond = 30_000;

    public static int Run(Arguments arguments)
    {
        string[] only = arguments.Text("only", "paced,irc,saturated,catch-up,memory").Split(',');
        int[] clients = [.. arguments.Text("clients", "10,50,200").Split(',').Select(int.Parse)];
        TimeSpan duration = TimeSpan.FromSeconds(arguments.Number("seconds", 5));
        var report = new Report();
        for (int run = 0; run < (int)arguments.Number("runs", 3); run++)
        {
            foreach (int count in clients)
            {
                if (only.Contains("paced")) Paced(report, count, duration);
                if (only.Contains("irc")) Irc(report, count, duration);
                if (only.Contains("saturated")) Saturated(report, count, duration);
            }

            if (only.Contains("catch-up")) CatchUp(report, (int)arguments.Number("history", 100_000));
            if (only.Contains("memory")) Memory(report);
        }

        report.Print(Console.Out);
        return 0;
    }

    private static void Paced(Report report, int clients, TimeSpan duration)
    {
        using var relay = new RelayProcess();
        using var load = new RelayLoad(relay.Port);
        load.Connect(clients);
        load.RunPaced(PerSecond, TimeSpan.FromSeconds(3));
        load.Times.Clear();
        Measure(report, relay, load, $"paced, {clients} clients", clients == 200 ? "<= 5.5" : "", () => load.RunPaced(PerSecond, duration));
        report.Add($"paced, {clients} clients, p50", load.Times.Microseconds(0.5), "us", clients == 200 ? "<= 1,500" : "");
        report.Add($"paced, {clients} clients, p99", load.Times.Microseconds(0.99), "us");
    }

    /// <summary>What a plain-text server without a log takes for the same messages, in turn with the relay.</summary>
    private static void Irc(Report report, int clients, TimeSpan duration)
    {
        using IrcServer? server = IrcServer.TryStart();
        if (server is null)
        {
            Console.Error.WriteLine("InspIRCd is not installed: nothing to compare with.");
            return;
        }

        using var load = new IrcLoad(server.Port);
        load.Connect(clients);
        load.RunPaced(PerSecond, TimeSpan.FromSeconds(3));
        load.Times.Clear();
        long before = load.Deliveries;
        TimeSpan cpu = server.Cpu;
        load.RunPaced(PerSecond, duration);
        report.Add($"paced, {clients} clients, InspIRCd's CPU", (server.Cpu - cpu).TotalMicroseconds / (load.Deliveries - before), "us/delivery");
        report.Add($"paced, {clients} clients, InspIRCd's p50", load.Times.Microseconds(0.5), "us");
        report.Add($"paced, {clients} clients, InspIRCd's p99", load.Times.Microseconds(0.99), "us");
    }

    private static void Saturated(Report report, int clients, TimeSpan duration)
    {
        using var relay = new RelayProcess();
        using var load = new RelayLoad(relay.Port);
        load.Connect(clients);
        load.Prepare((int)(PreparedPerSecond * duration.TotalSeconds / Math.Max(1, clients / 25)));
        load.RunSaturated(UnderWay, TimeSpan.FromSeconds(2));
        load.Times.Clear();
        Measure(
            report, relay, load, $"saturated, {clients} clients", clients == 50 ? "<= 1.5" : "", () => load.RunSaturated(UnderWay, duration),
            clients == 50 ? ">= 500,000" : "");
        report.Add($"saturated, {clients} clients, p50", load.Times.Microseconds(0.5), "us");
        report.Add($"saturated, {clients} clients, p99", load.Times.Microseconds(0.99), "us");
    }

    private static void Measure(Report report, RelayProcess relay, RelayLoad load, string title, string goal, Action run, string rateGoal = "")
    {
        long before = load.Deliveries;
        (double entries, double commits) = relay.Commits();
        TimeSpan cpu = relay.Cpu;
        long start = Stopwatch.GetTimestamp();
        run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double deliveries = load.Deliveries - before;
        report.Add($"{title}, deliveries", deliveries / seconds, "per second", rateGoal);
        report.Add($"{title}, relay CPU", (relay.Cpu - cpu).TotalMicroseconds / deliveries, "us/delivery", goal);
        (double entriesAfter, double commitsAfter) = relay.Commits();
        report.Add($"{title}, commit", (entriesAfter - entries) / Math.Max(1, commitsAfter - commits), "entries");
    }

    private static void CatchUp(Report report, int history)
    {
        using var relay = new RelayProcess();
        using var load = new RelayLoad(relay.Port);
        load.Connect(4);
        load.Prepare(history);
        load.RunSaturated(UnderWay, TimeSpan.FromMinutes(5));
        TimeSpan cpu = relay.Cpu;
        TimeSpan time = load.CatchUp();
        report.Add($"catch-up over {history} messages", time.TotalSeconds, "s", "<= 5");
        report.Add($"catch-up over {history} messages, relay CPU", (relay.Cpu - cpu).TotalMicroseconds / history, "us/delivery");
    }

    private static void Memory(Report report)
    {
        using var relay = new RelayProcess();
        using var load = new RelayLoad(relay.Port);

        // The first hundred also have the code compiled and the heap laid out, which is no client's.
        load.Connect(100);
        load.RunPaced(PerSecond, TimeSpan.FromSeconds(3));
        load.Idle(TimeSpan.FromSeconds(2));
        long before = relay.Resident;
        load.Connect(300);
        load.RunPaced(PerSecond / 4, TimeSpan.FromSeconds(3));
        load.Idle(TimeSpan.FromSeconds(2));
        report.Add("memory, from 100 to 300 clients", (relay.Resident - before) / 200.0 / 1024, "KB/client", "<= 40");
        report.Add("memory, 300 clients", relay.Resident / 1024.0 / 1024, "MB");
    }
}
