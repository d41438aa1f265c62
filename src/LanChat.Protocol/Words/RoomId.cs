using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LanChat.Protocol;

/// <summary>
/// Names one room: the first 16 bytes of SHA-256 over its signing public key and its creator id (PROTOCOL.md, section 1).
/// </summary>
/// <param name="Value">The 16 bytes as a big-endian number, so that numeric order is the order of the bytes.</param>
public readonly record struct RoomId(UInt128 Value) : IComparable<RoomId>
{
    /// <summary>Length on the wire, in bytes.</summary>
    public const int Size = 16;

    /// <summary>The id that a room's 65-byte signing public key and its creator hash to.</summary>
    public static RoomId FromKey(ReadOnlySpan<byte> signingPublicKey, PeerId creator)
    {
        Span<byte> creatorBytes = stackalloc byte[PeerId.Size];
        creator.Write(creatorBytes);
        return Read(Digest.Of(signingPublicKey, creatorBytes));
    }

    /// <summary>Reads the first 16 bytes of <paramref name="bytes"/>; throws when there are fewer.</summary>
    public static RoomId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Writes 16 bytes; throws when <paramref name="destination"/> is shorter.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>The 16 bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads 32 hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RoomId id)
    {
        id = default;
        if (text is not { Length: 2 * Size }) return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        id = Read(bytes);
        return true;
    }

    /// <summary>The channel this room's messages travel on: 8 + id mod 56 (PROTOCOL.md, section 4).</summary>
    public byte Channel => (byte)(8 + (int)(Value % 56));

    /// <inheritdoc/>
    public int CompareTo(RoomId other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(RoomId left, RoomId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(RoomId left, RoomId right) => left.Value > right.Value;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
