using System.Drawing;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>The way of keys, mouse events and pastes through the views.</summary>
public sealed class InputTests
{
    private readonly Pane _pane = new() { Width = 10, Height = 3 };

    [Fact]
    public void A_key_passes_the_application_the_focused_view_and_those_around_it()
    {
        using var screen = Shown();
        var passed = new List<string>();
        screen.App.Keyboard.KeyDown += (_, _) => passed.Add("app");
        _pane.KeyDown += (_, _) => passed.Add("pane");
        _pane.KeyDownNotHandled += (_, _) => passed.Add("pane unhandled");
        screen.Runnable.KeyDown += (_, _) => passed.Add("window");
        screen.Runnable.KeyDownNotHandled += (_, _) => passed.Add("window unhandled");
        screen.Press(Key.A);
        Assert.Equal(["app", "pane", "pane unhandled", "window", "window unhandled"], passed);
    }

    [Fact]
    public void A_key_that_was_taken_goes_no_further()
    {
        using var screen = Shown();
        bool reached = false;
        screen.Runnable.KeyDown += (_, _) => reached = true;
        _pane.KeyDown += (_, key) => key.Handled = true;
        screen.Press(Key.A);
        Assert.False(reached);
        Assert.Empty(_pane.Notes);
    }

    [Fact]
    public void A_bound_key_runs_its_command()
    {
        using var screen = Shown();
        _pane.Bind(Key.O.WithCtrl, Command.Open);
        screen.Press(Key.O.WithCtrl);
        Assert.Equal(["Open"], _pane.Notes);
    }

    [Fact]
    public void Binding_a_bound_key_is_an_error_replacing_is_not()
    {
        Assert.Throws<InvalidOperationException>(() => _pane.KeyBindings.Add(Key.Enter, Command.Open));
        _pane.KeyBindings.ReplaceCommands(Key.Enter, Command.Open);
        Assert.True(_pane.KeyBindings.TryGet(Key.Enter, out KeyBinding binding));
        Assert.Equal([Command.Open], binding.Commands);
        _pane.KeyBindings.Remove(Key.Enter);
        Assert.False(_pane.KeyBindings.TryGet(Key.Enter, out _));
        _pane.Dispose();
    }

    [Fact]
    public void Escape_stops_the_topmost_runnable_unless_it_is_taken()
    {
        using var screen = Shown();
        _pane.Takes = key => key == Key.Esc;
        screen.Press(Key.Esc);
        Assert.False(screen.Runnable.StopRequested);
        _pane.Takes = _ => false;
        screen.Press(Key.Esc);
        Assert.True(screen.Runnable.StopRequested);
    }

    [Fact]
    public void A_click_is_a_press_a_release_and_a_click()
    {
        using var screen = Shown();
        var flags = new List<MouseFlags>();
        _pane.MouseEvent += (_, mouse) => flags.Add(mouse.Flags);
        screen.Click(1, 1);
        Assert.Equal([MouseFlags.LeftButtonPressed, MouseFlags.LeftButtonReleased, MouseFlags.LeftButtonClicked], flags);
    }

    [Fact]
    public void The_second_of_two_quick_clicks_is_a_double_click()
    {
        using var screen = Shown();
        var flags = new List<MouseFlags>();
        _pane.MouseEvent += (_, mouse) => flags.Add(mouse.Flags);
        screen.App.InjectSequence(InputInjectionExtensions.LeftButtonDoubleClick(new Point(1, 1)));
        Assert.Equal(MouseFlags.LeftButtonDoubleClicked, flags[^1]);
        Assert.Single(flags, MouseFlags.LeftButtonClicked);
    }

    [Fact]
    public void A_release_elsewhere_is_no_click()
    {
        using var screen = Shown();
        var flags = new List<MouseFlags>();
        screen.App.Mouse.MouseEvent += (_, mouse) => flags.Add(mouse.Flags);
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.LeftButtonPressed, ScreenPosition = new Point(1, 1) });
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.LeftButtonReleased, ScreenPosition = new Point(5, 1) });
        Assert.Equal([MouseFlags.LeftButtonPressed, MouseFlags.LeftButtonReleased], flags);
    }

    [Fact]
    public void The_wheel_runs_the_command_bound_to_it()
    {
        using var screen = Shown();
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.WheeledUp, ScreenPosition = new Point(1, 1) });
        Assert.Equal(["ScrollUp"], _pane.Notes);
    }

    [Fact]
    public void The_mouse_reaches_the_view_under_it_and_then_those_around()
    {
        using var screen = Shown();
        var positions = new List<Point?>();
        screen.Runnable.MouseEvent += (_, mouse) => positions.Add(mouse.Position);
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.WheeledDown, ScreenPosition = new Point(1, 1) });
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.WheeledDown, ScreenPosition = new Point(30, 8) });
        _pane.Enabled = false;
        screen.App.InjectMouse(new Mouse { Flags = MouseFlags.WheeledUp, ScreenPosition = new Point(1, 1) });
        Assert.Equal([new Point(1, 1), new Point(30, 8), new Point(1, 1)], positions);
        Assert.Empty(_pane.Notes);
    }

    [Fact]
    public void A_paste_goes_to_the_application_and_then_to_the_focused_view()
    {
        using var screen = Shown();
        string? seen = null;
        screen.App.Paste += (_, e) => seen = e.Text;
        Assert.True(screen.App.RaisePasteEvent("two\nlines"));
        Assert.Equal("two\nlines", seen);
        Assert.Equal(["paste two\nlines"], _pane.Notes);
    }

    [Theory]
    [InlineData('a', "a", false)]
    [InlineData('A', "A", true)]
    [InlineData('é', "é", false)]
    [InlineData('5', "5", false)]
    public void A_key_types_its_character(char character, string text, bool shift)
    {
        Key key = character;
        Assert.Equal(text, key.AsGrapheme);
        Assert.Equal(shift, key.IsShift);
        Assert.Equal(string.Empty, key.WithCtrl.AsGrapheme);
        Assert.Equal(string.Empty, key.WithAlt.AsGrapheme);
    }

    [Fact]
    public void Keys_are_told_apart_by_their_modifiers()
    {
        Assert.Equal(Key.Q.WithCtrl, Key.Q.WithCtrl);
        Assert.NotEqual(Key.Q, Key.Q.WithCtrl);
        Assert.Equal(Key.Q, Key.Q.WithCtrl.NoCtrl);
        Assert.False(Key.Empty.IsValid);
        Assert.True(Key.Enter != Key.Esc);
    }

    private HeadlessScreen Shown()
    {
        var window = new Window { BorderStyle = LineStyle.None };
        window.Add(_pane);
        return new HeadlessScreen(window);
    }
}
