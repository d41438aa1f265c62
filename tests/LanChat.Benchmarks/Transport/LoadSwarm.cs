using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Transport;

/// <summary>Many <see cref="LoadClient"/>s on one thread, and the clock of what they send.</summary>
internal sealed class LoadSwarm : IDisposable
{
    private const int MessageBytes = 200;

    /// <summary>Datagrams taken from one socket before the next one's turn.</summary>
    private const int ReadsPerTurn = 64;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);

    private readonly LoadClient[] _clients;
    private readonly Polling.PollDescriptor[] _descriptors;
    private readonly byte[] _message = new byte[MessageBytes];
    private int[] _credits = [];

    public LoadSwarm(int clients, int port)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The hub benchmark polls its sockets with poll(2), which Windows does not have.");
        var server = new IPEndPoint(IPAddress.Loopback, port);
        _clients = [.. Enumerable.Range(0, clients).Select(index => new LoadClient(index, server, Received))];
        _descriptors = [.. _clients.Select(client => new Polling.PollDescriptor { Descriptor = client.Descriptor, Wanted = Polling.Readable })];
    }

    /// <summary>From the sending of a message to each of its arrivals.</summary>
    public Latencies Times { get; } = new();

    public long Resent => _clients.Sum(client => client.Resent);

    public void Connect()
    {
        long start = Stopwatch.GetTimestamp();
        while (!Array.TrueForAll(_clients, client => client.IsConnected))
        {
            if (Stopwatch.GetElapsedTime(start) > ConnectLimit)
                throw new InvalidOperationException("Not all clients were accepted.");
            foreach (LoadClient client in _clients)
                client.AskToConnect();
            Turn(milliseconds: 20);
        }
    }

    /// <summary>The first clients send so that each has <paramref name="underWay"/> messages on the way to itself at all times.</summary>
    public void RunSaturated(int senders, int underWay, TimeSpan duration)
    {
        _credits = new int[senders];
        Array.Fill(_credits, underWay);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            for (int sender = 0; sender < senders; sender++)
            {
                for (; _credits[sender] > 0 && _clients[sender].CanQueue; _credits[sender]--)
                    Queue(sender);
                _clients[sender].Flush();
            }

            Turn(milliseconds: 1);
        }

        _credits = [];
        Drain();
    }

    /// <summary>The first clients send in turn, at even distances.</summary>
    public void RunPaced(int senders, int perSecond, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        for (long sent = 0; Stopwatch.GetElapsedTime(start) < duration;)
        {
            TimeSpan untilNext = TimeSpan.FromSeconds((double)sent / perSecond) - Stopwatch.GetElapsedTime(start);
            if (untilNext <= TimeSpan.Zero)
            {
                int sender = (int)(sent++ % senders);
                Queue(sender);
                _clients[sender].Flush();
            }

            Turn((int)Math.Clamp(Math.Ceiling(untilNext.TotalMilliseconds), 0, 1));
        }

        Drain();
    }

    public void Dispose()
    {
        foreach (LoadClient client in _clients)
            client.Dispose();
    }

    private void Queue(int sender)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_message, Stopwatch.GetTimestamp());
        BinaryPrimitives.WriteInt32LittleEndian(_message.AsSpan(8), sender);
        _clients[sender].Queue(_message);
    }

    private void Received(LoadClient client, ReadOnlySpan<byte> message)
    {
        Times.Add(client.Now - BinaryPrimitives.ReadInt64LittleEndian(message));
        int sender = BinaryPrimitives.ReadInt32LittleEndian(message[8..]);
        if (sender == client.Index && sender < _credits.Length)
            _credits[sender]++;
    }

    /// <summary>Takes what is on the way, so that the next measurement starts from rest.</summary>
    private void Drain()
    {
        int quietTurns = 0;
        while (quietTurns < 20)
            quietTurns = Turn(milliseconds: 1) == 0 ? quietTurns + 1 : 0;
    }

    /// <summary>Waits for datagrams, handles those that are there, then sends acknowledgements and what has to be repeated.</summary>
    private int Turn(int milliseconds)
    {
        int ready = Polling.Wait(_descriptors, milliseconds);
        for (int index = 0, left = ready; index < _descriptors.Length && left > 0; index++)
        {
            if ((_descriptors[index].Found & Polling.Readable) == 0)
                continue;
            left--;
            for (int read = 0; read < ReadsPerTurn && _clients[index].TryReceive(); read++)
            {
            }
        }

        long now = Stopwatch.GetTimestamp();
        foreach (LoadClient client in _clients)
            client.Tend(now);
        return ready;
    }
}
