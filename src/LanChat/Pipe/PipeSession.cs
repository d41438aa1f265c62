using System.Text.Json;
using LanChat.Client;
using LanChat.Core;

namespace LanChat.Pipe;

/// <summary>
/// One conversation in the pipe's language: lines in, one JSON object per event out. The <c>pipe</c> command holds one over stdin and
/// stdout, the profile's local socket one per connection.
/// </summary>
internal sealed class PipeSession(ChatClient client, Stream output)
{
    private readonly EventWriter _writer = new();
    private readonly LineBuffer _lines = new(output);
    private readonly Dictionary<long, string?> _references = new();
    private readonly Lock _gate = new();

    /// <summary>Whether <c>quit</c> was said.</summary>
    public bool HasQuit { get; private set; }

    /// <summary>Takes one line. False when it asks to end.</summary>
    public bool Take(string line)
    {
        if (line.Length == 0) return true;
        if (!line.StartsWith('{')) return TakeTyped(line);
        if (!JsonCommands.TryParse(line, out var command, out var reference, out var problem))
        {
            Write(new ErrorEvent("bad-command", problem, reference), DateTimeOffset.UtcNow, reference);
            return true;
        }

        return Run(command!, reference);
    }

    /// <summary>Writes events until there are no more, or the reader is gone; what comes together leaves together.</summary>
    public async Task WriteEventsAsync(System.Threading.Channels.ChannelReader<Told> events, CancellationToken cancellation)
    {
        while (await events.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            while (events.TryRead(out var told))
            {
                if (IsOfAnother(told)) continue;
                Write(told.Event, told.Time, ReferenceOf(told), mayWait: true);
            }

            lock (_gate) _lines.Flush();
        }
    }

    /// <summary>Says ready, with what only the program knows.</summary>
    public void WriteReady(ReadyEvent ready) => Write(ready, DateTimeOffset.UtcNow, null);

    /// <summary>Says what still holds of what was told before.</summary>
    public void WriteStanding(IEnumerable<Told> standing)
    {
        foreach (var told in standing) Write(told.Event, told.Time, null);
    }

    private bool TakeTyped(string line)
    {
        switch (SlashCommands.Parse(line, new TypedWhere(client.Options.CurrentRoom)))
        {
            case TypedCommand typed: return Run(typed.Command, null);
            case TypedWrong wrong:
                Write(new ErrorEvent(wrong.Code, wrong.Message, null), DateTimeOffset.UtcNow, null);
                break;
            case TypedForScreen screen:
                Write(new ErrorEvent("needs-screen", $"/{screen.Name} works on the screen only; see lanchat --help for its command.", null), DateTimeOffset.UtcNow, null);
                break;
        }

        return true;
    }

    private bool Run(ChatCommand command, string? reference)
    {
        if (command is QuitCommand)
        {
            HasQuit = true;
            return false;
        }

        var tag = client.NewTag();
        lock (_gate) _references[tag] = reference;
        client.Post(command, tag);
        return true;
    }

    /// <summary>Answers to what others asked are theirs; what happens is everybody's.</summary>
    private bool IsOfAnother(Told told)
    {
        if (told.Tag == 0) return false;
        if (told.Event is not (TranscriptEvent or RoomsEvent or MembersEvent or PeersEvent or DoneEvent or ErrorEvent)) return false;
        lock (_gate) return !_references.ContainsKey(told.Tag);
    }

    private string? ReferenceOf(Told told)
    {
        lock (_gate)
        {
            if (told.Tag == 0 || !_references.TryGetValue(told.Tag, out var reference)) return null;
            _references.Remove(told.Tag);
            return reference;
        }
    }

    private void Write(ChatEvent happened, DateTimeOffset time, string? reference, bool mayWait = false)
    {
        lock (_gate)
        {
            var line = _writer.Line(happened, time, reference, happened is ReadyEvent ? WriteReadyFields : null);
            if (line.IsEmpty) return;
            _lines.Add(line);
            if (!mayWait) _lines.Flush();
        }
    }

    private void WriteReadyFields(Utf8JsonWriter json)
    {
        json.WriteNumber("port", client.Port);
        json.WriteString("profile", client.Options.Profile.Path);
    }
}
