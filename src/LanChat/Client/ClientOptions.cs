using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.Client;

/// <summary>What the command line says; null or empty where it is silent.</summary>
internal sealed record GivenOptions
{
    public string? Profile { get; init; }

    public bool IsEphemeral { get; init; }

    public string? Nick { get; init; }

    public ImmutableArray<string> Rooms { get; init; } = [];

    public string? Network { get; init; }

    public string? Relay { get; init; }

    public bool NoRelay { get; init; }

    public string? RelayToken { get; init; }

    public ImmutableArray<string> Peers { get; init; } = [];

    public int? Port { get; init; }

    public int? DiscoveryPort { get; init; }

    public string? Bind { get; init; }

    public bool NoDiscovery { get; init; }

    public bool AllowFaults { get; init; }

    public string? LogFile { get; init; }

    public string? LogLevel { get; init; }
}

/// <summary>
/// What a client runs with: an option beats its environment variable LANCHAT_…, which beats the profile's settings.json. Built once and
/// valid once built.
/// </summary>
internal sealed record ClientOptions
{
    /// <summary>Prefix of the environment variables.</summary>
    public const string EnvironmentPrefix = "LANCHAT_";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> Variables =
    [
        .. ((string[])[
            "PROFILE", "EPHEMERAL", "NICK", "ROOM", "NETWORK", "RELAY", "NO_RELAY", "RELAY_TOKEN", "PEER", "PORT", "DISCOVERY_PORT", "BIND", "NO_DISCOVERY",
            "ALLOW_FAULTS", "LOG_FILE", "LOG_LEVEL",
        ]).Select(name => EnvironmentPrefix + name),
    ];

    public required ProfileFolder Profile { get; init; }

    public required bool IsEphemeral { get; init; }

    public required string Nick { get; init; }

    /// <summary>Whether the user chose the nickname; if not, one that the profile had before stays.</summary>
    public bool IsNickGiven { get; init; }

    /// <summary>Rooms named by option or environment; they replace #lobby. Empty for none.</summary>
    public required ImmutableArray<string> Rooms { get; init; }

    public required string Network { get; init; }

    public RelayTarget? Relay { get; init; }

    public required bool UseRelays { get; init; }

    public required string RelayToken { get; init; }

    public required ImmutableArray<PeerTarget> Peers { get; init; }

    public required int Port { get; init; }

    public required int DiscoveryPort { get; init; }

    /// <summary>The one address to speak and be found from; null for all.</summary>
    public IPAddress? Bind { get; init; }

    public required bool IsDiscoveryEnabled { get; init; }

    public required bool AllowFaults { get; init; }

    public string? LogFile { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required ProfileSettings Settings { get; init; }

    /// <summary>The room that text goes to when none is named.</summary>
    public string CurrentRoom => Rooms.IsEmpty ? "#lobby" : Rooms[0];

    /// <summary>Puts options, environment and settings together.</summary>
    /// <exception cref="UsageException">Something is not allowed; the message says what is.</exception>
    public static ClientOptions Resolve(GivenOptions given, Func<string, string?> environment)
    {
        string? Env(string name) => environment(EnvironmentPrefix + name) is { Length: > 0 } value ? value : null;
        bool Flag(bool option, string name, bool? setting) => option || (Env(name) is { } text ? IsYes(text) : setting ?? false);
        ImmutableArray<string> Many(ImmutableArray<string> option, string name, ImmutableArray<string>? setting) =>
            !option.IsEmpty ? option : Env(name) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : setting ?? [];

        var isEphemeral = given.IsEphemeral || (given.Profile is null && Env("EPHEMERAL") is { } ephemeral && IsYes(ephemeral));
        var folder = isEphemeral
            ? new ProfileFolder(Path.Combine(Path.GetTempPath(), "lanchat-" + Guid.NewGuid().ToString("N")[..12]))
            : (given.Profile ?? Env("PROFILE")) is { } path ? new ProfileFolder(FullPath(path)) : ProfileFolder.Default();
        var settings = LoadSettings(folder);
        var rooms = Many(given.Rooms, "ROOM", settings.Rooms);
        foreach (var room in rooms)
        {
            if (!RoomNames.TryFold(room, out _, out var problem)) throw new UsageException(problem);
        }

        var network = given.Network ?? Env("NETWORK") ?? settings.Network ?? "lan";
        if (!Networks.IsValid(network, out var networkProblem)) throw new UsageException(networkProblem);
        var chosen = given.Nick ?? Env("NICK") ?? settings.Nick;
        var nick = chosen ?? LoginName();
        if (!Nicknames.IsValid(nick, out var nickProblem)) throw new UsageException(nickProblem);
        var relay = given.Relay ?? Env("RELAY") ?? settings.Relay;
        return new ClientOptions
        {
            Profile = folder,
            IsEphemeral = isEphemeral,
            Nick = nick,
            IsNickGiven = chosen is not null,
            Rooms = rooms,
            Network = network,
            Relay = relay is null ? null : Addresses.ParseRelay(relay),
            UseRelays = !Flag(given.NoRelay, "NO_RELAY", settings.NoRelay),
            RelayToken = given.RelayToken ?? Env("RELAY_TOKEN") ?? settings.RelayToken ?? "",
            Peers = [.. Many(given.Peers, "PEER", settings.Peers).Select(Addresses.ParsePeer)],
            Port = PortOf("--port", given.Port ?? Number("PORT", Env("PORT")) ?? settings.Port ?? 0, 0),
            DiscoveryPort = PortOf(
                "--discovery-port", given.DiscoveryPort ?? Number("DISCOVERY_PORT", Env("DISCOVERY_PORT")) ?? settings.DiscoveryPort ?? PeerNodeOptions.DefaultDiscoveryPort, 1),
            Bind = (given.Bind ?? Env("BIND")) is { } bind ? Addresses.ParseBind(bind) : null,
            IsDiscoveryEnabled = !Flag(given.NoDiscovery, "NO_DISCOVERY", settings.NoDiscovery),
            AllowFaults = Flag(given.AllowFaults, "ALLOW_FAULTS", null),
            LogFile = given.LogFile ?? Env("LOG_FILE") ?? settings.LogFile,
            LogLevel = Log.ParseLevel(given.LogLevel ?? Env("LOG_LEVEL") ?? settings.LogLevel ?? "warning"),
            Settings = settings,
        };
    }

    private static ProfileSettings LoadSettings(ProfileFolder folder)
    {
        try
        {
            var settings = ProfileSettings.Load(folder.Settings);
            if (settings.RetentionDays is < 1 or > PeerNodeOptions.MaxRetentionDays)
            {
                throw new UsageException(
                    $"{folder.Settings}: retentionDays is {settings.RetentionDays}, but has to be from 1 to {PeerNodeOptions.MaxRetentionDays}; leave it out to keep all.");
            }

            if (settings.RetentionMegabytes is < 1)
            {
                throw new UsageException(
                    $"{folder.Settings}: retentionMegabytes is {settings.RetentionMegabytes}, but has to be at least 1; leave it out to keep all.");
            }

            return settings;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }
    }

    private static string FullPath(string path) =>
        path.Trim().Length > 0 ? Path.GetFullPath(path) : throw new UsageException("--profile is empty; it takes the path of a folder.");

    private static bool IsYes(string text) => text is not ("0" or "false" or "no");

    private static int? Number(string name, string? text)
    {
        if (text is null) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"{EnvironmentPrefix}{name} is '{text}', but has to be a number.");
    }

    private static int PortOf(string option, int port, int least) =>
        port >= least && port <= 65535 ? port : throw new UsageException($"{option} is {port}, but has to be a port from {least} to 65535.");

    /// <summary>The login name, cut down to what a nickname may be; some systems put a domain before it.</summary>
    private static string LoginName()
    {
        var name = Environment.UserName.Split('\\', '/')[^1].Trim().TrimStart('#', '@', '/');
        return Nicknames.IsValid(name, out _) ? name : "guest";
    }
}

/// <summary>The command line asks for something that is not allowed: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
