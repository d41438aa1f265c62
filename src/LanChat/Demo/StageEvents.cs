using System.Diagnostics;
using System.Text.Json;

namespace LanChat.Demo;

/// <summary>What the clients tell, noted and shown.</summary>
internal sealed class StageEvents(Stage stage)
{
    /// <summary>What takes longer than this from its author's screen to another's came by catching up, whatever the path.</summary>
    public static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(1.5);

    private static readonly Verb Reaches = new("reaches", "reach");
    private static readonly Verb NowReaches = new("now reaches", "now reach");
    private static readonly Verb HasLost = new("has lost", "have lost");
    private static readonly Verb HearsGoodbye = new("hears a goodbye from", "hear a goodbye from");
    private static readonly Verb IsConnected = new("is connected to", "are connected to");
    private static readonly Verb Gets = new("gets", "get");
    private static readonly Verb IsTold = new("is told:", "are told:");

    private readonly Dictionary<string, List<Arrival>> _arrivals = [];
    private readonly Dictionary<string, string> _idOfRef = [];
    private readonly HashSet<string> _shown = [];

    /// <summary>The id of the message written with this ref; null while it has none.</summary>
    public string? IdOf(string reference) => _idOfRef.GetValueOrDefault(reference);

    /// <summary>Whom a message has reached so far. From then on who is reached later is shown in lines of their own.</summary>
    public IReadOnlyList<string> TakeArrivals(Message message)
    {
        _shown.Add(message.Id);
        return [.. _arrivals.GetValueOrDefault(message.Id, []).Select(a => $"{a.Person.Name} {a.Path} {Milliseconds(message, a)} ms")];
    }

    /// <summary>Notes one event of one client.</summary>
    public void Take(Person person, JsonElement said, long at)
    {
        switch (Text(said, "event"))
        {
            case "ready":
                person.PeerId = Text(said, "peerId")!;
                person.IsReady = true;
                break;
            case "joined": person.JoinedRooms.Add(Text(said, "room")!); break;
            case "parted": person.JoinedRooms.Remove(Text(said, "room")!); break;
            case "relay": TakeRelay(person, Text(said, "state") == "up"); break;
            case "peer": TakePeer(person, said, at); break;
            case "member" when Text(said, "state") == "left" && Text(said, "reason") == "lost": person.LostPeers.Add(Text(said, "peerId")!); break;
            case "message": TakeMessage(person, said, at); break;
            case "transcript":
                person.Transcripts[Text(said, "room")!] = [.. said.GetProperty("entries").EnumerateArray().Select(e => Text(e, "id")!)];
                break;
            case "error": stage.Screen.Gather(person, IsTold, Text(said, "message")!); break;
        }
    }

    private void TakeRelay(Person person, bool isUp)
    {
        if (person.HasRelay == isUp) return;
        person.HasRelay = isUp;
        stage.Screen.Gather(person, isUp ? IsConnected : HasLost, "the relay");
    }

    private void TakePeer(Person person, JsonElement said, long at)
    {
        var id = Text(said, "peerId")!;
        var name = stage.People.Find(p => p.PeerId == id)?.Name ?? Text(said, "nick")!;
        var path = Text(said, "state") == "up" ? Text(said, "path") : null;
        var before = person.Reached.GetValueOrDefault(id).Path;
        if (path == before) return;
        person.Reached[id] = new Reach(path, at);
        if (path is not null) person.LostPeers.Remove(id);
        else if (Text(said, "reason") == "lost") person.LostPeers.Add(id);
        if (path is null) stage.Screen.Gather(person, Text(said, "reason") == "bye" ? HearsGoodbye : HasLost, name);
        else if (before is null) stage.Screen.Gather(person, Reaches, name, $" ({path})");
        else stage.Screen.Gather(person, NowReaches, name, $" by {path}");
    }

    private void TakeMessage(Person person, JsonElement said, long at)
    {
        var id = Text(said, "id")!;
        person.Shown[id] = person.Shown.GetValueOrDefault(id) + 1;
        if (said.GetProperty("own").GetBoolean())
        {
            TakeOwn(person, said, id, at);
            return;
        }

        var path = PathTo(person, Text(said, "peerId")!, stage.Book.Find(id), at);
        person.Paths[path] = person.Paths.GetValueOrDefault(path) + 1;
        if (!_arrivals.TryGetValue(id, out var arrivals)) _arrivals[id] = arrivals = [];
        arrivals.Add(new Arrival(person, path, at));
        if (!_shown.Contains(id)) return;
        stage.Screen.Gather(person, Gets, $"“{Text(said, "text")}”", $" ({path})");
    }

    private void TakeOwn(Person person, JsonElement said, string id, long at)
    {
        var room = Text(said, "room")!;
        var to = room.StartsWith('@') ? stage.People.Find(p => p.PeerId == room[1..])?.Name : null;
        stage.Book.Wrote(new Message(id, person.Name, room.StartsWith('@') ? null : room, to, Text(said, "text")!, at));
        if (Text(said, "ref") is { } reference && _idOfRef.TryAdd(reference, id)) person.Sent++;
    }

    /// <summary>
    /// By which way a message came: its receiver's path to its author at that moment, <c>others</c> when there is none and somebody between
    /// passed it on, <c>sync</c> when it came by catching up: it is older than the path, or took long.
    /// </summary>
    private string PathTo(Person person, string author, Message? message, long at)
    {
        var (path, since) = person.Reached.GetValueOrDefault(author);
        if (message is not null && (since > message.At || Stopwatch.GetElapsedTime(message.At, at) > CatchUpTime)) return "sync";
        var writer = stage.People.Find(p => p.PeerId == author);
        var isCut = writer is not null && (stage.Cuts.Contains((person, writer)) || stage.Cuts.Contains((writer, person)));
        if (path is not null && !(isCut && path != "relay")) return path;
        return person.HasRelay && writer is not { HasRelay: false } ? "relay" : "others";
    }

    private static long Milliseconds(Message message, Arrival arrival) => Math.Max(0, (long)Stopwatch.GetElapsedTime(message.At, arrival.At).TotalMilliseconds);

    private static string? Text(JsonElement said, string field) =>
        said.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Arrival(Person Person, string Path, long At);
}
