using System.Globalization;

namespace Standins.Tests.MessagePack;

/// <summary>
/// What the original was seen to do, one row per observation: the kind (W writes, R reads contiguous memory, Rsplit reads one-byte
/// segments), what was called with which input, and what came of it.
/// </summary>
internal static class RecordedBehaviour
{
    private const int ShownBytes = 24;

    public static IEnumerable<TheoryDataRow<string, string>> Rows(string kind) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "MessagePack", "messagepack-behaviour.tsv"))
        let columns = line.Split('\t')
        where columns[0] == kind
        select columns.Length == 3 ? new TheoryDataRow<string, string>(columns[1], columns[2]) : new TheoryDataRow<string, string>("", columns[1]);

    /// <summary>Bytes as the rows show them: hexadecimal, long ones by their first bytes and their length.</summary>
    public static string Show(ReadOnlySpan<byte> bytes) => bytes.Length <= ShownBytes
        ? Convert.ToHexStringLower(bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bytes[..ShownBytes])}.. len={bytes.Length}");

    /// <summary>An exception as the rows show it.</summary>
    public static string Show(Exception thrown) =>
        $"throws {thrown.GetType().Name}" + (thrown.InnerException is null ? "" : $"({thrown.InnerException.GetType().Name})");

    /// <summary>Text as the rows show it: quoted, what is not ASCII escaped.</summary>
    public static string Show(string text) =>
        $"\"{string.Concat(text.Select(unit => unit < 0x7f ? unit.ToString() : $"\\u{(int)unit:x4}"))}\"";
}
