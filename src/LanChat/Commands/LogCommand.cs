using System.Globalization;
using System.Text.Json;
using LanChat.Client;
using LanChat.Protocol;

namespace LanChat.Commands;

/// <summary>How a history is written.</summary>
internal enum LogFormat
{
    /// <summary>A line per message.</summary>
    Text,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>A list with a heading per day.</summary>
    Markdown,
}

/// <summary><c>lanchat log ROOM</c>: exports the stored history.</summary>
internal static class LogCommand
{
    public static async Task<int> RunAsync(ClientOptions options, string room, LogFormat format, string? since, string? search)
    {
        RoomArgument.Check(room);
        var from = since is null ? (DateTimeOffset?)null : ParseSince(since, DateTimeOffset.Now);
        using var log = Log.Open(options, hasScreen: false);
        using var stop = new Stop();
        using var output = ScriptOutput.Open();
        output.AutoFlush = false;
        var conversation = await Conversation.OpenAsync(options, log, hasSockets: false, stop.Token).ConfigureAwait(false);
        await using (conversation.ConfigureAwait(false))
        {
            var (label, entries) = await ReadAsync(conversation, room, search, stop.Token).ConfigureAwait(false);
            var chosen = entries.Where(e => from is null || e.GetProperty("sentAt").GetDateTimeOffset() >= from);
            try
            {
                Write(chosen, room.StartsWith('@') ? room : label, format, output);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // Whoever read along has gone.
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>A date, a date and time, or how long ago: 90m, 12h, 7d.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static DateTimeOffset ParseSince(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount < 100_000)
        {
            switch (text[^1])
            {
                case 'm': return now.AddMinutes(-amount);
                case 'h': return now.AddHours(-amount);
                case 'd': return now.AddDays(-amount);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time
            : throw new UsageException($"--since is '{text}', but has to be a date such as 2026-01-31, a time such as 2026-01-31T12:00, or 90m, 12h, 7d.");
    }

    private static async Task<(string Label, List<JsonElement> Entries)> ReadAsync(Conversation conversation, string room, string? search, CancellationToken cancellation)
    {
        await conversation.NextAsync(e => e.Name == "ready", cancellation).ConfigureAwait(false);
        await conversation.DoAsync(new { @do = "rooms" }).ConfigureAwait(false);
        var rooms = await conversation.NextAsync(e => e.Name == "rooms", cancellation).ConfigureAwait(false);
        var label = room.StartsWith('@') ? RoomArgument.Find(rooms, room[1..]) : LabelOf(rooms, room);
        if (label is null) throw new ClientException(ExitCodes.Failed, $"This profile has no history of {room}; it knows {Known(rooms)}.");
        await conversation.DoAsync(new { @do = "transcript", room = label, search, @ref = "log" }).ConfigureAwait(false);
        var answer = await conversation.NextAsync(
            e => e.Name is "transcript" && e.Text("room") == label || e.Name is "error" && e.Text("ref") == "log", cancellation).ConfigureAwait(false);
        if (answer.Name == "error") throw new ClientException(ExitCodes.Failed, answer.Text("message"));
        return (label, [.. answer.List("entries").Where(e => e.GetProperty("kind").GetString() is "text" or "me")]);
    }

    private static string? LabelOf(ScriptEvent rooms, string room)
    {
        RoomNames.TryFold(room, out var folded, out _);
        return rooms.List("rooms").Select(r => r.GetProperty("room").GetString()!).FirstOrDefault(label => label == "#" + folded);
    }

    private static string Known(ScriptEvent rooms)
    {
        var all = string.Join(", ", rooms.List("rooms").Select(r => r.GetProperty("room").GetString()!));
        return all.Length == 0 ? "no rooms" : all;
    }

    private static void Write(IEnumerable<JsonElement> entries, string label, LogFormat format, TextWriter output)
    {
        switch (format)
        {
            case LogFormat.Json: WriteJson(entries, output); break;
            case LogFormat.Markdown: WriteMarkdown(entries, label, output); break;
            default:
                foreach (var entry in entries) output.WriteLine(ScriptOutput.Line(entry, withDate: true));
                break;
        }
    }

    private static void WriteJson(IEnumerable<JsonElement> entries, TextWriter output)
    {
        var separator = "[\n";
        foreach (var entry in entries)
        {
            output.Write(separator);
            output.Write(entry.GetRawText());
            separator = ",\n";
        }

        output.WriteLine(separator == "[\n" ? "[]" : "\n]");
    }

    private static void WriteMarkdown(IEnumerable<JsonElement> entries, string label, TextWriter output)
    {
        output.WriteLine($"# {label}");
        var day = "";
        foreach (var entry in entries)
        {
            var sent = entry.GetProperty("sentAt").GetDateTimeOffset().ToLocalTime();
            var today = sent.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (today != day) output.WriteLine($"\n## {today}\n");
            day = today;
            var text = entry.GetProperty("text").GetString()!.Replace("\n", "  \n  ", StringComparison.Ordinal);
            var time = sent.ToString("HH:mm", CultureInfo.InvariantCulture);
            var nick = entry.GetProperty("nick").GetString();
            output.WriteLine(entry.GetProperty("kind").GetString() == "me" ? $"- {time} *{nick} {text}*" : $"- {time} **{nick}** {text}");
        }
    }
}
