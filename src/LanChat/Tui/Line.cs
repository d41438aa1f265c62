namespace LanChat.Tui;

/// <summary>What a piece of text is for; a <see cref="Theme"/> gives it its colours.</summary>
internal enum Tone
{
    Text,
    Dim,
    Heading,
    Accent,
    Own,
    Mention,
    Unread,
    Selected,
    Warning,
    Good,
    Bad,
    Rule,
    Status,
    StatusDim,
    StatusKey,
    StatusWarning,
    Field,
    Placeholder,
    Match,
    Deleted,

    /// <summary>The first of <see cref="Nicks.Colours"/> tones for nicknames.</summary>
    Nick0,
    Nick1,
    Nick2,
    Nick3,
    Nick4,
    Nick5,
    Nick6,
    Nick7,
    Nick8,
    Nick9,
    Nick10,
    Nick11,
}

/// <summary>A piece of a line in one tone.</summary>
internal readonly record struct Piece(string Text, Tone Tone);

/// <summary>A line of the screen: pieces from left to right, and the tone of what is left of it.</summary>
internal sealed class Line
{
    private readonly List<Piece> _pieces = [];

    /// <summary>A line of one piece.</summary>
    public Line(string text, Tone tone = Tone.Text)
    {
        Add(text, tone);
    }

    /// <summary>An empty line.</summary>
    public Line()
    {
    }

    /// <summary>The pieces.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Columns used.</summary>
    public int Columns { get; private set; }

    /// <summary>Where the last piece begins, and goes on where it is wrapped; 0 for lines that are wrapped as a whole.</summary>
    public int Hang { get; init; }

    /// <summary>The tone of the rest of the line.</summary>
    public Tone Fill { get; set; } = Tone.Text;

    /// <summary>Adds a piece.</summary>
    public Line Add(string text, Tone tone = Tone.Text)
    {
        if (text.Length > 0)
        {
            _pieces.Add(new Piece(text, tone));
            Columns += TextWidth.Of(text);
        }

        return this;
    }

    /// <summary>Adds what fits up to <paramref name="width"/> columns; what does not ends with an ellipsis.</summary>
    public Line AddCut(string text, int width, Tone tone = Tone.Text) => Add(TextWidth.Cut(text, Math.Max(0, width - Columns)), tone);

    /// <summary>Adds blanks up to a column.</summary>
    public Line PadTo(int column, Tone tone = Tone.Text) => Add(new string(' ', Math.Max(0, column - Columns)), tone);

    /// <summary>The same line a column further right.</summary>
    public Line Indented()
    {
        var line = new Line(" ", Fill) { Fill = Fill };
        foreach (Piece piece in _pieces)
        {
            line.Add(piece.Text, piece.Tone);
        }

        return line;
    }

    /// <summary>The same line with every piece in one tone.</summary>
    public Line In(Tone tone)
    {
        var line = new Line { Fill = tone };
        foreach (Piece piece in _pieces)
        {
            line.Add(piece.Text, tone);
        }

        return line;
    }

    /// <summary>The text without tones.</summary>
    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Text));
}
