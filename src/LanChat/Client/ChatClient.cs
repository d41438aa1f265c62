using System.Collections.Concurrent;
using System.Threading.Channels;
using LanChat.Core;
using LanChat.Net;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.Client;

/// <summary>
/// A client without a face: a profile, its lock, its store and the node on its sockets. Whoever shows it subscribes to its events and
/// gives it commands; several may at once.
/// </summary>
internal sealed class ChatClient : IAsyncDisposable
{
    /// <summary>
    /// Events a subscriber may lag behind; beyond it the subscription ends rather than the memory grow. A long history comes in seconds, which
    /// a reader at the other end of a pipe need not keep up with.
    /// </summary>
    private const int MaxLag = 1024 * 1024;

    /// <summary>Relays and warnings remembered for those who come later; further ones are told, not remembered.</summary>
    private const int MaxStanding = 64;

    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(8);

    /// <summary>How long after that the runtime goes on compiling what is used, for which it takes memory of the C library's.</summary>
    private static readonly TimeSpan CompilingTime = TimeSpan.FromSeconds(22);

    private readonly ProfileLock _lock;
    private readonly Lock _gate = new();
    private readonly List<Channel<Told>> _subscribers = [];
    private readonly CancellationTokenSource _stopped = new();
    private PeerHost? _host;
    private long _lastTag;
    private readonly Dictionary<string, Told> _standing = new();
    private readonly ConcurrentDictionary<long, string> _renamings = new();
    private ReadyEvent? _ready;

    private ChatClient(ClientOptions options, ProfileLock profileLock, PeerIdentity identity, PeerStore store)
    {
        Options = options;
        _lock = profileLock;
        Identity = identity;
        Store = store;
    }

    public ClientOptions Options { get; }

    public PeerIdentity Identity { get; }

    public PeerStore Store { get; }

    /// <summary>The port links come in on.</summary>
    public int Port => _host!.Port;

    /// <summary>How often something was dropped or came anew, by name.</summary>
    public IReadOnlyDictionary<string, long> Counters => _host!.Counters;

    /// <summary>Whether beacons are heard.</summary>
    public bool IsListening => _host!.IsListening;

    /// <summary>Ends when the client has quit, or fails with what ended it.</summary>
    public Task Completion => _host!.Completion;

    /// <summary>The ready event with the nickname of now, for those who come later.</summary>
    public ReadyEvent? Ready => Volatile.Read(ref _ready);

    /// <summary>What still holds of what was told: each relay's last state and each warning, for those who come later.</summary>
    public IReadOnlyList<Told> Standing
    {
        get
        {
            lock (_gate) return [.. _standing.Values];
        }
    }

    /// <summary>Takes the profile and starts the client.</summary>
    /// <exception cref="ClientException">It cannot; the message says why and what to do.</exception>
    public static ChatClient Open(ClientOptions options, bool hasSockets = true)
    {
        var client = Open(options, out var events, hasSockets);
        client.Unsubscribe(events);
        return client;
    }

    /// <summary>The same, for who wants every event from the first one on.</summary>
    public static ChatClient Open(ClientOptions options, out ChannelReader<Told> events, bool hasSockets = true)
    {
        if (RoomNames.SelfCheck() is { } problem) throw new ClientException(ExitCodes.Failed, problem);
        var profileLock = TakeProfile(options.Profile);
        if (hasSockets) PeerHost.Rehearse();
        PeerStore? store = null;
        var crypto = new P256Cryptography();
        try
        {
            var isNew = !File.Exists(options.Profile.Identity);
            var identity = IdentityFile.LoadOrCreate(options.Profile.Identity, crypto, new SystemRandomSource(), DateTimeOffset.UtcNow);
            store = PeerStore.Open(options.Profile.History, DateTimeOffset.UtcNow);
            var client = new ChatClient(options, profileLock, identity, store);
            events = client.Subscribe();
            client.Start(isNew, hasSockets);
            return client;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Abandon(options, profileLock, store);
            throw new ClientException(ExitCodes.Failed, $"The profile {options.Profile.Path} cannot be used: {error.Message}");
        }
        catch (ClientException)
        {
            Abandon(options, profileLock, store);
            throw;
        }
    }

    private static void Abandon(ClientOptions options, ProfileLock profileLock, PeerStore? store)
    {
        store?.Dispose();
        profileLock.Dispose();
        DiscardProfile(options);
    }

    /// <summary>What a profile's owner is called: as given now, else as before, else by the login name.</summary>
    public static string NickOf(ClientOptions options, PeerId self, PeerStore store)
    {
        if (options.IsNickGiven) return options.Nick;
        using var crypto = new P256Cryptography();
        foreach (var encoded in store.Snapshot.Profiles)
        {
            if (Profile.TryDecode(encoded, crypto, out var profile, out _) && profile.Id == self) return profile.Nick;
        }

        return options.Nick;
    }

    /// <summary>Takes the profile's lock.</summary>
    /// <exception cref="ClientException">Another process has it.</exception>
    public static ProfileLock TakeProfile(ProfileFolder folder)
    {
        try
        {
            folder.Create();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCodes.Failed, $"The profile folder {folder.Path} cannot be made ({error.Message}); give another one with --profile.");
        }

        try
        {
            return ProfileLock.TryTake(folder.Path, out var owner) ?? throw new ClientException(
                ExitCodes.ProfileInUse, $"The profile {folder.Path} is in use by {owner ?? "another process"}; close that one, or use --profile DIR or --ephemeral.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(
                ExitCodes.Failed, $"The profile {folder.Path} cannot be written to ({error.Message}); see to its rights and space, or use --profile DIR or --ephemeral.");
        }
    }

    /// <summary>Everything told from now on. Ends when the client has quit or the reader has fallen too far behind.</summary>
    public ChannelReader<Told> Subscribe()
    {
        var channel = Channel.CreateBounded<Told>(new BoundedChannelOptions(MaxLag) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        lock (_gate) _subscribers.Add(channel);
        return channel.Reader;
    }

    public void Unsubscribe(ChannelReader<Told> reader)
    {
        lock (_gate) _subscribers.RemoveAll(s => s.Reader == reader);
    }

    /// <summary>Gives a command; the tag returned comes with the events that answer it.</summary>
    public long Post(ChatCommand command)
    {
        var tag = Interlocked.Increment(ref _lastTag);
        Post(command, tag);
        return tag;
    }

    /// <summary>A tag that no other command has.</summary>
    public long NewTag() => Interlocked.Increment(ref _lastTag);

    public void Post(ChatCommand command, long tag)
    {
        if (command is NickCommand renaming) _renamings[tag] = renaming.Nick;
        _host!.Post(command, tag, Options.Network);
    }

    /// <summary>Says bye to all and waits until that is done.</summary>
    public async Task QuitAsync()
    {
        Post(new QuitCommand());
        await Completion.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync().ConfigureAwait(false);
        CompleteAll();
        _lock.Dispose();
        await _stopped.CancelAsync().ConfigureAwait(false);
        DiscardProfile(Options);
    }

    private void Start(bool isNew, bool hasSockets)
    {
        var sockets = new NodeDriverOptions(Options.Port, Options.Bind, Options.DiscoveryPort, Options.IsDiscoveryEnabled && hasSockets, Options.AllowFaults);
        _host = PeerHost.TryStart(sockets, (port, nonce) => NodeOptions(port, nonce, isNew, hasSockets), Store, Store.Snapshot, Take)
            ?? throw new ClientException(ExitCodes.Failed, (Options.Port, Options.Bind) switch
            {
                (0, { } address) => $"{address} is no address of this machine; give another one with --bind, or none to speak from all.",
                (_, { } address) => $"UDP port {Options.Port} of {address} is taken, or is not of this machine; give another --port or --bind, or none.",
                _ => $"UDP port {Options.Port} is taken by another program; give another one with --port, or none for the first free one.",
            });
        _ = _host.Completion.ContinueWith(_ => CompleteAll(), TaskScheduler.Default);
    }

    private PeerNodeOptions NodeOptions(int port, UInt128 nonce, bool isNew, bool hasSockets) => new()
    {
        Identity = Identity,
        Nick = NickOf(Options, Identity.Id, Store),
        Network = Options.Network,
        InstanceNonce = nonce,
        LinkPort = port,
        DiscoveryPort = Options.DiscoveryPort,
        IsDiscoveryEnabled = Options.IsDiscoveryEnabled && hasSockets,
        UseRelays = Options.UseRelays && hasSockets,
        Relay = hasSockets ? Options.Relay : null,
        RelayToken = Options.RelayToken,
        Peers = hasSockets ? Options.Peers : [],
        AllowFaults = Options.AllowFaults,
        Rooms = Options.Rooms.IsEmpty && Store.Snapshot.Rooms.Count == 0 ? ["#lobby"] : Options.Rooms,
        IsNewIdentity = isNew,
        RetentionDays = Options.Settings.RetentionDays,
        RetentionBytesPerRoom = Options.Settings.RetentionMegabytes * 1024L * 1024L,
    };

    private void Take(ChatEvent happened, long tag)
    {
        if (happened is ReadyEvent ready)
        {
            Volatile.Write(ref _ready, ready);
            _ = Task.Run(TidyUpAsync);
        }
        else if (happened is DoneEvent or ErrorEvent && _renamings.TryRemove(tag, out var nick) && happened is DoneEvent)
        {
            // Before ready nothing has to be set right: it comes with the nickname of then.
            if (_ready is { } known) Volatile.Write(ref _ready, known with { Nick = nick });
        }

        lock (_gate)
        {
            Remember(happened);
            for (var i = _subscribers.Count - 1; i >= 0; i--)
            {
                if (_subscribers[i].Writer.TryWrite(new Told(happened, tag, DateTimeOffset.UtcNow))) continue;
                _subscribers[i].Writer.TryComplete(new ClientException(ExitCodes.Failed, $"The reader of the events is more than {MaxLag} of them behind."));
                _subscribers.RemoveAt(i);
            }
        }
    }

    /// <summary>
    /// Loading a long history leaves many times its size behind, and so does meeting everybody; a client that idles for hours should not
    /// hold on to that.
    /// </summary>
    private async Task TidyUpAsync()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Store.ReleaseMemory();
        foreach (var pause in (TimeSpan[])[SettlingTime, CompilingTime])
        {
            await Task.WhenAny(Task.Delay(pause, _stopped.Token)).ConfigureAwait(false);
            if (_stopped.IsCancellationRequested) return;
            Memory.GiveBack();
        }
    }

    private void Remember(ChatEvent happened)
    {
        var key = happened switch
        {
            RelayEvent relay => "relay " + relay.Address,
            WarningEvent warning => $"{warning.Code} {warning.PeerId}",
            _ => null,
        };
        if (key is not null && (_standing.Count < MaxStanding || _standing.ContainsKey(key))) _standing[key] = new Told(happened, 0, DateTimeOffset.UtcNow);
    }

    private void CompleteAll()
    {
        lock (_gate)
        {
            foreach (var subscriber in _subscribers) subscriber.Writer.TryComplete();
            _subscribers.Clear();
        }
    }

    /// <summary>Deletes a throw-away profile; any other stays.</summary>
    public static void DiscardProfile(ClientOptions options)
    {
        if (!options.IsEphemeral) return;
        try
        {
            Directory.Delete(options.Profile.Path, recursive: true);
        }
        catch (IOException)
        {
            // A throw-away profile that could not be thrown away lies in the temp folder, which the system clears.
        }
    }
}

/// <summary>An event with the tag of the command it answers and the time it was told.</summary>
internal readonly record struct Told(ChatEvent Event, long Tag, DateTimeOffset Time);

/// <summary>The program cannot go on: one line for stderr and an exit code.</summary>
internal sealed class ClientException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>The exit codes scripts rely on.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NobodyReached = 3;
    public const int ProfileInUse = 4;
}
