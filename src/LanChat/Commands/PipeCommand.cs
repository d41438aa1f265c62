using System.Text;
using LanChat.Client;
using LanChat.Pipe;

namespace LanChat.Commands;

/// <summary><c>lanchat pipe</c>: commands on stdin, events on stdout.</summary>
internal static class PipeCommand
{
    public static async Task<int> RunAsync(ClientOptions options)
    {
        using var log = Log.Open(options, hasScreen: false);
        var client = ChatClient.Open(options, out var events);
        await using (client.ConfigureAwait(false))
        {
            using var output = new StandardOutput();
            var session = new PipeSession(client, output);
            EventLog.Follow(client, log);
            var socket = LocalSocket.TryListen(client, log);
            if (client.Store.Notice is { } notice) log.Write(LogLevel.Warning, notice);
            if (options.IsDiscoveryEnabled && !client.IsListening)
            {
                log.Write(LogLevel.Warning, $"UDP port {options.DiscoveryPort} is held by another program: this client does not hear who greets. Run `lanchat doctor`.");
            }

            using var signals = new Stop(() => client.Post(new Core.QuitCommand()));
            using var ended = new CancellationTokenSource();
            var writing = WriteAsync(session, events, client, ended.Token);
            var reading = Task.Run(() => ReadAsync(session, client));
            await Task.WhenAny(client.Completion, writing).ConfigureAwait(false);
            if (!client.Completion.IsCompleted) await client.QuitAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            if (socket is not null) await socket.DisposeAsync().ConfigureAwait(false);
            await client.Completion.ConfigureAwait(false);
            _ = reading;
            return ExitCodes.Done;
        }
    }

    /// <summary>Takes lines until the end of input or quit; either ends the client.</summary>
    private static async Task ReadAsync(PipeSession session, ChatClient client)
    {
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
            while (await input.ReadLineAsync().ConfigureAwait(false) is { } line && session.Take(line))
            {
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A stdin that cannot be read any more has ended.
        }

        client.Post(new Core.QuitCommand());
    }

    /// <summary>Whoever reads stdout may go away: that ends the client as the end of its input does.</summary>
    private static async Task WriteAsync(
        PipeSession session, System.Threading.Channels.ChannelReader<Told> events, ChatClient client, CancellationToken cancellation)
    {
        try
        {
            await session.WriteEventsAsync(events, cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            client.Unsubscribe(events);
        }
    }
}
