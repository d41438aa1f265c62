using System.Text;

namespace LanChat.Protocol.Tests;

/// <summary>
/// Writes MessagePack without the library under test's rules in the way: numbers, flags, texts, byte strings, arrays (object[]), null, and
/// <see cref="Raw"/> bytes for what no honest writer makes.
/// </summary>
internal static class Packer
{
    public static byte[] Pack(object? value) => value switch
    {
        null => [0xC0],
        Raw raw => raw.Bytes,
        bool flag => [flag ? (byte)0xC3 : (byte)0xC2],
        int number => Number((ulong)number),
        long number => Number((ulong)number),
        ulong number => Number(number),
        string text => [.. Head(Encoding.UTF8.GetByteCount(text), 0xA0, 31, 0xD9), .. Encoding.UTF8.GetBytes(text)],
        byte[] bytes => [.. Head(bytes.Length, 0, -1, 0xC4), .. bytes],
        object?[] items => [.. items.Length <= 15 ? new[] { (byte)(0x90 | items.Length) } : [0xDC, .. BigEndian(items.Length, 2)],
            .. items.SelectMany(Pack)],
        _ => throw new ArgumentException($"No way to write a {value.GetType().Name}.", nameof(value)),
    };

    public static object?[] Array(params object?[] items) => items;

    public static object?[] Repeat(object? item, int count) => Enumerable.Repeat(item, count).ToArray();

    private static byte[] Number(ulong value) => value switch
    {
        <= 0x7F => [(byte)value],
        <= 0xFF => [0xCC, (byte)value],
        <= 0xFFFF => [0xCD, .. BigEndian((long)value, 2)],
        <= 0xFFFFFFFF => [0xCE, .. BigEndian((long)value, 4)],
        _ => [0xCF, .. BigEndian(unchecked((long)value), 8)],
    };

    private static byte[] Head(int length, byte fix, int fixMax, byte code8) =>
        length <= fixMax ? [(byte)(fix | length)]
        : length <= 0xFF ? [code8, (byte)length]
        : [(byte)(code8 + 1), .. BigEndian(length, 2)];

    private static byte[] BigEndian(long value, int width) =>
        Enumerable.Range(1, width).Select(i => unchecked((byte)(value >> (8 * (width - i))))).ToArray();
}

/// <summary>Bytes to be written as they are.</summary>
internal sealed record Raw(params byte[] Bytes);
