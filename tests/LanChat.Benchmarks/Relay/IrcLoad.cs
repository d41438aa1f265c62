using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Relay;

/// <summary>The relay's paced load in the words of IRC: clients in one channel on one thread, which looks at all of them in turn and never sleeps.</summary>
internal sealed class IrcLoad(int port) : IDisposable
{
    private const int MessageBytes = 200;
    private const int StampDigits = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Client> _clients = [];
    private long _published;

    /// <summary>From publication to arrival at every other client.</summary>
    public Latencies Times { get; } = new();

    public long Deliveries { get; private set; }

    public void Connect(int clients)
    {
        while (_clients.Count < clients)
        {
            var client = new Client(ConnectSocket());
            client.Send($"NICK load{_clients.Count}\r\nUSER load 0 * :load\r\n");
            _clients.Add(client);
        }

        // Together: the server looks once a second at who wants to come in.
        WaitUntil(() => _clients.TrueForAll(client => client.IsJoined), "a join");
    }

    /// <summary>The clients speak in turn, at even distances; whoever speaks is not told what it said.</summary>
    public void RunPaced(int perSecond, TimeSpan duration)
    {
        long before = Deliveries - (_published * (_clients.Count - 1));
        long start = Stopwatch.GetTimestamp();
        for (long sent = 0; Stopwatch.GetElapsedTime(start) < duration;)
        {
            if (TimeSpan.FromSeconds((double)sent / perSecond) <= Stopwatch.GetElapsedTime(start))
            {
                string stamp = Stopwatch.GetTimestamp().ToString("x16");
                _clients[(int)(sent++ % _clients.Count)].Send($"PRIVMSG #benchmark :{stamp}{new string('x', MessageBytes - StampDigits)}\r\n");
                _published++;
            }

            Turn();
        }

        WaitUntil(() => Deliveries - before == _published * (_clients.Count - 1), "the last deliveries");
    }

    public void Dispose()
    {
        foreach (Client client in _clients)
            client.Dispose();
    }

    private Socket ConnectSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        socket.Blocking = false;
        return socket;
    }

    private void Turn()
    {
        foreach (Client client in _clients)
            client.Take(this);
    }

    private void WaitUntil(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Turn();
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException($"Waited in vain for {what}: {_published} published, {Deliveries} deliveries at {_clients.Count} clients.");
        }
    }

    private sealed class Client(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private int _length;

        public bool IsJoined { get; private set; }

        public void Send(string text) => socket.Send(Encoding.ASCII.GetBytes(text));

        public void Take(IrcLoad load)
        {
            int read = socket.Receive(_buffer.AsSpan(_length), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success || read == 0)
                throw new InvalidOperationException($"The server ended a connection: {error}.");
            _length += read;
            int begin = 0;
            for (int end; (end = _buffer.AsSpan(begin, _length - begin).IndexOf("\r\n"u8)) >= 0; begin += end + 2)
                Take(load, _buffer.AsSpan(begin, end));
            _buffer.AsSpan(begin, _length - begin).CopyTo(_buffer);
            _length -= begin;
        }

        public void Dispose() => socket.Dispose();

        private void Take(IrcLoad load, ReadOnlySpan<byte> line)
        {
            int text = line.IndexOf(" PRIVMSG #benchmark :"u8);
            if (text >= 0)
            {
                ReadOnlySpan<byte> stamp = line.Slice(text + " PRIVMSG #benchmark :".Length, StampDigits);
                load.Times.Add(Stopwatch.GetTimestamp() - BinaryPrimitives.ReadInt64BigEndian(Convert.FromHexString(Encoding.ASCII.GetString(stamp))));
                load.Deliveries++;
            }
            else if (line.IndexOf(" 001 "u8) >= 0)
            {
                Send("JOIN #benchmark\r\n");
            }
            else if (line.IndexOf(" 366 "u8) >= 0)
            {
                IsJoined = true;
            }
            else if (line.StartsWith("PING "u8))
            {
                Send($"PONG {Encoding.ASCII.GetString(line[5..])}\r\n");
            }
        }
    }
}
