using Terminal.Gui.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Who has the focus, and how it moves.</summary>
public sealed class FocusTests
{
    private readonly Pane _first = new() { Id = "first", Width = 5, Height = 1 };
    private readonly Pane _second = new() { Id = "second", Y = 1, Width = 5, Height = 1 };
    private readonly Pane _third = new() { Id = "third", Y = 2, Width = 5, Height = 1 };

    [Fact]
    public void The_first_view_that_can_gets_the_focus_at_the_start()
    {
        using var screen = Shown(new Label { Text = "no" }, _first, _second);
        Assert.True(_first.HasFocus);
        Assert.Same(_first, screen.App.Navigation!.GetFocused());
        Assert.Same(_first, screen.Runnable.MostFocused);
    }

    [Fact]
    public void Tab_goes_round_in_the_order_of_adding()
    {
        using var screen = Shown(_first, _second, _third);
        screen.Press(Key.Tab);
        Assert.True(_second.HasFocus);
        screen.Press(Key.Tab, Key.Tab);
        Assert.True(_first.HasFocus);
        screen.Press(Key.Tab.WithShift);
        Assert.True(_third.HasFocus);
    }

    [Fact]
    public void Arrows_nobody_takes_move_the_focus()
    {
        using var screen = Shown(_first, _second);
        screen.Press(Key.CursorDown);
        Assert.True(_second.HasFocus);
        _second.Takes = key => key == Key.CursorUp;
        screen.Press(Key.CursorUp);
        Assert.True(_second.HasFocus);
        screen.Press(Key.CursorLeft);
        Assert.True(_first.HasFocus);
    }

    [Fact]
    public void What_is_invisible_or_disabled_is_passed_over()
    {
        using var screen = Shown(_first, _second, _third);
        _second.Visible = false;
        screen.Press(Key.Tab);
        Assert.True(_third.HasFocus);
        Assert.False(_second.SetFocus());
        _first.Enabled = false;
        Assert.False(_first.SetFocus());
    }

    [Fact]
    public void A_focused_view_that_becomes_invisible_hands_the_focus_on()
    {
        using var screen = Shown(_first, _second);
        _first.Visible = false;
        Assert.False(_first.HasFocus);
        Assert.True(_second.HasFocus);
    }

    [Fact]
    public void A_removed_view_hands_the_focus_on()
    {
        using var screen = Shown(_first, _second);
        screen.Runnable.Remove(_first);
        Assert.True(_second.HasFocus);
        Assert.Null(_first.SuperView);
        _first.Dispose();
    }

    [Fact]
    public void Both_views_are_told_when_the_focus_moves()
    {
        var told = new List<string>();
        _first.HasFocusChanged += (_, e) => told.Add($"first {e.NewValue}");
        _second.HasFocusChanged += (_, e) => told.Add($"second {e.NewValue}");
        using var screen = Shown(_first, _second);
        _second.SetFocus();
        Assert.Equal(["first True", "first False", "second True"], told);
    }

    [Fact]
    public void A_click_focuses_and_tells_the_place_in_the_viewport()
    {
        _second.BorderStyle = LineStyle.Single;
        _second.Height = 3;
        using var screen = Shown(_first, _second);
        screen.Click(2, 2);
        Assert.True(_second.HasFocus);
        Assert.Equal(["activated 1,0"], _second.Notes);
    }

    private static HeadlessScreen Shown(params View[] views)
    {
        var window = new Window { BorderStyle = LineStyle.None };
        window.Add(views);
        return new HeadlessScreen(window);
    }
}
