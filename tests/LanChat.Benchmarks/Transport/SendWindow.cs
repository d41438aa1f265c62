using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;

namespace LanChat.Benchmarks.Transport;

/// <summary>The sender's side of one reliable-ordered channel: the packet being filled, and those that are not acknowledged.</summary>
internal sealed class SendWindow
{
    private const int HeaderBytes = 4;
    private const int MaxPacket = 1400;
    private const int Sequences = 32_768;
    private static readonly long ResendTicks = Stopwatch.Frequency / 20;

    private readonly byte[][] _packets = [.. Enumerable.Range(0, ReceiveWindow.Size).Select(_ => new byte[MaxPacket])];
    private readonly int[] _lengths = new int[ReceiveWindow.Size];
    private readonly long[] _sentAt = new long[ReceiveWindow.Size];
    private ulong _pending;
    private int _start;
    private int _next;
    private int _filled = HeaderBytes;

    public long Resent { get; private set; }

    /// <summary>Whether a message can be appended or sent after what is being filled.</summary>
    public bool HasRoom => ReceiveWindow.Distance(_next, _start) < ReceiveWindow.Size - 1;

    /// <summary>False when the packet being filled has no room for the message.</summary>
    public bool TryAppend(ReadOnlySpan<byte> message)
    {
        if (_filled + 2 + message.Length > MaxPacket)
            return false;
        Span<byte> packet = _packets[_next % ReceiveWindow.Size];
        BinaryPrimitives.WriteUInt16LittleEndian(packet[_filled..], (ushort)message.Length);
        message.CopyTo(packet[(_filled + 2)..]);
        _filled += 2 + message.Length;
        return true;
    }

    /// <summary>Ends the packet being filled and gives it a sequence; false when it is empty.</summary>
    public bool TryClose(byte connectionNumber, long now, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (_filled == HeaderBytes)
            return false;
        int slot = _next % ReceiveWindow.Size;
        Span<byte> header = _packets[slot];
        header[0] = (byte)(2 | (connectionNumber << 5));
        BinaryPrimitives.WriteUInt16LittleEndian(header[1..], (ushort)_next);
        header[3] = 2;
        _lengths[slot] = _filled;
        _sentAt[slot] = now;
        _pending |= 1UL << slot;
        packet = header[.._filled];
        _filled = HeaderBytes;
        _next = (_next + 1) % Sequences;
        return true;
    }

    public void HandleAck(ushort start, ulong seen)
    {
        int behind = ReceiveWindow.Distance(_start, start);
        if (behind is < 0 or >= ReceiveWindow.Size)
            return;
        for (int at = _start; at != _next && ReceiveWindow.Distance(at, start) < ReceiveWindow.Size; at = (at + 1) % Sequences)
            _pending &= ~(seen & (1UL << (at % ReceiveWindow.Size)));
        while (_start != _next && (_pending & (1UL << (_start % ReceiveWindow.Size))) == 0)
            _start = (_start + 1) % Sequences;
    }

    /// <summary>A packet that has waited too long for its acknowledgement.</summary>
    public bool TryTakeDue(long now, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        for (ulong left = _pending; left != 0; left &= left - 1)
        {
            int slot = BitOperations.TrailingZeroCount(left);
            if (now - _sentAt[slot] < ResendTicks)
                continue;
            _sentAt[slot] = now;
            Resent++;
            packet = _packets[slot].AsSpan(0, _lengths[slot]);
            return true;
        }

        return false;
    }
}
