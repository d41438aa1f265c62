using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LanChat.Standins.Tests.LiteNetLib;

/// <summary>One conversation captured from the original.</summary>
internal sealed record Scenario(string Name, IReadOnlyList<string> Facts, IReadOnlyList<CapturedPacket> Packets)
{
    public static readonly IReadOnlyDictionary<string, Scenario> All = Load();

    private static Dictionary<string, Scenario> Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Transport", "litenetlib-vectors.json"));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("scenarios").EnumerateArray().Select(Read).ToDictionary(scenario => scenario.Name);
    }

    private static Scenario Read(JsonElement element) => new(
        element.GetProperty("name").GetString()!,
        [.. element.GetProperty("facts").EnumerateArray().Select(fact => fact.GetString()!)],
        [.. element.GetProperty("packets").EnumerateArray().Select(CapturedPacket.Read)]);
}

/// <summary>One datagram of a conversation.</summary>
/// <param name="Direction">Who sent it, e.g. "c>s" or ">mediator".</param>
/// <param name="Note">What it is, in words.</param>
/// <param name="Bytes">The datagram.</param>
/// <param name="IsDropped">Whether it was kept from arriving.</param>
internal sealed partial record CapturedPacket(string Direction, string Note, byte[] Bytes, bool IsDropped)
{
    private const string Gap = "..";

    public static CapturedPacket Read(JsonElement element)
    {
        string hex = element.GetProperty("hex").GetString()!;
        int? length = element.TryGetProperty("len", out var value) ? value.GetInt32() : null;
        bool isDropped = element.TryGetProperty("dropped", out var dropped) && dropped.GetBoolean();
        string note = element.GetProperty("note").GetString()!;
        byte[] bytes = Decode(hex, length);
        if (length != null)
            RestoreParts(bytes, note);
        return new CapturedPacket(element.GetProperty("dir").GetString()!, note, bytes, isDropped);
    }

    [GeneratedRegex(@"parts=(?:(\d+)\+?)+")]
    private static partial Regex Parts();

    /// <summary>The lengths of a group's later parts may lie in the gap; the note names them.</summary>
    private static void RestoreParts(byte[] bytes, string note)
    {
        int position = 4;
        foreach (Capture part in Parts().Match(note).Groups[1].Captures)
        {
            ushort size = ushort.Parse(part.Value, CultureInfo.InvariantCulture);
            BitConverter.TryWriteBytes(bytes.AsSpan(position), size);
            position += sizeof(ushort) + size;
        }
    }

    /// <summary>Long datagrams are shortened in the middle, where one byte repeats.</summary>
    private static byte[] Decode(string hex, int? length)
    {
        int gap = hex.IndexOf(Gap, StringComparison.Ordinal);
        if (gap < 0)
            return Convert.FromHexString(hex);
        byte[] head = Convert.FromHexString(hex[..gap]);
        byte[] tail = Convert.FromHexString(hex[(gap + Gap.Length)..]);
        byte[] whole = new byte[length!.Value];
        Array.Fill(whole, head[^1]);
        head.CopyTo(whole, 0);
        tail.CopyTo(whole, whole.Length - tail.Length);
        return whole;
    }
}
