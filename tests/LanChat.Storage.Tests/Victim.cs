using System.Diagnostics;
using System.Globalization;
using System.Text;
using LanChat.Core;

namespace LanChat.Storage.Tests;

/// <summary>
/// A process that stores as fast as it can until it is killed, and writes down what it was told is stored. What it has handed to the
/// operating system in that file outlives it, as everything it was promised must.
/// </summary>
internal static class Victim
{
    /// <summary>Entries per batch: all or none of them may be found.</summary>
    public const int PerBatch = 3;

    /// <summary>Starts one.</summary>
    public static Process Start(string work, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(Victim).Assembly.Location);
        foreach (var argument in (string[])[nameof(Victim), work, folder]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>The highest number that a victim wrote down; 0 for none.</summary>
    public static long Promised(string folder)
    {
        var path = Path.Combine(folder, "promised");
        if (!File.Exists(path)) return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var lines = new StreamReader(file).ReadToEnd().Split('\n');
        return lines.Length < 2 ? 0 : long.Parse(lines[^2], CultureInfo.InvariantCulture);
    }

    /// <summary>The process's work; returns only when it cannot begin.</summary>
    public static int Run(string work, string folder)
    {
        if (work == "lock")
        {
            using var held = ProfileLock.TryTake(folder, out _);
            Promise(folder)(held is null ? 0 : 1);
            new ManualResetEventSlim().Wait();
            return 1;
        }

        if (work == "peer") Peer(folder);
        else Relay(folder);
        return 1;
    }

    private static Action<long> Promise(string folder)
    {
        var file = new FileStream(Path.Combine(folder, "promised"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return number => file.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
    }

    private static void Peer(string folder)
    {
        var store = PeerStore.Open(Path.Combine(folder, "history.db"), DateTimeOffset.UtcNow);
        var promise = Promise(folder);
        var last = store.Snapshot.Values.TryGetValue("last", out var value) ? BitConverter.ToInt64(value.Span) : 0;
        store.TrySubmit(new StoreBatch(0, true, [new PutRoom(Samples.Room(1))]), _ => { });
        for (var n = last + 1; ; n++)
        {
            var first = (int)((n - 1) * PerBatch) + 1;
            StoreWrite[] writes =
            [
                new PutValue("last", BitConverter.GetBytes(n)),
                .. Enumerable.Range(first, PerBatch).Select(seq => Samples.Put(1, Samples.Ana, seq, bodySize: 200 + (seq % 50 * 100))),
            ];
            store.TrySubmit(new StoreBatch(n, n % 10 == 0, [.. writes]), answer => promise(((StoreCommitted)answer).Ticket));
        }
    }

    private static void Relay(string folder)
    {
        var store = RelayStore.Open(Path.Combine(folder, "log.db"), DateTimeOffset.UtcNow);
        var promise = Promise(folder);
        using var answers = new Answers();
        store.TrySubmit(new ReadLogIndex(Samples.Id(1)), answers.Take);
        long last = 0;
        for (var isLast = false; !isLast;)
        {
            var part = answers.Next<LogIndexRead>();
            last += part.Entries.Length;
            isLast = part.IsLast;
        }

        for (var n = (last / PerBatch) + 1; ; n++)
        {
            var first = (int)((n - 1) * PerBatch) + 1;
            var entries = Enumerable.Range(first, PerBatch).Select(seq => Samples.Log(1, seq, 200 + (seq % 50 * 100)));
            store.TrySubmit(new AppendLog(n, Samples.Id(1), [.. entries]), answer => promise(((LogAppended)answer).Ticket));
        }
    }
}
