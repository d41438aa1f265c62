using System.Diagnostics.CodeAnalysis;
using LanChat.Core;

namespace LanChat.Relay;

/// <summary>A line of the operator, read.</summary>
internal static class OperatorLine
{
    /// <summary>What may be typed.</summary>
    public const string Help =
        """
        clients                 who is connected
        rooms                   rooms in use, and closed ones
        say ROOM|* TEXT         a word to a room's members, or to all
        msg PEER TEXT           a word to one client
        kick PEER               disconnect for 60 s
        ban PEER|IP             keep out until unbanned
        unban PEER|IP           let in again
        bans                    who is banned
        close ROOM              drop a room's log and keep no more of it
        stats                   numbers
        quit                    stop
        ROOM: #name of a public room, or the beginning of a room id. PEER: a nickname, nick#7f3a, or the beginning of a peer id.
        """;

    /// <summary>Reads a line; otherwise says what is wrong with it.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out RelayCommand? command, out string problem)
    {
        var (word, rest) = Split(line.Trim());
        var (first, text) = Split(rest);
        command = word.ToLowerInvariant() switch
        {
            "clients" => new ListClients(),
            "rooms" => new ListRooms(),
            "say" when text.Length > 0 => new SayToRoom(first, text),
            "msg" when text.Length > 0 => new SayToPeer(first, text),
            "kick" when rest.Length > 0 => new KickPeer(rest),
            "ban" when rest.Length > 0 => new Ban(rest),
            "unban" when rest.Length > 0 => new Unban(rest),
            "bans" => new ListBans(),
            "close" when rest.Length > 0 => new CloseRoom(rest),
            "stats" => new AskStatistics(),
            "quit" => new StopRelay(),
            _ => null,
        };
        problem = command is not null ? "" : Usage(word);
        return command is not null;
    }

    private static string Usage(string word)
    {
        var usage = Help.Split('\n').FirstOrDefault(line => word.Length > 0 && line.StartsWith(word + " ", StringComparison.OrdinalIgnoreCase));
        return usage is null ? $"There is no command '{word}'. 'help' lists them." : $"Usage: {usage.Trim()}";
    }

    private static (string First, string Others) Split(string text)
    {
        var at = text.IndexOf(' ', StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..].Trim());
    }
}
