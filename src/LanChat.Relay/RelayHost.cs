using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LanChat.Core;
using LanChat.Net;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.Relay;

/// <summary>One run of the relay: opens what is on disk, binds, prints, listens to its operator, stops cleanly.</summary>
internal sealed class RelayHost
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int InUse = 4;

    /// <summary>Handshakes at one time whose keys are worth keeping; a client's are of no use after its handshake.</summary>
    private const int AgreementKeys = 32;

    private readonly RelaySettings _settings;
    private readonly OperatorOutput _output;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<RelayMetrics>> _asked = new();
    private NodeDriver? _driver;
    private long _tag;

    private RelayHost(RelaySettings settings)
    {
        _settings = settings;
        _output = new OperatorOutput(Console.Out, settings.Is("json"), TimeProvider.System);
    }

    /// <summary>Runs until stopped; the exit code.</summary>
    /// <exception cref="FormatException">A setting does not fit.</exception>
    public static async Task<int> RunAsync(RelaySettings settings)
    {
        try
        {
            return await new RelayHost(settings).RunAsync().ConfigureAwait(false);
        }
        catch (Exception environment) when (environment is IOException or UnauthorizedAccessException or InvalidDataException or SocketException)
        {
            return await FailAsync(environment.Message, Failed).ConfigureAwait(false);
        }
    }

    private async Task<int> RunAsync()
    {
        if (RoomNames.SelfCheck() is { } unsound) return await FailAsync(unsound, Failed).ConfigureAwait(false);
        var http = Http();
        var folder = new ProfileFolder(_settings.Data);
        folder.Create();
        using var held = ProfileLock.TryTake(folder.Path, out var owner);
        if (held is null) return await FailAsync($"{folder.Path} is in use by {owner}. Give another --data folder.", InUse).ConfigureAwait(false);
        using var crypto = new P256Cryptography(AgreementKeys);
        var random = new SystemRandomSource();
        var identity = IdentityFile.LoadOrCreate(folder.Identity, crypto, random, DateTimeOffset.UtcNow);
        var store = RelayStore.Open(folder.RelayLog, DateTimeOffset.UtcNow);
        var options = Options(identity, crypto, random);
        var network = new NodeDriverOptions(
            Port("port", PeerNodeOptions.DefaultRelayPort), Bind(),
            Port("discovery-port", PeerNodeOptions.DefaultDiscoveryPort), !_settings.Is("no-discovery"), AllowFaults: false)
        {
            KeepsYoungWhileBusy = true,
        };
        if (!NodeDriver.TryBind(network, store, Carry, out _driver))
        {
            store.Dispose();
            return await FailAsync(
                $"UDP port {network.Port} is taken or its address is not of this machine. Give another --port or --bind.", Failed).ConfigureAwait(false);
        }
        return await ServeAsync(options with { BeaconPort = network.IsDiscoveryEnabled ? _driver.Port : 0 }, store, http).ConfigureAwait(false);
    }

    private async Task<int> ServeAsync(RelayNodeOptions options, RelayStore store, IPEndPoint? http)
    {
        using var driver = _driver!;
        HttpEndpoint? endpoint = null;
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        // The port is bound, and a signal stops it cleanly: the first line is the address, whatever the node has to say when it starts.
        _output.Listening(new IPEndPoint(ShownAddress(), driver.Port), options.Identity.Id, options.Name);
        if (store.Notice is { } notice) _output.Tell(new RelayWarning(notice));
        driver.Run(_ => new RelayNode(options, store.Snapshot));
        try
        {
            if (http is not null) endpoint = await HttpEndpoint.StartAsync(http, AskAsync).ConfigureAwait(false);
            new Thread(ReadOperator) { Name = "operator", IsBackground = true }.Start();
            await driver.Completion.ConfigureAwait(false);
            return Done;
        }
        finally
        {
            if (endpoint is not null) await endpoint.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _driver!.Post(new RelayCommandGiven(0, new StopRelay()));
    }

    /// <summary>What the node wants that is neither network nor store.</summary>
    private bool Carry(NodeOutput output)
    {
        if (output is not TellOperator tell) return true;
        if (tell.Notice is Statistics statistics && _asked.TryRemove(tell.Tag, out var asked)) asked.TrySetResult(statistics.Metrics);
        else _output.Tell(tell.Notice);
        return true;
    }

    private async Task<RelayMetrics> AskAsync(CancellationToken cancellation)
    {
        var tag = Interlocked.Increment(ref _tag);
        var asked = new TaskCompletionSource<RelayMetrics>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[tag] = asked;
        try
        {
            _driver!.Post(new RelayCommandGiven(tag, new AskStatistics()));
            return await asked.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(tag, out _);
        }
    }

    /// <summary>Reads stdin to its end, which stops nothing; a stdin that cannot be read (nohup's, a lost terminal's) has ended.</summary>
    private void ReadOperator()
    {
        try
        {
            ReadCommands();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _output.Tell(new RelayWarning("stdin cannot be read: there are no operator commands in this run."));
        }
    }

    private void ReadCommands()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.Trim().Length == 0) continue;
            if (line.Trim() == "help") _output.Say(OperatorLine.Help);
            else if (OperatorLine.TryParse(line, out var command, out var problem)) _driver!.Post(new RelayCommandGiven(0, command));
            else _output.Tell(new CommandRefused(problem));
        }
    }

    private RelayNodeOptions Options(PeerIdentity identity, ICryptography crypto, IRandomSource random)
    {
        var defaults = new RelayNodeOptions { Identity = identity, Cryptography = crypto, Random = random };
        var name = _settings.Text("name") ?? defaults.Name;
        if (!Nicknames.IsValid(name, out var problem)) throw new FormatException($"--name: {problem}");
        var network = _settings.Text("network") ?? defaults.Network;
        if (!Networks.IsValid(network, out problem)) throw new FormatException($"--network: {problem}");
        var token = _settings.Text("token") ?? "";
        if (System.Text.Encoding.UTF8.GetByteCount(token) > Limits.MaxTokenBytes) throw new FormatException($"--token: at most {Limits.MaxTokenBytes} bytes.");
        return defaults with
        {
            Name = name,
            Network = network,
            Token = token,
            MaxClients = Positive("max-clients", defaults.MaxClients),
            MaxRoomsPerClient = Positive("max-rooms", defaults.MaxRoomsPerClient),
            MaxFailuresPerAddress = Positive("max-failures", defaults.MaxFailuresPerAddress),
            EntriesPerSecond = Positive("entries-per-second", defaults.EntriesPerSecond),
            EntriesBurst = Positive("entries-burst", defaults.EntriesBurst),
            BytesPerSecond = Positive("bytes-per-second", defaults.BytesPerSecond, Limits.MaxEntryBytes),
            BytesPerRoom = Math.Max(Limits.MaxEntryBytes, _settings.Number("room-bytes", defaults.BytesPerRoom)),
            ForwardBytesPerSecond = Positive("forward-bytes-per-second", defaults.ForwardBytesPerSecond, Limits.MaxFrameBytes),
            MaxQueuedBytes = Positive("client-queue-bytes", defaults.MaxQueuedBytes, 2 * Limits.MaxFrameBytes),
        };
    }

    private int Positive(string name, int otherwise, int least = 1)
    {
        var number = _settings.Number(name, otherwise);
        return number >= least && number <= int.MaxValue ? (int)number : throw new FormatException($"--{name} is {number}: at least {least}.");
    }

    private int Port(string name, int otherwise)
    {
        var number = _settings.Number(name, otherwise);
        return number <= ushort.MaxValue ? (int)number : throw new FormatException($"--{name} is {number}: a port is at most {ushort.MaxValue}.");
    }

    private IPAddress? Bind() => _settings.Text("bind") is not { } text ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new FormatException($"--bind is '{text}': it takes an IP address of this machine.");

    private IPEndPoint? Http() => _settings.Text("http") is not { } text ? null
        : IPEndPoint.TryParse(text, out var address) && address.Port > 0 ? address
        : throw new FormatException($"--http is '{text}': it takes ADDRESS:PORT, as 127.0.0.1:9143.");

    /// <summary>The address a client would be given: the one bound, else the first of an interface that is up.</summary>
    private IPAddress ShownAddress()
    {
        if (Bind() is { } bound && !bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)) return bound;
        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(nic => nic.OperationalStatus == OperationalStatus.Up && nic.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(nic => nic.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
    }

    private static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync(message).ConfigureAwait(false);
        return code;
    }
}
