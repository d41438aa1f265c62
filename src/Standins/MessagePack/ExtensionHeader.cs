namespace MessagePack;

/// <summary>Type and length of an extension value; its body follows.</summary>
public struct ExtensionHeader : IEquatable<ExtensionHeader>
{
    public ExtensionHeader(sbyte typeCode, uint length)
    {
        TypeCode = typeCode;
        Length = length;
    }

    /// <exception cref="OverflowException"><paramref name="length"/> is negative.</exception>
    public ExtensionHeader(sbyte typeCode, int length)
        : this(typeCode, checked((uint)length))
    {
    }

    /// <summary>Negative codes belong to the specification, 0 to 127 to applications.</summary>
    public sbyte TypeCode { get; private set; }

    /// <summary>Length of the body in bytes.</summary>
    public uint Length { get; private set; }

    public readonly bool Equals(ExtensionHeader other) => TypeCode == other.TypeCode && Length == other.Length;

    public override readonly bool Equals(object? obj) => obj is ExtensionHeader other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(TypeCode, Length);
}
