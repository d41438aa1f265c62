using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>What two people compare to know that nobody stands between them: made of a peer id, the same at both ends.</summary>
public static class Fingerprint
{
    /// <summary>Groups of five digits.</summary>
    public const int Groups = 12;

    private const int BytesPerGroup = 5;

    /// <summary>
    /// 12 groups of 5 digits with blanks between: HKDF(peer id, "LanChat/1 fingerprint", 60 bytes), each 5 bytes as a big-endian number mod
    /// 100,000. As hard to forge as the peer id, 128 bits.
    /// </summary>
    public static string Digits(PeerId id)
    {
        Span<byte> bytes = stackalloc byte[Groups * BytesPerGroup];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, id.ToArray(), bytes, salt: [], Domain.Fingerprint);
        var groups = new string[Groups];
        for (var i = 0; i < Groups; i++)
        {
            var number = 0UL;
            foreach (var part in bytes.Slice(i * BytesPerGroup, BytesPerGroup)) number = (number << 8) | part;
            groups[i] = (number % 100_000).ToString("D5", System.Globalization.CultureInfo.InvariantCulture);
        }
        return string.Join(' ', groups);
    }

    /// <summary>
    /// Four words: HKDF(peer id, "LanChat/1 words", 8 bytes), each 2 bytes as a big-endian number mod 2,048. 44 bits: enough to tell
    /// friends apart over a phone, not against somebody with a data centre; that is what the digits are for.
    /// </summary>
    public static string Words(PeerId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, id.ToArray(), bytes, salt: [], Domain.Words);
        var words = new string[4];
        for (var i = 0; i < words.Length; i++) words[i] = WordList.At(((bytes[2 * i] << 8) | bytes[(2 * i) + 1]) % WordList.Count);
        return string.Join('-', words);
    }

    /// <summary>
    /// Whether a fingerprint as typed, with blanks or dashes anywhere or nowhere, or the 32 digits of the id itself, is this peer's.
    /// </summary>
    public static bool Matches(string typed, PeerId id)
    {
        var bare = string.Concat(typed.Where(c => c is not (' ' or '-')));
        return bare == Digits(id).Replace(" ", "", StringComparison.Ordinal) || (PeerId.TryParse(bare, out var parsed) && parsed == id);
    }
}
