using System.Collections.Immutable;
using LanChat.Benchmarks.Measuring;
using LanChat.Benchmarks.Protocol;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.Benchmarks.Storage;

/// <summary>
/// What it costs to store a history as it comes to a newcomer: entries, their texts for the search, and their stamps, in batches; each kind by itself as
/// well: processor time of the process, time by the clock, and the size of the file.
/// </summary>
internal static class StoreCommand
{
    public const string Name = "store";
    public const string Usage = "store [--entries 100000] [--batch 500] [--runs 3]";

    private const int Authors = 20;

    public static int Run(Arguments arguments)
    {
        int count = (int)arguments.Number("entries", 100_000);
        int perBatch = (int)arguments.Number("batch", 500);
        using var crypto = new P256Cryptography();
        using RoomSecret secret = RoomSecret.Public(crypto, Networks.Default, RoomNames.Lobby);
        var room = new StoredRoom(secret.Id, RoomKind.Public, Networks.Default, RoomNames.Lobby, new byte[32], PeerId.None, PeerId.None, true, null);
        ImmutableArray<StoreWrite>[] writes = [.. WritesOf(crypto, secret, count)];
        Measure(room, writes.Take(count / 10), perBatch);
        var report = new Report();
        for (int run = 0; run < (int)arguments.Number("runs", 3); run++)
        {
            Add(report, "all", count, Measure(room, writes, perBatch));
            Add(report, "entries", count, Measure(room, writes.Select(each => each.RemoveAll(write => write is not PutEntry)), perBatch));
            Add(report, "entries and texts", count, Measure(room, writes.Select(each => each.RemoveAll(write => write is PutStamp)), perBatch));
            Add(report, "stamps", count, Measure(room, writes.Select(each => each.RemoveAll(write => write is not PutStamp)), perBatch));
        }

        report.Print(Console.Out);
        return 0;
    }

    private static void Add(Report report, string what, int count, (TimeSpan Cpu, TimeSpan Time, long Bytes) measured)
    {
        report.Add($"{what}: processor", measured.Cpu.TotalMicroseconds / count, "us/entry");
        report.Add($"{what}: time", measured.Time.TotalMicroseconds / count, "us/entry");
        report.Add($"{what}: file", measured.Bytes / (double)count, "bytes/entry");
    }

    private static IEnumerable<ImmutableArray<StoreWrite>> WritesOf(P256Cryptography crypto, RoomSecret secret, int count)
    {
        var random = new SeededRandomSource(2);
        PeerIdentity relay = PeerIdentity.Create(crypto, random);
        var epoch = new Epoch(1_700_000_000_000, 1);
        var chain = EntryHash.None;
        var key = new byte[130];
        long place = 0;
        foreach (byte[] encoded in History.Make(crypto, secret, count, Authors).Encoded)
        {
            if (!EntryCodec.TryDecode(encoded, out Entry? entry, out Rejection rejection)) throw new InvalidOperationException(rejection.ToString());
            var stamp = new Stamp(epoch, ++place, entry.Hash);
            chain = StampChain.Next(chain, relay.Id, secret.Id, epoch, place, entry.Hash);
            var text = ((TextBody)EntrySeal.Open(secret, entry)!).Text;
            yield return
            [
                new PutEntry(secret.Id, entry, encoded, 0, EntryFlags.SignatureChecked | EntryFlags.Shown),
                new PutText(secret.Id, entry.Hash, text),
                new PutStamp(secret.Id, new StoredStamp(relay.Id, key, stamp, false, chain, ReadOnlyMemory<byte>.Empty)),
            ];
        }
    }

    private static (TimeSpan Cpu, TimeSpan Time, long Bytes) Measure(StoredRoom room, IEnumerable<ImmutableArray<StoreWrite>> writes, int perBatch)
    {
        StoreBatch[] batches = [.. writes.Chunk(perBatch).Select((part, i) => new StoreBatch(i + 2, false, [.. part.SelectMany(each => each)]))];
        string folder = Directory.CreateTempSubdirectory("lanchat-store-").FullName;
        try
        {
            string path = Path.Combine(folder, "history.db");
            GC.Collect();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using (var store = PeerStore.Open(path, DateTimeOffset.UtcNow))
            {
                store.TrySubmit(new StoreBatch(1, false, [new PutRoom(room)]), Require);
                foreach (StoreBatch batch in batches) store.TrySubmit(batch, Require);
            }

            return (Environment.CpuUsage.TotalTime - before, clock.Elapsed, new FileInfo(path).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Require(NodeInput answer)
    {
        if (answer is StoreFailed failed) throw new InvalidOperationException(failed.Reason);
    }
}
