namespace Terminal.Gui.Drawing;

/// <summary>The sixteen colours every terminal has, by the names of the originals.</summary>
public enum ColorName16
{
    Black = 0,
    Blue = 1,
    Green = 2,
    Cyan = 3,
    Red = 4,
    Magenta = 5,
    Yellow = 6,
    Gray = 7,
    DarkGray = 8,
    BrightBlue = 9,
    BrightGreen = 10,
    BrightCyan = 11,
    BrightRed = 12,
    BrightMagenta = 13,
    BrightYellow = 14,
    White = 15,
}

/// <summary>A 24-bit colour; alpha 0 means the terminal's own default.</summary>
public readonly struct Color : IEquatable<Color>
{
    /// <summary>0 to 255.</summary>
    public readonly byte R;

    /// <summary>0 to 255.</summary>
    public readonly byte G;

    /// <summary>0 to 255.</summary>
    public readonly byte B;

    /// <summary>255 is opaque, 0 is "leave it to the terminal".</summary>
    public readonly byte A;

    /// <summary>The terminal's own default colour.</summary>
    public static readonly Color None = new(255, 255, 255, 0);

    private static ReadOnlySpan<int> Palette =>
    [
        0x0C0C0C, 0x0037DA, 0x13A10E, 0x3A96DD, 0xC50F1F, 0x881798, 0xC19C00, 0xCCCCCC,
        0x767676, 0x3B78FF, 0x16C60C, 0x61D6D6, 0xE74856, 0xB4009E, 0xF9F1A5, 0xF2F2F2,
    ];

    /// <summary>Each component is 0 to 255.</summary>
    public Color(int red = 0, int green = 0, int blue = 0, int alpha = 255)
    {
        R = checked((byte)red);
        G = checked((byte)green);
        B = checked((byte)blue);
        A = checked((byte)alpha);
    }

    /// <summary>The nearest of the sixteen names.</summary>
    public ColorName16 GetClosestNamedColor16()
    {
        int best = 0;
        int bestDistance = int.MaxValue;
        for (int i = 0; i < Palette.Length; i++)
        {
            int red = (Palette[i] >> 16) - R;
            int green = ((Palette[i] >> 8) & 0xFF) - G;
            int blue = (Palette[i] & 0xFF) - B;
            int distance = (red * red) + (green * green) + (blue * blue);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (i, distance);
            }
        }

        return (ColorName16)best;
    }

    public static implicit operator Color(ColorName16 colorName)
    {
        int rgb = Palette[(int)colorName];
        return new Color(rgb >> 16, (rgb >> 8) & 0xFF, rgb & 0xFF);
    }

    public static bool operator ==(Color left, Color right) => left.Equals(right);

    public static bool operator !=(Color left, Color right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Color other) => R == other.R && G == other.G && B == other.B && A == other.A;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Color other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (A << 24) | (R << 16) | (G << 8) | B;

    /// <summary><c>#RRGGBB</c>.</summary>
    public override string ToString() => $"#{R:X2}{G:X2}{B:X2}";
}
