using System.Diagnostics;
using System.Net;
using LanChat.Benchmarks.Measuring;
using LanChat.Protocol;

namespace LanChat.Benchmarks.Relay;

/// <summary>Clients in one room on one thread, and the clock of what they publish.</summary>
internal sealed class RelayLoad : IDisposable
{
    private const int MessageBytes = 200;
    private const int MaxPerMessage = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly P256Cryptography _crypto = new();
    private readonly SeededRandomSource _random = new(1);
    private readonly RoomSecret _room;
    private readonly IPEndPoint _relay;
    private readonly List<RelayLoadClient> _clients = [];
    private readonly List<Writer> _writers = [];
    private readonly Dictionary<ulong, (long Sent, int Writer)> _underWay = [];

    public RelayLoad(int port)
    {
        _relay = new IPEndPoint(IPAddress.Loopback, port);
        _room = RoomSecret.Public(_crypto, "lan", "benchmark");
    }

    /// <summary>From publication to arrival at the publisher or, paced, at every client.</summary>
    public Latencies Times { get; } = new();

    public long Published { get; private set; }

    public long Deliveries => _clients.Sum(client => client.Position);

    /// <summary>Connects more clients and waits until all are subscribed.</summary>
    public void Connect(int clients)
    {
        while (_clients.Count < clients)
        {
            int index = _clients.Count;
            var client = new RelayLoadClient(_crypto, _random, _room, _relay, index);
            _clients.Add(client);
            _writers.Add(new Writer(_crypto, client.Identity, _room, _random));

            // A few at a time: the relay's handshakes have their two seconds.
            WaitUntil(() => client.IsSubscribed, "a subscription");
        }
    }

    /// <summary>Writes entries ahead, so that signing them does not stand beside the relay on the processor.</summary>
    public void Prepare(int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            Writer writer = _writers[i % _writers.Count];
            writer.Ready.Enqueue(writer.Write([]));

            // Links want their pings meanwhile.
            if (i % 500 == 0)
                Turn();
        }
    }

    /// <summary>All clients publish, each with so many entries on the way to itself, until the prepared ones are used up or the time is.</summary>
    public void RunSaturated(int underWay, TimeSpan duration)
    {
        int[] credits = [.. _clients.Select(_ => underWay)];
        for (int i = 0; i < _clients.Count; i++)
            _clients[i].Received = i == 0 ? entry => Arrived(entry, credits) : null;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration && _writers.Exists(writer => writer.Ready.Count > 0))
        {
            for (int i = 0; i < _clients.Count; i++)
                credits[i] -= Publish(i, Math.Min(credits[i], MaxPerMessage));
            Turn();
        }

        WaitUntil(() => Deliveries == Published * _clients.Count, "the last deliveries");
        foreach (RelayLoadClient client in _clients)
            client.Received = null;
    }

    /// <summary>The clients publish in turn, at even distances, each entry after the newest that was received.</summary>
    public void RunPaced(int perSecond, TimeSpan duration)
    {
        foreach (RelayLoadClient client in _clients)
            client.Received = entry => Times.Add(Stopwatch.GetTimestamp() - _underWay[RelayLoadClient.KeyOf(entry.Span)].Sent);
        long start = Stopwatch.GetTimestamp();
        Entry? newest = null;
        for (long sent = 0; Stopwatch.GetElapsedTime(start) < duration;)
        {
            if (perSecond > 0 && TimeSpan.FromSeconds((double)sent / perSecond) <= Stopwatch.GetElapsedTime(start))
            {
                int index = (int)(sent++ % _clients.Count);
                Writer writer = _writers[index];
                byte[] entry = writer.Write(newest is null || newest.Author == writer.Id ? [] : [newest.Ref]);
                newest = writer.Newest;
                writer.Ready.Enqueue(entry);
                Publish(index, 1);
            }

            Turn();
        }

        WaitUntil(() => Deliveries == Published * _clients.Count, "the last deliveries");
        foreach (RelayLoadClient client in _clients)
            client.Received = null;
    }

    /// <summary>A newcomer takes everything; how long that takes.</summary>
    public TimeSpan CatchUp()
    {
        var newcomer = new RelayLoadClient(_crypto, _random, _room, _relay, _clients.Count);
        _clients.Add(newcomer);
        long start = Stopwatch.GetTimestamp();
        WaitUntil(() => newcomer.Position == Published, "the end of the history");
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Lets time pass with nothing published.</summary>
    public void Idle(TimeSpan duration) => RunPaced(perSecond: 0, duration);

    public void Dispose()
    {
        foreach (RelayLoadClient client in _clients)
            client.Dispose();
        _room.Dispose();
        _crypto.Dispose();
    }

    private int Publish(int index, int most)
    {
        Queue<byte[]> ready = _writers[index].Ready;
        int count = Math.Min(most, ready.Count);
        if (count <= 0)
            return 0;
        var entries = new List<ReadOnlyMemory<byte>>(count);
        long now = Stopwatch.GetTimestamp();
        while (entries.Count < count)
        {
            byte[] entry = ready.Dequeue();
            _underWay[RelayLoadClient.KeyOf(entry)] = (now, index);
            entries.Add(entry);
        }

        _clients[index].Publish(entries);
        Published += count;
        return count;
    }

    private void Arrived(ReadOnlyMemory<byte> entry, int[] credits)
    {
        if (!_underWay.Remove(RelayLoadClient.KeyOf(entry.Span), out var sent))
            throw new InvalidOperationException("An entry came twice, or nobody published it.");
        Times.Add(Stopwatch.GetTimestamp() - sent.Sent);
        credits[sent.Writer]++;
    }

    private void Turn()
    {
        foreach (RelayLoadClient client in _clients)
            client.Turn();
    }

    private void WaitUntil(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Turn();
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException($"Waited in vain for {what}: {Published} published, {Deliveries} deliveries at {_clients.Count} clients.");
        }
    }

    /// <summary>One client's chain.</summary>
    private sealed class Writer(ICryptography crypto, PeerIdentity identity, RoomSecret room, SeededRandomSource random)
    {
        private static readonly string Text = new('x', MessageBytes);

        public PeerId Id => identity.Id;

        public Queue<byte[]> Ready { get; } = [];

        public Entry? Newest { get; private set; }

        public byte[] Write(EntryRef[] after)
        {
            Newest = EntrySeal.Create(
                crypto, identity, room, (Newest?.Seq ?? 0) + 1, Newest?.Hash ?? EntryHash.None, [.. after],
                HybridClock.At(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), PeerId.None, new TextBody(Text), random);
            return EntryCodec.Encode(Newest);
        }
    }
}
