using LanChat.Benchmarks.Measuring;
using LanChat.Protocol;

namespace LanChat.Benchmarks.Protocol;

/// <summary>
/// What a history costs: sealing and signing it, decoding, indexing and verifying it by runs, opening its bodies; with the real
/// cryptography, on one thread. Processor time, since that holds on a busy machine where the clock on the wall does not.
/// </summary>
internal static class ProtocolCommand
{
    public const string Name = "protocol";
    public const string Usage = "protocol [--entries 100000] [--authors 20] [--runs 5] [--answer-bytes 1048576]";

    public static int Run(Arguments arguments)
    {
        int count = (int)arguments.Number("entries", 100_000);
        int authors = (int)arguments.Number("authors", 20);
        int answerBytes = (int)arguments.Number("answer-bytes", 1024 * 1024);

        using var crypto = new P256Cryptography();
        using RoomSecret room = RoomSecret.Public(crypto, Networks.Default, RoomNames.Lobby);
        var report = new Report();
        History? history = null;
        report.Add("seal and sign", Measure(count, () => history = History.Make(crypto, room, count, authors)), "us/entry", "<= 60");
        double bytes = history!.Encoded.Average(entry => entry.Length);
        int batch = (int)(answerBytes / bytes);
        Console.WriteLine($"{count} entries of {authors} authors, {bytes:F0} bytes each on average; {batch} in the answer to one want");

        List<Entry> entries = history.Verify(crypto, count);
        for (int run = 0; run < (int)arguments.Number("runs", 5); run++)
        {
            report.Add("decode, index, verify: whole history", Measure(count, () => history.Verify(crypto, count)), "us/entry", "<= 3");
            report.Add("decode, index, verify: as answers to wants come", Measure(count, () => history.Verify(crypto, batch)), "us/entry", "<= 3");
            report.Add("open a body", Measure(count, () => History.Open(room, entries)), "us/entry", "<= 6");
        }

        report.Print(Console.Out);
        return 0;
    }

    private static double Measure(int count, Action action)
    {
        GC.Collect();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }
}
