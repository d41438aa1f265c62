using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// As much of a client of the protocol as a load needs: connects, sends and receives reliable-ordered messages on channel 0, acknowledges, answers
/// pings. One thread owns it.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private const byte Unconnected = 0xff;
    private const byte ReliableOrderedChannel = 2;
    private const int AcknowledgeAfterPackets = 16;
    private const int MaxDatagram = 1432;
    private static readonly long AcknowledgeAfterTicks = Stopwatch.Frequency / 1000;

    private readonly Socket _socket;
    private readonly Action<LoadClient, ReadOnlySpan<byte>> _received;
    private readonly byte[] _datagram = new byte[MaxDatagram];
    private readonly byte[] _request;
    private readonly ReceiveWindow _incoming = new();
    private readonly SendWindow _outgoing = new();
    private byte _number = Unconnected;
    private int _unacknowledged;
    private long _unacknowledgedSince;

    public LoadClient(int index, IPEndPoint server, Action<LoadClient, ReadOnlySpan<byte>> received)
    {
        Index = index;
        _received = received;
        _socket = Loopback.Udp();
        _socket.Connect(server);
        _socket.Blocking = false;
        Descriptor = (int)_socket.Handle;
        _request = ConnectRequest(server, index);
    }

    public int Index { get; }

    public int Descriptor { get; }

    /// <summary>When the datagram being handled was taken.</summary>
    public long Now { get; private set; }

    public bool IsConnected => _number != Unconnected;

    public long Resent => _outgoing.Resent;

    /// <summary>Whether the message fits what may be unacknowledged.</summary>
    public bool CanQueue => _outgoing.HasRoom;

    public void AskToConnect()
    {
        if (!IsConnected)
            Send(_request);
    }

    /// <summary>Puts a message into the packet that <see cref="Flush"/> sends, or sends that one and starts the next.</summary>
    public void Queue(ReadOnlySpan<byte> message)
    {
        if (!_outgoing.TryAppend(message))
        {
            Flush();
            _outgoing.TryAppend(message);
        }
    }

    public void Flush()
    {
        if (_outgoing.TryClose(_number, Stopwatch.GetTimestamp(), out ReadOnlySpan<byte> packet))
            Send(packet);
    }

    /// <summary>Handles one datagram; false when none is there.</summary>
    public bool TryReceive()
    {
        int length = Polling.Receive(Descriptor, _datagram);
        if (length < 0)
            return false;
        Now = Stopwatch.GetTimestamp();
        Handle(_datagram.AsSpan(0, length));
        return true;
    }

    /// <summary>Acknowledges what has waited long enough and repeats what was not acknowledged.</summary>
    public void Tend(long now)
    {
        if (_unacknowledged > 0 && now - _unacknowledgedSince >= AcknowledgeAfterTicks)
            Acknowledge();
        while (_outgoing.TryTakeDue(now, out ReadOnlySpan<byte> packet))
            Send(packet);
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] ConnectRequest(IPEndPoint server, int peerId)
    {
        byte[] request = new byte[18 + 16];
        request[0] = 6;
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(1), 13);
        BinaryPrimitives.WriteInt64LittleEndian(request.AsSpan(5), DateTime.UtcNow.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(13), peerId);
        request[17] = 16;
        server.Serialize().Buffer.Span[..16].CopyTo(request.AsSpan(18));
        return request;
    }

    private void Handle(ReadOnlySpan<byte> packet)
    {
        switch (packet.IsEmpty ? 0xff : packet[0] & 0x1f)
        {
            case 1 or 2 when packet.Length >= 4 && packet[3] == ReliableOrderedChannel:
                HandleReliable(packet);
                break;
            case 3 when packet.Length == 13:
                _outgoing.HandleAck(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]), BinaryPrimitives.ReadUInt64LittleEndian(packet[4..]));
                break;
            case 4 when packet.Length >= 3:
                Pong(packet);
                break;
            case 7 when packet.Length == 15:
                _number = packet[9];
                break;
            case 8 when IsConnected:
                throw new InvalidOperationException("The hub closed a connection.");
            case 13:
                HandleMerged(packet[1..]);
                break;
        }
    }

    private void HandleMerged(ReadOnlySpan<byte> packets)
    {
        while (packets.Length > 2 && BinaryPrimitives.ReadUInt16LittleEndian(packets) is > 0 and var length && length + 2 <= packets.Length)
        {
            Handle(packets.Slice(2, length));
            packets = packets[(2 + length)..];
        }
    }

    private void HandleReliable(ReadOnlySpan<byte> packet)
    {
        if (!_incoming.TryHandle(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]), packet, out bool isNext))
            return;
        if (_unacknowledged++ == 0)
            _unacknowledgedSince = Now;
        if (isNext)
        {
            Deliver(packet);
            while (_incoming.TryTakeHeld(out ReadOnlySpan<byte> held))
                Deliver(held);
        }

        if (_unacknowledged >= AcknowledgeAfterPackets)
            Acknowledge();
    }

    private void Deliver(ReadOnlySpan<byte> packet)
    {
        bool isMerged = (packet[0] & 0x1f) == 2;
        packet = packet[4..];
        if (!isMerged)
        {
            _received(this, packet);
            return;
        }

        while (packet.Length > 2 && BinaryPrimitives.ReadUInt16LittleEndian(packet) is > 0 and var length && length + 2 <= packet.Length)
        {
            _received(this, packet.Slice(2, length));
            packet = packet[(2 + length)..];
        }
    }

    private void Acknowledge()
    {
        Span<byte> ack = stackalloc byte[13];
        ack[0] = (byte)(3 | (_number << 5));
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _incoming.Start);
        ack[3] = ReliableOrderedChannel;
        BinaryPrimitives.WriteUInt64LittleEndian(ack[4..], _incoming.Seen);
        ack[12] = 0;
        _unacknowledged = 0;
        Send(ack);
    }

    private void Pong(ReadOnlySpan<byte> ping)
    {
        Span<byte> pong = stackalloc byte[11];
        pong[0] = (byte)(5 | (_number << 5));
        ping.Slice(1, 2).CopyTo(pong[1..]);
        BinaryPrimitives.WriteInt64LittleEndian(pong[3..], DateTime.UtcNow.Ticks);
        Send(pong);
    }

    /// <summary>What does not fit the socket's buffer is lost, like anything on a network, and repeated later.</summary>
    private void Send(ReadOnlySpan<byte> datagram) => _socket.Send(datagram, SocketFlags.None, out _);
}
