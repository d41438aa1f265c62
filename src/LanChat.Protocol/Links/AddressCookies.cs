using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// Proofs that somebody receives at an address it sends from: the first 16 bytes of HMAC over address, port and minute under a key made
/// at start. Nothing is kept per address. One owner.
/// </summary>
public sealed class AddressCookies
{
    /// <summary>Length of a cookie, bytes.</summary>
    public const int Size = 16;

    private readonly byte[] _key = new byte[32];

    /// <summary>Makes the key.</summary>
    public AddressCookies(IRandomSource random) => random.Fill(_key);

    /// <summary>The cookie of an address now. IPv4 addresses mapped into IPv6 count as IPv4.</summary>
    public byte[] Make(IPEndPoint address, TimeSpan monotonic) => Make(address, (long)monotonic.TotalMinutes);

    /// <summary>Whether the cookie is of this address and of this minute or the one before.</summary>
    public bool IsValid(ReadOnlySpan<byte> cookie, IPEndPoint address, TimeSpan monotonic)
    {
        var minute = (long)monotonic.TotalMinutes;
        return CryptographicOperations.FixedTimeEquals(cookie, Make(address, minute))
            || CryptographicOperations.FixedTimeEquals(cookie, Make(address, minute - 1));
    }

    private byte[] Make(IPEndPoint address, long minute)
    {
        Span<byte> message = stackalloc byte[28];
        var ip = address.Address.IsIPv4MappedToIPv6 ? address.Address.MapToIPv4() : address.Address;
        ip.TryWriteBytes(message, out _);
        BinaryPrimitives.WriteUInt16BigEndian(message[16..], (ushort)address.Port);
        BinaryPrimitives.WriteInt64BigEndian(message[20..], minute);
        return HMACSHA256.HashData(_key, message)[..Size];
    }
}
