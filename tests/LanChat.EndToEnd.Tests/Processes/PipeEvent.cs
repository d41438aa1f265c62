using System.Globalization;
using System.Text.Json;

namespace LanChat.EndToEnd.Tests;

/// <summary>One event of <c>lanchat pipe</c>, read by the contract's field names.</summary>
/// <param name="Json">The whole object.</param>
internal sealed record PipeEvent(JsonElement Json)
{
    public string Name => this["event"];

    public DateTime Time => DateTime.Parse(this["time"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    /// <summary>A text field; empty when null or absent.</summary>
    public string this[string field] => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public long? Number(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    public bool Flag(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    public static PipeEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new PipeEvent(document.RootElement.Clone());
    }
}
