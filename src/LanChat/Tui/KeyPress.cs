namespace LanChat.Tui;

/// <summary>A key that types nothing.</summary>
internal enum KeyName
{
    /// <summary>A key that types <see cref="KeyPress.Text"/>, or a letter with Ctrl or Alt.</summary>
    Text,
    Enter,
    Escape,
    Tab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F1,
    F2,
    F3,
    F5,
    F6,
}

/// <summary>A key with its modifiers.</summary>
/// <param name="Name">Which key.</param>
/// <param name="Text">What it types, or the lower-case letter or digit where Ctrl or Alt is held.</param>
/// <param name="Ctrl">Ctrl is held.</param>
/// <param name="Alt">Alt is held.</param>
/// <param name="Shift">Shift is held.</param>
internal readonly record struct KeyPress(KeyName Name, string Text = "", bool Ctrl = false, bool Alt = false, bool Shift = false)
{
    /// <summary>Whether it types something.</summary>
    public bool IsTyping => Name == KeyName.Text && !Ctrl && !Alt && Text.Length > 0;

    /// <summary>What the same key types when Alt is not held.</summary>
    public KeyPress WithoutAlt => new(Name, Shift ? Text.ToUpperInvariant() : Text);

    /// <summary>Whether it is this letter with Ctrl alone.</summary>
    public bool IsCtrl(char letter) => Name == KeyName.Text && Ctrl && !Alt && Text.Length == 1 && Text[0] == letter;

    /// <summary>Whether it is this key with nothing held.</summary>
    public bool IsPlain(KeyName name) => Name == name && !Ctrl && !Alt && !Shift;
}
