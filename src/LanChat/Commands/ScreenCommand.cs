using LanChat.Client;
using LanChat.Pipe;
using LanChat.Tui;
using LanChat.Tui.Views;

namespace LanChat.Commands;

/// <summary><c>lanchat</c>: the terminal UI.</summary>
internal static class ScreenCommand
{
    public static async Task<int> RunAsync(ClientOptions options)
    {
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
            throw new ClientException(ExitCodes.Failed, "There is no terminal here; use `lanchat pipe` for scripts or `lanchat tail ROOM` to read along.");
        using var log = Log.Open(options, hasScreen: true);
        var client = ChatClient.Open(options);
        await using (client.ConfigureAwait(false))
        {
            EventLog.Follow(client, log);
            var socket = LocalSocket.TryListen(client, log);
            using var signals = new Stop(() => client.Post(new Core.QuitCommand()));
            using (var session = new ClientSession(client))
            {
                // The terminal belongs to the thread that took it: this one, which nothing was awaited on yet.
                TerminalUi.Run(session, TimeProvider.System, options.Nick, options.CurrentRoom, CancellationToken.None);
            }

            if (!client.Completion.IsCompleted) await client.QuitAsync().ConfigureAwait(false);
            if (socket is not null) await socket.DisposeAsync().ConfigureAwait(false);
            await client.Completion.ConfigureAwait(false);
            await Console.Out.WriteLineAsync("Bye.").ConfigureAwait(false);
            return ExitCodes.Done;
        }
    }
}
