using System.Text;
using Terminal.Gui.Drivers;

namespace Terminal.Gui.Input;

/// <summary>A key press: a key code with modifiers. 'a' is <see cref="A"/>, 'A' is <c>A.WithShift</c>.</summary>
public partial class Key : EventArgs, IEquatable<Key>
{
    private const KeyCode Modifiers = KeyCode.ShiftMask | KeyCode.CtrlMask | KeyCode.AltMask;

    /// <summary>No key.</summary>
    public Key()
        : this(KeyCode.Null)
    {
    }

    /// <summary>A key by its code.</summary>
    public Key(KeyCode k)
    {
        KeyCode = k;
    }

    /// <summary>The key that types <paramref name="ch"/>.</summary>
    public Key(char ch)
        : this(FromCodePoint(ch))
    {
    }

    /// <summary>Code and modifiers.</summary>
    public KeyCode KeyCode { get; init; }

    /// <summary>Set by whoever took the key; nobody after that gets it.</summary>
    public bool Handled { get; set; }

    /// <summary>Whether Alt is held.</summary>
    public bool IsAlt => (KeyCode & KeyCode.AltMask) != 0;

    /// <summary>Whether Ctrl is held.</summary>
    public bool IsCtrl => (KeyCode & KeyCode.CtrlMask) != 0;

    /// <summary>Whether Shift is held.</summary>
    public bool IsShift => (KeyCode & KeyCode.ShiftMask) != 0;

    /// <summary>Whether there is a key besides the modifiers.</summary>
    public bool IsValid => Base != KeyCode.Null;

    public Key NoAlt => new(KeyCode & ~KeyCode.AltMask);

    public Key NoCtrl => new(KeyCode & ~KeyCode.CtrlMask);

    public Key NoShift => new(KeyCode & ~KeyCode.ShiftMask);

    public Key WithAlt => new(KeyCode | KeyCode.AltMask);

    public Key WithCtrl => new(KeyCode | KeyCode.CtrlMask);

    public Key WithShift => new(KeyCode | KeyCode.ShiftMask);

    /// <summary>The code point this key types, or the default where it types none (special keys, Ctrl, Alt).</summary>
    public Rune AsRune
    {
        get
        {
            uint code = (uint)Base;
            if (IsCtrl || IsAlt || code < 0x20 || code == 0x7F || !Rune.IsValid(code))
            {
                return default;
            }

            return Base is >= KeyCode.A and <= KeyCode.Z && !IsShift ? new Rune(code + 0x20) : new Rune(code);
        }
    }

    /// <summary>The text this key types, or an empty string.</summary>
    public string AsGrapheme => AsRune == default ? string.Empty : AsRune.ToString();

    private KeyCode Base => KeyCode & ~Modifiers;

    public static implicit operator Key(KeyCode keyCode) => new(keyCode);

    public static implicit operator Key(char ch) => new(ch);

    public static bool operator ==(Key a, Key b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(Key? a, Key? b) => !(a is null ? b is null : a.Equals(b));

    /// <summary>Keys are equal if their codes are.</summary>
    public override bool Equals(object? obj) => obj is Key other && KeyCode == other.KeyCode;

    bool IEquatable<Key>.Equals(Key? other) => Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)KeyCode;

    /// <summary>For example <c>Ctrl+Alt+M</c>, <c>Shift+Enter</c>, <c>a</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(IsCtrl ? "Ctrl+" : string.Empty).Append(IsAlt ? "Alt+" : string.Empty);
        bool letter = Base is >= KeyCode.A and <= KeyCode.Z;
        if (letter && !IsCtrl && !IsAlt)
        {
            return AsGrapheme;
        }

        text.Append(IsShift ? "Shift+" : string.Empty);
        bool named = Base is KeyCode.Space || (uint)Base is < 0x21 or > (uint)KeyCode.MaxCodePoint;
        return text.Append(named || letter ? Base.ToString() : new Rune((uint)Base).ToString()).ToString();
    }

    internal static KeyCode FromCodePoint(uint codePoint) => codePoint switch
    {
        >= 'a' and <= 'z' => (KeyCode)(codePoint - 0x20),
        >= 'A' and <= 'Z' => (KeyCode)codePoint | KeyCode.ShiftMask,
        _ => (KeyCode)codePoint,
    };
}
