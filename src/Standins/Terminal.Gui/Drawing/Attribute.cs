namespace Terminal.Gui.Drawing;

/// <summary>How text is set, besides its colours.</summary>
[Flags]
public enum TextStyle : byte
{
    None = 0,
    Bold = 1,
    Faint = 2,
    Italic = 4,
    Underline = 8,
    Blink = 16,
    Reverse = 32,
    Strikethrough = 64,
}

/// <summary>Colours and style of a cell.</summary>
public readonly record struct Attribute
{
    /// <summary>A pair of colours without style.</summary>
    public Attribute(in Color foreground, in Color background)
        : this(foreground, background, TextStyle.None)
    {
    }

    /// <summary>A pair of colours with a style.</summary>
    public Attribute(in Color foreground, in Color background, in TextStyle style)
    {
        Foreground = foreground;
        Background = background;
        Style = style;
    }

    /// <summary>Colour of the glyph.</summary>
    public Color Foreground { get; init; }

    /// <summary>Colour behind the glyph.</summary>
    public Color Background { get; init; }

    /// <summary>Bold, underline and so on.</summary>
    public TextStyle Style { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"[{Foreground},{Background},{Style}]";
}

/// <summary>One place of the screen. A wide cluster fills its own cell; the next cell carries only the attribute.</summary>
public record struct Cell(Attribute? Attribute = null, bool IsDirty = false, string Grapheme = "")
{
    /// <inheritdoc/>
    public override readonly string ToString() => Grapheme;
}
