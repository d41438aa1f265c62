using System.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace LanChat.Tui.Views;

/// <summary>A pane: draws the presenter's lines and hands it keys, clicks and the wheel.</summary>
internal class PaneView : View
{
    private readonly ChatWindow _window;
    private readonly Pane? _pane;
    private readonly Func<int, int, PaneContent> _content;
    private readonly Action<Point>? _click;

    /// <param name="window">The window this is in.</param>
    /// <param name="pane">Which pane of the presenter this is; null for one that never has the keyboard.</param>
    /// <param name="content">The lines at a width and a height.</param>
    /// <param name="click">What a click at a place of the pane does.</param>
    public PaneView(ChatWindow window, Pane? pane, Func<int, int, PaneContent> content, Action<Point>? click = null)
    {
        _window = window;
        _pane = pane;
        _content = content;
        _click = click;
        CanFocus = pane is not null;
    }

    /// <summary>A line of this tone runs down the right edge, if set.</summary>
    public bool HasRule { get; set; }

    protected override bool OnKeyDown(Key key) => KeyMap.Of(key) is { } press && _window.Press(press);

    protected override bool OnPaste(string text)
    {
        _window.PasteText(text);
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.IsWheel)
        {
            _window.Wheel((mouse.Flags & MouseFlags.WheeledUp) != 0 ? 1 : -1);
            return true;
        }

        if (mouse.IsSingleClicked && mouse.Position is { } position && _click is not null)
        {
            _click(position);
            _window.Sync();
            return true;
        }

        // A press would move the keyboard before the click says where it goes.
        return mouse.IsPressed || mouse.IsReleased;
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        if (newHasFocus && _pane is { } pane)
        {
            _window.PaneFocused(pane);
        }
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        int width = Viewport.Width - (HasRule ? 1 : 0);
        int height = Viewport.Height;
        if (width < 1 || height < 1)
        {
            return true;
        }

        PaneContent content = _content(width, height);
        for (int row = 0; row < height; row++)
        {
            DrawLine(row, row < content.Lines.Count ? content.Lines[row] : null, width);
        }

        if (HasRule)
        {
            SetAttribute(_window.Palette[Tone.Rule]);
            for (int row = 0; row < height; row++)
            {
                AddStr(width, row, "│");
            }
        }

        if (content.Caret is { } caret)
        {
            PutCaret(caret);
        }

        return true;
    }

    private void DrawLine(int row, Line? line, int width)
    {
        int column = 0;
        foreach (Piece piece in line?.Pieces ?? [])
        {
            SetAttribute(_window.Palette[piece.Tone]);
            AddStr(column, row, piece.Text);
            column += TextWidth.Of(piece.Text);
        }

        if (line is not null && column < width)
        {
            SetAttribute(_window.Palette[line.Fill]);
            AddStr(column, row, new string(' ', width - column));
        }
    }

    private void PutCaret(Point caret)
    {
        var inside = new Point(Math.Min(caret.X, Viewport.Width - 1), Math.Min(caret.Y, Viewport.Height - 1));
        Point screen = ViewportToScreen(inside);
        if (Cursor.Position != screen || Cursor.Style != CursorStyle.BlinkingBar)
        {
            Cursor = Cursor with { Position = screen, Style = CursorStyle.BlinkingBar };
        }
    }
}

/// <summary>What a pane shows, and where the caret is if it has one.</summary>
internal readonly record struct PaneContent(IReadOnlyList<Line> Lines, Point? Caret = null);
