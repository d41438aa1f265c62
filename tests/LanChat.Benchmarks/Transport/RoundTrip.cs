using System.Diagnostics;
using System.Net.Sockets;
using LanChat.Benchmarks.Measuring;
using LiteNetLib;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// A message of 200 bytes there and back, one at a time: reliable-ordered, sent on from the receive callback, against two threads that do the
/// same over bare sockets. The two alternate in short blocks.
/// </summary>
internal sealed class RoundTrip : IBenchmark
{
    private const int Blocks = 5;
    private const int TripsPerBlock = 4_000;
    private const int MessageBytes = 200;
    private static readonly TimeSpan BlockLimit = TimeSpan.FromSeconds(120);

    public string Name => "round-trip";

    public void Run(Report report)
    {
        using var pair = new Loopback(channels: 1);
        using var bare = new BareEcho();
        var messages = new Pinger(pair);
        Latencies bareTimes = new(), callbackTimes = new(), threadTimes = new();
        for (int block = 0; block <= Blocks; block++)
        {
            bare.Run(TripsPerBlock, bareTimes);
            messages.RunInCallbacks(TripsPerBlock, callbackTimes);
            messages.RunOnThisThread(TripsPerBlock / 4, threadTimes);
            if (block == 0)
            {
                bareTimes.Clear();
                callbackTimes.Clear();
                threadTimes.Clear();
            }
        }

        report.Add("round trip, bare socket, p50", bareTimes.Microseconds(0.5), "us");
        report.Add("round trip, bare socket, p99", bareTimes.Microseconds(0.99), "us");
        report.Add("round trip, reliable-ordered, p50", callbackTimes.Microseconds(0.5), "us");
        report.Add("round trip, reliable-ordered, p99", callbackTimes.Microseconds(0.99), "us");
        report.AddRatio("  against bare, p50", callbackTimes.Microseconds(0.5), bareTimes.Microseconds(0.5), "<= 2.0");
        report.AddRatio("  against bare, p99", callbackTimes.Microseconds(0.99), bareTimes.Microseconds(0.99), "<= 3.0");
        report.Add("round trip, sent by a thread that then waits, p50", threadTimes.Microseconds(0.5), "us");
        report.Add("round trip, sent by a thread that then waits, p99", threadTimes.Microseconds(0.99), "us");
    }

    public override string ToString() => Name;

    /// <summary>Two connected sockets and a thread that sends back what it gets.</summary>
    private sealed class BareEcho : IDisposable
    {
        private readonly Socket _near = Loopback.Udp();
        private readonly Socket _far = Loopback.Udp();
        private readonly Thread _echo;

        public BareEcho()
        {
            _near.Connect(_far.LocalEndPoint!);
            _far.Connect(_near.LocalEndPoint!);
            _echo = new Thread(Echo) { IsBackground = true };
            _echo.Start();
        }

        public void Run(int trips, Latencies times)
        {
            Span<byte> message = stackalloc byte[MessageBytes];
            for (int trip = 0; trip < trips; trip++)
            {
                long sent = Stopwatch.GetTimestamp();
                _near.Send(message);
                _near.Receive(message);
                times.Add(Stopwatch.GetTimestamp() - sent);
            }
        }

        public void Dispose()
        {
            _near.Send(ReadOnlySpan<byte>.Empty);
            _echo.Join();
            _near.Dispose();
            _far.Dispose();
        }

        /// <summary>An empty datagram ends it.</summary>
        private void Echo()
        {
            Span<byte> buffer = stackalloc byte[MessageBytes];
            while (_far.Receive(buffer) is > 0 and var length)
                _far.Send(buffer[..length]);
        }
    }

    private sealed class Pinger
    {
        private readonly Loopback _pair;
        private readonly byte[] _message = new byte[MessageBytes];
        private readonly ManualResetEventSlim _done = new();
        private Latencies? _times;
        private long _sent;
        private int _left;

        public Pinger(Loopback pair)
        {
            _pair = pair;
            pair.ServerEvents.NetworkReceiveEvent += (peer, reader, channel, method) => peer.Send(reader.GetRemainingBytesSpan(), channel, method);
            pair.ClientEvents.NetworkReceiveEvent += (_, _, _, _) => Returned();
        }

        public void RunInCallbacks(int trips, Latencies times)
        {
            _times = times;
            _left = trips;
            _done.Reset();
            Send();
            WaitForAll();
        }

        public void RunOnThisThread(int trips, Latencies times)
        {
            _times = times;
            for (int trip = 0; trip < trips; trip++)
            {
                _left = 1;
                _done.Reset();
                Send();
                WaitForAll();
            }
        }

        private void Send()
        {
            _sent = Stopwatch.GetTimestamp();
            _pair.Client.Send(_message, 0, DeliveryMethod.ReliableOrdered);
        }

        private void Returned()
        {
            _times!.Add(Stopwatch.GetTimestamp() - _sent);
            if (--_left > 0)
                Send();
            else
                _done.Set();
        }

        private void WaitForAll()
        {
            if (!_done.Wait(BlockLimit))
                throw new InvalidOperationException("A round trip did not end.");
        }
    }
}
