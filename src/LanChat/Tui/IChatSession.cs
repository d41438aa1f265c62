using LanChat.Core;

namespace LanChat.Tui;

/// <summary>An event, and which command it answers.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Tag">The tag of the command this answers; 0 for what nobody asked for.</param>
internal readonly record struct Heard(ChatEvent Event, long Tag);

/// <summary>What a diagnosis starts from: who is reached, the relays' last states, the last warnings.</summary>
internal sealed record Circumstances(IReadOnlyList<PeerEvent> Peers, IReadOnlyList<RelayEvent> Relays, IReadOnlyList<WarningEvent> Warnings);

/// <summary>
/// What the screen needs of the client: commands in, events out. No call blocks: the screen's thread never waits for the network or the disk.
/// </summary>
internal interface IChatSession
{
    /// <summary>Raised, on any thread, when there is something to take.</summary>
    event Action? Arrived;

    /// <summary>The client has said bye and finished.</summary>
    bool IsOver { get; }

    /// <summary>How people are looked for, as a sentence.</summary>
    string Seeks { get; }

    /// <summary>Hands a command over; its answers carry the tag returned.</summary>
    long Post(ChatCommand command);

    /// <summary>Takes the next event, if there is one. For the screen's thread.</summary>
    bool TryTake(out Heard heard);

    /// <summary>A setting of the profile, or null. Read from memory.</summary>
    string? Setting(string name);

    /// <summary>Keeps a setting; written behind the caller's back.</summary>
    void Keep(string name, string value);

    /// <summary>Finds out why somebody cannot be seen, given what the screen was told so far; a line per finding, the likeliest first.</summary>
    Task<IReadOnlyList<string>> DoctorAsync(Circumstances circumstances, CancellationToken cancellationToken);

    /// <summary>Writes messages to a file; answers with a sentence saying where it is.</summary>
    Task<string> SaveAsync(string room, string? file, IReadOnlyList<MessageView> messages, CancellationToken cancellationToken);
}
