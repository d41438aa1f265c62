using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Running, nesting, timers and other threads.</summary>
public sealed class RunTests
{
    [Fact]
    public void A_modal_runs_on_top_and_gives_its_result_and_the_focus_back()
    {
        var pane = new Pane("below") { Width = 10, Height = 1 };
        var window = new Window { BorderStyle = LineStyle.None };
        window.Add(pane);
        using var screen = new HeadlessScreen(window);
        var modal = new Question { Width = 12, Height = 3, X = 5, Y = 3, BorderStyle = LineStyle.Single, Title = "Sure" };
        bool pressed = false;
        string[] seen = [];
        screen.App.Iteration += (_, _) =>
        {
            if (modal.IsRunning && !pressed)
            {
                pressed = true;
                seen = screen.Rows;
                screen.Press(Key.Y);
            }
        };
        Assert.Equal("yes", screen.App.Run(modal));
        Assert.Equal("yes", screen.App.GetResult<string>());
        Assert.Equal("below", seen[0]);
        Assert.Equal("     ┌┤Sure├────┐", seen[3]);
        Assert.False(modal.IsRunning);
        Assert.True(pane.HasFocus);
        Assert.Empty(pane.Notes);
        modal.Dispose();
    }

    [Fact]
    public void Escape_closes_a_modal_without_a_result()
    {
        using var screen = new HeadlessScreen(new Window());
        var modal = new Question { Width = 12, Height = 3 };
        screen.App.Iteration += (_, _) =>
        {
            if (modal.IsRunning && !modal.StopRequested)
            {
                screen.Press(Key.Esc);
            }
        };
        Assert.Null(screen.App.Run(modal));
        Assert.False(screen.Runnable.StopRequested);
        modal.Dispose();
    }

    [Fact]
    public void Timers_run_when_they_are_due_and_again_while_they_say_so()
    {
        using var screen = new HeadlessScreen(new Window());
        int calls = 0;
        screen.App.AddTimeout(TimeSpan.FromSeconds(1), () => ++calls < 3);
        for (int i = 0; i < 10; i++)
        {
            screen.Clock.Advance(TimeSpan.FromMilliseconds(500));
            screen.App.TimedEvents!.RunTimers();
        }

        Assert.Equal(3, calls);
    }

    [Fact]
    public void A_removed_timer_never_runs()
    {
        using var screen = new HeadlessScreen(new Window());
        bool ran = false;
        object token = screen.App.AddTimeout(TimeSpan.FromSeconds(1), () => ran = true)!;
        Assert.True(screen.App.RemoveTimeout(token));
        screen.Clock.Advance(TimeSpan.FromSeconds(2));
        screen.App.TimedEvents!.RunTimers();
        Assert.False(ran);
    }

    [Fact]
    public async Task What_another_thread_asks_for_waits_for_the_loop()
    {
        using var screen = new HeadlessScreen(new Window());
        bool ran = false;
        await Task.Factory.StartNew(
            () => screen.App.Invoke(() => ran = true),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.False(ran);
        screen.App.TimedEvents!.RunTimers();
        Assert.True(ran);
    }

    [Fact]
    public void What_the_loops_own_thread_asks_for_is_done_at_once()
    {
        using var screen = new HeadlessScreen(new Window());
        bool ran = false;
        screen.App.Invoke(() => ran = true);
        Assert.True(ran);
    }

    [Fact]
    public void An_error_goes_to_the_handler_or_out_of_run()
    {
        using IApplication app = Application.Create();
        app.Init(DriverRegistry.Names.ANSI);
        using var window = new Window();
        int thrown = 0;
        app.Iteration += (_, _) =>
        {
            if (++thrown > 1)
            {
                window.RequestStop();
            }

            throw new InvalidOperationException("planted");
        };
        app.Run(window, exception => exception.Message == "planted");
        Assert.Equal(2, thrown);
        Assert.Throws<InvalidOperationException>(() => app.Run(window));
        Assert.False(window.IsRunning);
        Assert.Null(app.TopRunnable);
    }

    [Fact]
    public void Views_are_told_when_they_become_part_of_something_that_runs()
    {
        var view = new View();
        bool told = false;
        view.Initialized += (_, _) => told = true;
        var window = new Window();
        window.Add(view);
        Assert.False(told);
        using var screen = new HeadlessScreen(window);
        Assert.True(told);
        Assert.Same(screen.App, view.App);
    }

    [Fact]
    public void The_caret_is_where_the_focused_view_wants_it()
    {
        var pane = new Pane { X = 2, Y = 1, Width = 10, Height = 1 };
        var window = new Window { BorderStyle = LineStyle.None };
        window.Add(pane);
        using var screen = new HeadlessScreen(window);
        pane.Cursor = pane.Cursor with { Position = pane.ViewportToScreen(new System.Drawing.Point(3, 0)), Style = CursorStyle.SteadyBar };
        Assert.Equal(new System.Drawing.Point(5, 1), pane.Cursor.Position);
        Assert.True(pane.Cursor.IsVisible);
        Assert.False((pane.Cursor with { Style = CursorStyle.Hidden }).IsVisible);
    }

    private sealed class Question : Runnable<string>
    {
        protected override bool OnKeyDown(Key key)
        {
            if (key != Key.Y)
            {
                return false;
            }

            Result = "yes";
            RequestStop();
            return true;
        }
    }
}
