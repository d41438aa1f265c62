using System.Buffers.Binary;

namespace Standins.Tests.Fuzz;

/// <summary>
/// Makes bad datagrams from a seed: noise, noise behind a plausible header, captured ones with a few bytes changed, cut, extended or spliced, and
/// well-formed packets whose sequences, counts and lengths are chosen to hurt.
/// </summary>
internal sealed class DatagramSource(int seed, IReadOnlyList<byte[]> captured)
{
    /// <summary>Longer than anything the protocol sends.</summary>
    public const int MaxBytes = 1500;

    private const int Properties = 19;

    private readonly Random _random = new(seed);

    /// <summary>Fills the buffer, of at least <see cref="MaxBytes"/>, and returns the datagram's length.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="connectionNumber">The number of the connection it pretends to belong to; most carry it, some another.</param>
    public int Next(Span<byte> buffer, int connectionNumber)
    {
        int length = _random.Next(5) switch
        {
            0 => Noise(buffer),
            1 => NoiseBehindHeader(buffer),
            2 => Mutated(buffer),
            3 => Channeled(buffer),
            _ => Merged(buffer),
        };
        if (length > 0 && _random.Next(10) != 0)
            buffer[0] = (byte)((buffer[0] & 0x9f) | (connectionNumber << 5));
        return length;
    }

    private int Noise(Span<byte> buffer)
    {
        int length = Length();
        _random.NextBytes(buffer[..length]);
        return length;
    }

    /// <summary>Mostly short: long ones cost time and say no more.</summary>
    private int Length() => _random.Next(8) == 0 ? _random.Next(MaxBytes + 1) : _random.Next(64);

    private int NoiseBehindHeader(Span<byte> buffer)
    {
        int length = Math.Max(1, Noise(buffer));
        buffer[0] = (byte)(_random.Next(Properties) | (_random.Next(8) == 0 ? 0x80 : 0));
        return length;
    }

    private int Mutated(Span<byte> buffer)
    {
        byte[] original = captured[_random.Next(captured.Count)];
        int length = Math.Min(original.Length, MaxBytes);
        original.AsSpan(0, length).CopyTo(buffer);
        for (int mutations = _random.Next(1, 5); mutations > 0 && length > 0; mutations--)
        {
            int at = _random.Next(length);
            switch (_random.Next(5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    buffer[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    length = at;
                    break;
                case 3:
                    int more = _random.Next(MaxBytes - length + 1);
                    _random.NextBytes(buffer.Slice(length, more));
                    length += more;
                    break;
                default:
                    byte[] other = captured[_random.Next(captured.Count)];
                    int taken = Math.Min(other.Length, MaxBytes - at);
                    other.AsSpan(0, taken).CopyTo(buffer[at..]);
                    length = at + taken;
                    break;
            }
        }

        return length;
    }

    private int Channeled(Span<byte> buffer)
    {
        bool isFragment = _random.Next(2) == 0;
        int length = Math.Max(10, Length());
        _random.NextBytes(buffer[..length]);
        buffer[0] = (byte)(_random.Next(1, 4) | (isFragment ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[1..], Awkward());
        buffer[3] = (byte)_random.Next(_random.Next(4) == 0 ? 256 : 8);
        if (isFragment)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[4..], (ushort)_random.Next(64));
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[6..], Awkward());
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[8..], Awkward());
        }

        return length;
    }

    /// <summary>Packets in a packet, the inner lengths sometimes wrong.</summary>
    private int Merged(Span<byte> buffer)
    {
        buffer[0] = 13;
        int length = 1;
        for (int inner = _random.Next(1, 6); inner > 0 && length < MaxBytes - 70; inner--)
        {
            int size = _random.Next(1, 64);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[length..], _random.Next(8) == 0 ? Awkward() : (ushort)size);
            _random.NextBytes(buffer.Slice(length + 2, size));
            buffer[length + 2] = (byte)((buffer[0] & 0x60) | _random.Next(Properties));
            length += 2 + size;
        }

        return length;
    }

    /// <summary>A number near the edges of the protocol's ranges, or any.</summary>
    private ushort Awkward() => _random.Next(6) switch
    {
        0 => (ushort)_random.Next(4),
        1 => (ushort)_random.Next(62, 130),
        2 => (ushort)_random.Next(32_760, 32_775),
        3 => (ushort)_random.Next(65_530, 65_536),
        4 => (ushort)_random.Next(256),
        _ => (ushort)_random.Next(65_536),
    };
}
