using System.Drawing;
using Terminal.Gui.App;
using Terminal.Gui.Input;

namespace Terminal.Gui.Testing;

/// <summary>A piece of input to play.</summary>
public abstract record class InputInjectionEvent;

/// <summary>A key to play.</summary>
public record class KeyInjectionEvent(Key Key) : InputInjectionEvent;

/// <summary>A mouse event to play.</summary>
public record class MouseInjectionEvent(Mouse Mouse) : InputInjectionEvent;

/// <summary>Plays input without a terminal; everything happens before the call returns.</summary>
public static class InputInjectionExtensions
{
    /// <summary>Plays a key.</summary>
    public static void InjectKey(this IApplication app, Key key) => app.Keyboard.RaiseKeyDownEvent(new Key(key.KeyCode));

    /// <summary>Plays a mouse event; clicks follow from presses and releases.</summary>
    public static void InjectMouse(this IApplication app, Mouse mouseEvent) => ((ApplicationCore)app).Feed(mouseEvent);

    /// <summary>Plays several.</summary>
    public static void InjectSequence(this IApplication app, params InputInjectionEvent[] events)
    {
        foreach (InputInjectionEvent input in events)
        {
            switch (input)
            {
                case KeyInjectionEvent key:
                    app.InjectKey(key.Key);
                    break;
                case MouseInjectionEvent mouse:
                    app.InjectMouse(mouse.Mouse);
                    break;
            }
        }
    }

    /// <summary>Press and release at a place of the screen.</summary>
    public static InputInjectionEvent[] LeftButtonClick(Point p) => Click(p, MouseFlags.LeftButtonPressed, MouseFlags.LeftButtonReleased);

    /// <inheritdoc cref="LeftButtonClick"/>
    public static InputInjectionEvent[] RightButtonClick(Point p) => Click(p, MouseFlags.RightButtonPressed, MouseFlags.RightButtonReleased);

    /// <summary>Two clicks at the same place.</summary>
    public static InputInjectionEvent[] LeftButtonDoubleClick(Point p) => [.. LeftButtonClick(p), .. LeftButtonClick(p)];

    private static InputInjectionEvent[] Click(Point p, params MouseFlags[] flags) =>
        [.. flags.Select(flag => new MouseInjectionEvent(new Mouse { Flags = flag, ScreenPosition = p }))];
}
