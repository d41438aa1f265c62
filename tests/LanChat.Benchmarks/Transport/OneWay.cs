using System.Diagnostics;
using LanChat.Benchmarks.Measuring;
using LiteNetLib;

namespace LanChat.Benchmarks.Transport;

/// <summary>One sender to one receiver, messages of 200 bytes, reliable-ordered, in turn over the channels, as many as get through.</summary>
internal sealed class OneWay(byte channels, TimeSpan duration) : IBenchmark
{
    private const int MessageBytes = 200;

    /// <summary>Messages that may wait at the sender: their packets are fewer than the library keeps for reuse.</summary>
    private const int QueuedAtMost = 4_096;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public string Name => "one-way";

    public void Run(Report report)
    {
        using var pair = new Loopback(channels);
        long received = 0;
        pair.ServerEvents.NetworkReceiveEvent += (_, _, _, _) => received++;
        SendFor(pair.Client, WarmUp);

        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        long receivedBefore = Volatile.Read(ref received);
        long start = Stopwatch.GetTimestamp();
        SendFor(pair.Client, duration);
        long messages = Volatile.Read(ref received) - receivedBefore;
        double seconds = Loopback.SecondsSince(start);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;

        string title = $"one way, {channels} channel{(channels == 1 ? "" : "s")}";
        report.Add(title, messages / seconds, "messages/s", channels == 1 ? ">= 150,000" : "");
        report.Add($"{title}, allocated", (double)allocated / Math.Max(1, messages), "B/message", "0");
    }

    public override string ToString() => $"{Name}, {channels} channels";

    private void SendFor(NetPeer peer, TimeSpan time)
    {
        byte[] message = new byte[MessageBytes];
        long start = Stopwatch.GetTimestamp();
        byte channel = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var wait = default(SpinWait);
            while (peer.GetPacketsCountInReliableQueue(channel, ordered: true) > QueuedAtMost / channels)
                wait.SpinOnce(sleep1Threshold: 10);
            for (int count = 0; count < 64; count++)
                peer.Send(message, channel, DeliveryMethod.ReliableOrdered);
            channel = (byte)((channel + 1) % channels);
        }
    }
}
