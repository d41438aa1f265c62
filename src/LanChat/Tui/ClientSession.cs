using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using LanChat.Client;
using LanChat.Core;
using LanChat.Doctor;
using LanChat.Net;
using LanChat.Storage;

namespace LanChat.Tui;

/// <summary>The client of this process as the screen sees it.</summary>
internal sealed class ClientSession : IChatSession, IDisposable
{
    /// <summary>Others say hello every five seconds, a fifth more or less: this long hears each of them once.</summary>
    private static readonly TimeSpan ProbeFor = TimeSpan.FromSeconds(6.2);

    private readonly ChatClient _client;
    private readonly ChannelReader<Told> _events;
    private readonly ConcurrentQueue<Heard> _own = new();
    private readonly SemaphoreSlim _drained = new(0, 1);
    private readonly Lock _gate = new();
    private ProfileSettings _settings;
    private Task _saved = Task.CompletedTask;
    private Heard? _ready;

    /// <summary>Listens to a client from now on.</summary>
    public ClientSession(ChatClient client)
    {
        _client = client;
        _settings = client.Options.Settings;
        _events = client.Subscribe();
        _ready = client.Ready is { } ready ? new Heard(ready, 0) : null;
        if (client.Store.Notice is { } notice) Warn("history", notice);
        if (client.Options.IsDiscoveryEnabled && !client.IsListening)
        {
            Warn("discovery-port", $"UDP port {client.Options.DiscoveryPort} is held by another program: this client does not hear who greets. /doctor says more.");
        }

        Watching = WatchAsync();
    }

    /// <inheritdoc/>
    public event Action? Arrived;

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <summary>Ends with the client.</summary>
    public Task Watching { get; }

    /// <inheritdoc/>
    public string Seeks => _client.Options.IsDiscoveryEnabled
        ? $"Looking for people of the network {_client.Options.Network} on every LAN of this computer, UDP port {_client.Options.DiscoveryPort} …"
        : "Discovery is switched off: only relays and addresses given with --peer are tried …";

    /// <inheritdoc/>
    public long Post(ChatCommand command) => _client.Post(command);

    /// <inheritdoc/>
    public bool TryTake(out Heard heard)
    {
        if (_ready is { } ready)
        {
            (heard, _ready) = (ready, null);
            return true;
        }

        if (_own.TryDequeue(out heard))
        {
            return true;
        }

        if (_events.TryRead(out Told told))
        {
            heard = new Heard(told.Event, told.Tag);
            return true;
        }

        heard = default;
        lock (_gate)
        {
            if (_drained.CurrentCount == 0)
            {
                _drained.Release();
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public string? Setting(string name) => name switch
    {
        "theme" => _settings.Theme,
        "relay" => _settings.Relay,
        _ when name.StartsWith("notify", StringComparison.Ordinal) => _settings.Notify?.GetValueOrDefault(name["notify".Length..].Trim()),
        _ => null,
    };

    /// <inheritdoc/>
    public void Keep(string name, string value)
    {
        lock (_gate)
        {
            _settings = name switch
            {
                "theme" => _settings with { Theme = value },
                "relay" => _settings with { Relay = value },
                _ => _settings with
                {
                    Notify = (_settings.Notify ?? ImmutableDictionary<string, string>.Empty).SetItem(name["notify".Length..].Trim(), value),
                },
            };
            ProfileSettings settings = _settings;
            string path = _client.Options.Profile.Settings;
            _saved = _saved.ContinueWith(_ => Save(settings, path), TaskScheduler.Default);
        }
    }

    private void Save(ProfileSettings settings, string path)
    {
        try
        {
            settings.Save(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn("settings", $"The setting holds until you quit; it could not be kept in {path}: {error.Message}");
            Arrived?.Invoke();
        }
    }

    /// <summary>Tells what the program knows and the core does not.</summary>
    private void Warn(string code, string text) => _own.Enqueue(new Heard(new WarningEvent(code, text, Protocol.PeerId.None), 0));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DoctorAsync(Circumstances circumstances, CancellationToken cancellationToken)
    {
        ClientOptions options = _client.Options;
        ProbeReport report = await NetworkProbe.RunAsync(
            new ProbeRequest(options.DiscoveryPort, options.Network, []), ProbeFor, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Finding> findings = Diagnosis.Of(new Examination
        {
            Probe = report,
            DiscoveryPort = options.DiscoveryPort,
            PortOwner = report.IsDiscoveryPortShared ? null : PortOwner.Find(options.DiscoveryPort),
            Linked = [.. circumstances.Peers.Select(peer =>
                new LinkedPeer(peer.PeerId.ToString(), peer.Nick, peer.Path.ToString().ToLowerInvariant(), peer.Address))],
            Relays = [.. circumstances.Relays.Select(relay => new RelayWord(relay.State.ToString().ToLowerInvariant(), relay.Address, relay.Reason))],
            Warnings = [.. circumstances.Warnings.Select(warning => new WarningWord(warning.Code, warning.Text))],
        });
        var lines = new List<string>();
        if (!options.IsDiscoveryEnabled)
        {
            lines.Add("Discovery is switched off: nobody is looked for. Start without --no-discovery.");
        }

        lines.AddRange(findings.Select((finding, at) => $"{at + 1}. {finding.Evidence}\n   What to do: {finding.Remedy}"));
        return lines.Count > 0 ? lines : [$"Nothing is wrong: {circumstances.Peers.Count} people are reached."];
    }

    /// <inheritdoc/>
    public async Task<string> SaveAsync(string room, string? file, IReadOnlyList<MessageView> messages, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(file ?? room.TrimStart('#', '@') + ".log");
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already; give another name: /log FILE");
        }

        var text = new StringBuilder();
        foreach (MessageView message in messages)
        {
            string time = message.SentAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            text.Append(time).Append(message.Kind == "me" ? $" * {message.Nick} " : $" {message.Nick}: ").Append(message.Text).Append('\n');
        }

        await File.WriteAllTextAsync(path, text.ToString(), cancellationToken);
        return $"{messages.Count} messages of {room} are in {path}";
    }

    /// <summary>Waits for settings still being written.</summary>
    public void Dispose()
    {
        _client.Unsubscribe(_events);
        _saved.Wait(TimeSpan.FromSeconds(2));
        _drained.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (await _events.WaitToReadAsync().ConfigureAwait(false))
            {
                Arrived?.Invoke();
                await _drained.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (ClientException)
        {
            // The screen fell too far behind: there is nothing left to show.
        }

        IsOver = true;
        Arrived?.Invoke();
    }
}
