using System.Text;
using Terminal.Gui.Drawing;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>What is on the screen after a drawing.</summary>
public sealed class DrawingTests
{
    private static readonly Attribute Normal = new(new Color(1, 2, 3), new Color(4, 5, 6));
    private static readonly Attribute Focus = new(new Color(7, 8, 9), new Color(10, 11, 12), TextStyle.Bold);

    private static readonly Scheme Colors = new(Normal) { Focus = Focus, HotNormal = Normal, HotFocus = Focus, Disabled = Normal };

    [Theory]
    [InlineData(LineStyle.Rounded, "╭┤Title├───╮", "╰──────────╯")]
    [InlineData(LineStyle.Single, "┌┤Title├───┐", "└──────────┘")]
    [InlineData(LineStyle.Heavy, "┏┥Title┝━━━┓", "┗━━━━━━━━━━┛")]
    public void A_border_carries_the_title(LineStyle style, string top, string bottom)
    {
        using var screen = Shown(new View { Width = 12, Height = 3, BorderStyle = style, Title = "Title" });
        Assert.Equal(top, screen.Rows[0]);
        Assert.Equal(bottom, screen.Rows[2]);
    }

    [Fact]
    public void A_title_is_cut_to_what_the_border_leaves()
    {
        using var screen = Shown(new View { Width = 10, Height = 3, BorderStyle = LineStyle.Single, Title = "A long title" });
        Assert.Equal("┌┤A long├┐", screen.Rows[0]);
    }

    [Fact]
    public void An_underscore_marks_the_hot_key_unless_there_is_no_specifier()
    {
        using var hot = Shown(new Label { Text = "#my_room" });
        Assert.Equal("#myroom", hot.Rows[0]);
        using var plain = Shown(new Label { HotKeySpecifier = new Rune('\uffff'), Text = "#my_room" });
        Assert.Equal("#my_room", plain.Rows[0]);
    }

    [Fact]
    public void Text_outside_the_viewport_is_cut_off_on_all_sides()
    {
        var pane = new Outside { X = 2, Y = 1, Width = 4, Height = 2 };
        using var screen = Shown(pane);
        Assert.Equal(["", "  cdef", "  xy", ""], screen.Rows.Take(4));
    }

    [Fact]
    public void A_view_in_a_view_is_cut_off_by_it_too()
    {
        var outer = new View { X = 1, Y = 0, Width = 5, Height = 2 };
        outer.Add(new Label { X = 3, Y = 0, Text = "abcdef" });
        using var screen = Shown(outer);
        Assert.Equal("    ab", screen.Rows[0]);
    }

    [Fact]
    public void Half_a_wide_cluster_is_never_shown()
    {
        var pane = new Pane("日本") { Width = 3, Height = 1 };
        using var screen = Shown(pane);
        Assert.Equal("日", screen.Rows[0]);
        pane.Lines = ["日本", string.Empty];
        pane.Width = 10;
        var over = new Pane("x") { X = 1, Y = 0, Width = 1, Height = 1 };
        screen.Runnable.Add(over);
        Assert.Equal(" x本", screen.Rows[0]);
    }

    [Fact]
    public void A_cell_holds_a_whole_cluster_and_its_attribute()
    {
        using var screen = Shown(new Pane("👨‍👩‍👧‍👦🇬🇧e\u0301") { Width = 10, Height = 1 });
        Cell[,] cells = screen.App.Driver!.Contents!;
        Assert.Equal("👨‍👩‍👧‍👦", cells[0, 0].Grapheme);
        Assert.Equal("🇬🇧", cells[0, 2].Grapheme);
        Assert.Equal("e\u0301", cells[0, 4].Grapheme);
        Assert.Equal(Normal, cells[0, 0].Attribute);
        Assert.Equal(Normal, cells[0, 1].Attribute);
    }

    [Fact]
    public void The_last_added_of_two_views_is_on_top()
    {
        var below = new Pane("aaaa") { Width = 4, Height = 1 };
        var above = new Pane("b") { X = 1, Width = 2, Height = 1 };
        using var screen = Shown(below, above);
        Assert.Equal("ab a", screen.Rows[0]);
    }

    [Fact]
    public void An_invisible_view_is_not_drawn()
    {
        var pane = new Pane("aaaa") { Width = 4, Height = 1 };
        using var screen = Shown(pane);
        pane.Visible = false;
        Assert.Equal(string.Empty, screen.Rows[0]);
    }

    [Fact]
    public void A_focused_view_has_its_title_in_the_focus_role()
    {
        var pane = new Pane { Width = 10, Height = 3, BorderStyle = LineStyle.Single, Title = "T" };
        using var screen = Shown(pane);
        Assert.Equal(Focus, screen.App.Driver!.Contents![0, 2].Attribute);
        Assert.Equal(Normal, screen.App.Driver!.Contents![0, 1].Attribute);
    }

    [Fact]
    public void Setting_an_attribute_tells_the_one_before()
    {
        var pane = new Painter { Width = 5, Height = 1 };
        using var screen = Shown(pane);
        Assert.Equal(Normal, pane.Before);
        Assert.Equal(Focus, screen.App.Driver!.Contents![0, 0].Attribute);
    }

    private static HeadlessScreen Shown(params View[] views)
    {
        var window = new Window { BorderStyle = LineStyle.None };
        window.SetScheme(Colors);
        window.Add(views);
        return new HeadlessScreen(window);
    }

    private sealed class Outside : View
    {
        protected override bool OnDrawingContent(DrawContext? context)
        {
            AddStr(-2, 0, "abcdefgh");
            AddStr(0, 1, "xy");
            AddStr(0, 2, "below");
            AddStr(0, -1, "above");
            return true;
        }
    }

    private sealed class Painter : View
    {
        public Attribute? Before { get; private set; }

        protected override bool OnDrawingContent(DrawContext? context)
        {
            Before = SetAttribute(Focus);
            AddStr(0, 0, "x");
            return true;
        }
    }
}
