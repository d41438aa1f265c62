using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LanChat.Storage;

namespace LanChat.Relay;

/// <summary>One setting: its name as an option, what it takes, and what it is for.</summary>
/// <param name="Name">As typed behind <c>--</c>; upper-case with underscores behind <c>LANCHAT_RELAY_</c> in the environment.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Help">One line, with the default and an example.</param>
internal sealed record Setting(string Name, SettingKind Kind, string Help)
{
    /// <summary>The environment variable.</summary>
    public string Variable => "LANCHAT_RELAY_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>The property in a JSON file.</summary>
    public string Property => string.Concat(Name.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}

/// <summary>What a setting takes.</summary>
internal enum SettingKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number from 0.</summary>
    Number,

    /// <summary>Nothing, or true or false.</summary>
    Switch,
}

/// <summary>
/// The settings of one run: an option beats its environment variable, which beats the JSON file (<c>--config</c>, else <c>relay.json</c> in the
/// data folder if there is one), which beats the default.
/// </summary>
internal sealed class RelaySettings
{
    /// <summary>All there are.</summary>
    public static readonly ImmutableArray<Setting> All =
    [
        new("port", SettingKind.Number, "UDP port; 0 takes a free one. Default 42043. Example: --port 5000"),
        new("bind", SettingKind.Text, "Address to listen on. Default: all. Example: --bind 192.168.1.10"),
        new("data", SettingKind.Text, "Folder of the identity and the log. Default: lanchat-relay in the application-data folder. Example: --data /var/lib/lanchat-relay"),
        new("config", SettingKind.Text, "A JSON file of these settings, as {\"maxClients\": 200}. Default: relay.json in the data folder. Example: --config relay.json"),
        new("name", SettingKind.Text, "What clients see the relay called. Default: relay. Example: --name office"),
        new("token", SettingKind.Text, "A secret that clients must bring (--relay-token). Default: open to everybody. Example: --token sesame"),
        new("network", SettingKind.Text, "The network whose public rooms the console knows by name. Default: lan. Example: --network club"),
        new("http", SettingKind.Text, "Serve /healthz and /metrics there. Default: not at all. Example: --http 127.0.0.1:9143"),
        new("no-discovery", SettingKind.Switch, "Do not answer clients that look for a relay on the LAN. Example: --no-discovery"),
        new("discovery-port", SettingKind.Number, "The UDP port of discovery. Default 42042. Example: --discovery-port 5001"),
        new("json", SettingKind.Switch, "One JSON object per line on stdout. Example: --json"),
        new("max-clients", SettingKind.Number, "Connections in total. Default 1000. Example: --max-clients 200"),
        new("max-rooms", SettingKind.Number, "Rooms per client. Default 256. Example: --max-rooms 50"),
        new("max-failures", SettingKind.Number, "Failed handshakes per address at once; one more each 3 s. Default 20. Example: --max-failures 5"),
        new("entries-per-second", SettingKind.Number, "Messages a second and client. Default 200. Example: --entries-per-second 20"),
        new("entries-burst", SettingKind.Number, "Messages a client may send at once. Default 1000. Example: --entries-burst 100"),
        new("bytes-per-second", SettingKind.Number, "Bytes of messages a second and client. Default 8388608. Example: --bytes-per-second 1000000"),
        new("room-bytes", SettingKind.Number, "Bytes kept per room; beyond it the oldest go. Default 268435456. Example: --room-bytes 10000000"),
        new("forward-bytes-per-second", SettingKind.Number, "Bytes a second passed from one client to others. Default 4194304. Example: --forward-bytes-per-second 500000"),
        new("client-queue-bytes", SettingKind.Number, "Bytes under way to a client before it catches up from the log. Default 1048576. Example: --client-queue-bytes 500000"),
    ];

    private readonly Dictionary<string, string> _values = [];

    private RelaySettings()
    {
    }

    /// <summary>Settles what applies.</summary>
    /// <param name="options">What the command line says, by name.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="FormatException">A value does not fit; the message says where it stands and what does.</exception>
    public static RelaySettings Settle(IReadOnlyDictionary<string, string> options, Func<string, string?> environment)
    {
        var settings = new RelaySettings();
        foreach (var setting in All)
        {
            if (options.TryGetValue(setting.Name, out var given)) settings.Set(setting, given, "--" + setting.Name);
            else if (environment(setting.Variable) is { Length: > 0 } variable) settings.Set(setting, variable, setting.Variable);
        }
        settings.ReadFile();
        return settings;
    }

    /// <summary>The data folder.</summary>
    public string Data => Path.GetFullPath(Text("data") ?? ProfileFolder.Default("lanchat-relay").Path);

    /// <summary>A text; null when it is not set.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>A number.</summary>
    public long Number(string name, long otherwise) => Text(name) is { } value ? long.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A switch.</summary>
    public bool Is(string name) => Text(name) == "true";

    private void Set(Setting setting, string value, string where)
    {
        var text = setting.Kind == SettingKind.Switch ? value switch
        {
            "true" or "1" or "yes" => "true",
            "false" or "0" or "no" => "false",
            _ => throw new FormatException($"{where} is '{value}': it takes true or false."),
        } : value;
        if (setting.Kind == SettingKind.Number && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue * 1024L))
            throw new FormatException($"{where} is '{value}': it takes a whole number from 0 on.");
        _values.TryAdd(setting.Name, text);
    }

    private void ReadFile()
    {
        var path = Text("config") ?? Path.Combine(Data, "relay.json");
        if (!File.Exists(path))
        {
            if (Text("config") is not null) throw new FormatException($"There is no file {path}. Give --config the path of a JSON file.");
            return;
        }
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            foreach (var property in json.RootElement.EnumerateObject())
            {
                var setting = All.FirstOrDefault(setting => setting.Property == property.Name && setting.Name is not "config" and not "data")
                    ?? throw new FormatException($"{path}: there is no setting '{property.Name}'. --help lists them; here max-clients is written maxClients.");
                Set(setting, property.Value.ToString() is var text && setting.Kind == SettingKind.Switch ? text.ToLowerInvariant() : text, $"{path}: {property.Name}");
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{path} is not a JSON object of settings: {wrong.Message}", wrong);
        }
    }
}
