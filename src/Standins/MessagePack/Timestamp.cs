using System.Buffers.Binary;

namespace MessagePack;

/// <summary>The arithmetic of the timestamp extension (specification, "Timestamp extension type"), both ways.</summary>
internal static class Timestamp
{
    /// <summary>Nanoseconds of one <see cref="DateTime"/> tick: a finer fraction is cut off when read.</summary>
    private const int NanosecondsPerTick = 100;

    private const long SecondsAtUnixEpoch = 62_135_596_800;

    /// <summary>Width of the seconds of the 64-bit form; the nanoseconds have the other 30 bits.</summary>
    private const int SecondsBits = 34;

    /// <summary>Splits a time as it is written: Local is converted to UTC, Unspecified is taken as it stands.</summary>
    public static (long Seconds, uint Nanoseconds) Split(DateTime value)
    {
        long ticks = (value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value).Ticks;
        return ((ticks / TimeSpan.TicksPerSecond) - SecondsAtUnixEpoch, (uint)(ticks % TimeSpan.TicksPerSecond) * NanosecondsPerTick);
    }

    /// <summary>The shortest body that holds the time: 4, 8 or 12 bytes, written to <paramref name="body"/>.</summary>
    public static int Encode(DateTime value, Span<byte> body)
    {
        (long seconds, uint nanoseconds) = Split(value);
        if (seconds >> SecondsBits != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(body[4..], seconds);
            return 12;
        }

        ulong both = ((ulong)nanoseconds << SecondsBits) | (ulong)seconds;
        if (both <= uint.MaxValue)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, (uint)both);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(body, both);
        return 8;
    }

    /// <summary>Reads a body; false when its length is not 4, 8 or 12 or the time is outside what <see cref="DateTime"/> can hold.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out DateTime value)
    {
        long seconds;
        ulong nanoseconds = 0;
        switch (body.Length)
        {
            case 4:
                seconds = BinaryPrimitives.ReadUInt32BigEndian(body);
                break;
            case 8:
                ulong both = BinaryPrimitives.ReadUInt64BigEndian(body);
                seconds = (long)(both & ((1UL << SecondsBits) - 1));
                nanoseconds = both >> SecondsBits;
                break;
            case 12:
                nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(body);
                seconds = BinaryPrimitives.ReadInt64BigEndian(body[4..]);
                break;
            default:
                value = default;
                return false;
        }

        Int128 ticks = ((Int128)seconds + SecondsAtUnixEpoch) * TimeSpan.TicksPerSecond + (long)(nanoseconds / NanosecondsPerTick);
        bool inRange = ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
        value = inRange ? new DateTime((long)ticks, DateTimeKind.Utc) : default;
        return inRange;
    }
}
