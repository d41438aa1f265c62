using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>The lines of each pane, at a size.</summary>
internal static class PaneLines
{
    /// <summary>Rows above the rooms, and above the people: the heading.</summary>
    public const int HeadingRows = 1;

    /// <summary>Lines of more columns are tiring to read.</summary>
    private const int WidestPopup = 82;

    /// <summary>The list of rooms: number, name, unread and mentions.</summary>
    public static List<Line> Rooms(ChatPresenter chat, int width, int height)
    {
        var lines = new List<Line> { Heading("Rooms", chat.Focus == Pane.Rooms, width) };
        IReadOnlyList<RoomEntry> rooms = chat.Rooms.All;
        for (int i = FirstShown(rooms, chat.Rooms.Current, height); i < rooms.Count && lines.Count < height; i++)
        {
            lines.Add(Room(rooms[i], i, rooms[i] == chat.Rooms.Current, width));
        }

        return lines;
    }

    /// <summary>Which room is in the first row below the heading.</summary>
    public static int FirstShown(IReadOnlyList<RoomEntry> rooms, RoomEntry? current, int height)
    {
        int at = current is null ? 0 : rooms.ToList().IndexOf(current);
        return Math.Max(0, at - Math.Max(1, height - HeadingRows) + 1);
    }

    /// <summary>The people: how they are reached, name, round trip.</summary>
    public static List<Line> People(ChatPresenter chat, int width, int height)
    {
        IReadOnlyList<Person> people = chat.PeopleShown();
        var lines = new List<Line> { Heading($"People {people.Count(chat.IsHere)}", chat.Focus == Pane.People, width) };
        int first = FirstPersonShown(chat, height);
        for (int i = first; i < people.Count && lines.Count < height; i++)
        {
            bool isAt = chat.Focus == Pane.People && i == chat.PersonAt;
            Line line = PersonLine(chat, people[i], width);
            lines.Add(isAt ? line.In(Tone.Selected) : line);
        }

        return lines;
    }

    /// <summary>Which person is in the first row below the heading.</summary>
    public static int FirstPersonShown(ChatPresenter chat, int height) => Math.Max(0, chat.PersonAt - Math.Max(1, height - HeadingRows) + 1);

    /// <summary>Room, topic, and how the room is kept.</summary>
    public static Line Header(ChatPresenter chat, int width)
    {
        if (chat.Rooms.Current is not { } room)
        {
            return new Line(chat.IsReady ? " no room — /join #lobby" : " starting …", Tone.Dim);
        }

        var line = new Line(" ", Tone.Status) { Fill = Tone.Status };
        line.AddCut(room.Name, width - 1, Tone.StatusKey);
        if (room.Info.IsClosed)
        {
            line.AddCut("  closed, read only", width, Tone.StatusWarning);
        }

        if (room.Info.Topic.Length > 0)
        {
            line.AddCut("  " + room.Info.Topic.ReplaceLineEndings(" "), width, Tone.Status);
        }

        string state = room.Completeness(chat.People.Name);
        if (state != "complete" && line.Columns + TextWidth.Of(state) + 2 <= width)
        {
            line.PadTo(width - TextWidth.Of(state) - 1, Tone.Status).Add(state, Tone.StatusWarning);
        }

        return line;
    }

    /// <summary>The timeline; the selected message stands out.</summary>
    public static List<Line> Messages(ChatPresenter chat, int width, int height)
    {
        IReadOnlyList<Line> lonely = chat.Lonely(width);
        int room = Math.Max(1, height - lonely.Count);
        IReadOnlyList<TimelineRow> rows = chat.TimelineRows(width, room);
        var lines = new List<Line>(height);
        // What is little stands at the bottom, where one writes.
        for (int i = rows.Count; i < room; i++)
        {
            lines.Add(new Line());
        }

        lines.AddRange(rows.Select(row => !chat.SelectedMessage.IsNone && row.Message == chat.SelectedMessage ? row.Line.In(Tone.Selected) : row.Line));
        lines.AddRange(lonely);
        return lines;
    }

    /// <summary>The message a row of the pane belongs to; none for a row of no message.</summary>
    public static EntryHash MessageAt(ChatPresenter chat, int row, int width, int height)
    {
        int room = Math.Max(1, height - chat.Lonely(width).Count);
        IReadOnlyList<TimelineRow> rows = chat.TimelineRows(width, room);
        int at = row - Math.Max(0, room - rows.Count);
        return at >= 0 && at < rows.Count ? rows[at].Message : EntryHash.None;
    }

    /// <summary>The rule above the composer and what is typed, with the caret's place.</summary>
    public static (List<Line> Lines, int Row, int Column) Composer(ChatPresenter chat, int width, int height)
    {
        const string prompt = "❯ ";
        string label = !chat.Editing.IsNone ? " editing " : !chat.FollowsTimeline ? " older messages, End shows the newest " : string.Empty;
        Line rule = new Line(label.Length > 0 ? "──" : string.Empty, Tone.Rule).AddCut(label, width, Tone.Warning);
        var lines = new List<Line> { rule.Add(new string('─', Math.Max(0, width - rule.Columns)), Tone.Rule) };
        (List<string> rows, int row, int column) = chat.Composer.Layout(width - 2);
        int room = Math.Max(1, height - 1);
        int top = Math.Clamp(row - room + 1, 0, Math.Max(0, rows.Count - room));
        for (int i = top; i < rows.Count && i < top + room; i++)
        {
            Line line = new Line(i == 0 ? prompt : "  ", Tone.Accent).Add(rows[i], Tone.Field);
            if (chat.Composer.IsEmpty && chat.Rooms.Current is { } open)
            {
                line.AddCut(open.Info.IsClosed ? "this room is closed" : $"Message {open.Name}", width, Tone.Placeholder);
            }

            lines.Add(line);
        }

        return (lines, row - top + 1, column + 2);
    }

    /// <summary>Rows the composer wants: its rule and up to six of text.</summary>
    public static int ComposerHeight(ChatPresenter chat, int width, int screenHeight) =>
        1 + Math.Clamp(chat.Composer.Layout(width - 2).Lines.Count, 1, Math.Clamp(screenHeight / 3, 1, 6));

    /// <summary>What lies over the screen, without its border: text, field, choices, hint; a blank column on either side.</summary>
    public static (List<Line> Lines, int? FieldColumn) Over(Popup popup, int width, int height)
    {
        (List<Line> lines, int? fieldColumn) = OverInside(popup, width - 2, height);
        return ([.. lines.Select(line => line.Indented())], fieldColumn + 1);
    }

    private static (List<Line> Lines, int? FieldColumn) OverInside(Popup popup, int width, int height)
    {
        List<Line> text = WrapAll(popup.Text, width);
        popup.LinesShownOf = text.Count;
        var lines = new List<Line>();
        int? fieldColumn = null;
        if (popup.HasField)
        {
            (List<string> rows, int row, int column) = popup.Field.Layout(width - 2);
            lines.Add(new Line("› ", Tone.Accent).Add(rows[row], Tone.Field));
            fieldColumn = column + 2;
        }

        int room = Math.Max(1, height - lines.Count - 1);
        bool isReading = popup.Choices.Count == 0 && !popup.HasField;
        lines.AddRange(isReading ? text.Skip(popup.Top).Take(room) : text.Take(Math.Max(0, room - popup.Choices.Count)));
        int choiceRoom = Math.Max(1, height - lines.Count - 1);
        for (int i = popup.Top; !isReading && i < popup.Choices.Count && i < popup.Top + choiceRoom; i++)
        {
            PopupChoice choice = popup.Choices[i];
            Line line = new Line(i == popup.Selected ? "▸ " : "  ", Tone.Accent).AddCut(choice.Label, width).AddCut("  " + choice.Detail, width, Tone.Dim);
            lines.Add(i == popup.Selected ? line.PadTo(width).In(Tone.Selected) : line);
        }

        while (lines.Count < height - 1)
        {
            lines.Add(new Line());
        }

        lines.Add(new Line(TextWidth.Cut(popup.Hint, width), Tone.Dim));
        return (lines, fieldColumn);
    }

    /// <summary>The row of the first choice.</summary>
    public static int FirstChoiceRow(Popup popup, int width, int height)
    {
        int above = popup.HasField ? 1 : 0;
        int room = Math.Max(1, height - above - 1);
        return above + Math.Min(WrapAll(popup.Text, width - 2).Count, Math.Max(0, room - popup.Choices.Count));
    }

    /// <summary>Columns and rows that would show all of it, without the border.</summary>
    public static (int Width, int Height) SizeOf(Popup popup, int maxWidth, int maxHeight)
    {
        maxWidth = Math.Min(maxWidth, WidestPopup);
        int widest = popup.Text.Select(line => line.Columns)
            .Concat(popup.Choices.Select(choice => TextWidth.Of(choice.Label) + TextWidth.Of(choice.Detail) + 4))
            .Append(TextWidth.Of(popup.Title) + 2).Append(TextWidth.Of(popup.Hint)).Max();
        int width = Math.Clamp((popup.HasField ? Math.Max(44, widest) : widest) + 2, Math.Min(24, maxWidth), maxWidth);
        int rows = WrapAll(popup.Text, width - 2).Count + (popup.HasField ? 11 : popup.Choices.Count) + 1;
        return (width, Math.Clamp(rows, 1, maxHeight));
    }

    private static List<Line> WrapAll(IReadOnlyList<Line> text, int width)
    {
        var lines = new List<Line>();
        foreach (Line line in text)
        {
            if (line is { Hang: > 0, Pieces: [var term, var what] })
            {
                AddTerm(lines, term, what, line.Hang, width);
            }
            else if (line.Columns <= width)
            {
                lines.Add(line);
            }
            else
            {
                Tone tone = line.Pieces[^1].Tone;
                lines.AddRange(TextWidth.Wrap(line.ToString(), width).Select((row, at) =>
                    new Line(row, at == 0 && line.Pieces.Count > 1 ? line.Pieces[0].Tone : tone)));
            }
        }

        return lines;
    }

    // A term and what it means: side by side, or one below the other where there is little room.
    private static void AddTerm(List<Line> lines, Piece term, Piece what, int hang, int width)
    {
        bool isRoomy = width >= hang + 24;
        int indent = isRoomy ? hang : 2;
        bool isBeside = isRoomy && TextWidth.Of(term.Text) + 2 <= hang;
        Line first = new Line().AddCut(term.Text, width, term.Tone);
        List<string> rows = TextWidth.Wrap(what.Text, width - indent);
        lines.Add(isBeside ? first.PadTo(indent).Add(rows[0], what.Tone) : first);
        lines.AddRange(rows.Skip(isBeside ? 1 : 0).Select(row => new Line().PadTo(indent).Add(row, what.Tone)));
    }

    private static Line Heading(string text, bool isFocused, int width) =>
        new Line(" ").AddCut(text, width - 1, isFocused ? Tone.Accent : Tone.Dim);

    private static Line Room(RoomEntry room, int at, bool isCurrent, int width)
    {
        string marks = room.Mentions > 0 ? $"@{Count(room.Unread)} " : room.Unread > 0 ? $"{Count(room.Unread)} " : room.Notify == Notify.None ? "z " : string.Empty;
        Tone tone = room.Mentions > 0 ? Tone.Mention : room.Unread > 0 ? Tone.Heading : Tone.Text;
        Line line = new Line(at < 9 ? $"{at + 1} " : "  ", Tone.Dim)
            .AddCut(room.Name, width - TextWidth.Of(marks) - 1, room.Info.IsClosed ? Tone.Dim : tone)
            .PadTo(width - TextWidth.Of(marks)).Add(marks, room.Mentions > 0 ? Tone.Mention : Tone.Unread);
        return isCurrent ? line.In(Tone.Selected) : line;
    }

    private static string Count(int count) => count > 999 ? "999+" : $"{count}";

    private static Line PersonLine(ChatPresenter chat, Person person, int width)
    {
        string end = person.Delay + " ";
        string marks = (person.IsVerified ? "✓" : string.Empty) + (person.Doubt.Length > 0 ? "!" : string.Empty) + (person.IsMuted ? "z" : string.Empty);
        bool isHere = chat.IsHere(person);
        Tone tone = person.Path == Core.PeerPath.None || !isHere ? Tone.Dim : Nicks.ToneOf(person.Id);
        Line line = new Line(" " + person.Sign + " ", person.Path switch
        {
            Core.PeerPath.Lan => Tone.Good,
            Core.PeerPath.None => Tone.Dim,
            _ => Tone.Warning,
        });
        int nameEnd = Math.Max(6, width - TextWidth.Of(end) - TextWidth.Of(marks) - 1);
        line.AddCut(chat.People.Name(person), nameEnd, tone).Add(marks, person.Doubt.Length > 0 ? Tone.Warning : Tone.Good);
        return line.Columns + TextWidth.Of(end) <= width ? line.PadTo(width - TextWidth.Of(end)).Add(end, Tone.Dim) : line;
    }
}
