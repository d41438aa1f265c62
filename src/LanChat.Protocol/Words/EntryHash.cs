using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace LanChat.Protocol;

/// <summary>
/// SHA-256 over an entry's signed header: the entry's identity, and the <c>id</c> users and scripts see (PROTOCOL.md, section 7).
/// </summary>
public readonly record struct EntryHash(ulong A, ulong B, ulong C, ulong D) : IComparable<EntryHash>
{
    /// <summary>Length on the wire, in bytes.</summary>
    public const int Size = 32;

    /// <summary>The hash of nothing: the predecessor of an author's first entry.</summary>
    public static EntryHash None => default;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => (A | B | C | D) == 0;

    /// <summary>The first 16 bytes, as parents are named by.</summary>
    public UInt128 Prefix => new(A, B);

    /// <summary>Reads the first 32 bytes of <paramref name="bytes"/>; throws when there are fewer.</summary>
    public static EntryHash Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>Writes 32 bytes; throws when <paramref name="destination"/> is shorter.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    /// <summary>The 32 bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EntryHash hash)
    {
        hash = default;
        if (text is not { Length: 2 * Size }) return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        hash = Read(bytes);
        return true;
    }

    /// <summary>The order of the bytes.</summary>
    public int CompareTo(EntryHash other)
    {
        var order = A.CompareTo(other.A);
        if (order == 0) order = B.CompareTo(other.B);
        if (order == 0) order = C.CompareTo(other.C);
        return order == 0 ? D.CompareTo(other.D) : order;
    }

    /// <summary>The first 8 bytes are as random as all of them.</summary>
    public override int GetHashCode() => A.GetHashCode();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
