using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// Keyed hashes in the place of ECDSA and ECDH, so that a simulation is the same on every run. It keeps honest programs apart and proves
/// nothing against an attacker who computes with it: whoever knows a public key could sign.
/// </summary>
internal sealed class KeyedHashCryptography : ICryptography
{
    public byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var x = Hash("x"u8, privateKey);
        return [0x04, .. x, .. Hash("y"u8, x)];
    }

    /// <summary>Second half = hash of the first: the curve equation of this world.</summary>
    public bool IsPublicKey(ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == 65 && publicKey[0] == 0x04 && publicKey[33..].SequenceEqual(Hash("y"u8, publicKey[1..33]));

    public byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message) => Signature(PublicKey(privateKey), message);

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        IsPublicKey(publicKey) && signature.SequenceEqual(Signature(publicKey, message));

    public bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        if (!IsPublicKey(publicKey)) return false;
        var own = PublicKey(privateKey);
        var (first, second) = publicKey.SequenceCompareTo(own) < 0 ? (publicKey.ToArray(), own) : (own, publicKey.ToArray());
        Hash(first, second).CopyTo(secret);
        return true;
    }

    public byte[] NewPrivateKey(IRandomSource random)
    {
        var key = new byte[32];
        random.Fill(key);
        // Below the order of P-256, so that stored keys pass the same checks as real ones.
        key[0] &= 0x7F;
        return key;
    }

    private static byte[] Signature(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message) => HMACSHA512.HashData(publicKey, message);

    private static byte[] Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(first);
        hash.AppendData(second);
        return hash.GetHashAndReset();
    }
}
