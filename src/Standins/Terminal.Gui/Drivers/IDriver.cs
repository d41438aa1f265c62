using System.Drawing;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;

namespace Terminal.Gui.Drivers;

/// <summary>The terminal under an application.</summary>
public interface IDriver : IDisposable
{
    /// <summary>The screen in cells.</summary>
    Rectangle Screen { get; }

    /// <summary>Columns.</summary>
    int Cols { get; set; }

    /// <summary>Rows.</summary>
    int Rows { get; set; }

    /// <summary>Whether the terminal is sent 24-bit colours.</summary>
    bool SupportsTrueColor { get; }

    /// <summary>Sends the nearest of the terminal's sixteen colours.</summary>
    bool Force16Colors { get; set; }

    /// <summary>The cells as drawn last, by row and column.</summary>
    Cell[,]? Contents { get; set; }

    /// <summary>The driver's name.</summary>
    string? GetName();

    /// <summary>Sizes the screen; without a terminal, the only way.</summary>
    void SetScreenSize(int width, int height);

    /// <summary>Gives the terminal back, stops the process as Ctrl+Z does in a shell, and takes the terminal again on return.</summary>
    void Suspend();

    /// <summary>Sends a sequence as it is; it must not move the caret.</summary>
    void WriteRaw(string ansi);

    /// <summary>Sets the window's title (OSC 0); control characters are left out.</summary>
    void SetTerminalTitle(string title, int mode = 0);

    /// <summary>The cells as text, a line per row.</summary>
    string ToString();

    /// <summary>The cells as text with their attributes as SGR sequences.</summary>
    string ToAnsi();

    /// <summary>Sets the caret.</summary>
    void SetCursor(Cursor cursor);

    /// <summary>The caret.</summary>
    Cursor GetCursor();
}

/// <summary>Settings of every driver made from now on.</summary>
public sealed class Driver
{
    private Driver()
    {
    }

    /// <summary>Send sixteen colours even to a terminal that has more.</summary>
    public static bool Force16Colors { get; set; }

    /// <summary>How a new size is noticed in the original. Here the system tells: both values mean the same.</summary>
    public static SizeDetectionMode SizeDetection { get; set; }
}

/// <summary>How a new size is noticed in the original.</summary>
public enum SizeDetectionMode
{
    AnsiQuery = 0,
    Polling = 1,
}

/// <summary>The drivers there are.</summary>
public static class DriverRegistry
{
    /// <summary>Their names. All name the same driver here: it speaks to any terminal in ANSI sequences.</summary>
    public static class Names
    {
        public const string WINDOWS = "windows";
        public const string DOTNET = "dotnet";
        public const string ANSI = "ansi";
    }
}

/// <summary>How the caret looks (DECSCUSR).</summary>
public enum CursorStyle
{
    Default = 0,
    BlinkingBlock = 1,
    SteadyBlock = 2,
    BlinkingUnderline = 3,
    SteadyUnderline = 4,
    BlinkingBar = 5,
    SteadyBar = 6,
    Hidden = -1,
}

/// <summary>A caret: where on the screen, and how it looks.</summary>
public record class Cursor
{
    /// <summary>On the screen; null for nowhere.</summary>
    public Point? Position { get; init; }

    /// <summary>How it looks.</summary>
    public CursorStyle Style { get; init; } = CursorStyle.Default;

    /// <summary>Whether it is somewhere and not hidden.</summary>
    public bool IsVisible => Position is not null && Style != CursorStyle.Hidden;
}
