using System.Buffers.Binary;

namespace LanChat.Protocol;

/// <summary>SplitMix64 (Steele, Lea, Flood, 2014): the same bytes on every run and platform for one seed.</summary>
internal sealed class SeededRandomSource : IRandomSource
{
    private ulong _state;

    public SeededRandomSource(ulong seed) => _state = seed;

    public void Fill(Span<byte> buffer)
    {
        Span<byte> part = stackalloc byte[8];
        for (var at = 0; at < buffer.Length; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(part, Next());
            part[..Math.Min(8, buffer.Length - at)].CopyTo(buffer[at..]);
        }
    }

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0 to one less than <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)(Next() % (ulong)bound);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }
}
