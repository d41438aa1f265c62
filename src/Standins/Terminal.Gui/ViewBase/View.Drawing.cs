using System.Drawing;
using System.Text;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Text;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace Terminal.Gui.ViewBase;

/// <content>Drawing. Coordinates are the viewport's; what lies outside it is cut off.</content>
public partial class View
{
    private Scheme? _scheme;
    private string _title = string.Empty;
    private Rectangle _clip;

    /// <summary>Raised when the content is to be drawn.</summary>
    public event EventHandler<DrawEventArgs>? DrawingContent;

    /// <summary>Whether this view or one in it must be drawn.</summary>
    public bool NeedsDraw { get; private set; } = true;

    /// <summary>Shown in the border's top line; the character after <see cref="HotKeySpecifier"/> becomes the hot key.</summary>
    public string Title
    {
        get => _title;
        set
        {
            if (_title != value)
            {
                _title = value;
                SetHotKeyFrom(value);
                SetNeedsDraw();
            }
        }
    }

    private ScreenBuffer? Screen => (App as ApplicationCore)?.Buffer;

    /// <summary>Asks for a new drawing in the loop's next turn.</summary>
    public void SetNeedsDraw()
    {
        for (View? view = this; view is not null; view = view.SuperView)
        {
            view.NeedsDraw = true;
        }

        (App as ApplicationCore)?.RequestDraw();
    }

    /// <summary>Asks for a new drawing of a part; the whole view is drawn, only what changed is sent.</summary>
    public void SetNeedsDraw(Rectangle viewPortRelativeRegion)
    {
        if (!viewPortRelativeRegion.IsEmpty)
        {
            SetNeedsDraw();
        }
    }

    /// <summary>The scheme set here or in the nearest view around; else the terminal's own colours.</summary>
    public Scheme GetScheme() => _scheme ?? SuperView?.GetScheme() ?? DefaultScheme;

    /// <summary>Sets the scheme of this view and those in it; true if it changed.</summary>
    public bool SetScheme(Scheme? scheme)
    {
        if (Equals(_scheme, scheme))
        {
            return false;
        }

        _scheme = scheme;
        SetNeedsDraw();
        return true;
    }

    /// <summary>The attribute of a role; Disabled wins in a disabled view.</summary>
    public Attribute GetAttributeForRole(VisualRole role)
    {
        Attribute attribute = GetScheme().GetAttributeForRole(role);
        if (OnGettingAttributeForRole(in role, ref attribute))
        {
            return attribute;
        }

        return Enabled || role == VisualRole.Disabled ? attribute : GetScheme().GetAttributeForRole(VisualRole.Disabled);
    }

    /// <summary>Draws with <paramref name="attribute"/> from here on; returns the one before.</summary>
    public Attribute SetAttribute(Attribute attribute)
    {
        if (Screen is not { } screen)
        {
            return attribute;
        }

        Attribute before = screen.Attribute;
        screen.Attribute = attribute;
        return before;
    }

    /// <summary>Draws with the attribute of a role from here on; returns the one before.</summary>
    public Attribute? SetAttributeForRole(VisualRole role) => SetAttribute(GetAttributeForRole(role));

    /// <summary>Moves the pen; false where that is outside the viewport.</summary>
    public bool Move(int col, int row)
    {
        Point point = ViewportToScreen(new Point(col, row));
        Screen?.MoveTo(point.X, point.Y);
        return Viewport.Contains(col, row);
    }

    /// <summary>Draws at the pen, which moves on by the columns of the text.</summary>
    public void AddStr(string str) => Screen?.Add(str, _clip);

    /// <summary>Draws at a place.</summary>
    public void AddStr(int col, int row, string str)
    {
        Move(col, row);
        AddStr(str);
    }

    /// <summary>Draws a code point at the pen.</summary>
    public void AddRune(Rune rune) => AddStr(rune.ToString());

    /// <summary>Draws a character at the pen.</summary>
    public void AddRune(char c) => AddStr(c.ToString());

    /// <summary>Draws a code point at a place.</summary>
    public void AddRune(int col, int row, Rune rune) => AddStr(col, row, rune.ToString());

    /// <summary>Fills a part of the viewport with a code point.</summary>
    public void FillRect(Rectangle rect, Rune rune)
    {
        string line = string.Concat(Enumerable.Repeat(rune.ToString(), Math.Max(0, rect.Width)));
        for (int row = rect.Top; row < rect.Bottom; row++)
        {
            AddStr(rect.X, row, line);
        }
    }

    /// <summary>Blanks a part of the viewport, in <paramref name="color"/> or the current background.</summary>
    public void FillRect(Rectangle rect, Color? color = null)
    {
        Attribute current = Screen?.Attribute ?? default;
        Attribute before = SetAttribute(current with { Background = color ?? current.Background });
        FillRect(rect, new Rune(' '));
        SetAttribute(before);
    }

    internal void DrawOn(ScreenBuffer screen, Rectangle clip)
    {
        NeedsDraw = false;
        if (!Visible)
        {
            return;
        }

        clip.Intersect(FrameToScreen());
        if (clip.IsEmpty)
        {
            return;
        }

        _clip = clip;
        screen.Attribute = GetAttributeForRole(VisualRole.Normal);
        if (HasBorder)
        {
            DrawBorder(screen, clip);
        }

        clip.Intersect(ViewportOnScreen());
        _clip = clip;
        screen.Attribute = GetAttributeForRole(VisualRole.Normal);
        if (!OnClearingViewport())
        {
            screen.Fill(clip, " ");
        }

        DrawText();
        var context = new DrawContext();
        if (!OnDrawingContent(context))
        {
            DrawingContent?.Invoke(this, new DrawEventArgs(Viewport, Viewport, context));
        }

        foreach (View view in _subViews)
        {
            view.DrawOn(screen, clip);
        }
    }

    /// <summary>Draws the content; true tells that the event is not to be raised.</summary>
    protected virtual bool OnDrawingContent(DrawContext? context) => false;

    /// <summary>Blanks the viewport; true tells that it is done.</summary>
    protected virtual bool OnClearingViewport() => false;

    /// <summary>May replace the attribute of a role; true tells that it did.</summary>
    protected virtual bool OnGettingAttributeForRole(in VisualRole role, ref Attribute currentAttribute) => false;

    private static readonly Scheme DefaultScheme = new();

    private void DrawText()
    {
        if (Text.Length == 0)
        {
            return;
        }

        VisualRole role = HasFocus ? VisualRole.Focus : VisualRole.Normal;
        (string text, int hotAt) = WithoutSpecifier(Text);
        int row = 0;
        int start = 0;
        foreach (string line in text.Split('\n'))
        {
            Move(0, row++);
            AddHotText(line, hotAt - start, role);
            start += line.Length + 1;
        }
    }

    private void AddHotText(string text, int hotAt, VisualRole role)
    {
        Attribute normal = GetAttributeForRole(role);
        SetAttribute(normal);
        if (hotAt < 0 || hotAt >= text.Length)
        {
            AddStr(text);
            return;
        }

        AddStr(text[..hotAt]);
        string hot = GraphemeHelper.GetGraphemes(text[hotAt..]).First();
        SetAttribute(GetAttributeForRole(role == VisualRole.Focus ? VisualRole.HotFocus : VisualRole.HotNormal));
        AddStr(hot);
        SetAttribute(normal);
        AddStr(text[(hotAt + hot.Length)..]);
    }

    private void DrawBorder(ScreenBuffer screen, Rectangle clip)
    {
        BorderGlyphs glyphs = BorderGlyphs.Of(_borderStyle!.Value);
        Rectangle frame = FrameToScreen();
        if (frame.Width < 2 || frame.Height < 2)
        {
            screen.Fill(clip, " ");
            return;
        }

        string line = string.Concat(Enumerable.Repeat(glyphs.Horizontal, frame.Width - 2));
        screen.MoveTo(frame.X, frame.Y);
        screen.Add(glyphs.TopLeft + line + glyphs.TopRight, clip);
        for (int row = frame.Top + 1; row < frame.Bottom - 1; row++)
        {
            screen.MoveTo(frame.X, row);
            screen.Add(glyphs.Vertical, clip);
            screen.MoveTo(frame.Right - 1, row);
            screen.Add(glyphs.Vertical, clip);
        }

        screen.MoveTo(frame.X, frame.Bottom - 1);
        screen.Add(glyphs.BottomLeft + line + glyphs.BottomRight, clip);
        DrawTitle(screen, clip, frame, glyphs);
    }

    private void DrawTitle(ScreenBuffer screen, Rectangle clip, Rectangle frame, BorderGlyphs glyphs)
    {
        (string title, int hotAt) = WithoutSpecifier(Title);
        if (title.Length == 0 || frame.Width <= 4)
        {
            return;
        }

        int room = frame.Width - 4;
        string cut = string.Concat(GraphemeHelper.GetGraphemes(title).TakeWhile(cluster => (room -= cluster.GetColumns()) >= 0));
        Attribute border = screen.Attribute;
        screen.MoveTo(frame.X + 1, frame.Y);
        screen.Add(glyphs.BeforeTitle, clip);
        AddHotText(cut, hotAt, HasFocus && SuperView is not null ? VisualRole.Focus : VisualRole.Normal);
        screen.Attribute = border;
        screen.Add(glyphs.AfterTitle, clip);
    }

    private sealed record BorderGlyphs(
        string TopLeft, string TopRight, string BottomLeft, string BottomRight, string Horizontal, string Vertical, string BeforeTitle, string AfterTitle)
    {
        public static BorderGlyphs Of(LineStyle style) => style switch
        {
            LineStyle.Double => new("╔", "╗", "╚", "╝", "═", "║", "╡", "╞"),
            LineStyle.Heavy => new("┏", "┓", "┗", "┛", "━", "┃", "┥", "┝"),
            LineStyle.Rounded => new("╭", "╮", "╰", "╯", "─", "│", "┤", "├"),
            _ => new("┌", "┐", "└", "┘", "─", "│", "┤", "├"),
        };
    }
}
