using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using LanChat.Client;
using LanChat.Pipe;

namespace LanChat.Commands;

/// <summary>
/// A one-shot command's conversation with a client, in the pipe's language: with the one that runs with the profile, through its local
/// socket, or with one of its own. Either way the command is written once.
/// </summary>
internal sealed class Conversation : IAsyncDisposable
{
    /// <summary>How long a client that has just taken the profile may need until its socket listens.</summary>
    private static readonly TimeSpan SocketPatience = TimeSpan.FromSeconds(3);

    private readonly Stream? _socket;
    private readonly ChatClient? _client;
    private readonly LocalSocket? _listener;
    private readonly PipeSession? _session;
    private readonly StreamReader _reader;
    private readonly StreamWriter? _writer;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _writing = Task.CompletedTask;

    private Conversation(Stream socket)
    {
        _socket = socket;
        _reader = new StreamReader(socket, Encoding.UTF8, leaveOpen: true);
        _writer = new StreamWriter(socket, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
    }

    private Conversation(ChatClient client, ChannelReader<Told> events, LocalSocket? listener)
    {
        _client = client;
        _listener = listener;
        var pipe = new System.IO.Pipelines.Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _session = new PipeSession(client, pipe.Writer.AsStream());
        _reader = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        _writing = PumpAsync(_session, events, pipe.Writer, _ended.Token);
    }

    /// <summary>Whether it is with a client that runs already.</summary>
    public bool IsShared => _socket is not null;

    /// <summary>Begins one.</summary>
    /// <param name="options">Whose profile.</param>
    /// <param name="log">Where a client of its own logs.</param>
    /// <param name="hasSockets">Whether a client of its own looks for people.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ClientException">The profile is in use by a process that does not answer, or cannot be used.</exception>
    public static async Task<Conversation> OpenAsync(ClientOptions options, Log log, bool hasSockets, CancellationToken cancellation)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); ;)
        {
            if (!options.IsEphemeral && await LocalSocket.TryConnectAsync(options.Profile, cancellation).ConfigureAwait(false) is { } socket)
                return new Conversation(socket);
            try
            {
                var client = ChatClient.Open(options, out var events, hasSockets);
                if (client.Store.Notice is { } notice) log.Write(LogLevel.Warning, notice);
                EventLog.Follow(client, log);
                return new Conversation(client, events, LocalSocket.TryListen(client, log));
            }
            catch (ClientException error) when (error.ExitCode == ExitCodes.ProfileInUse && clock.Elapsed < SocketPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives a command: fields as the contract names them.</summary>
    public Task DoAsync(object command) => WriteLineAsync(JsonSerializer.Serialize(command));

    /// <summary>Gives a line as a user types it.</summary>
    public async Task WriteLineAsync(string line)
    {
        if (_session is not null)
        {
            _session.Take(line);
            return;
        }

        try
        {
            await _writer!.WriteLineAsync(line).ConfigureAwait(false);
            await _writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw Ended();
        }
    }

    /// <summary>The next event.</summary>
    /// <exception cref="ClientException">The client has ended.</exception>
    /// <exception cref="OperationCanceledException">It was not waited for any longer.</exception>
    public async Task<ScriptEvent> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line ? ScriptEvent.Parse(line) : throw Ended();
        }
        catch (IOException)
        {
            throw Ended();
        }
    }

    /// <summary>The next event that a condition holds for.</summary>
    public async Task<ScriptEvent> NextAsync(Func<ScriptEvent, bool> condition, CancellationToken cancellation)
    {
        while (true)
        {
            var next = await NextAsync(cancellation).ConfigureAwait(false);
            if (condition(next)) return next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            if (!_client.Completion.IsCompleted) await _client.QuitAsync().ConfigureAwait(false);
            await _ended.CancelAsync().ConfigureAwait(false);
            await _writing.ConfigureAwait(false);
            if (_listener is not null) await _listener.DisposeAsync().ConfigureAwait(false);
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        if (_socket is not null) await _socket.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private static ClientException Ended() => new(ExitCodes.Failed, "The client of this profile has ended; run the command again.");

    private static async Task PumpAsync(PipeSession session, ChannelReader<Told> events, PipeWriter output, CancellationToken cancellation)
    {
        try
        {
            await session.WriteEventsAsync(events, cancellation).ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (ClientException error)
        {
            await output.CompleteAsync(new IOException(error.Message)).ConfigureAwait(false);
        }
    }
}

/// <summary>An event as scripts get it.</summary>
/// <param name="Line">As written.</param>
/// <param name="Json">As read.</param>
internal sealed record ScriptEvent(string Line, JsonElement Json)
{
    public string Name => Text("event");

    public string Text(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public int Number(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

    public bool Flag(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    public JsonElement.ArrayEnumerator List(string field) => Json.GetProperty(field).EnumerateArray();

    public static ScriptEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new ScriptEvent(line, document.RootElement.Clone());
    }
}
