namespace LanChat.Tui;

/// <summary>The last line: who, where, with how many, relay, completeness, and as many hints as fit.</summary>
internal static class StatusText
{
    /// <summary>The line in <paramref name="width"/> columns.</summary>
    public static Line Of(ChatPresenter chat, int width)
    {
        var line = new Line { Fill = Tone.Status };
        RoomEntry? room = chat.Rooms.Current;
        line.AddCut($" {chat.Nick} ", width, Tone.StatusKey);
        if (room is not null)
        {
            line.AddCut($"{room.Name} ", width, Tone.Status);
        }

        int reached = chat.People.Reached;
        AddPart(line, reached == 1 ? "1 peer" : $"{reached} peers", width);
        AddPart(line, chat.Relay, width);
        if (room is not null)
        {
            AddPart(line, room.Completeness(chat.People.Name), width);
        }

        foreach ((string key, string what) in chat.Hints())
        {
            if (line.Columns + TextWidth.Of($" │ {key} {what}") <= width)
            {
                line.Add(" │ ", Tone.StatusDim).Add(key, Tone.StatusKey).Add(" " + what, Tone.StatusDim);
            }
        }

        return line.PadTo(width, Tone.Status);
    }

    private static void AddPart(Line line, string text, int width)
    {
        if (text.Length > 0 && line.Columns + 3 + TextWidth.Of(text) <= width)
        {
            line.Add("│ ", Tone.StatusDim).Add(text + " ", Tone.Status);
        }
    }
}
