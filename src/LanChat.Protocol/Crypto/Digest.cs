using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>SHA-256 over the concatenation of two parts.</summary>
internal static class Digest
{
    private const int StackBytes = 512;

    public static byte[] Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length;
        Span<byte> joined = length <= StackBytes ? stackalloc byte[length] : new byte[length];
        first.CopyTo(joined);
        second.CopyTo(joined[first.Length..]);
        return SHA256.HashData(joined);
    }

    public static EntryHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[EntryHash.Size];
        SHA256.HashData(bytes, hash);
        return EntryHash.Read(hash);
    }
}
