using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Standins.Tests.Fuzz;

/// <summary>A socket that speaks as much of the protocol as its user wants: it can connect, and then says whatever it is given.</summary>
internal sealed class RawPeer : IDisposable
{
    private const int AnswerMilliseconds = 50;
    private const int SolUdp = 17;
    private const int UdpSegment = 103;
    private static long LastConnectTime = DateTime.UtcNow.Ticks;

    private readonly Socket _socket;
    private readonly IPEndPoint _server;
    private readonly byte[] _buffer = new byte[2048];

    public RawPeer(int serverPort)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = AnswerMilliseconds };
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Connect(_server);
    }

    /// <summary>The number that the server gave the connection; 0 before.</summary>
    public int ConnectionNumber { get; private set; }

    public void Send(ReadOnlySpan<byte> datagram) => _socket.Send(datagram, SocketFlags.None, out _);

    /// <summary>
    /// Sends bytes as datagrams of one size in one call, so that they arrive in one call too where the receiver takes them so (UDP_SEGMENT and
    /// UDP_GRO, Linux); false where the system cannot.
    /// </summary>
    public bool TrySendSegments(ReadOnlySpan<byte> datagrams, int segmentBytes)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            _socket.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(segmentBytes));
            _socket.Send(datagrams, SocketFlags.None, out SocketError error);
            _socket.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(0));
            return error == SocketError.Success;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Asks for a new connection with the text as key; false when no acceptance comes in time.</summary>
    public bool TryConnect(string key, int attempts = 10)
    {
        byte[] request = ConnectRequest(key);
        for (int attempt = 0; attempt < attempts; attempt++)
        {
            Send(request);
            while (TryReceive(out ReadOnlySpan<byte> answer))
            {
                if (answer.Length != 15 || answer[0] != 7 || !answer.Slice(1, 8).SequenceEqual(request.AsSpan(5, 8)))
                    continue;
                ConnectionNumber = answer[9];
                return true;
            }
        }

        return false;
    }

    /// <summary>A request with a new connect time, as a client sends it once per attempt.</summary>
    public byte[] ConnectRequest(string key)
    {
        byte[] request = new byte[18 + 16 + 2 + key.Length];
        request[0] = 6;
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(1), 13);
        BinaryPrimitives.WriteInt64LittleEndian(request.AsSpan(5), Interlocked.Increment(ref LastConnectTime));
        request[17] = 16;
        _server.Serialize().Buffer.Span[..16].CopyTo(request.AsSpan(18));
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(34), (ushort)(key.Length + 1));
        System.Text.Encoding.ASCII.GetBytes(key, request.AsSpan(36));
        return request;
    }

    /// <summary>A part of a fragmented message on channel 0, reliable and unordered.</summary>
    public void SendFragment(ushort sequence, ushort message, ushort part, ushort parts, ReadOnlySpan<byte> data)
    {
        byte[] packet = new byte[10 + data.Length];
        packet[0] = (byte)(0x81 | (ConnectionNumber << 5));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(1), sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(4), message);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(6), part);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(8), parts);
        data.CopyTo(packet.AsSpan(10));
        Send(packet);
    }

    /// <summary>Throws away what came in.</summary>
    public void Drain()
    {
        while (_socket.Available > 0 && TryReceive(out _))
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TryReceive(out ReadOnlySpan<byte> datagram)
    {
        int length = _socket.Receive(_buffer, SocketFlags.None, out SocketError error);
        datagram = error == SocketError.Success ? _buffer.AsSpan(0, length) : default;
        return error == SocketError.Success;
    }
}
