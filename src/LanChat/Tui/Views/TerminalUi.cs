using System.Diagnostics;
using System.Drawing;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Text;

namespace LanChat.Tui.Views;

/// <summary>Runs the screen on the terminal until the user leaves.</summary>
internal static class TerminalUi
{
    /// <summary>Events that come closer together are shown together: 30 pictures a second are enough for anybody.</summary>
    private static readonly TimeSpan BetweenPictures = TimeSpan.FromMilliseconds(33);

    /// <summary>Has the presenter measure as the terminal library does.</summary>
    public static void UseColumnsOfTheTerminal() => TextWidth.ColumnsOf = text => text.GetColumns();

    /// <summary>
    /// Takes the terminal, shows the screen, gives the terminal back, whatever happens in between. The calling thread becomes the screen's.
    /// </summary>
    /// <param name="session">The client.</param>
    /// <param name="clock">For times shown and for what waits.</param>
    /// <param name="nick">The nickname until the session tells.</param>
    /// <param name="startRoom">The room that is open at the start.</param>
    /// <param name="quit">Cancelled, the screen says bye as with <c>/quit</c>.</param>
    public static void Run(IChatSession session, TimeProvider clock, string nick, string startRoom, CancellationToken quit)
    {
        UseColumnsOfTheTerminal();
        Driver.SizeDetection = SizeDetectionMode.Polling;
        using IApplication app = Application.Create();
        app.Init();
        if (app.Screen.IsEmpty && !Console.IsOutputRedirected)
        {
            app.Screen = new Rectangle(0, 0, Console.WindowWidth, Console.WindowHeight);
        }

        var chat = new ChatPresenter(session, clock, nick, startRoom);
        // Without colours only this theme tells by reverse and bold what is selected.
        chat.UseTheme(Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? "terminal" : chat.Theme.Name);
        app.Driver!.Force16Colors = chat.Theme.UsesTerminalColours;
        using var window = new ChatWindow(chat);
        var pump = new EventPump(app, window);
        session.Arrived += pump.Schedule;
        chat.Woken += pump.Schedule;
        using CancellationTokenRegistration registration = quit.Register(() => app.Invoke(chat.Quit));
        pump.Schedule();
        try
        {
            app.Run(window);
        }
        finally
        {
            session.Arrived -= pump.Schedule;
            chat.Woken -= pump.Schedule;
        }
    }

    /// <summary>Brings what the session tells to the screen's thread, many events in one picture.</summary>
    private sealed class EventPump(IApplication app, ChatWindow window)
    {
        private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
        private int _isScheduled;
        private object? _tick;

        public void Schedule()
        {
            if (Interlocked.Exchange(ref _isScheduled, 1) != 0)
            {
                return;
            }

            TimeSpan wait = BetweenPictures - _sinceLast.Elapsed;
            app.AddTimeout(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, () =>
            {
                Drain();
                return false;
            });
        }

        private void Drain()
        {
            _sinceLast.Restart();
            Interlocked.Exchange(ref _isScheduled, 0);
            if (window.TakeEvents())
            {
                Schedule();
            }

            // What came may have made something due earlier; and while pictures come without a pause the timer would be put off for ever.
            window.Tick();
            AwaitTick();
        }

        private void AwaitTick()
        {
            if (_tick is not null)
            {
                app.RemoveTimeout(_tick);
            }

            _tick = app.AddTimeout(window.UntilTick, () =>
            {
                window.Tick();
                AwaitTick();
                return false;
            });
        }
    }
}
