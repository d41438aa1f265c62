using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// CipherState of the Noise Protocol Framework, revision 34, section 5.1, with AESGCM of section 12.4: the nonce is 4 zero bytes and
/// the counter, big-endian. Rekey() is left out: XX does not use it.
/// </summary>
internal sealed class NoiseCipherState : IDisposable
{
    public const int TagBytes = 16;

    private AesGcm? _cipher;
    private ulong _n;

    /// <summary>InitializeKey(key): k = key, n = 0.</summary>
    public void InitializeKey(ReadOnlySpan<byte> key)
    {
        _cipher?.Dispose();
        _cipher = new AesGcm(key, TagBytes);
        _n = 0;
    }

    /// <summary>HasKey(): whether k is non-empty.</summary>
    public bool HasKey => _cipher is not null;

    /// <summary>EncryptWithAd(ad, plaintext): ENCRYPT(k, n++, ad, plaintext), or the plaintext while k is empty.</summary>
    public byte[] EncryptWithAd(ReadOnlySpan<byte> ad, ReadOnlySpan<byte> plaintext)
    {
        if (_cipher is null) return plaintext.ToArray();
        var output = new byte[plaintext.Length + TagBytes];
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        _cipher.Encrypt(nonce, plaintext, output.AsSpan(0, plaintext.Length), output.AsSpan(plaintext.Length), ad);
        _n++;
        return output;
    }

    /// <summary>DecryptWithAd(ad, ciphertext): DECRYPT(k, n++, ad, ciphertext); n is not incremented if authentication fails.</summary>
    public bool TryDecryptWithAd(ReadOnlySpan<byte> ad, ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        plaintext = [];
        if (_cipher is null)
        {
            plaintext = ciphertext.ToArray();
            return true;
        }
        if (ciphertext.Length < TagBytes) return false;
        var output = new byte[ciphertext.Length - TagBytes];
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        try
        {
            _cipher.Decrypt(nonce, ciphertext[..output.Length], ciphertext[output.Length..], output, ad);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        _n++;
        plaintext = output;
        return true;
    }

    public void Dispose() => _cipher?.Dispose();

    private void WriteNonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], _n);
    }
}

/// <summary>SymmetricState of the Noise Protocol Framework, revision 34, section 5.2, with SHA256: HASHLEN is 32.</summary>
internal sealed class NoiseSymmetricState : IDisposable
{
    private const int HashBytes = 32;

    private readonly NoiseCipherState _cipherState = new();
    private byte[] _ck;
    private byte[] _h;

    /// <summary>InitializeSymmetric(protocol_name): the name, padded with zeros to HASHLEN, is h and ck; it is shorter than that.</summary>
    public NoiseSymmetricState(ReadOnlySpan<byte> protocolName)
    {
        _h = new byte[HashBytes];
        protocolName.CopyTo(_h);
        _ck = _h;
    }

    /// <summary>MixKey(input_key_material): ck, temp_k = HKDF(ck, input_key_material, 2); InitializeKey(temp_k).</summary>
    public void MixKey(ReadOnlySpan<byte> inputKeyMaterial)
    {
        var (ck, key) = Hkdf(inputKeyMaterial);
        _ck = ck;
        _cipherState.InitializeKey(key);
    }

    /// <summary>MixHash(data): h = HASH(h ‖ data).</summary>
    public void MixHash(ReadOnlySpan<byte> data) => _h = Digest.Of(_h, data);

    /// <summary>GetHandshakeHash(): h.</summary>
    public byte[] GetHandshakeHash() => _h;

    /// <summary>EncryptAndHash(plaintext): EncryptWithAd(h, plaintext), then MixHash(ciphertext).</summary>
    public byte[] EncryptAndHash(ReadOnlySpan<byte> plaintext)
    {
        var ciphertext = _cipherState.EncryptWithAd(_h, plaintext);
        MixHash(ciphertext);
        return ciphertext;
    }

    /// <summary>DecryptAndHash(ciphertext): DecryptWithAd(h, ciphertext), then MixHash(ciphertext).</summary>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        if (!_cipherState.TryDecryptWithAd(_h, ciphertext, out plaintext)) return false;
        MixHash(ciphertext);
        return true;
    }

    /// <summary>Bytes that encryption adds now.</summary>
    public int Overhead => _cipherState.HasKey ? NoiseCipherState.TagBytes : 0;

    /// <summary>Split(): temp_k1, temp_k2 = HKDF(ck, zerolen, 2); the first is for what the initiator sends.</summary>
    public (byte[] InitiatorKey, byte[] ResponderKey) Split() => Hkdf([]);

    public void Dispose() => _cipherState.Dispose();

    /// <summary>
    /// HKDF(chaining_key, input_key_material, 2) of section 4.3: temp_key = HMAC(chaining_key, input_key_material), output1 =
    /// HMAC(temp_key, 0x01), output2 = HMAC(temp_key, output1 ‖ 0x02). The platform's own HKDF is the same but refuses the empty input that
    /// Split() needs.
    /// </summary>
    private (byte[] First, byte[] Second) Hkdf(ReadOnlySpan<byte> inputKeyMaterial)
    {
        var tempKey = HMACSHA256.HashData(_ck, inputKeyMaterial);
        var first = HMACSHA256.HashData(tempKey, new byte[] { 0x01 });
        return (first, HMACSHA256.HashData(tempKey, (byte[])[.. first, 0x02]));
    }
}
