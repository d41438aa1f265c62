using System.Numerics;
using System.Runtime.InteropServices;

namespace LiteNetLib.Utils;

/// <summary>CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, initial value and final xor all ones; RFC 3720 appendix B.4).</summary>
public static class CRC32C
{
    /// <summary>Bytes of a checksum.</summary>
    public const int ChecksumSize = 4;

    /// <summary>The checksum of <paramref name="length"/> bytes from <paramref name="offset"/>.</summary>
    public static uint Compute(byte[] input, int offset, int length)
    {
        var rest = input.AsSpan(offset, length);
        uint crc = ~0u;
        while (rest.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, MemoryMarshal.Read<ulong>(rest));
            rest = rest[sizeof(ulong)..];
        }

        foreach (byte b in rest)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
