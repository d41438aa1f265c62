using System.Text.Json;

namespace LanChat.Demo;

/// <summary>Somebody in the demo: a client's process and what it has told so far. Owned by the stage.</summary>
internal sealed class Person(string name, int place)
{
    public string Name { get; } = name;

    /// <summary>In order of coming, from 0; gives the colour.</summary>
    public int Place { get; } = place;

    /// <summary>The running client; null when there is none.</summary>
    public ChildProcess? Client { get; set; }

    /// <summary>Empty before the first start; the same at every later one.</summary>
    public string PeerId { get; set; } = "";

    public bool IsReady { get; set; }

    /// <summary>Whether the relay is connected.</summary>
    public bool HasRelay { get; set; }

    /// <summary>Rooms the person is in by the scenario, with #.</summary>
    public HashSet<string> Rooms { get; } = [];

    /// <summary>Rooms the client says it is in.</summary>
    public HashSet<string> JoinedRooms { get; } = [];

    /// <summary>Others by peer id, and how they are reached: lan, punched, relay, or null for not at all.</summary>
    public Dictionary<string, Reach> Reached { get; } = [];

    /// <summary>Peer ids whose connection was reported lost and has not come back.</summary>
    public HashSet<string> LostPeers { get; } = [];

    /// <summary>Messages shown, by id, and how often.</summary>
    public Dictionary<string, int> Shown { get; } = [];

    /// <summary>Messages received, by path.</summary>
    public SortedDictionary<string, int> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>The room's transcript as last asked for: ids in order.</summary>
    public Dictionary<string, string[]> Transcripts { get; } = [];

    /// <summary>How many messages this person wrote.</summary>
    public int Sent { get; set; }

    public bool IsRunning => Client is not null && IsReady;

    /// <summary>Sends a command.</summary>
    public void Do(object command) => Client?.Say(JsonSerializer.Serialize(command));

    /// <summary>Forgets what ends with the process.</summary>
    public void Left()
    {
        Client?.Dispose();
        Client = null;
        IsReady = false;
        HasRelay = false;
        Reached.Clear();
        JoinedRooms.Clear();
    }
}

/// <summary>How somebody is reached.</summary>
/// <param name="Path">lan, punched or relay; null for not at all.</param>
/// <param name="Since">Since when, on the clock of <see cref="System.Diagnostics.Stopwatch"/>.</param>
internal readonly record struct Reach(string? Path, long Since);
