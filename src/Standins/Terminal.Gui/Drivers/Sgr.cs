using System.Text;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace Terminal.Gui.Drivers;

/// <summary>How many colours a terminal is sent.</summary>
internal enum ColorDepth
{
    None,
    Sixteen,
    Indexed,
    TrueColor,
}

/// <summary>Attributes as SGR sequences (ECMA-48 8.3.117).</summary>
internal static class Sgr
{
    private static readonly (TextStyle Style, int Code)[] Styles =
    [
        (TextStyle.Bold, 1), (TextStyle.Faint, 2), (TextStyle.Italic, 3), (TextStyle.Underline, 4),
        (TextStyle.Blink, 5), (TextStyle.Reverse, 7), (TextStyle.Strikethrough, 9),
    ];

    /// <summary>The names' order has red and blue the other way round than the terminal's.</summary>
    private static ReadOnlySpan<byte> Ansi => [30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97];

    /// <summary>The colours the environment speaks of; NO_COLOR (no-color.org) turns them off.</summary>
    public static ColorDepth Detect(Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(environment("NO_COLOR")))
        {
            return ColorDepth.None;
        }

        string term = environment("TERM") ?? string.Empty;
        string colorTerm = environment("COLORTERM") ?? string.Empty;
        if (term is "linux" or "dumb")
        {
            return ColorDepth.Sixteen;
        }

        bool known = environment("WT_SESSION") is not null || OperatingSystem.IsWindows() || term.Contains("direct", StringComparison.Ordinal)
            || term is "xterm-kitty" or "alacritty" or "foot" or "wezterm" or "xterm-ghostty";
        if (known || colorTerm is "truecolor" or "24bit")
        {
            return ColorDepth.TrueColor;
        }

        return term.Contains("256color", StringComparison.Ordinal) ? ColorDepth.Indexed : ColorDepth.Sixteen;
    }

    /// <summary>Appends what changes the terminal from <paramref name="from"/> (null: unknown) to <paramref name="to"/>.</summary>
    public static void Append(StringBuilder output, Attribute? from, Attribute to, ColorDepth depth)
    {
        bool reset = from is not { } known || (known.Style & ~to.Style) != 0;
        Attribute before = reset ? new Attribute(Color.None, Color.None) : from!.Value;
        int start = output.Length;
        output.Append("\e[");
        int empty = output.Length;
        if (reset)
        {
            output.Append("0;");
        }

        foreach ((TextStyle style, int code) in Styles)
        {
            if ((to.Style & ~before.Style & style) != 0)
            {
                output.Append(code).Append(';');
            }
        }

        if (depth != ColorDepth.None)
        {
            AppendColor(output, before.Foreground, to.Foreground, depth, background: false);
            AppendColor(output, before.Background, to.Background, depth, background: true);
        }

        if (output.Length == empty)
        {
            output.Length = start;
            return;
        }

        output[^1] = 'm';
    }

    private static void AppendColor(StringBuilder output, Color before, Color color, ColorDepth depth, bool background)
    {
        if (before == color || (before.A == 0 && color.A == 0))
        {
            return;
        }

        int shift = background ? 10 : 0;
        if (color.A == 0)
        {
            output.Append(39 + shift);
        }
        else if (depth == ColorDepth.TrueColor)
        {
            output.Append(38 + shift).Append(";2;").Append(color.R).Append(';').Append(color.G).Append(';').Append(color.B);
        }
        else if (depth == ColorDepth.Indexed)
        {
            output.Append(38 + shift).Append(";5;").Append(Index(color));
        }
        else
        {
            output.Append(Ansi[(int)color.GetClosestNamedColor16()] + shift);
        }

        output.Append(';');
    }

    // 16 to 231 are a cube of 0, 95, 135, 175, 215, 255; 232 to 255 are greys from 8 by 10.
    private static int Index(Color color)
    {
        static int Step(int value) => value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
        static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);
        (int r, int g, int b) = (Step(color.R), Step(color.G), Step(color.B));
        int grey = Math.Clamp((((color.R + color.G + color.B) / 3) - 3) / 10, 0, 23);
        int ofCube = Distance(color, Level(r), Level(g), Level(b));
        int ofGrey = Distance(color, 8 + (grey * 10), 8 + (grey * 10), 8 + (grey * 10));
        return ofGrey < ofCube ? 232 + grey : 16 + (36 * r) + (6 * g) + b;
    }

    private static int Distance(Color color, int r, int g, int b) =>
        ((color.R - r) * (color.R - r)) + ((color.G - g) * (color.G - g)) + ((color.B - b) * (color.B - b));
}
