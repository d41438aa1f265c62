using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LanChat.Protocol;

/// <summary>Names one identity: the first 16 bytes of SHA-256 over its signing and its agreement key (PROTOCOL.md, section 1).</summary>
/// <param name="Value">The 16 bytes as a big-endian number, so that numeric order is the order of the bytes.</param>
public readonly record struct PeerId(UInt128 Value) : IComparable<PeerId>
{
    /// <summary>Length on the wire, in bytes.</summary>
    public const int Size = 16;

    /// <summary>The id of nobody: the creator of rooms that have none.</summary>
    public static PeerId None => default;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Value == UInt128.Zero;

    /// <summary>The four digits shown behind a nickname that several people share.</summary>
    public string Tag => ToString()[..4];

    /// <summary>The id that two 65-byte public keys hash to.</summary>
    public static PeerId FromKeys(ReadOnlySpan<byte> signingKey, ReadOnlySpan<byte> agreementKey) =>
        Read(Digest.Of(signingKey, agreementKey));

    /// <summary>Reads the first 16 bytes of <paramref name="bytes"/>; throws when there are fewer.</summary>
    public static PeerId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

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
    public static bool TryParse([NotNullWhen(true)] string? text, out PeerId id)
    {
        id = default;
        if (text is not { Length: 2 * Size }) return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        id = Read(bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(PeerId other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(PeerId left, PeerId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(PeerId left, PeerId right) => left.Value > right.Value;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
