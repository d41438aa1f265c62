using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LanChat.Client;
using LanChat.Storage;

namespace LanChat.Pipe;

/// <summary>
/// The profile's local socket: while a client runs, the one-shot commands of the same profile go through it, in the pipe's language. Only
/// its owner can open it.
/// </summary>
internal sealed class LocalSocket : IAsyncDisposable
{
    /// <summary>Connections at once; a further one waits in the system's backlog.</summary>
    private const int MaxConnections = 16;

    /// <summary>The shortest limit of the supported systems (macOS), with the final zero.</summary>
    private const int MaxPathBytes = 103;

    private readonly Socket _socket;
    private readonly string _path;
    private readonly ChatClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private LocalSocket(Socket socket, string path, ChatClient client)
    {
        _socket = socket;
        _path = path;
        _client = client;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the socket of a profile is: in its folder, or, where that path is too long for the system, in the temp folder.</summary>
    public static string PathOf(ProfileFolder folder)
    {
        var path = Path.Combine(folder.Path, "lanchat.sock");
        if (Encoding.UTF8.GetByteCount(path) <= MaxPathBytes) return path;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder.Path))[..8]);
        return Path.Combine(Path.GetTempPath(), $"lanchat-{name}.sock");
    }

    /// <summary>Listens; null where the system has no such sockets, which leaves the one-shot commands without a running client.</summary>
    public static LocalSocket? TryListen(ChatClient client, Log log)
    {
        if (!Socket.OSSupportsUnixDomainSockets) return null;
        var path = PathOf(client.Options.Profile);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The lock is held: a file that lies there is of a process that is gone.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(MaxConnections);
            return new LocalSocket(socket, path, client);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            log.Write(LogLevel.Warning, $"no local socket at {path} ({error.Message}): send, tail and the like do not find this client");
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Connects to the client that runs with a profile; null when none answers.</summary>
    public static async Task<Stream?> TryConnectAsync(ProfileFolder folder, CancellationToken cancellation)
    {
        if (!Socket.OSSupportsUnixDomainSockets) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathOf(folder)), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (connections.Count >= MaxConnections) connections.Remove(await Task.WhenAny(connections).ConfigureAwait(false));
                var accepted = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                connections.RemoveAll(c => c.IsCompleted);
                connections.Add(ServeAsync(accepted));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (_stop.IsCancellationRequested) break;
            }
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket accepted)
    {
        var events = _client.Subscribe();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var stream = new NetworkStream(accepted, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
                var session = new PipeSession(_client, stream);
                if (_client.Ready is { } ready) session.WriteReady(ready);
                session.WriteStanding(_client.Standing);
                var writing = session.WriteEventsAsync(events, gone.Token);
                while (await reader.ReadLineAsync(gone.Token).ConfigureAwait(false) is { } line && session.Take(line))
                {
                }

                await gone.CancelAsync().ConfigureAwait(false);
                await writing.ConfigureAwait(false);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or ClientException or ObjectDisposedException)
            {
                // The other side is gone, or this client ends: either way the conversation is over.
            }
        }

        _client.Unsubscribe(events);
    }
}
