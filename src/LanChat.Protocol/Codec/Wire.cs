using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// What the protocol's values look like in MessagePack: numbers of 128 bits, hashes and keys are byte strings, big-endian.
/// </summary>
internal static class Wire
{
    /// <summary>A scratch buffer of a typical message's size.</summary>
    public static ArrayBufferWriter<byte> NewBuffer() => new(256);

    public static void Write128(this ref MessagePackWriter writer, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        writer.Write(bytes);
    }

    public static void WritePeer(this ref MessagePackWriter writer, PeerId id) => writer.Write128(id.Value);

    public static void WriteRoom(this ref MessagePackWriter writer, RoomId id) => writer.Write128(id.Value);

    public static void WriteHash(this ref MessagePackWriter writer, EntryHash hash)
    {
        Span<byte> bytes = stackalloc byte[EntryHash.Size];
        hash.Write(bytes);
        writer.Write(bytes);
    }

    public static void WriteShortHash(this ref MessagePackWriter writer, ulong hash)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, hash);
        writer.Write(bytes);
    }

    public static void WriteMilliseconds(this ref MessagePackWriter writer, long milliseconds) =>
        writer.Write(Math.Clamp(milliseconds, 0, HybridClock.MaxMilliseconds));
}
