namespace MessagePack;

/// <summary>The extension types that the specification defines.</summary>
public static class ReservedMessagePackExtensionTypeCode
{
    /// <summary>Seconds since 1970 in 32, 34 or 64 bits, with nanoseconds in the latter two ("Timestamp extension type").</summary>
    public const sbyte DateTime = -1;
}
