using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Standins.Tests.Transport;

/// <summary>What a <see cref="LossyLink"/> does to datagrams, in either direction.</summary>
internal sealed record LinkFaults
{
    /// <summary>Share of datagrams that vanish.</summary>
    public double Lost { get; init; }

    /// <summary>Share of datagrams that arrive twice.</summary>
    public double Doubled { get; init; }

    /// <summary>Each datagram is held for a time up to this, so that later ones overtake it.</summary>
    public TimeSpan DelayedUpTo { get; init; }
}

/// <summary>
/// A UDP relay between one client and a server that loses, doubles, delays and so reorders datagrams. The seed decides their fate in the order in
/// which they come; that order is the scheduler's.
/// </summary>
internal sealed class LossyLink : IDisposable
{
    private readonly Socket _front = Loopback();
    private readonly Socket _back = Loopback();
    private readonly LinkFaults _faults;
    private readonly Random _random;
    private readonly PriorityQueue<(byte[] Datagram, bool ToServer), long> _held = new();
    private readonly Thread[] _threads;
    private readonly EndPoint _server;
    private EndPoint? _client;
    private bool _isClosed;

    public LossyLink(IPEndPoint server, LinkFaults faults, int seed)
    {
        _server = server;
        _faults = faults;
        _random = new Random(seed);
        _threads =
        [
            new Thread(() => Take(_front, toServer: true)),
            new Thread(() => Take(_back, toServer: false)),
            new Thread(Release),
        ];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Where the client has to send to.</summary>
    public IPEndPoint Front => (IPEndPoint)_front.LocalEndPoint!;

    public int Taken { get; private set; }

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public void Dispose()
    {
        lock (_held)
        {
            _isClosed = true;
            Monitor.Pulse(_held);
        }

        _front.Dispose();
        _back.Dispose();
        Array.ForEach(_threads, thread => thread.Join());
    }

    private static Socket Loopback()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Take(Socket socket, bool toServer)
    {
        byte[] buffer = new byte[2048];
        var any = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            EndPoint from = any;
            try
            {
                int length = socket.ReceiveFrom(buffer, ref from);
                if (toServer)
                    _client = from;
                Hold(buffer[..length], toServer);
            }
            catch (SocketException) when (_isClosed)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Hold(byte[] datagram, bool toServer)
    {
        lock (_held)
        {
            Taken++;
            if (_random.NextDouble() < _faults.Lost)
            {
                Lost++;
                return;
            }

            _held.Enqueue((datagram, toServer), NextRelease());
            if (_random.NextDouble() < _faults.Doubled)
            {
                Doubled++;
                _held.Enqueue((datagram, toServer), NextRelease());
            }

            Monitor.Pulse(_held);
        }
    }

    private long NextRelease() =>
        Stopwatch.GetTimestamp() + (long)(_random.NextDouble() * _faults.DelayedUpTo.TotalSeconds * Stopwatch.Frequency);

    private void Release()
    {
        lock (_held)
        {
            while (!_isClosed)
            {
                if (!_held.TryPeek(out (byte[] Datagram, bool ToServer) next, out long due))
                {
                    Monitor.Wait(_held);
                    continue;
                }

                TimeSpan left = TimeSpan.FromSeconds((double)(due - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);
                if (left > TimeSpan.Zero)
                {
                    Monitor.Wait(_held, TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
                    continue;
                }

                _held.Dequeue();
                if (next.ToServer)
                    _back.SendTo(next.Datagram, _server);
                else if (_client is not null)
                    _front.SendTo(next.Datagram, _client);
            }
        }
    }
}
