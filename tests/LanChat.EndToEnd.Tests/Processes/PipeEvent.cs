using System.Globalization;
using System.Text.Json;

namespace LanChat.EndToEnd.Tests;

/// <summary>One event of <c>lanchat pipe</c>, read by the contract's field names.</summary>
/// <param name="Json">The whole object.</param>
internal sealed record PipeEvent(JsonElement Json)
{
    public string Name => this["event"];

    public DateTime Time => TimeIn("time");

    /// <summary>When its author wrote a message.</summary>
    public DateTime SentAt => TimeIn("sentAt");

    /// <summary>A text field; empty when null or absent.</summary>
    public string this[string field] => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public long? Number(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    public bool Flag(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    private DateTime TimeIn(string field) => DateTime.Parse(this[field], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    public static PipeEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new PipeEvent(document.RootElement.Clone());
    }
}
