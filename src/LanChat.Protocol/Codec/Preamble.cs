using System.Text;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>How everything begins that a stranger may send: an array whose first two elements are the magic and the version.</summary>
internal static class Preamble
{
    /// <summary>This protocol's version.</summary>
    public const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "LanChat"u8;

    public static void Write(ref MessagePackWriter writer, int count)
    {
        writer.WriteArrayHeader(count);
        writer.WriteString(Magic);
        writer.Write(Version);
    }

    /// <summary>Reads magic and version first, the number of elements last: another version may have more of them.</summary>
    public static void Read(ref WireReader reader, int count)
    {
        var elements = reader.AnyArray(16);
        ReadMagic(ref reader);
        reader.Require(reader.Int(0, int.MaxValue) == Version, Rejection.WrongVersion);
        reader.Require(elements == count, Rejection.WrongShape);
    }

    public static void ReadMagic(ref WireReader reader)
    {
        var magic = reader.Text(Magic.Length);
        reader.Require(reader.IsOk && Encoding.ASCII.GetBytes(magic).AsSpan().SequenceEqual(Magic), Rejection.WrongMagic);
    }
}
