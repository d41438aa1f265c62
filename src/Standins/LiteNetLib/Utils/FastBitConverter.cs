using System.Runtime.InteropServices;

namespace LiteNetLib.Utils;

/// <summary>Writes plain values into byte arrays in host order (little-endian on every machine .NET runs on today).</summary>
public static class FastBitConverter
{
    /// <summary>Stores <paramref name="value"/> at <paramref name="startIndex"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value does not fit behind the index.</exception>
    public static void GetBytes<T>(byte[] bytes, int startIndex, T value)
        where T : unmanaged => MemoryMarshal.Write(bytes.AsSpan(startIndex), in value);
}
