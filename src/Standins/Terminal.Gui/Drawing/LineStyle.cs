namespace Terminal.Gui.Drawing;

/// <summary>The lines a border is drawn with.</summary>
public enum LineStyle
{
    None = 0,
    Single = 1,
    Double = 4,
    Heavy = 5,
    Rounded = 8,
}

/// <summary>Widths, in cells, of the four sides of an adornment.</summary>
public record struct Thickness
{
    /// <summary>The same width on all sides.</summary>
    public Thickness(int width)
        : this(width, width, width, width)
    {
    }

    /// <summary>A width for each side.</summary>
    public Thickness(int left, int top, int right, int bottom)
    {
        (Left, Top, Right, Bottom) = (left, top, right, bottom);
    }

    public int Left { get; set; }

    public int Top { get; set; }

    public int Right { get; set; }

    public int Bottom { get; set; }

    /// <summary>No width at all.</summary>
    public static Thickness Empty => new(0);

    /// <summary>Left and right together.</summary>
    public readonly int Horizontal => Left + Right;

    /// <summary>Top and bottom together.</summary>
    public readonly int Vertical => Top + Bottom;
}
