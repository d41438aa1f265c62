using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <summary>Keyed hashes, and how often a signature was looked at.</summary>
internal sealed class CountingCryptography : ICryptography
{
    private readonly KeyedHashCryptography _keyed = new();

    /// <summary>Signatures looked at.</summary>
    public int Verified { get; set; }

    public byte[] PublicKey(ReadOnlySpan<byte> privateKey) => _keyed.PublicKey(privateKey);

    public bool IsPublicKey(ReadOnlySpan<byte> publicKey) => _keyed.IsPublicKey(publicKey);

    public byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message) => _keyed.Sign(privateKey, message);

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Verified++;
        return _keyed.Verify(publicKey, message, signature);
    }

    public bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret) => _keyed.TryAgree(privateKey, publicKey, secret);

    public byte[] NewPrivateKey(IRandomSource random) => _keyed.NewPrivateKey(random);
}
