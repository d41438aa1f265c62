using System.Drawing;
using System.Runtime.CompilerServices;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>An application without a terminal, in virtual time, with one runnable begun.</summary>
internal sealed class HeadlessScreen : IDisposable
{
    private readonly SessionToken _token;

    public HeadlessScreen(Runnable runnable, int width = 40, int height = 10)
    {
        Runnable = runnable;
        App = Application.Create(Clock);
        App.Init(DriverRegistry.Names.ANSI);
        App.Driver!.SetScreenSize(width, height);
        _token = App.Begin(runnable)!;
        App.LayoutAndDraw();
    }

    public VirtualTimeProvider Clock { get; } = new();

    public IApplication App { get; }

    public Runnable Runnable { get; }

    /// <summary>The rows as drawn, blanks at their ends cut.</summary>
    public string[] Rows
    {
        get
        {
            App.LayoutAndDraw();
            return [.. App.Driver!.ToString().Split('\n').Select(row => row.TrimEnd()).Take(App.Driver!.Rows)];
        }
    }

    public void Press(params Key[] keys)
    {
        foreach (Key key in keys)
        {
            App.InjectKey(key);
        }
    }

    /// <summary>A click that cannot be taken for the second of a double click.</summary>
    public void Click(int column, int row)
    {
        Clock.Advance(TimeSpan.FromSeconds(2));
        App.InjectSequence(InputInjectionExtensions.LeftButtonClick(new Point(column, row)));
    }

    public void Dispose()
    {
        App.End(_token);
        Runnable.Dispose();
        App.Dispose();
    }

    [ModuleInitializer]
    internal static void NeverTouchTheTerminal() => Environment.SetEnvironmentVariable("DisableRealDriverIO", "1");
}
