using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LanChat.Benchmarks.Measuring;
using LiteNetLib;

namespace LanChat.Benchmarks.Transport;

/// <summary>256 MB from one end to the other: messages of 64 KiB striped over seven channels, against bare UDP and TCP.</summary>
internal sealed class Bulk : IBenchmark
{
    private const long TotalBytes = 256L << 20;
    private const int ChunkBytes = 64 << 10;
    private const byte Channels = 7;

    /// <summary>Packets that may wait on each channel: what one resend window empties several times over.</summary>
    private const int QueuedAtMost = 512;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    public string Name => "bulk";

    public void Run(Report report)
    {
        double library = Striped();
        double? plain = BareUdp.TryRun(TotalBytes, coalesce: false);
        double? coalesced = BareUdp.TryRun(TotalBytes, coalesce: true);
        double tcp = Tcp();
        report.Add("bulk, 7 channels", library / 1e6, "MB/s");
        report.Add("bulk, TCP", tcp / 1e6, "MB/s");
        report.AddRatio("  against TCP", library, tcp);
        if (plain is null || coalesced is null)
        {
            Console.Error.WriteLine("This kernel has no UDP segmentation offload: nothing to compare the bulk transfer with but TCP.");
            return;
        }

        report.Add("bulk, bare UDP, offload at the sender", plain.Value / 1e6, "MB/s");
        report.AddRatio("  against that", library, plain.Value, ">= 0.5");
        report.Add("bulk, bare UDP, offload at both ends", coalesced.Value / 1e6, "MB/s");
        report.AddRatio("  against that too", library, coalesced.Value);
    }

    public override string ToString() => Name;

    private static double Striped()
    {
        using var pair = new Loopback(Channels);
        using var done = new ManualResetEventSlim();
        long received = 0;
        pair.ServerEvents.NetworkReceiveEvent += (_, reader, _, _) =>
        {
            received += reader.AvailableBytes;
            if (received >= TotalBytes)
                done.Set();
        };
        byte[] chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(chunk);
        long start = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        for (long sent = 0; sent < TotalBytes;)
        {
            bool isIdle = true;
            for (byte channel = 0; channel < Channels && sent < TotalBytes; channel++)
            {
                if (pair.Client.GetPacketsCountInReliableQueue(channel, ordered: true) > QueuedAtMost)
                    continue;
                pair.Client.Send(chunk, channel, DeliveryMethod.ReliableOrdered);
                sent += ChunkBytes;
                isIdle = false;
            }

            if (isIdle)
                wait.SpinOnce(sleep1Threshold: 10);
            else
                wait.Reset();
        }

        if (!done.Wait(Limit))
            throw new InvalidOperationException($"Only {received} of {TotalBytes} bytes arrived.");
        return TotalBytes / Loopback.SecondsSince(start);
    }

    private static double Tcp()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        near.Connect((IPEndPoint)listener.LocalEndpoint);
        using TcpClient far = listener.AcceptTcpClient();
        var sender = new Thread(() =>
        {
            byte[] chunk = new byte[ChunkBytes];
            for (long sent = 0; sent < TotalBytes; sent += ChunkBytes)
                near.Client.Send(chunk);
        });
        byte[] buffer = new byte[ChunkBytes];
        long start = Stopwatch.GetTimestamp();
        sender.Start();
        for (long received = 0; received < TotalBytes;)
            received += far.Client.Receive(buffer);
        double seconds = Loopback.SecondsSince(start);
        sender.Join();
        return TotalBytes / seconds;
    }
}
