using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using LanChat.Core;

namespace LanChat.Demo;

/// <summary>
/// The processes of a demo, on loopback, in one temporary folder and one network of their own. One caller at a time; what the processes say
/// is taken in only by <see cref="PumpAsync"/>.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>What the processes may have said without having been listened to.</summary>
    private const int MaxUnheard = 65536;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lanchat-demo-");
    private readonly Channel<HeardLine> _heard = Channel.CreateBounded<HeardLine>(new BoundedChannelOptions(MaxUnheard) { SingleReader = true });
    private readonly string _network = "demo-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly int _discoveryPort = FreePort();
    private readonly int _relayPort = FreePort();
    private readonly ProgramFiles _client;
    private readonly ProgramFiles? _relayProgram;
    private readonly StageEvents _events;
    private Task<bool>? _more;
    private ChildProcess? _relay;
    private bool _isRelayListening;

    /// <summary>Sets the stage; nobody is on it yet.</summary>
    /// <param name="client">How to start a client.</param>
    /// <param name="relay">How to start a relay; null when the scenario has none.</param>
    /// <param name="screen">Where what happens is shown.</param>
    public Stage(ProgramFiles client, ProgramFiles? relay, DemoScreen screen)
    {
        _client = client;
        _relayProgram = relay;
        Screen = screen;
        _events = new StageEvents(this);
    }

    public DemoScreen Screen { get; }

    public List<Person> People { get; } = [];

    public MessageBook Book { get; } = new();

    /// <summary>Who cannot reach whom by the scenario; null is the relay.</summary>
    public HashSet<(Person One, Person? Other)> Cuts { get; } = [];

    /// <summary>Arrivals of messages, for the line that shows them.</summary>
    public StageEvents Events => _events;

    public bool HasRelay => _relay is not null;

    public Person Of(string name) => People.Single(p => p.Name == name);

    public IEnumerable<Person> Running => People.Where(p => p.IsRunning);

    /// <summary>Starts clients at once and waits until they are ready.</summary>
    /// <exception cref="StageException">One does not get ready in time.</exception>
    public async Task StartAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            var person = People.Find(p => p.Name == name);
            if (person is null) People.Add(person = new Person(name, People.Count));
            if (person.Rooms.Count == 0) person.Rooms.Add("#lobby");
            person.Client = ChildProcess.Start(name, _client, """{"do":"quit"}""", Arguments(person), _folder.FullName, _heard.Writer);
        }

        if (!await PumpAsync(() => names.All(n => Of(n).IsReady), StartPatience, cancellation).ConfigureAwait(false))
            throw new StageException($"{string.Join(", ", names.Where(n => !Of(n).IsReady))} did not get ready in {StartPatience.TotalSeconds} s.");
    }

    /// <summary>Starts the relay, where it was and with what it kept.</summary>
    /// <exception cref="StageException">There is none, or it does not listen in time.</exception>
    public async Task StartRelayAsync(CancellationToken cancellation)
    {
        if (_relay is not null) throw new StageException("The relay is running already.");
        _isRelayListening = false;
        _relay = ChildProcess.Start("relay", _relayProgram!, "quit", [
            "--port", $"{_relayPort}", "--bind", "127.0.0.1", "--data", Path.Combine(_folder.FullName, "relay"), "--network", _network, "--no-discovery", "--json",
        ], _folder.FullName, _heard.Writer);
        if (!await PumpAsync(() => _isRelayListening, StartPatience, cancellation).ConfigureAwait(false))
            throw new StageException($"The relay did not listen in {StartPatience.TotalSeconds} s. {_relay.LastComplaint}");
    }

    /// <summary>Ends the relay, politely or not.</summary>
    /// <exception cref="StageException">It is not running.</exception>
    public async Task EndRelayAsync(bool isKilled)
    {
        if (_relay is not { } relay) throw new StageException("The relay is not running.");
        await (isKilled ? relay.KillAsync() : relay.StopAsync(StopPatience)).ConfigureAwait(false);
        relay.Dispose();
        _relay = null;
    }

    /// <summary>Ends a client, politely or not.</summary>
    public async Task EndAsync(Person person, bool isKilled)
    {
        await (isKilled ? person.Client!.KillAsync() : person.Client!.StopAsync(StopPatience)).ConfigureAwait(false);
        while (_heard.Reader.TryRead(out var heard)) Take(heard);
        person.Left();
        Cuts.RemoveWhere(cut => cut.One == person || cut.Other == person);
    }

    /// <summary>Blocks two from each other, or one from the relay.</summary>
    public void Cut(Person one, Person? other)
    {
        Cuts.Add((one, other));
        Fault("block", one, other);
    }

    /// <summary>Undoes all cuts and losses.</summary>
    public void Heal()
    {
        foreach (var (one, other) in Cuts) Fault("unblock", one, other);
        Cuts.Clear();
        foreach (var person in Running) person.Do(new { @do = "fault", loss = 0 });
    }

    /// <summary>Takes in what the processes say until something is so.</summary>
    /// <returns>False when it did not become so in time.</returns>
    /// <exception cref="StageException">A process ended that was not meant to.</exception>
    public async Task<bool> PumpAsync(Func<bool> until, TimeSpan patience, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            while (_heard.Reader.TryRead(out var heard)) Take(heard);
            if (Screen.GatheredAt != 0 && Stopwatch.GetElapsedTime(Screen.GatheredAt) > GatherTime) Screen.Flush();
            if (until()) return true;
            if (Stopwatch.GetElapsedTime(start) >= patience) return false;
            _more ??= _heard.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(_more, Task.Delay(Glance, cancellation)).ConfigureAwait(false) == _more) _more = null;
        }
    }

    /// <summary>Ends every process and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        var ending = People.Where(p => p.Client is not null).Select(p => p.Client!.StopAsync(StopPatience)).ToList();
        if (_relay is not null) ending.Add(_relay.StopAsync(StopPatience));
        await Task.WhenAll(ending).ConfigureAwait(false);
        foreach (var person in People) person.Left();
        _relay?.Dispose();
        await DeleteFolderAsync().ConfigureAwait(false);
    }

    private IEnumerable<string> Arguments(Person person) =>
    [
        "pipe", "--profile", Path.Combine(_folder.FullName, person.Name), "--nick", person.Name, "--network", _network, "--bind", "127.0.0.1",
        "--discovery-port", $"{_discoveryPort}", "--allow-faults", "--log-level", "error",
        .. _relayProgram is null ? (IEnumerable<string>)["--no-relay"] : ["--relay", $"127.0.0.1:{_relayPort}"],
    ];

    private void Fault(string what, Person one, Person? other)
    {
        one.Do(new Dictionary<string, string> { ["do"] = "fault", [what] = other?.PeerId ?? $"127.0.0.1:{_relayPort}" });
        other?.Do(new Dictionary<string, string> { ["do"] = "fault", [what] = one.PeerId });
    }

    private void Take(HeardLine heard)
    {
        if (heard.Said is not { } said)
        {
            if (heard.Source.IsMeantToEnd) return;
            throw new StageException($"The process of {heard.Source.Name} ended by itself. {heard.Source.LastComplaint}");
        }

        if (heard.Source == _relay) _isRelayListening |= said.GetProperty("event").GetString() == "listening";
        else if (People.Find(p => p.Client == heard.Source) is { } person) _events.Take(person, said, heard.At);
    }

    /// <summary>On some systems a file stays open for a moment after its process has ended.</summary>
    private async Task DeleteFolderAsync()
    {
        const int Tries = 20;
        for (var i = 1; ; i++)
        {
            try
            {
                _folder.Delete(recursive: true);
                return;
            }
            catch (Exception error) when (i < Tries && error is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A UDP port that nobody has at this moment, and none of those that clients take for themselves.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (port is < PeerNodeOptions.FirstLinkPort or > PeerNodeOptions.LastLinkPort) return port;
        }
    }
}
