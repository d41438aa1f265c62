using System.Diagnostics;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Message;

/// <summary>
/// One message, host to host: from a line on one program's stdin to the event on the other's stdout, encrypted, signed and stored at both
/// ends, against a bare datagram between the same hosts and against what a disk needs to have something for certain.
/// </summary>
internal static class LatencyCommand
{
    public const string Name = "latency";
    public const string Usage = "latency [--runs 5] [--messages 300]";

    private const int WarmUp = 300;

    public static int Run(Arguments arguments)
    {
        int runs = (int)arguments.Number("runs", 5);
        int messages = (int)arguments.Number("messages", 300);
        using TwoHosts hosts = TwoHosts.Make();
        Console.WriteLine($"Between {hosts.Description}:");
        var report = new Report();
        for (int run = 1; run <= runs; run++)
        {
            Console.Error.WriteLine($"run {run} of {runs}");
            double bare = UdpEcho.Measure(hosts, messages);
            Latencies times = Talk(hosts, messages);
            report.Add("bare UDP echo, one way, p50", bare, "us");
            report.Add("disk, append 4 KiB and sync, p50", Sync(messages), "us");
            report.Add("message, send to event, p50", times.Microseconds(0.5), "us");
            report.Add("message, send to event, p99", times.Microseconds(0.99), "us");
            report.AddRatio("message against bare echo", times.Microseconds(0.5), bare);
        }

        report.Print(Console.Out);
        return 0;
    }

    private static Latencies Talk(TwoHosts hosts, int messages)
    {
        using var sender = new Talker(hosts, 0);
        using var receiver = new Talker(hosts, 1);
        receiver.Wait("\"state\":\"up\"");
        var times = new Latencies();
        for (int i = -WarmUp; i < messages; i++)
        {
            string text = $"message number {i + WarmUp}, of about the usual length.";
            long said = Stopwatch.GetTimestamp();
            sender.Say(text);
            long seen = receiver.Wait(text);
            if (i >= 0)
                times.Add(seen - said);
        }

        return times;
    }

    private static double Sync(int rounds)
    {
        var times = new Latencies();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        byte[] page = new byte[4096];
        for (int round = 0; round < rounds; round++)
        {
            long before = Stopwatch.GetTimestamp();
            file.Write(page);
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetTimestamp() - before);
        }

        return times.Microseconds(0.5);
    }
}
