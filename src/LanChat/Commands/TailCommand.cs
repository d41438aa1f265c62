using System.Text.Encodings.Web;
using System.Text.Json;
using LanChat.Client;

namespace LanChat.Commands;

/// <summary><c>lanchat tail ROOM</c>: prints a room's messages as they come.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan PersonPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(ClientOptions options, string room, int earlier, bool asJson)
    {
        RoomArgument.Check(room);
        using var log = Log.Open(options, hasScreen: false);
        using var stop = new Stop();
        using var output = ScriptOutput.Open();
        var withRoom = room.StartsWith('@') ? options : options with { Rooms = [room, .. options.Rooms] };
        var conversation = await Conversation.OpenAsync(withRoom, log, hasSockets: true, stop.Token).ConfigureAwait(false);
        await using (conversation.ConfigureAwait(false))
        {
            try
            {
                var label = await RoomArgument.JoinAsync(conversation, room, PersonPatience, stop.Token).ConfigureAwait(false);
                await FollowAsync(conversation, label, earlier, asJson, output, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                return ExitCodes.Done;
            }
            catch (IOException)
            {
                // Whoever read along has gone.
                return ExitCodes.Done;
            }
        }

        return ExitCodes.Done;
    }

    private static async Task FollowAsync(
        Conversation conversation, string label, int earlier, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        // What comes while the earlier ones are asked for is in the answer or after it: an id is printed once.
        await conversation.DoAsync(new { @do = "transcript", room = label, last = earlier }).ConfigureAwait(false);
        var answer = await conversation.NextAsync(e => e.Name is "transcript" && e.Text("room") == label, cancellation).ConfigureAwait(false);
        var printed = new HashSet<string>();
        foreach (var entry in answer.List("entries"))
        {
            if (entry.GetProperty("kind").GetString() is not ("text" or "me")) continue;
            printed.Add(entry.GetProperty("id").GetString()!);
            await output.WriteLineAsync(asJson ? AsEvent(entry, label) : ScriptOutput.Line(entry, withDate: false)).ConfigureAwait(false);
        }

        while (true)
        {
            var next = await conversation.NextAsync(e => e.Name == "message" && e.Text("room") == label, cancellation).ConfigureAwait(false);
            if (printed.Remove(next.Text("id"))) continue;
            await output.WriteLineAsync(asJson ? next.Line : ScriptOutput.Line(next.Json, withDate: false)).ConfigureAwait(false);
        }
    }

    /// <summary>An entry of a transcript in the shape of the event that told it first.</summary>
    private static string AsEvent(JsonElement entry, string label)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", "message");
            json.WriteString("time", Pipe.EventWriter.Iso(DateTimeOffset.UtcNow));
            json.WriteString("room", label);
            foreach (var field in entry.EnumerateObject()) field.WriteTo(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
