using System.Drawing;
using System.Runtime.CompilerServices;
using LanChat.Tui;
using LanChat.Tui.Views;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;

namespace LanChat.App.Tests.Tui;

/// <summary>The screen without a terminal: keys and mouse in, cells out.</summary>
internal sealed class ChatScreen : IDisposable
{
    private readonly VirtualTimeProvider _time = new();
    private readonly SessionToken _token;
    private readonly IApplication _app;
    private readonly ChatWindow _window;

    public ChatScreen(ScriptedSession session, int width = 100, int height = 30)
    {
        Session = session;
        Chat = new ChatPresenter(session, Clock, "ana");
        _app = Application.Create(_time);
        _app.Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(width, height);
        _window = new ChatWindow(Chat);
        _token = _app.Begin(_window)!;
        Settle();
    }

    public ScriptedSession Session { get; }

    public FixedClock Clock { get; } = new();

    public ChatPresenter Chat { get; }

    /// <summary>The rows, blanks at their ends cut.</summary>
    public string[] Rows
    {
        get
        {
            Settle();
            return [.. _app.Driver!.ToString().ReplaceLineEndings("\n").Split('\n').Select(row => row.TrimEnd()).Take(_app.Driver!.Rows)];
        }
    }

    public string Text => string.Join('\n', Rows);

    public IDriver Driver => _app.Driver!;

    /// <summary>Where the view with the keyboard wants the caret.</summary>
    public Point? Caret
    {
        get
        {
            Settle();
            return _window.MostFocused?.Cursor.Position;
        }
    }

    public void Type(string text)
    {
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            Press(rune.IsBmp ? (Key)(char)rune.Value : (Key)(KeyCode)(uint)rune.Value);
        }
    }

    public void Press(params Key[] keys)
    {
        foreach (Key key in keys)
        {
            _app.InjectKey(key);
            Settle();
        }
    }

    public void Paste(string text)
    {
        _app.RaisePasteEvent(text);
        Settle();
    }

    public void Click(int column, int row)
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        _app.InjectSequence(InputInjectionExtensions.LeftButtonClick(new Point(column, row)));
        Settle();
    }

    /// <summary>Clicks where a text is shown.</summary>
    public void Click(string text)
    {
        string[] rows = Rows;
        int row = Array.FindIndex(rows, shown => shown.Contains(text, StringComparison.Ordinal));
        Assert.True(row >= 0, $"'{text}' is not on the screen:\n{string.Join('\n', rows)}");
        Click(TextWidth.Of(rows[row][..rows[row].IndexOf(text, StringComparison.Ordinal)]), row);
    }

    public void Wheel(int column, int row, bool up)
    {
        _app.InjectMouse(new Mouse { Flags = up ? MouseFlags.WheeledUp : MouseFlags.WheeledDown, ScreenPosition = new Point(column, row) });
        Settle();
    }

    public void Resize(int width, int height)
    {
        _app.Driver!.SetScreenSize(width, height);
        Settle();
    }

    /// <summary>How often the screen woke because time had passed.</summary>
    public int Ticks { get; private set; }

    /// <summary>Time passes, and the screen wakes when it wanted to.</summary>
    public void Wait(TimeSpan time)
    {
        Settle();
        while (time > TimeSpan.Zero)
        {
            TimeSpan due = _window.UntilTick;
            Clock.Now += due < time ? due : time;
            if (due <= time)
            {
                _window.Tick();
                Ticks++;
            }

            time -= due;
            Settle();
        }
    }

    public bool IsStopped => _window.StopRequested;

    /// <summary>Takes events in and draws until nothing changes: drawing may ask for older messages, whose answer is drawn again.</summary>
    public void Settle()
    {
        for (int i = 0; i < 20; i++)
        {
            int before = Chat.Version;
            _window.TakeEvents();
            _app.LayoutAndDraw();
            if (Chat.Version == before && !Session.HasNews)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _app.End(_token);
        _window.Dispose();
        _app.Dispose();
    }

    [ModuleInitializer]
    internal static void NeverTouchTheTerminal()
    {
        Environment.SetEnvironmentVariable("DisableRealDriverIO", "1");
        TerminalUi.UseColumnsOfTheTerminal();
    }
}
