namespace LanChat.Protocol;

/// <summary>
/// The asymmetric operations of the protocol behind one interface, so that a simulation can put keyed hashes in the place of ECDSA and
/// ECDH, which cannot be seeded. Keys are 65-byte uncompressed points and 32-byte scalars.
/// </summary>
public interface ICryptography
{
    /// <summary>The public key of a private one.</summary>
    byte[] PublicKey(ReadOnlySpan<byte> privateKey);

    /// <summary>Whether this is a public key: 65 bytes, uncompressed, a point of the curve.</summary>
    bool IsPublicKey(ReadOnlySpan<byte> publicKey);

    /// <summary>Signs with the key; 64 bytes, IEEE P1363.</summary>
    byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message);

    /// <summary>Whether the signature is of this message by this key; false for anything malformed, never an exception.</summary>
    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>ECDH: the 32-byte x coordinate. False when the public key is no point of the curve.</summary>
    bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret);

    /// <summary>A new private key from the given source of randomness: 32 bytes, in the range of the curve's order.</summary>
    byte[] NewPrivateKey(IRandomSource random);

    /// <summary>Lets go of whatever was kept of a private key that is not needed again: a handshake's ephemeral one.</summary>
    void Forget(ReadOnlySpan<byte> privateKey)
    {
    }
}

/// <summary>Where unpredictable bytes come from: the system's generator in programs, a seed in simulations.</summary>
public interface IRandomSource
{
    /// <summary>Fills the buffer.</summary>
    void Fill(Span<byte> buffer);
}
