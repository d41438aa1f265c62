using System.Text.Json;

namespace Standins.Tests.Fuzz;

/// <summary>The datagrams that were captured from the original, those that the capture holds in full.</summary>
internal static class CapturedDatagrams
{
    public static IReadOnlyList<byte[]> Read()
    {
        string path = Directory.EnumerateFiles(AppContext.BaseDirectory, "litenetlib-vectors.json", SearchOption.AllDirectories).First();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. from scenario in document.RootElement.GetProperty("scenarios").EnumerateArray()
               from packet in scenario.GetProperty("packets").EnumerateArray()
               let hex = packet.TryGetProperty("hex", out JsonElement value) ? value.GetString()! : ""
               where hex.Length > 0 && hex.All(char.IsAsciiHexDigit)
               select Convert.FromHexString(hex),
        ];
    }
}
