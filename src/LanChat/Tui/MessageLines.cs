using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>What the lines of a message depend on besides the message.</summary>
/// <param name="Width">Columns there are.</param>
/// <param name="Zone">The user's time zone.</param>
/// <param name="Nick">The name to show for somebody.</param>
/// <param name="Search">Words to point out; empty for none.</param>
/// <param name="Mentions">Whether a text names the user.</param>
internal sealed record MessageStyle(int Width, TimeZoneInfo Zone, Func<PeerId, string> Nick, string Search, Func<string, bool> Mentions);

/// <summary>Lays one message out as lines.</summary>
internal static class MessageLines
{
    private const int RoomyWidth = 66;

    /// <summary>The columns before the text: time, nickname, bar; less where there is little room.</summary>
    public static int Indent(int width) => width >= RoomyWidth ? 6 + 12 + 3 : width >= 46 ? 6 + 9 + 3 : 2;

    /// <summary>The columns before a line that is no message: its time, where there is room.</summary>
    public static int NoteIndent(int width) => width >= RoomyWidth ? 6 : 2;

    /// <summary>The lines of a message; at least one.</summary>
    public static List<Line> Of(MessageView message, MessageStyle style)
    {
        int indent = Indent(style.Width);
        bool narrow = indent == 2;
        string time = TimeZoneInfo.ConvertTime(message.SentAt, style.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        string nick = style.Nick(message.PeerId);
        (string text, Tone tone) = Body(message, nick, style);
        List<Line> lines = narrow ? Narrow(time, nick, message, text, tone, style) : Wide(time, nick, message, text, tone, style, indent);
        AddMarks(lines, message, style, indent);
        if (!message.Reactions.IsDefaultOrEmpty)
        {
            var reactions = new Line().PadTo(indent - (narrow ? 0 : 2)).Add(narrow ? string.Empty : "│ ", Tone.Rule);
            foreach (IGrouping<string, (string Emoji, PeerId PeerId)> group in message.Reactions.GroupBy(reaction => reaction.Emoji))
            {
                reactions.AddCut($"{group.Key} {group.Count()}  ", style.Width, Tone.Dim);
            }

            lines.Add(reactions);
        }

        return lines;
    }

    /// <summary>How far an own message has got: · sent, ✓ kept by the relay or held by somebody, ✓✓ by all.</summary>
    public static string Ticks(DeliveryState delivery) =>
        delivery.Of > 0 && delivery.Delivered >= delivery.Of ? "✓✓" : delivery.IsOnRelay || delivery.Delivered > 0 ? "✓" : "·";

    private static List<Line> Wide(string time, string nick, MessageView message, string text, Tone tone, MessageStyle style, int indent)
    {
        int nickWidth = indent - 9;
        bool isSaying = message.Kind is "text" or "deleted" or "unreadable" or "unknown" or "file";
        string shown = TextWidth.Cut(isSaying ? nick : message.Kind == "me" ? "*" : "—", nickWidth);
        var lines = new List<Line>();
        foreach (string row in TextWidth.Wrap(text, style.Width - indent))
        {
            Line line = lines.Count == 0
                ? new Line(time + " ", Tone.Dim).PadTo(6 + nickWidth - TextWidth.Of(shown)).Add(shown, NickTone(message, isSaying))
                : new Line();
            lines.Add(Highlight(line.PadTo(indent - 2).Add("│ ", tone == Tone.Mention ? Tone.Mention : Tone.Rule), row, tone, style.Search));
        }

        return lines;
    }

    private static List<Line> Narrow(string time, string nick, MessageView message, string text, Tone tone, MessageStyle style)
    {
        bool isSaying = message.Kind is not ("me" or "created" or "topic" or "closed" or "relay");
        Line first = new Line(time + " ", Tone.Dim)
            .Add(TextWidth.Cut(isSaying ? nick : "*", Math.Max(4, style.Width / 3)), NickTone(message, isSaying)).Add(" ");
        int room = style.Width - first.Columns;

        // As wide as they are shown, so that what the first line took can be cut off by its length.
        text = text.Replace("\t", "    ", StringComparison.Ordinal);
        var lines = new List<Line>();
        // The first line is shorter by time and nickname, those below by the indent alone.
        List<string> beginning = TextWidth.Wrap(text, room);
        lines.Add(Highlight(first, beginning[0], tone, style.Search));
        string rest = text[Math.Min(text.Length, beginning[0].Length)..].TrimStart(' ');
        rest = rest.StartsWith('\n') ? rest[1..] : rest;
        if (beginning.Count > 1)
        {
            lines.AddRange(TextWidth.Wrap(rest, style.Width - 2).Select(row => Highlight(new Line("  "), row, tone, style.Search)));
        }

        return lines;
    }

    private static (string Text, Tone Tone) Body(MessageView message, string nick, MessageStyle style)
    {
        if (message.Mark == "muted")
        {
            return ("(muted)", Tone.Deleted);
        }

        return message.Kind switch
        {
            "text" => (message.Text, !message.IsOwn && style.Mentions(message.Text) ? Tone.Mention : Tone.Text),
            "me" => ($"{nick} {message.Text}", !message.IsOwn && style.Mentions(message.Text) ? Tone.Mention : Tone.Accent),
            "deleted" => ("message deleted", Tone.Deleted),
            "unreadable" => ("this message cannot be read: it was sealed for somebody else or broken", Tone.Deleted),
            "created" => ($"{nick} made the room", Tone.Dim),
            "topic" => (message.Text.Length == 0 ? $"{nick} removed the topic" : $"{nick} set the topic: {message.Text}", Tone.Dim),
            "closed" => ($"{nick} closed the room; it can still be read", Tone.Dim),
            "relay" => (message.Text.Length == 0 ? $"{nick} chose the relay" : $"{nick} chose the relay {message.Text}", Tone.Dim),
            "file" => ($"file {message.Text}", Tone.Accent),
            _ => ("a message of a kind this version does not know", Tone.Deleted),
        };
    }

    private static Tone NickTone(MessageView message, bool isSaying) =>
        !isSaying ? Tone.Dim : message.IsOwn ? Tone.Own : Nicks.ToneOf(message.PeerId);

    private static void AddMarks(List<Line> lines, MessageView message, MessageStyle style, int indent)
    {
        var marks = new List<Piece>();
        if (message.IsEdited && message.Kind != "deleted")
        {
            marks.Add(new Piece(" (edited)", Tone.Dim));
        }

        if (message.IsLate)
        {
            marks.Add(new Piece(" ⇡ late", Tone.Warning));
        }

        string warning = message.Mark switch
        {
            "missing" => " ! something before this is missing",
            "clock" => " ! clock is off",
            "fork" => " ! two versions of this exist",
            "rewritten" => " ! history was rewritten",
            _ => string.Empty,
        };
        marks.Add(new Piece(warning, Tone.Warning));
        if (message is { IsOwn: true, Kind: "text" or "me" })
        {
            string ticks = Ticks(message.Delivery);
            marks.Add(new Piece(" " + ticks, ticks == "·" ? Tone.Dim : Tone.Good));
        }

        Line last = lines[^1];
        foreach (Piece mark in marks.Where(mark => mark.Text.Length > 0))
        {
            if (last.Columns + TextWidth.Of(mark.Text) > style.Width)
            {
                last = new Line().PadTo(indent - 2).Add(indent == 2 ? string.Empty : "│", Tone.Rule);
                lines.Add(last);
            }

            last.AddCut(mark.Text, style.Width, mark.Tone);
        }
    }

    private static Line Highlight(Line line, string text, Tone tone, string search)
    {
        int at = 0;
        while (search.Length > 0)
        {
            // What matches may be shorter or longer than what was looked for: an accent in one character or two, a mark that is not seen.
            int hit = CultureInfo.CurrentCulture.CompareInfo.IndexOf(text.AsSpan(at), search, CompareOptions.IgnoreCase, out int length);
            if (hit < 0 || length == 0)
            {
                break;
            }

            line.Add(text.Substring(at, hit), tone).Add(text.Substring(at + hit, length), Tone.Match);
            at += hit + length;
        }

        return line.Add(text[at..], tone);
    }
}
