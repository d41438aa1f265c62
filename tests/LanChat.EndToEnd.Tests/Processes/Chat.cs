using System.Text.Json;

namespace LanChat.EndToEnd.Tests;

/// <summary>A person at <c>lanchat pipe</c> on a host.</summary>
internal sealed class Chat : ProgramProcess
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private Chat(Host host, string nick, string profile, IEnumerable<string> arguments)
        : base(host, ProgramFiles.Client, ["pipe", "--profile", profile, "--nick", nick, .. arguments])
    {
        Nick = nick;
        Profile = profile;
    }

    public string Nick { get; }

    public string Profile { get; }

    public string PeerId { get; private set; } = "";

    public int Port { get; private set; }

    public DateTime ReadyAt { get; private set; }

    /// <summary>Starts without waiting; the profile is called by the nickname.</summary>
    public static Chat Start(Host host, string nick, params string[] arguments) =>
        new(host, nick, Path.Combine(host.Lab.Folder, nick), arguments);

    /// <summary>Starts with a profile of one's own choice.</summary>
    public static Chat StartWith(Host host, string nick, string profile, params string[] arguments) => new(host, nick, profile, arguments);

    /// <summary>Starts and waits until it is ready.</summary>
    public static async Task<Chat> ReadyAsync(Host host, string nick, params string[] arguments)
    {
        var chat = Start(host, nick, arguments);
        await chat.BeReadyAsync();
        return chat;
    }

    /// <summary>Starts one person on each host, all at once, called by the hosts' names.</summary>
    public static async Task<Chat[]> AllReadyAsync(IEnumerable<Host> hosts, params string[] arguments)
    {
        Chat[] chats = [.. hosts.Select(h => Start(h, h.Name, arguments))];
        foreach (var chat in chats) await chat.BeReadyAsync();
        return chats;
    }

    public async Task BeReadyAsync()
    {
        var ready = await EventAsync("ready", _ => true, StartPatience);
        PeerId = ready["peerId"];
        Port = (int)ready.Number("port")!;
        ReadyAt = ready.Time;
    }

    /// <summary>Gives a command as an object with the contract's names.</summary>
    public void Do(object command) => WriteLine(JsonSerializer.Serialize(command));

    public void Say(string room, string text) => Do(new { @do = "send", room, text });

    public void SayAll(string room, IEnumerable<string> texts) => WriteLines(texts.Select(text => JsonSerializer.Serialize(new { @do = "send", room, text })));

    /// <summary>Waits for the first event of a name that a condition holds for.</summary>
    public async Task<PipeEvent> EventAsync(string name, Func<PipeEvent, bool> condition, TimeSpan? within = null, int from = 0)
    {
        var line = await LineAsync($"an event {name}", l => l.Event.Name == name && condition(l.Event), within, from);
        return line.Event;
    }

    /// <summary>Waits until somebody is up.</summary>
    public Task<PipeEvent> SeesAsync(Chat other, TimeSpan? within = null, string? path = null, int from = 0) => EventAsync(
        "peer", e => e["peerId"] == other.PeerId && e["state"] == "up" && (path is null || e["path"] == path), within, from);

    /// <summary>Waits until so many messages of a room have been shown, from a line on; returns them.</summary>
    public async Task<List<PipeEvent>> MessagesAsync(string room, int count, TimeSpan? within = null, int from = 0)
    {
        var messages = new List<PipeEvent>();
        await LineAsync(
            $"{count} messages in {room}",
            l =>
            {
                if (l.Event.Name == "message" && l.Event["room"] == room) messages.Add(l.Event);
                return messages.Count >= count;
            },
            within,
            from);
        return messages;
    }

    /// <summary>Every event of a name so far.</summary>
    public List<PipeEvent> Events(string name) => [.. Lines().Select(l => l.Event).Where(e => e.Name == name)];

    /// <summary>The texts of a room in its order now.</summary>
    public async Task<List<string>> TranscriptAsync(string room)
    {
        var from = LineCount;
        Do(new { @do = "transcript", room });
        var answer = await EventAsync("transcript", e => e["room"] == room, from: from);
        var entries = answer.Json.GetProperty("entries").EnumerateArray().Select(e => new PipeEvent(e));
        return [.. entries.Where(e => e["kind"] is "text" or "me").Select(e => e["text"])];
    }

    /// <summary>Waits until everybody's transcript of a room has so many messages, each once and in one order.</summary>
    public static async Task<List<string>> SameTranscriptAsync(string room, int count, TimeSpan within, params Chat[] chats)
    {
        var end = DateTime.UtcNow + within;
        while (true)
        {
            var all = new List<List<string>>();
            foreach (var chat in chats) all.Add(await chat.TranscriptAsync(room));
            var isSame = all.All(t => t.Count == count && t.SequenceEqual(all[0]));
            if (isSame) return all[0];
            if (DateTime.UtcNow < end) continue;
            Assert.Fail($"{room}: {string.Join(", ", all.Select((t, i) => $"{chats[i].Nick} has {t.Count}"))} of {count}, "
                + $"alike: {all.All(t => t.SequenceEqual(all[0]))}\n{chats[0].Describe()}");
        }
    }

    /// <summary>Waits until everybody was shown so many messages, and says whether each was shown once.</summary>
    public static async Task AssertShownOnceAsync(int count, params Chat[] chats)
    {
        foreach (var chat in chats)
        {
            var shown = 0;
            await chat.LineAsync($"{count} messages", l => l.Event.Name == "message" && ++shown >= count);
            string[] ids = [.. chat.Events("message").Select(e => e["id"])];
            Assert.Equal((count, count), (ids.Length, ids.Distinct().Count()));
        }
    }

    /// <summary>Quits cleanly.</summary>
    public async Task QuitAsync()
    {
        Do(new { @do = "quit" });
        Assert.Equal(0, await ExitAsync());
    }
}
