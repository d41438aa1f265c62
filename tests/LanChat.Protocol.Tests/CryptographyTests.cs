namespace LanChat.Protocol.Tests;

/// <summary>The real and the simulated cryptography keep the same promises.</summary>
public sealed class CryptographyTests
{
    private readonly SeededRandomSource _random = new(7);

    public static TheoryData<bool> RealOrSimulated => [true, false];

    [Theory]
    [MemberData(nameof(RealOrSimulated))]
    public void A_signature_is_of_one_message_by_one_key(bool real)
    {
        var crypto = Crypto(real);
        var (own, other) = (crypto.NewPrivateKey(_random), crypto.NewPrivateKey(_random));
        var signature = crypto.Sign(own, "message"u8);
        Assert.Equal(64, signature.Length);
        Assert.True(crypto.Verify(crypto.PublicKey(own), "message"u8, signature));
        Assert.False(crypto.Verify(crypto.PublicKey(own), "massage"u8, signature));
        Assert.False(crypto.Verify(crypto.PublicKey(other), "message"u8, signature));
        Assert.False(crypto.Verify(crypto.PublicKey(own), "message"u8, signature.AsSpan(0, 63)));
        Assert.False(crypto.Verify(crypto.PublicKey(own).AsSpan(0, 64), "message"u8, signature));
        Assert.False(crypto.Verify(new byte[65], "message"u8, signature));
        Assert.False(crypto.Verify(crypto.PublicKey(own), "message"u8, new byte[64]));
    }

    [Theory]
    [MemberData(nameof(RealOrSimulated))]
    public void Two_sides_agree_on_one_secret_and_not_with_a_point_off_the_curve(bool real)
    {
        var crypto = Crypto(real);
        var (ana, bruno) = (crypto.NewPrivateKey(_random), crypto.NewPrivateKey(_random));
        var (left, right) = (new byte[32], new byte[32]);
        Assert.True(crypto.TryAgree(ana, crypto.PublicKey(bruno), left));
        Assert.True(crypto.TryAgree(bruno, crypto.PublicKey(ana), right));
        Assert.Equal(left, right);
        var off = crypto.PublicKey(ana);
        off[64] ^= 1;
        Assert.True(crypto.IsPublicKey(crypto.PublicKey(ana)));
        Assert.False(crypto.IsPublicKey(off));
        Assert.False(crypto.TryAgree(ana, off, left));
        Assert.False(crypto.TryAgree(ana, [], left));
    }

    [Fact]
    public void A_private_key_is_drawn_until_it_is_in_range()
    {
        byte[] zero = new byte[32], tooLarge = Enumerable.Repeat((byte)0xFF, 32).ToArray(), good = Samples.Sequence(1, 32);
        Assert.Equal(good, new P256Cryptography().NewPrivateKey(new FixedRandomSource(zero, tooLarge, good)));
        Assert.Throws<ArgumentException>(() => PeerIdentity.FromPrivateKeys(new P256Cryptography(), good, tooLarge));
    }

    [Fact]
    public void More_keys_than_are_kept_still_verify()
    {
        using var crypto = new P256Cryptography();
        var first = crypto.NewPrivateKey(_random);
        var signature = crypto.Sign(first, "message"u8);
        var publicKey = crypto.PublicKey(first);
        Assert.True(crypto.Verify(publicKey, "message"u8, signature));
        for (var i = 0; i <= P256Cryptography.MaxCachedKeys; i++)
            crypto.Verify(crypto.PublicKey(crypto.NewPrivateKey(_random)), "message"u8, signature);
        Assert.True(crypto.Verify(publicKey, "message"u8, signature));
    }

    [Fact]
    public void A_handshake_leaves_nothing_of_its_ephemeral_keys_behind()
    {
        var crypto = new ForgettingCryptography();
        using (var initiator = NoiseHandshake.Initiator(crypto, PeerIdentity.Create(crypto, _random), _random))
        using (var responder = NoiseHandshake.Responder(crypto, PeerIdentity.Create(crypto, _random), _random))
        {
            crypto.Kept.Clear();
            responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
            initiator.TryReadMessage(responder.WriteMessage([]), out _, out _);
            responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
            Assert.Equal(2, crypto.Kept.Count);
            initiator.Split().Dispose();
            Assert.Single(crypto.Kept);
        }
        Assert.Empty(crypto.Kept);
    }

    [Fact]
    public void A_forgotten_key_can_be_used_anew()
    {
        using var crypto = new P256Cryptography();
        var key = crypto.NewPrivateKey(_random);
        var publicKey = crypto.PublicKey(key);
        crypto.Forget(key);
        crypto.Forget(key);
        Assert.Equal(publicKey, crypto.PublicKey(key));
        Assert.True(crypto.Verify(publicKey, "message"u8, crypto.Sign(key, "message"u8)));
    }

    [Fact]
    public void A_frame_is_sealed_and_opened_without_allocating()
    {
        var crypto = new KeyedHashCryptography();
        using var initiator = NoiseHandshake.Initiator(crypto, PeerIdentity.Create(crypto, _random), _random);
        using var responder = NoiseHandshake.Responder(crypto, PeerIdentity.Create(crypto, _random), _random);
        responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
        initiator.TryReadMessage(responder.WriteMessage([]), out _, out _);
        responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
        using var left = initiator.Split();
        using var right = responder.Split();
        byte[] plaintext = new byte[200], frame = new byte[216], opened = new byte[200];
        long before = 0;
        for (var i = 0; i < 200; i++)
        {
            // The first rounds compile.
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(right.TryOpen(9, frame.AsSpan(0, left.Seal(9, plaintext, frame)), opened, out _));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ICryptography Crypto(bool real) => real ? new P256Cryptography() : new KeyedHashCryptography();

    /// <summary>Remembers which private keys it made and has not been told to forget.</summary>
    private sealed class ForgettingCryptography : ICryptography
    {
        private readonly KeyedHashCryptography _inner = new();

        public HashSet<string> Kept { get; } = [];

        public byte[] PublicKey(ReadOnlySpan<byte> privateKey) => _inner.PublicKey(privateKey);

        public bool IsPublicKey(ReadOnlySpan<byte> publicKey) => _inner.IsPublicKey(publicKey);

        public byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message) => _inner.Sign(privateKey, message);

        public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
            _inner.Verify(publicKey, message, signature);

        public bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret) =>
            _inner.TryAgree(privateKey, publicKey, secret);

        public byte[] NewPrivateKey(IRandomSource random)
        {
            var key = _inner.NewPrivateKey(random);
            Kept.Add(Convert.ToHexString(key));
            return key;
        }

        public void Forget(ReadOnlySpan<byte> privateKey) => Kept.Remove(Convert.ToHexString(privateKey));
    }
}
