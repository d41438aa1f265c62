namespace LanChat.Protocol;

/// <summary>Sizes and the order of NIST P-256 (FIPS 186-5; SEC 2, secp256r1).</summary>
internal static class P256
{
    public const int PrivateKeyBytes = 32;

    /// <summary>An uncompressed point: 0x04, x, y.</summary>
    public const int PublicKeyBytes = 65;

    public const int SignatureBytes = 64;

    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    /// <summary>Whether the 32 bytes are a number from 1 to the order less one.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> scalar) =>
        scalar.Length == PrivateKeyBytes && scalar.ContainsAnyExcept((byte)0) && scalar.SequenceCompareTo(Order) < 0;

    /// <summary>A private key by rejection: one candidate in 2^32 is out of range.</summary>
    public static byte[] NewPrivateKey(IRandomSource random)
    {
        var scalar = new byte[PrivateKeyBytes];
        do random.Fill(scalar);
        while (!IsPrivateKey(scalar));
        return scalar;
    }
}
