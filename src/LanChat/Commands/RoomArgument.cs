using LanChat.Client;
using LanChat.Protocol;

namespace LanChat.Commands;

/// <summary>A room as typed on the command line, and its label in events.</summary>
internal static class RoomArgument
{
    /// <summary>Refuses a name that no room can have, before anything is started.</summary>
    /// <exception cref="UsageException">With what is allowed.</exception>
    public static void Check(string room)
    {
        if (room.StartsWith('@'))
        {
            if (room.Length == 1) throw new UsageException("A direct message goes to @nick or @peerid.");
            return;
        }

        if (!RoomNames.TryFold(room, out _, out var problem)) throw new UsageException(problem);
    }

    /// <summary>Waits until the client is ready, takes part in the room, and finds out what events call it.</summary>
    /// <exception cref="ClientException">The room cannot be joined, or nobody of that name came within the time.</exception>
    public static async Task<string> JoinAsync(Conversation conversation, string room, TimeSpan patience, CancellationToken cancellation)
    {
        await conversation.NextAsync(e => e.Name == "ready", cancellation).ConfigureAwait(false);
        if (!room.StartsWith('@'))
        {
            RoomNames.TryFold(room, out var folded, out _);
            await conversation.DoAsync(new { @do = "join", room, @ref = "join" }).ConfigureAwait(false);
            var answer = await conversation.NextAsync(e => e.Name is "done" or "error" && e.Text("ref") == "join", cancellation).ConfigureAwait(false);
            return answer.Name == "done" ? "#" + folded : throw new ClientException(ExitCodes.Failed, answer.Text("message"));
        }

        return await OpenDirectAsync(conversation, room, patience, cancellation).ConfigureAwait(false);
    }

    /// <summary>A person may only just be coming into sight: the question is asked again whenever somebody does.</summary>
    private static async Task<string> OpenDirectAsync(Conversation conversation, string room, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        var problem = $"Nobody called {room[1..]} is known here.";
        try
        {
            await AskAsync(conversation, room).ConfigureAwait(false);
            while (true)
            {
                var next = await conversation.NextAsync(late.Token).ConfigureAwait(false);
                if (next.Name == "error")
                {
                    if (next.Text("code") == "ambiguous") throw new ClientException(ExitCodes.Failed, next.Text("message"));
                    problem = next.Text("message");
                }
                else if (next.Name is "peer" or "joined")
                {
                    await AskAsync(conversation, room).ConfigureAwait(false);
                }
                else if (next.Name == "rooms" && Find(next, room[1..]) is { } label)
                {
                    return label;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ClientException(ExitCodes.Failed, problem);
        }
    }

    private static async Task AskAsync(Conversation conversation, string room)
    {
        await conversation.WriteLineAsync("/dm " + room[1..]).ConfigureAwait(false);
        await conversation.DoAsync(new { @do = "rooms" }).ConfigureAwait(false);
    }

    /// <summary>The direct room with somebody, by peer id, nickname or <c>nick#7f3a</c>; null when there is none yet.</summary>
    /// <exception cref="ClientException">There are several people of that name.</exception>
    public static string? Find(ScriptEvent rooms, string person)
    {
        var mark = person.LastIndexOf('#');
        var (nick, tag) = mark > 0 ? (person[..mark], person[(mark + 1)..]) : (person, "");
        var meant = new List<string>();
        foreach (var room in rooms.List("rooms"))
        {
            var label = room.GetProperty("room").GetString()!;
            if (!label.StartsWith('@')) continue;
            if (string.Equals(label[1..], person, StringComparison.OrdinalIgnoreCase)) return label;
            var title = room.GetProperty("title").GetString()!.TrimStart('@');
            var isMeant = string.Equals(title, person, StringComparison.OrdinalIgnoreCase)
                || (string.Equals(title, nick, StringComparison.OrdinalIgnoreCase) && label[1..].StartsWith(tag, StringComparison.OrdinalIgnoreCase));
            if (isMeant) meant.Add(label);
        }

        return meant.Count <= 1
            ? meant.FirstOrDefault()
            : throw new ClientException(ExitCodes.Failed, $"Several people are called {person}: {string.Join(", ", meant.Select(label => label[1..]))}. Use one of these ids.");
    }
}
