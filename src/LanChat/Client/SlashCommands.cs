using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Client;

/// <summary>What a typed line turned out to be.</summary>
internal abstract record TypedLine;

/// <summary>A command for the client.</summary>
internal sealed record TypedCommand(ChatCommand Command) : TypedLine;

/// <summary>Something that a screen does itself: help, set, search, log, relay, doctor, verify, quit.</summary>
/// <param name="Name">Without the slash.</param>
/// <param name="Arguments">The rest of the line.</param>
internal sealed record TypedForScreen(string Name, string Arguments) : TypedLine;

/// <summary>Not understood, or not complete: a sentence that says what would be.</summary>
internal sealed record TypedWrong(string Code, string Message) : TypedLine;

/// <summary>Where a line is typed: what it refers to when it names nothing.</summary>
/// <param name="Room">The current room.</param>
/// <param name="Selected">The selected message, if any; else the user's own last one for edit and delete, the room's last one for react.</param>
internal sealed record TypedWhere(string Room, EntryHash? Selected = null);

/// <summary>The slash commands of the screen and of <c>pipe</c>: one list, one parser.</summary>
internal static class SlashCommands
{
    /// <summary>A command as help shows it.</summary>
    /// <param name="Name">Without the slash.</param>
    /// <param name="Usage">Its arguments.</param>
    /// <param name="Help">What it does.</param>
    /// <param name="IsForScreen">Whether only a screen can do it.</param>
    public sealed record Description(string Name, string Usage, string Help, bool IsForScreen = false);

    /// <summary>All of them, in the order help shows them.</summary>
    public static readonly IReadOnlyList<Description> All =
    [
        new("join", "#room [passphrase]", "take part in a room"),
        new("part", "[#room]", "leave a room, keep its history"),
        new("forget", "#room", "delete a room's history and key here"),
        new("create", "#room [private] [topic…]", "make a room; private ones are joined by invite"),
        new("invite", "lanchat:…", "join by an invite link"),
        new("remove", "[#room]", "close a room you made, for everybody"),
        new("dm", "nick text…", "say something to one person"),
        new("me", "text…", "say it in the third person"),
        new("nick", "name", "take another nickname"),
        new("topic", "text…", "set the room's topic"),
        new("edit", "[id] text…", "change what you said"),
        new("delete", "[id]", "take back what you said"),
        new("react", "[id] emoji", "put an emoji under a message, or take it away"),
        new("mute", "nick", "hide what somebody says"),
        new("unmute", "nick", "show it again"),
        new("members", "[#room]", "who is in the room"),
        new("rooms", "", "the rooms you know"),
        new("peers", "", "who is there, and by which path"),
        new("search", "words…", "find messages", IsForScreen: true),
        new("log", "[file]", "write the room's history to a file", IsForScreen: true),
        new("verify", "nick", "compare fingerprints and mark somebody as verified", IsForScreen: true),
        new("relay", "[host[:port][#fingerprint]]", "the relay's state, or another relay", IsForScreen: true),
        new("doctor", "", "why somebody cannot be seen", IsForScreen: true),
        new("set", "[name [value]]", "settings: theme, notify, nick", IsForScreen: true),
        new("help", "[command]", "this list", IsForScreen: true),
        new("quit", "", "say bye and leave (also /sair)"),
    ];

    /// <summary>Reads a typed line: a slash command, or a text for the current room. Two slashes say a text that begins with one.</summary>
    public static TypedLine Parse(string line, TypedWhere where)
    {
        if (!line.StartsWith('/')) return new TypedCommand(new SendCommand(where.Room, line));
        if (line.StartsWith("//", StringComparison.Ordinal)) return new TypedCommand(new SendCommand(where.Room, line[1..]));
        var (name, rest) = Cut(line[1..]);
        name = name.ToLowerInvariant();
        if (name == "sair") name = "quit";
        if (All.FirstOrDefault(d => d.Name == name) is not { } description) return Unknown(name);
        if (description.IsForScreen) return new TypedForScreen(name, rest);
        return Read(description, rest, where);
    }

    /// <summary>The command nearest to what was typed, by edit distance.</summary>
    public static string Nearest(string name) => All.MinBy(d => Distance(name, d.Name))!.Name;

    private static TypedWrong Unknown(string name) =>
        new("unknown-command", $"There is no /{name}; did you mean /{Nearest(name)}? /help lists all.");

    private static TypedLine Read(Description description, string rest, TypedWhere where)
    {
        var (first, more) = Cut(rest);
        TypedLine Needs(bool isThere, Func<ChatCommand> make) =>
            isThere ? new TypedCommand(make()) : new TypedWrong("usage", $"/{description.Name} {description.Usage}: {description.Help}.");
        return description.Name switch
        {
            "join" => Needs(first.Length > 0, () => new JoinCommand(first, more.Length > 0 ? more : null)),
            "part" => new TypedCommand(new PartCommand(first.Length > 0 ? first : where.Room)),
            "forget" => Needs(first.Length > 0, () => new ForgetCommand(first)),
            "create" => Needs(first.Length > 0, () => Create(first, more)),
            "invite" => Needs(first.Length > 0, () => new InviteCommand(first)),
            "remove" => new TypedCommand(new RemoveCommand(first.Length > 0 ? first : where.Room)),
            "dm" => Needs(first.Length > 0, () => more.Length > 0 ? new DirectCommand(first, more) : new OpenDirectCommand(first)),
            "me" => Needs(rest.Length > 0, () => new SendCommand(where.Room, rest, IsAction: true)),
            "nick" => Needs(rest.Length > 0, () => new NickCommand(rest)),
            "topic" => new TypedCommand(new TopicCommand(where.Room, rest)),
            "mute" => Needs(first.Length > 0, () => new MuteCommand(first, true)),
            "unmute" => Needs(first.Length > 0, () => new MuteCommand(first, false)),
            "members" => new TypedCommand(new MembersQuery(first.Length > 0 ? first : where.Room)),
            "rooms" => new TypedCommand(new RoomsQuery()),
            "peers" => new TypedCommand(new PeersQuery()),
            "quit" => new TypedCommand(new QuitCommand()),
            _ => ReadAboutMessage(description, rest, where),
        };
    }

    private static TypedLine ReadAboutMessage(Description description, string rest, TypedWhere where)
    {
        var (first, more) = Cut(rest);
        var (id, text) = EntryHash.TryParse(first, out var named) ? (named, more) : (where.Selected, rest);
        if (id is not { } target) return new TypedWrong("usage", $"/{description.Name}: select a message first, or give its id.");
        if (description.Name == "delete") return new TypedCommand(new DeleteCommand(target));
        if (text.Length == 0) return new TypedWrong("usage", $"/{description.Name} {description.Usage}: {description.Help}.");
        return new TypedCommand(description.Name == "edit" ? new EditCommand(target, text) : new ReactCommand(target, text));
    }

    private static CreateCommand Create(string room, string rest)
    {
        var (first, more) = Cut(rest);
        return first == "private" ? new CreateCommand(room, true, null, more) : new CreateCommand(room, false, null, rest);
    }

    private static (string First, string Others) Cut(string text)
    {
        text = text.Trim();
        var space = text.AsSpan().IndexOfAny(" \t\n");
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..].TrimStart());
    }

    /// <summary>Damerau–Levenshtein distance without further edits of a transposed pair: how many slips of a finger lie between two words.</summary>
    private static int Distance(string left, string right)
    {
        var distance = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) distance[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) distance[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                distance[i, j] = Math.Min(Math.Min(distance[i - 1, j] + 1, distance[i, j - 1] + 1), distance[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        }

        return distance[left.Length, right.Length];
    }
}
