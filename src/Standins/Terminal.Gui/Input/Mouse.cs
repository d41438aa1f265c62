using System.ComponentModel;
using System.Drawing;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.Input;

/// <summary>What the mouse did.</summary>
[Flags]
public enum MouseFlags
{
    None = 0,
    LeftButtonReleased = 1,
    LeftButtonPressed = 2,
    LeftButtonClicked = 4,
    LeftButtonDoubleClicked = 8,
    LeftButtonTripleClicked = 16,
    MiddleButtonReleased = 64,
    MiddleButtonPressed = 128,
    MiddleButtonClicked = 256,
    MiddleButtonDoubleClicked = 512,
    MiddleButtonTripleClicked = 1024,
    RightButtonReleased = 4096,
    RightButtonPressed = 8192,
    RightButtonClicked = 16384,
    RightButtonDoubleClicked = 32768,
    RightButtonTripleClicked = 65536,
    Ctrl = 16777216,
    Shift = 33554432,
    Alt = 67108864,
    AllEvents = 134217727,
    PositionReport = 134217728,
    WheeledUp = 268435456,
    WheeledDown = 536870912,
}

/// <summary>A mouse event.</summary>
public class Mouse : EventArgs
{
    private const int AnyPressed = (int)(MouseFlags.LeftButtonPressed | MouseFlags.MiddleButtonPressed | MouseFlags.RightButtonPressed);
    private const int AnyClicked = (int)(MouseFlags.LeftButtonClicked | MouseFlags.MiddleButtonClicked | MouseFlags.RightButtonClicked);

    /// <summary>Set by whoever took the event.</summary>
    public bool Handled { get; set; }

    /// <summary>When it happened, if known.</summary>
    public DateTime? Timestamp { get; set; }

    /// <summary>What happened.</summary>
    public MouseFlags Flags { get; set; }

    /// <summary>Where, on the screen.</summary>
    public Point ScreenPosition { get; set; }

    /// <summary>The deepest view under the pointer.</summary>
    public View? View { get; set; }

    /// <summary>Where, in the viewport of the view that gets the event.</summary>
    public Point? Position { get; set; }

    public bool IsPressed => ((int)Flags & AnyPressed) != 0;

    public bool IsReleased => ((int)Flags & (AnyPressed >> 1)) != 0;

    public bool IsSingleClicked => ((int)Flags & AnyClicked) != 0;

    public bool IsDoubleClicked => ((int)Flags & (AnyClicked << 1)) != 0;

    public bool IsWheel => (Flags & (MouseFlags.WheeledUp | MouseFlags.WheeledDown)) != 0;

    /// <inheritdoc/>
    public override string ToString() => $"({ScreenPosition.X},{ScreenPosition.Y}):{Flags}";
}

/// <summary>A command that may be taken by setting Handled.</summary>
public class CommandEventArgs : HandledEventArgs
{
    /// <summary>Why the command runs.</summary>
    public ICommandContext? Context { get; init; }
}

/// <summary>Text pasted into the terminal, as one piece, line ends kept.</summary>
public class PasteEventArgs : HandledEventArgs
{
    /// <summary>A paste of <paramref name="text"/>.</summary>
    public PasteEventArgs(string text)
    {
        Text = text;
    }

    /// <summary>What was pasted.</summary>
    public string Text { get; }
}
