using System.Buffers.Text;
using System.Drawing;
using System.Text;
using Terminal.Gui.Input;

namespace Terminal.Gui.Drivers;

/// <summary>A key, a mouse event or a paste; exactly one is set.</summary>
internal readonly record struct TerminalInput(Key? Key = null, Mouse? Mouse = null, string? Paste = null);

/// <summary>
/// Turns what a terminal sends into keys, mouse events and pastes: control codes, UTF-8, CSI and SS3 sequences, SGR mouse (mode 1006), bracketed
/// paste (mode 2004), CSI-u keys. Bytes that mean nothing are dropped.
/// </summary>
internal sealed class InputParser
{
    /// <summary>A longer sequence is none; in bytes.</summary>
    private const int LongestSequence = 64;

    /// <summary>What goes beyond this in one paste is dropped; in bytes.</summary>
    private const int LongestPaste = 1 << 20;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    private readonly List<byte> _pending = [];
    private readonly List<byte> _paste = [];
    private readonly Queue<TerminalInput> _ready;
    private bool _pasting;

    public InputParser(Queue<TerminalInput> ready)
    {
        _ready = ready;
    }

    /// <summary>Whether an ESC waits for what follows; if nothing does within some 50 ms, <see cref="Flush"/>.</summary>
    public bool IsWaiting => _pending.Count > 0 && !_pasting;

    /// <summary>Takes bytes in.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            _pending.Add(one);
        }

        Drain(atEnd: false);
    }

    /// <summary>Nothing more comes: what is pending is what it looks like so far.</summary>
    public void Flush() => Drain(atEnd: true);

    private void Drain(bool atEnd)
    {
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending);
        int used = 0;
        while (used < bytes.Length)
        {
            int taken = _pasting ? TakePaste(bytes[used..]) : TakeOne(bytes[used..], atEnd);
            if (taken == 0)
            {
                break;
            }

            used += taken;
        }

        _pending.RemoveRange(0, used);
    }

    private int TakePaste(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf(PasteEnd);
        // The end may be cut in two by a read: its possible beginning stays.
        int length = end >= 0 ? end : Math.Max(0, bytes.Length - PasteEnd.Length + 1);
        int room = Math.Min(length, LongestPaste - _paste.Count);
        _paste.AddRange(bytes[..room]);
        if (end < 0)
        {
            return length;
        }

        _pasting = false;
        string text = Encoding.UTF8.GetString(_paste.ToArray()).Replace("\r\n", "\n").Replace('\r', '\n');
        _paste.Clear();
        _ready.Enqueue(new TerminalInput(Paste: text));
        return end + PasteEnd.Length;
    }

    private int TakeOne(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        if (bytes[0] != 0x1B)
        {
            return TakeCharacter(bytes, atEnd, KeyCode.Null);
        }

        if (bytes.Length == 1)
        {
            return atEnd ? Emit(new Key(KeyCode.Esc), 1) : 0;
        }

        switch (bytes[1])
        {
            case (byte)'[':
                return TakeCsi(bytes, atEnd);
            case (byte)'O' when bytes.Length > 2:
                return TakeSs3(bytes[2]);
            case (byte)'O' when !atEnd:
                return 0;
            case 0x1B:
                return Emit(new Key(KeyCode.Esc), 1);
            case 0x0D:
                return Emit(new Key(KeyCode.M | KeyCode.CtrlMask | KeyCode.AltMask), 2);
            default:
                int taken = TakeCharacter(bytes[1..], atEnd, KeyCode.AltMask);
                return taken == 0 ? 0 : taken + 1;
        }
    }

    private int TakeCharacter(ReadOnlySpan<byte> bytes, bool atEnd, KeyCode modifiers)
    {
        byte first = bytes[0];
        if (first < 0x20 || first == 0x7F)
        {
            return Emit(new Key(OfControl(first) | modifiers), 1);
        }

        System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
        if (status == System.Buffers.OperationStatus.NeedMoreData && !atEnd)
        {
            return 0;
        }

        // C1 controls come from no key.
        bool typed = status == System.Buffers.OperationStatus.Done && rune.Value is < 0x80 or >= 0xA0;
        return typed ? Emit(new Key(Letter(rune.Value, modifiers)), length) : length;
    }

    // Alt+a and Alt+A differ in Shift; as do a and A.
    private static KeyCode Letter(int codePoint, KeyCode modifiers) => Key.FromCodePoint((uint)codePoint) | modifiers;

    private static KeyCode OfControl(byte code) => code switch
    {
        0x00 => KeyCode.Space | KeyCode.CtrlMask,
        0x08 => KeyCode.Backspace | KeyCode.CtrlMask,
        0x09 => KeyCode.Tab,
        0x0A => KeyCode.Enter | KeyCode.CtrlMask,
        0x0D => KeyCode.Enter,
        0x1B => KeyCode.Esc,
        0x7F => KeyCode.Backspace,
        <= 0x1A => (KeyCode)(code + 0x40) | KeyCode.CtrlMask,
        _ => (KeyCode)(code + 0x40) | KeyCode.CtrlMask,
    };

    private int TakeSs3(byte final)
    {
        KeyCode code = OfFinal(final);
        return code == KeyCode.Null ? 3 : Emit(new Key(code), 3);
    }

    private int TakeCsi(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        int end = 2;
        while (end < bytes.Length && bytes[end] is >= 0x20 and <= 0x3F)
        {
            end++;
        }

        if (end == bytes.Length || end > LongestSequence)
        {
            return end > LongestSequence || atEnd ? end : 0;
        }

        if (bytes[end] is < 0x40 or > 0x7E)
        {
            // Not a sequence after all: what cannot belong to it stays.
            return end;
        }

        Act(bytes[2..end], bytes[end]);
        return end + 1;
    }

    private void Act(ReadOnlySpan<byte> parameters, byte final)
    {
        if (parameters.Length > 0 && parameters[0] == '<')
        {
            Mouse(parameters[1..], final);
            return;
        }

        int first = Number(parameters, 0);
        KeyCode modifiers = Modifiers(Number(parameters, 1));
        KeyCode code = final switch
        {
            (byte)'~' when first == 27 => OfCodePoint(Number(parameters, 2)),
            (byte)'~' => OfTilde(first),
            (byte)'u' => OfCodePoint(first),
            (byte)'Z' => KeyCode.Tab | KeyCode.ShiftMask,
            _ when parameters.Length > 0 && parameters[0] is >= (byte)'<' and <= (byte)'?' => KeyCode.Null,
            // With another first number it is a report of a position.
            (byte)'R' when first > 1 => KeyCode.Null,
            _ => OfFinal(final),
        };
        if (final == '~' && first == 200)
        {
            _pasting = true;
        }
        else if (code != KeyCode.Null)
        {
            _ready.Enqueue(new TerminalInput(new Key(code | modifiers)));
        }
    }

    private void Mouse(ReadOnlySpan<byte> parameters, byte final)
    {
        (int button, int x, int y) = (Number(parameters, 0), Number(parameters, 1), Number(parameters, 2));
        if (x < 1 || y < 1 || final is not ((byte)'M' or (byte)'m'))
        {
            return;
        }

        bool released = final == 'm';
        MouseFlags flags = (button & ~0x1C) switch
        {
            0 => released ? MouseFlags.LeftButtonReleased : MouseFlags.LeftButtonPressed,
            1 => released ? MouseFlags.MiddleButtonReleased : MouseFlags.MiddleButtonPressed,
            2 => released ? MouseFlags.RightButtonReleased : MouseFlags.RightButtonPressed,
            64 => MouseFlags.WheeledUp,
            65 => MouseFlags.WheeledDown,
            _ => MouseFlags.None,
        };
        if (flags == MouseFlags.None)
        {
            return;
        }

        flags |= (button & 4) != 0 ? MouseFlags.Shift : 0;
        flags |= (button & 8) != 0 ? MouseFlags.Alt : 0;
        flags |= (button & 16) != 0 ? MouseFlags.Ctrl : 0;
        _ready.Enqueue(new TerminalInput(Mouse: new Mouse { Flags = flags, ScreenPosition = new Point(x - 1, y - 1) }));
    }

    private int Emit(Key key, int length)
    {
        _ready.Enqueue(new TerminalInput(key));
        return length;
    }

    /// <summary>The number at <paramref name="index"/> among those separated by semicolons; 0 if missing, -1 if too large. Sub-parameters are left out.</summary>
    private static int Number(ReadOnlySpan<byte> parameters, int index)
    {
        for (; index > 0; index--)
        {
            int separator = parameters.IndexOf((byte)';');
            if (separator < 0)
            {
                return 0;
            }

            parameters = parameters[(separator + 1)..];
        }

        bool isNumber = parameters.Length > 0 && parameters[0] is >= (byte)'0' and <= (byte)'9';
        return !isNumber ? 0 : Utf8Parser.TryParse(parameters, out int value, out _) ? value : -1;
    }

    private static KeyCode Modifiers(int parameter)
    {
        int bits = parameter < 1 ? 0 : parameter - 1;
        return ((bits & 1) != 0 ? KeyCode.ShiftMask : 0) | ((bits & 2) != 0 ? KeyCode.AltMask : 0) | ((bits & 4) != 0 ? KeyCode.CtrlMask : 0);
    }

    // Functional keys of the protocol lie in the private use area and are of no use here.
    private static KeyCode OfCodePoint(int codePoint) => codePoint switch
    {
        9 or 13 or 27 => (KeyCode)codePoint,
        127 => KeyCode.Backspace,
        >= 0xE000 and <= 0xF8FF => KeyCode.Null,
        >= 32 when Rune.IsValid(codePoint) => Key.FromCodePoint((uint)codePoint),
        _ => KeyCode.Null,
    };

    private static KeyCode OfFinal(byte final) => final switch
    {
        (byte)'A' => KeyCode.CursorUp,
        (byte)'B' => KeyCode.CursorDown,
        (byte)'C' => KeyCode.CursorRight,
        (byte)'D' => KeyCode.CursorLeft,
        (byte)'F' => KeyCode.End,
        (byte)'H' => KeyCode.Home,
        (byte)'M' => KeyCode.Enter,
        >= (byte)'P' and <= (byte)'S' => KeyCode.F1 + (uint)(final - 'P'),
        _ => KeyCode.Null,
    };

    private static KeyCode OfTilde(int number) => number switch
    {
        1 or 7 => KeyCode.Home,
        2 => KeyCode.Insert,
        3 => KeyCode.Delete,
        4 or 8 => KeyCode.End,
        5 => KeyCode.PageUp,
        6 => KeyCode.PageDown,
        >= 11 and <= 15 => KeyCode.F1 + (uint)(number - 11),
        >= 17 and <= 21 => KeyCode.F6 + (uint)(number - 17),
        23 or 24 => KeyCode.F11 + (uint)(number - 23),
        _ => KeyCode.Null,
    };
}
