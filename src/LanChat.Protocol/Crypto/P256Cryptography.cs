using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// P-256 by the platform's own library. Importing a key costs more than verifying with it, so imported keys are kept, up to
/// <see cref="MaxCachedKeys"/> of each kind. Belongs to one thread: whoever verifies on another makes another.
/// </summary>
public sealed class P256Cryptography : ICryptography, IDisposable
{
    /// <summary>Imported keys of each kind that are kept: authors of a large room twice over; some 2 KiB of native memory each.</summary>
    public const int MaxCachedKeys = 512;

    private readonly BoundedCache<KeyName, ECDsa> _signers = new(MaxCachedKeys);
    private readonly BoundedCache<KeyName, ECDsa> _verifiers = new(MaxCachedKeys);
    private readonly BoundedCache<KeyName, ECDiffieHellman> _ownAgreements;
    private readonly BoundedCache<KeyName, ECDiffieHellman> _othersAgreements;

    /// <summary>Makes one with empty caches.</summary>
    /// <param name="maxAgreementKeys">Keys for agreement that are kept, each way: few for who agrees once with many, as a relay does.</param>
    public P256Cryptography(int maxAgreementKeys = MaxCachedKeys)
    {
        _ownAgreements = new(maxAgreementKeys);
        _othersAgreements = new(maxAgreementKeys);
    }

    /// <inheritdoc/>
    public byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var point = Signer(privateKey).ExportParameters(includePrivateParameters: false).Q;
        return [0x04, .. point.X!, .. point.Y!];
    }

    /// <inheritdoc/>
    public bool IsPublicKey(ReadOnlySpan<byte> publicKey) => TryImport(publicKey, _othersAgreements, ECDiffieHellman.Create, out _);

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        var signature = new byte[P256.SignatureBytes];
        Signer(privateKey).SignData(message, signature, HashAlgorithmName.SHA256);
        return signature;
    }

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == P256.SignatureBytes
        && TryImport(publicKey, _verifiers, ECDsa.Create, out var key)
        && key!.VerifyData(message, signature, HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        if (!TryImport(publicKey, _othersAgreements, ECDiffieHellman.Create, out var others)) return false;
        var name = KeyName.OfPrivate(privateKey);
        if (!_ownAgreements.TryGet(name, out var own))
        {
            own = ECDiffieHellman.Create(PrivateParameters(privateKey));
            _ownAgreements.Add(name, own);
        }
        own.DeriveRawSecretAgreement(others!.PublicKey).CopyTo(secret);
        return true;
    }

    /// <inheritdoc/>
    public byte[] NewPrivateKey(IRandomSource random) => P256.NewPrivateKey(random);

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<byte> privateKey)
    {
        var name = KeyName.OfPrivate(privateKey);
        _signers.Remove(name);
        _ownAgreements.Remove(name);
    }

    /// <summary>Lets go of the imported keys.</summary>
    public void Dispose()
    {
        _signers.Dispose();
        _verifiers.Dispose();
        _ownAgreements.Dispose();
        _othersAgreements.Dispose();
    }

    private static ECParameters PrivateParameters(ReadOnlySpan<byte> privateKey) =>
        new() { Curve = ECCurve.NamedCurves.nistP256, D = privateKey.ToArray() };

    private static bool TryImport<TKey>(
        ReadOnlySpan<byte> publicKey, BoundedCache<KeyName, TKey> cache, Func<ECParameters, TKey> create, out TKey? key)
        where TKey : IDisposable
    {
        key = default;
        if (publicKey.Length != P256.PublicKeyBytes || publicKey[0] != 0x04) return false;
        var name = KeyName.OfPublic(publicKey);
        if (cache.TryGet(name, out key)) return true;
        var point = new ECPoint { X = publicKey[1..33].ToArray(), Y = publicKey[33..].ToArray() };
        try
        {
            key = create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        }
        catch (CryptographicException)
        {
            // The library's way to say that the point is not on the curve.
            return false;
        }
        cache.Add(name, key);
        return true;
    }

    private ECDsa Signer(ReadOnlySpan<byte> privateKey)
    {
        var name = KeyName.OfPrivate(privateKey);
        if (_signers.TryGet(name, out var signer)) return signer;
        signer = ECDsa.Create(PrivateParameters(privateKey));
        _signers.Add(name, signer);
        return signer;
    }

    /// <summary>A dictionary key: x and y of a point, or the hash of a scalar, so that no copy of the scalar stays behind.</summary>
    private readonly record struct KeyName(EntryHash First, EntryHash Second)
    {
        public static KeyName OfPublic(ReadOnlySpan<byte> point) => new(EntryHash.Read(point[1..]), EntryHash.Read(point[33..]));

        public static KeyName OfPrivate(ReadOnlySpan<byte> scalar) => new(Digest.Of(scalar), EntryHash.None);
    }
}
