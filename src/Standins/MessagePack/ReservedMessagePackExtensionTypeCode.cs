namespace MessagePack;

/// <summary>The extension types that the specification defines.</summary>
public static class ReservedMessagePackExtensionTypeCode
{
    /// <summary>Seconds since 1970-01-01 UTC in 32, 34 or 64 bits, with nanoseconds in the latter two (specification, "Timestamp extension type").</summary>
    public const sbyte DateTime = -1;
}
