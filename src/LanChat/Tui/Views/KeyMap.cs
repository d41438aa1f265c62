using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace LanChat.Tui.Views;

/// <summary>The terminal library's keys as the presenter's.</summary>
internal static class KeyMap
{
    private const KeyCode Modifiers = KeyCode.ShiftMask | KeyCode.CtrlMask | KeyCode.AltMask;

    /// <summary>The key, or null for one that is left to the library: suspend, redraw, the next group.</summary>
    public static KeyPress? Of(Key key)
    {
        KeyName? name = (key.KeyCode & ~Modifiers) switch
        {
            KeyCode.Enter => KeyName.Enter,
            KeyCode.Esc => KeyName.Escape,
            KeyCode.Tab => KeyName.Tab,
            KeyCode.Backspace => KeyName.Backspace,
            KeyCode.Delete => KeyName.Delete,
            KeyCode.CursorUp => KeyName.Up,
            KeyCode.CursorDown => KeyName.Down,
            KeyCode.CursorLeft => KeyName.Left,
            KeyCode.CursorRight => KeyName.Right,
            KeyCode.Home => KeyName.Home,
            KeyCode.End => KeyName.End,
            KeyCode.PageUp => KeyName.PageUp,
            KeyCode.PageDown => KeyName.PageDown,
            KeyCode.F1 => KeyName.F1,
            KeyCode.F2 => KeyName.F2,
            KeyCode.F3 => KeyName.F3,
            _ => null,
        };
        if (name is { } special)
        {
            return new KeyPress(special, string.Empty, key.IsCtrl, key.IsAlt, key.IsShift);
        }

        bool held = key.IsCtrl || key.IsAlt;
        string text = held ? key.NoCtrl.NoAlt.NoShift.AsGrapheme : key.AsGrapheme;
        bool isLibrarys = text.Length == 0 || (key.IsCtrl && !key.IsAlt && text == "z");
        return isLibrarys ? null : new KeyPress(KeyName.Text, text, key.IsCtrl, key.IsAlt, key.IsShift);
    }
}
