using System.Diagnostics;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// A hub that sends every message of 200 bytes to all its clients, the sender included. Paced: 200 messages a second, from eight clients in turn.
/// Saturated: eight clients with 32 messages under way each. The load is made by bare sockets that speak the protocol and acknowledge every 16
/// packets or after 1 ms, so that the clients' cost does not hide the hub's; CPU is the hub process's alone.
/// </summary>
internal sealed class Hub(int clients, TimeSpan duration) : IBenchmark
{
    private const int Senders = 8;
    private const int UnderWay = 32;
    private const int PacedPerSecond = 200;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public string Name => "hub";

    public void Run(Report report)
    {
        double cpu = RunLibrary(report);
        double bare = RunBare(report);
        report.AddRatio($"  against the bare hub, {clients} clients, paced, CPU", cpu, bare);
    }

    public override string ToString() => $"{Name}, {clients} clients";

    /// <returns>The paced CPU time per delivery, in microseconds.</returns>
    private double RunLibrary(Report report)
    {
        using var hub = new HubProcess("library");
        using var swarm = new LoadSwarm(clients, hub.Port);
        swarm.Connect();

        // Saturated first: it also leaves the hub's code compiled and optimised for the paced part.
        swarm.RunSaturated(Senders, UnderWay, WarmUp);
        Measure(report, hub, swarm, "saturated", () => swarm.RunSaturated(Senders, UnderWay, duration));
        swarm.RunPaced(Senders, PacedPerSecond, WarmUp / 2);
        return Measure(report, hub, swarm, "paced", () => swarm.RunPaced(Senders, PacedPerSecond, duration));
    }

    /// <returns>The paced CPU time per delivery, in microseconds.</returns>
    private double RunBare(Report report)
    {
        using var hub = new HubProcess("bare");
        using var swarm = new LoadSwarm(clients, hub.Port);
        swarm.Connect();
        swarm.RunPaced(Senders, PacedPerSecond, WarmUp);
        return Measure(report, hub, swarm, "paced, bare", () => swarm.RunPaced(Senders, PacedPerSecond, duration));
    }

    private double Measure(Report report, HubProcess hub, LoadSwarm swarm, string kind, Action run)
    {
        swarm.Times.Clear();
        long resentBefore = swarm.Resent;
        (double cpuBefore, double allocatedBefore) = hub.Usage();
        long start = Stopwatch.GetTimestamp();
        run();
        double seconds = Loopback.SecondsSince(start);
        (double cpu, double allocated) = hub.Usage();
        double deliveries = Math.Max(1, swarm.Times.Count);

        bool isSaturated = kind == "saturated";
        string title = $"hub, {clients} clients, {kind}";
        bool isLargest = clients == 200 && kind != "paced, bare";
        if (isSaturated)
            report.Add($"{title}, deliveries", deliveries / seconds, "per second", isLargest ? ">= 2,000,000" : "");
        report.Add($"{title}, hub CPU", (cpu - cpuBefore) / deliveries, "us/delivery", isLargest ? isSaturated ? "<= 0.5" : "<= 4.5" : "");
        report.Add($"{title}, p50", swarm.Times.Microseconds(0.5), "us", isLargest && !isSaturated ? "<= 900" : "");
        report.Add($"{title}, p99", swarm.Times.Microseconds(0.99), "us");
        report.Add($"{title}, hub allocated", (allocated - allocatedBefore) / deliveries, "B/delivery", isSaturated ? "0" : "");
        report.Add($"{title}, resent by senders", swarm.Resent - resentBefore, "packets");
        return (cpu - cpuBefore) / deliveries;
    }
}
