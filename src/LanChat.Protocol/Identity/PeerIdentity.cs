namespace LanChat.Protocol;

/// <summary>
/// Two P-256 key pairs, one to sign and one to agree, made on first start (PROTOCOL.md, section 1). Runs in one place only.
/// </summary>
public sealed class PeerIdentity
{
    private PeerIdentity(ICryptography crypto, byte[] signing, byte[] agreement)
    {
        SigningPrivateKey = signing;
        AgreementPrivateKey = agreement;
        SigningKey = crypto.PublicKey(signing);
        AgreementKey = crypto.PublicKey(agreement);
        Id = PeerId.FromKeys(SigningKey.Span, AgreementKey.Span);
    }

    /// <summary>The peer id both public keys hash to.</summary>
    public PeerId Id { get; }

    /// <summary>Public signing key, 65 bytes.</summary>
    public ReadOnlyMemory<byte> SigningKey { get; }

    /// <summary>Public agreement key, 65 bytes; the static key of every link.</summary>
    public ReadOnlyMemory<byte> AgreementKey { get; }

    /// <summary>Private signing key, 32 bytes. For storing; never leaves the profile folder.</summary>
    public ReadOnlyMemory<byte> SigningPrivateKey { get; }

    /// <summary>Private agreement key, 32 bytes. For storing; never leaves the profile folder.</summary>
    public ReadOnlyMemory<byte> AgreementPrivateKey { get; }

    /// <summary>Makes a new identity.</summary>
    public static PeerIdentity Create(ICryptography crypto, IRandomSource random) =>
        new(crypto, crypto.NewPrivateKey(random), crypto.NewPrivateKey(random));

    /// <summary>Takes up a stored identity.</summary>
    /// <exception cref="ArgumentException">A key is not a private key of P-256.</exception>
    public static PeerIdentity FromPrivateKeys(ICryptography crypto, ReadOnlySpan<byte> signing, ReadOnlySpan<byte> agreement)
    {
        if (!P256.IsPrivateKey(signing)) throw new ArgumentException("Not a private key of P-256.", nameof(signing));
        if (!P256.IsPrivateKey(agreement)) throw new ArgumentException("Not a private key of P-256.", nameof(agreement));
        return new PeerIdentity(crypto, signing.ToArray(), agreement.ToArray());
    }

    /// <summary>Signs bytes that begin with a domain string.</summary>
    internal byte[] Sign(ICryptography crypto, ReadOnlySpan<byte> message) => crypto.Sign(SigningPrivateKey.Span, message);
}
