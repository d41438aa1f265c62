using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LanChat.Storage;

/// <summary>
/// A profile's <c>settings.json</c>. Null means not set: an option given at the start or its environment variable comes first, a built-in default
/// last. What this version does not know is kept when the file is written again.
/// </summary>
public sealed record ProfileSettings
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Nickname.</summary>
    public string? Nick { get; init; }

    /// <summary>Rooms to take part in from the start.</summary>
    public ImmutableArray<string>? Rooms { get; init; }

    /// <summary>The network that scopes public rooms.</summary>
    public string? Network { get; init; }

    /// <summary><c>HOST[:PORT][#FINGERPRINT]</c>.</summary>
    public string? Relay { get; init; }

    /// <summary>What a relay asks for before it lets anybody in.</summary>
    public string? RelayToken { get; init; }

    /// <summary>Use no relay, not even one found on the LAN.</summary>
    public bool? NoRelay { get; init; }

    /// <summary>Addresses to try, <c>HOST[:PORT]</c>.</summary>
    public ImmutableArray<string>? Peers { get; init; }

    /// <summary>Link port, 1 to 65535.</summary>
    public int? Port { get; init; }

    /// <summary>Discovery port, 1 to 65535.</summary>
    public int? DiscoveryPort { get; init; }

    /// <summary>Send and answer no beacons.</summary>
    public bool? NoDiscovery { get; init; }

    /// <summary>Where the log goes.</summary>
    public string? LogFile { get; init; }

    /// <summary>debug, information, warning, error or none.</summary>
    public string? LogLevel { get; init; }

    /// <summary>dark, light or terminal.</summary>
    public string? Theme { get; init; }

    /// <summary>Per room label: all, mentions or none.</summary>
    public ImmutableDictionary<string, string>? Notify { get; init; }

    /// <summary>How many days of history a room keeps; null for all.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>How many megabytes (2²⁰ bytes) of history a room keeps; null for all.</summary>
    public int? RetentionMegabytes { get; init; }

    /// <summary>What this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Reads the file; all null when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood; the message names the line and what to do. The file stays as it is.</exception>
    public static ProfileSettings Load(string path)
    {
        if (!File.Exists(path)) return new ProfileSettings();
        try
        {
            return JsonSerializer.Deserialize<ProfileSettings>(File.ReadAllBytes(path), Json) ?? new ProfileSettings();
        }
        catch (JsonException wrong)
        {
            var where = wrong.LineNumber is { } line ? $", line {line + 1}" : "";
            var what = string.IsNullOrEmpty(wrong.Path) || wrong.Path == "$" ? "it is no JSON object" : $"the value of {wrong.Path.TrimStart('$', '.')} does not fit";
            throw new InvalidDataException($"{path}{where}: {what}. Correct it, or move the file away to begin with the defaults.", wrong);
        }
    }

    /// <summary>Writes the file in one step.</summary>
    public void Save(string path) => PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));
}
