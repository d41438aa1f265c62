namespace LanChat.Tui;

/// <summary>Something that lies over the screen until it is answered: a text, a question, a list to choose from with a field to narrow it.</summary>
internal sealed class Popup
{
    private readonly Func<string, IReadOnlyList<PopupChoice>>? _find;
    private IReadOnlyList<PopupChoice> _choices = [];

    private Popup(string title, IReadOnlyList<Line> text, Func<string, IReadOnlyList<PopupChoice>>? find, string hint)
    {
        Title = title;
        Text = text;
        _find = find;
        Hint = hint;
        Refresh();
    }

    /// <summary>In the border.</summary>
    public string Title { get; }

    /// <summary>Lines above the choices.</summary>
    public IReadOnlyList<Line> Text { get; }

    /// <summary>What keys do, in the last line.</summary>
    public string Hint { get; }

    /// <summary>Whether there is a field to type in.</summary>
    public bool HasField => _find is not null;

    /// <summary>What is typed in the field.</summary>
    public Composer Field { get; } = new();

    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<PopupChoice> Choices => _choices;

    /// <summary>Which of <see cref="Choices"/> Enter takes.</summary>
    public int Selected { get; private set; }

    /// <summary>First line of text or choices that is shown.</summary>
    public int Top { get; private set; }

    /// <summary>Lines the text has come to at the width it is shown in.</summary>
    public int LinesShownOf { get; set; }

    /// <summary>A text to read.</summary>
    public static Popup Reading(string title, IReadOnlyList<Line> text) => new(title, text, null, "↑↓ PgUp PgDn · Esc closes");

    /// <summary>A question with answers; the first is preselected.</summary>
    public static Popup Asking(string title, IReadOnlyList<Line> text, params PopupChoice[] answers) =>
        new(title, text, null, "↑↓ Enter · Esc cancels") { _choices = answers };

    /// <summary>A list narrowed by what is typed.</summary>
    public static Popup Finding(string title, Func<string, IReadOnlyList<PopupChoice>> find) => new(title, [], find, "↑↓ Enter · Esc cancels");

    /// <summary>Does what a key means. Returns the choice that was taken, if one was.</summary>
    public PopupChoice? Press(KeyPress key, int page)
    {
        switch (key.Name)
        {
            case KeyName.Enter:
                return Selected < _choices.Count ? _choices[Selected] : null;
            case KeyName.Up or KeyName.Down or KeyName.PageUp or KeyName.PageDown:
                int by = key.Name switch { KeyName.Up => -1, KeyName.Down => 1, KeyName.PageUp => -page, _ => page };
                Move(by, page);
                return null;
            default:
                if (HasField && Field.Press(key))
                {
                    Refresh();
                }

                return null;
        }
    }

    /// <summary>Moves the selection, or scrolls a text.</summary>
    public void Move(int by, int page)
    {
        if (_choices.Count == 0)
        {
            Top = Math.Clamp(Top + by, 0, Math.Max(0, LinesShownOf - page));
            return;
        }

        Selected = Math.Clamp(Selected + by, 0, _choices.Count - 1);
        Top = Math.Clamp(Top, Math.Max(0, Selected - page + 1), Selected);
    }

    /// <summary>Selects a choice by its row among those shown.</summary>
    public PopupChoice? Click(int row)
    {
        int at = Top + row;
        if (at < 0 || at >= _choices.Count)
        {
            return null;
        }

        Selected = at;
        return _choices[at];
    }

    /// <summary>Finds the choices anew.</summary>
    public void Refresh()
    {
        if (_find is not null)
        {
            _choices = _find(Field.Text);
            (Selected, Top) = (0, 0);
        }
    }
}

/// <summary>A choice of a <see cref="Popup"/>.</summary>
/// <param name="Label">As shown.</param>
/// <param name="Take">What taking it does.</param>
/// <param name="Detail">Shown dim behind it.</param>
internal sealed record PopupChoice(string Label, Action Take, string Detail = "");
