using System.Diagnostics;

namespace Standins.Tests.Fuzz;

/// <summary>Throws bad datagrams at a <see cref="FuzzTarget"/> from strangers and from connected endpoints, as fast as it takes them.</summary>
internal sealed class FuzzRun : IDisposable
{
    private const int Strangers = 32;
    private const int Connected = 8;
    private const int BatchDatagrams = 32;

    /// <summary>Datagrams that may wait in the server's socket; more would overflow it.</summary>
    private const int InFlight = 128;

    private const byte Channeled = 1;

    /// <summary>Of IPv4 and UDP: segments and headers together fit the largest transfer unit in use.</summary>
    private const int UdpHeaders = 28;

    private const int BatchesPerWitnessMessage = 32;
    private const int BatchesPerReconnection = 128;

    /// <summary>One in so many of a connected endpoint's attempts to end its own connection is let through; the others would leave little to test.</summary>
    private const int EndingsLetThrough = 200;

    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(20);

    private readonly FuzzTarget _target;
    private readonly DatagramSource _source;
    private readonly Random _random;
    private readonly RawPeer[] _strangers;
    private readonly RawPeer[] _connected;
    private readonly byte[] _buffer = new byte[DatagramSource.MaxBytes];
    private readonly byte[] _segments = new byte[60_000];
    private long _unseen;
    private long _sent;
    private int _batches;

    public FuzzRun(FuzzTarget target, int seed, IReadOnlyList<byte[]> captured)
    {
        _target = target;
        _source = new DatagramSource(seed, captured);
        _random = new Random(seed);
        _strangers = [.. Enumerable.Range(0, Strangers).Select(_ => new RawPeer(target.Port))];
        _connected = [.. Enumerable.Range(0, Connected).Select(_ => new RawPeer(target.Port))];
    }

    /// <summary>How often one of the connected endpoints got a connection.</summary>
    public int Connections { get; private set; }

    /// <summary>Goes on until the server has received so many datagrams since its start, or the time is over.</summary>
    public void Until(long received, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (_target.Received < received && Stopwatch.GetElapsedTime(start) < limit)
        {
            if (_batches % BatchesPerWitnessMessage == 0)
                _target.SendFromWitness();
            if (_batches % BatchesPerReconnection == 0)
                Reconnect(ref _connected[_batches / BatchesPerReconnection % Connected]);
            _batches++;
            SendBatch();
            WaitForServer();
        }
    }

    public void Dispose()
    {
        Array.ForEach(_strangers, peer => peer.Dispose());
        Array.ForEach(_connected, peer => peer.Dispose());
    }

    /// <summary>
    /// Noise may have asked for a connection with a time in the far future, after which the server ignores that endpoint's real requests; then a new
    /// endpoint takes its place.
    /// </summary>
    private void Reconnect(ref RawPeer peer)
    {
        peer.Drain();
        bool isConnected = peer.TryConnect(FuzzTarget.Accepted, attempts: 1);
        if (!isConnected)
        {
            peer.Dispose();
            peer = new RawPeer(_target.Port);
            isConnected = peer.TryConnect(FuzzTarget.Accepted, attempts: 10);
        }

        if (isConnected)
            Connections++;
    }

    private void SendBatch()
    {
        bool isConnected = _random.Next(2) == 0;
        RawPeer peer = isConnected ? _connected[_random.Next(Connected)] : _strangers[_random.Next(Strangers)];
        if (_random.Next(4) == 0 && TrySendSegments(peer, isConnected))
            return;
        for (int count = 0; count < BatchDatagrams; count++)
            peer.Send(_buffer.AsSpan(0, Fill(_buffer, peer, isConnected)));
        _sent += BatchDatagrams;
    }

    /// <summary>Bad datagrams stretched or cut to one size, the last one shorter, in one call.</summary>
    private bool TrySendSegments(RawPeer peer, bool isConnected)
    {
        int segment = _random.Next(1, DatagramSource.MaxBytes - UdpHeaders);
        int total = (segment * _random.Next(1, BatchDatagrams)) + _random.Next(1, segment + 1);
        total = Math.Min(total, _segments.Length - DatagramSource.MaxBytes);
        for (int at = 0; at < total; at += segment)
            Fill(_segments.AsSpan(at), peer, isConnected);
        if (!peer.TrySendSegments(_segments.AsSpan(0, total), segment))
            return false;
        _sent += (total + segment - 1) / segment;
        return true;
    }

    private int Fill(Span<byte> buffer, RawPeer peer, bool isConnected)
    {
        int length = _source.Next(buffer, peer.ConnectionNumber);
        if (isConnected && length > 0 && IsEnding(buffer[0]) && _random.Next(EndingsLetThrough) != 0)
            buffer[0] = (byte)((buffer[0] & 0xe0) | Channeled);
        return length;
    }

    /// <summary>A request for a new connection, or the claim not to know of this one.</summary>
    private static bool IsEnding(byte header) => (header & 0x1f) is 6 or 15;

    /// <summary>What is not seen after a pause was empty or is lost; from then on the server is compared with what it did see.</summary>
    private void WaitForServer()
    {
        long received = _target.Received;
        long since = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        while (_sent - _unseen - received > InFlight)
        {
            wait.SpinOnce(sleep1Threshold: -1);
            long now = _target.Received;
            if (now != received)
                since = Stopwatch.GetTimestamp();
            else if (Stopwatch.GetElapsedTime(since) > Stall)
                _unseen = _sent - now;
            received = now;
        }
    }
}
