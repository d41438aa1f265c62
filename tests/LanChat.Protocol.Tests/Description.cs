using System.Collections;
using System.Globalization;
using System.Net;

namespace LanChat.Protocol.Tests;

/// <summary>Any record of the protocol as text, so that two of them can be compared field by field.</summary>
internal static class Description
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        IPEndPoint endPoint => endPoint.ToString(),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Of))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        PeerId or RoomId or EntryHash => value.ToString()!,
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Properties(value))} }}",
    };

    private static IEnumerable<string> Properties(object value) => value.GetType().GetProperties()
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetMethod!.IsStatic == false
            && property.Name != "EqualityContract")
        .Select(property => $"{property.Name} = {Of(property.GetValue(value))}");
}
