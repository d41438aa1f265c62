using System.Globalization;
using System.Text.Json;
using LanChat.Client;

namespace LanChat.Commands;

/// <summary><c>lanchat peers</c>: who is on the LAN now.</summary>
internal static class PeersCommand
{
    public static async Task<int> RunAsync(ClientOptions options, TimeSpan wait, bool asJson)
    {
        using var log = Log.Open(options, hasScreen: false);
        using var stop = new Stop();
        using var output = ScriptOutput.Open();
        var conversation = await Conversation.OpenAsync(options, log, hasSockets: true, stop.Token).ConfigureAwait(false);
        await using (conversation.ConfigureAwait(false))
        {
            await conversation.NextAsync(e => e.Name == "ready", stop.Token).ConfigureAwait(false);

            // A client that has been running knows already who is there.
            if (!conversation.IsShared) await Task.Delay(wait, stop.Token).ConfigureAwait(false);
            await conversation.DoAsync(new { @do = "peers" }).ConfigureAwait(false);
            var peers = await conversation.NextAsync(e => e.Name == "peers", stop.Token).ConfigureAwait(false);
            if (asJson) await output.WriteLineAsync(peers.Json.GetProperty("peers").GetRawText()).ConfigureAwait(false);
            else Write(peers.List("peers"), output);
        }

        return ExitCodes.Done;
    }

    private static void Write(JsonElement.ArrayEnumerator peers, TextWriter output)
    {
        var count = 0;
        foreach (var peer in peers)
        {
            count++;
            var rtt = peer.GetProperty("rttMs").GetDouble().ToString("0.#", CultureInfo.InvariantCulture);
            var id = peer.GetProperty("peerId").GetString()!;
            var (nick, path, address) = (Text(peer, "nick"), Text(peer, "path"), Text(peer, "address"));
            output.WriteLine($"{nick}#{id[..4]}  {path}  {address}  {rtt} ms  {id}");
        }

        if (count == 0) output.WriteLine("Nobody is there. `lanchat doctor` says why somebody cannot be seen.");
    }

    private static string Text(JsonElement peer, string field) => peer.GetProperty(field).GetString() ?? "-";
}
