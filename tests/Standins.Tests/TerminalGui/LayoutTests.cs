using System.Drawing;
using Terminal.Gui.Drawing;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Places and sizes, with the figures recorded of the original.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void A_third_of_eighty_columns_is_twenty_six()
    {
        var view = new View { X = Pos.Percent(33), Y = Pos.Center(), Width = Dim.Percent(33), Height = 3 };
        Assert.Equal(new Rectangle(26, 8, 26, 3), FrameOf(view));
    }

    [Fact]
    public void Anchored_at_the_end_a_view_ends_with_its_super_view()
    {
        var view = new View { X = Pos.AnchorEnd(), Y = Pos.AnchorEnd(), Width = 7, Height = 2 };
        Assert.Equal(new Rectangle(73, 18, 7, 2), FrameOf(view));
    }

    [Fact]
    public void A_view_fills_up_to_another_that_was_added_later()
    {
        var end = new View { X = Pos.AnchorEnd(7), Y = Pos.AnchorEnd(0), Width = 7, Height = 2 };
        var above = new View { X = 0, Y = 8, Width = 5, Height = 3 };
        var view = new View { X = Pos.AnchorEnd(10), Y = Pos.Bottom(above) + 1, Width = Dim.Fill(2), Height = Dim.Fill(end) };
        Assert.Equal(new Rectangle(70, 12, 8, 8), FrameOf(view, end, above));
    }

    [Fact]
    public void Edges_of_other_views_and_sums_give_positions()
    {
        var first = new View { X = 3, Y = 2, Width = 10, Height = 4 };
        var view = new View { X = Pos.Right(first) + 2, Y = Pos.Top(first), Width = Dim.Width(first) - 4, Height = Dim.Height(first) + 1 };
        Assert.Equal(new Rectangle(15, 2, 6, 5), FrameOf(view, first));
    }

    [Fact]
    public void No_size_is_negative()
    {
        var view = new View { X = 90, Y = 0, Width = Dim.Fill(), Height = Dim.Percent(10) - 5 };
        Assert.Equal(new Rectangle(90, 0, 0, 0), FrameOf(view));
    }

    [Fact]
    public void A_border_takes_a_cell_of_each_side()
    {
        var view = new View { Width = 10, Height = 5, BorderStyle = LineStyle.Single };
        FrameOf(view);
        Assert.Equal(new Rectangle(0, 0, 8, 3), view.Viewport);
        Assert.Equal(new Point(1, 1), view.ViewportToScreen(new Point(0, 0)));
        Assert.Equal(new Point(-1, -1), view.ScreenToViewport(new Point(0, 0)));
        view.BorderStyle = LineStyle.None;
        Assert.Equal(new Size(10, 5), view.Viewport.Size);
    }

    [Fact]
    public void A_label_is_as_large_as_its_text()
    {
        var label = new Label { Text = "日本\nabc" };
        Assert.Equal(new Rectangle(0, 0, 4, 2), FrameOf(label));
        Assert.Equal(Size.Empty, FrameOf(new Label()).Size);
    }

    [Fact]
    public void A_new_screen_size_lays_everything_out_again()
    {
        var window = new Window { BorderStyle = LineStyle.None };
        var view = new View { Width = Dim.Fill(), Height = Dim.Fill() };
        var sizes = new List<Rectangle>();
        view.FrameChanged += (_, e) => sizes.Add(e.Value);
        window.Add(view);
        using var screen = new HeadlessScreen(window, 80, 20);
        screen.App.Driver!.SetScreenSize(60, 12);
        screen.App.LayoutAndDraw();
        Assert.Equal([new Rectangle(0, 0, 80, 20), new Rectangle(0, 0, 60, 12)], sizes);
    }

#if !USE_NUGET_PACKAGES
    [Fact]
    public void Positions_that_refer_to_each_other_are_an_error()
    {
        var first = new View();
        var second = new View { X = Pos.Right(first) };
        first.X = Pos.Right(second);
        var window = new Window();
        window.Add(first, second);
        Assert.Throws<InvalidOperationException>(() => window.Layout(new Size(80, 20)));
        window.Dispose();
    }
#endif

    private static Rectangle FrameOf(View view, params View[] others)
    {
        var window = new Window { BorderStyle = LineStyle.None };
        window.Add(view);
        window.Add(others);
        using var screen = new HeadlessScreen(window, 80, 20);
        return view.Frame;
    }
}
