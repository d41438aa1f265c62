using System.Globalization;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>A row of the timeline, and the message it belongs to (none for day lines, the marker and notes).</summary>
internal readonly record struct TimelineRow(Line Line, EntryHash Message, int RowOfMessage);

/// <summary>
/// The rows of what a <see cref="Timeline"/> holds, at a width, and which of them are shown. Messages are laid out once and kept; the place on the
/// screen is a message and a row of it, so that what comes above or below does not move what is read.
/// </summary>
internal sealed class TimelineLayout
{
    private readonly Dictionary<EntryHash, (MessageView Message, List<Line> Lines)> _laidOut = [];
    private readonly List<TimelineRow> _rows = [];
    private (RoomId Room, int Version, int Width, string Search, int Names, EntryHash? Marker)? _of;
    private (EntryHash Message, int Row, int Above)? _top;
    private int _height = 1;
    private bool _holdsEnd = true;

    /// <summary>Whether the last row is shown and stays so as messages come.</summary>
    public bool Follows => _top is null;

    /// <summary>Whether rows near the first, or near the last, are shown, so that more should be loaded.</summary>
    public (bool Older, bool Newer) Nears => (TopRow <= _height * 2, TopRow + _height >= _rows.Count - (_height * 2));

    /// <summary>All rows.</summary>
    public IReadOnlyList<TimelineRow> Rows => _rows;

    private int TopRow
    {
        get
        {
            int last = Math.Max(0, _rows.Count - _height);
            if (_top is not { } top)
            {
                return last;
            }

            int at = _rows.FindIndex(row => row.Message == top.Message && row.RowOfMessage == top.Row);
            at = at >= 0 ? at : _rows.FindIndex(row => row.Message == top.Message);
            return Math.Clamp(at < 0 ? last : at - top.Above, 0, last);
        }
    }

    /// <summary>Lays out what changed since the last call.</summary>
    public void Update(Timeline timeline, MessageStyle style, int height, int namesVersion, DateTimeOffset now)
    {
        _height = Math.Max(1, height);
        _holdsEnd = timeline.HoldsEnd;
        var of = (timeline.Room, timeline.Version, style.Width, style.Search, namesVersion, timeline.Marker);
        if (_of == of)
        {
            return;
        }

        bool sameLook = _of is { } before && before.Room == of.Room && before.Width == of.Width && before.Search == of.Search && before.Names == of.namesVersion;
        if (!sameLook || _laidOut.Count > Timeline.Capacity * 2)
        {
            _laidOut.Clear();
        }

        if (_of is { } last && last.Room != of.Room)
        {
            _top = null;
        }

        _of = of;
        Build(timeline, style, now);
    }

    /// <summary>The shown rows, the last at the bottom.</summary>
    public IEnumerable<TimelineRow> Shown() => _rows.Skip(TopRow).Take(_height);

    /// <summary>Scrolls by rows, up where negative; at the end it follows again.</summary>
    public void Scroll(int by)
    {
        int top = Math.Clamp(TopRow + by, 0, Math.Max(0, _rows.Count - _height));
        if (top >= _rows.Count - _height && _holdsEnd)
        {
            _top = null;
            return;
        }

        Pin(top);
    }

    /// <summary>Shows the last rows and follows.</summary>
    public void ToEnd() => _top = null;

    /// <summary>Shows the first rows there are.</summary>
    public void ToStart() => Pin(0);

    // A row of no message is named by the next that is one.
    private void Pin(int top)
    {
        int named = _rows.FindIndex(top, row => !row.Message.IsNone);
        _top = named < 0 ? null : (_rows[named].Message, _rows[named].RowOfMessage, named - top);
    }

    /// <summary>Puts a message's first row in the middle, as far as there is something below.</summary>
    public void Show(EntryHash message)
    {
        int at = _rows.FindIndex(row => row.Message == message);
        if (at < 0)
        {
            return;
        }

        // What was looked for stays where it is found, whatever comes below.
        int top = TopRow;
        bool isShown = at >= top && at < top + _height;
        if (isShown && _holdsEnd)
        {
            return;
        }

        Pin(isShown ? top : Math.Clamp(at - (_height / 2), 0, Math.Max(0, _rows.Count - _height)));
    }

    private void Build(Timeline timeline, MessageStyle style, DateTimeOffset now)
    {
        _rows.Clear();
        ILookup<EntryHash, Note> notes = timeline.Notes.ToLookup(note => note.After);
        DateTime day = default;
        AddNotes(notes[EntryHash.None], style);
        for (int i = 0; i < timeline.Held.Count; i++)
        {
            MessageView message = timeline.Held[i];
            DateTime date = TimeZoneInfo.ConvertTime(message.SentAt, style.Zone).Date;
            if (date != day)
            {
                day = date;
                AddRule(DayName(date, TimeZoneInfo.ConvertTime(now, style.Zone).Date), style.Width, Tone.Dim);
            }

            if (timeline.Marker == message.Id)
            {
                AddRule("new", style.Width, Tone.Unread);
            }

            int row = 0;
            foreach (Line line in LinesOf(message, style))
            {
                _rows.Add(new TimelineRow(line, message.Id, row++));
            }

            AddNotes(notes[message.Id], style);
        }
    }

    private List<Line> LinesOf(MessageView message, MessageStyle style)
    {
        if (_laidOut.TryGetValue(message.Id, out (MessageView Message, List<Line> Lines) known) && ReferenceEquals(known.Message, message))
        {
            return known.Lines;
        }

        List<Line> lines = MessageLines.Of(message, style);
        _laidOut[message.Id] = (message, lines);
        return lines;
    }

    private void AddNotes(IEnumerable<Note> notes, MessageStyle style)
    {
        int indent = MessageLines.NoteIndent(style.Width);
        foreach (Note note in notes)
        {
            string time = indent > 2 ? TimeZoneInfo.ConvertTime(note.At, style.Zone).ToString("HH:mm", CultureInfo.InvariantCulture) : string.Empty;
            foreach (string row in TextWidth.Wrap(note.Shown, Math.Max(8, style.Width - indent)))
            {
                _rows.Add(new TimelineRow(new Line(time, Tone.Dim).PadTo(indent).Add(row, note.Tone), EntryHash.None, 0));
                time = string.Empty;
            }
        }
    }

    private void AddRule(string text, int width, Tone tone)
    {
        string label = TextWidth.Cut($" {text} ", width);
        int left = Math.Max(0, (width - TextWidth.Of(label)) / 2);
        Line line = new Line(new string('─', left), Tone.Rule).Add(label, tone);
        _rows.Add(new TimelineRow(line.Add(new string('─', Math.Max(0, width - line.Columns)), Tone.Rule), EntryHash.None, 0));
    }

    private static string DayName(DateTime date, DateTime today) => (today - date).Days switch
    {
        0 => "Today",
        1 => "Yesterday",
        _ => date.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture),
    };
}
