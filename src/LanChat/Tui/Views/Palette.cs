using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace LanChat.Tui.Views;

/// <summary>A theme's tones as the terminal library's attributes.</summary>
internal sealed class Palette
{
    private readonly Theme _theme;
    private readonly Dictionary<Tone, Attribute> _attributes = [];

    public Palette(Theme theme)
    {
        _theme = theme;
    }

    public Theme Theme => _theme;

    /// <summary>Every role is set, so that nothing is left to be derived.</summary>
    public Scheme Scheme => new(this[Tone.Text])
    {
        HotNormal = this[Tone.Text],
        Focus = this[Tone.Accent],
        HotFocus = this[Tone.Accent],
        Active = this[Tone.Selected],
        HotActive = this[Tone.Selected],
        Highlight = this[Tone.Selected],
        Disabled = this[Tone.Dim],
        Editable = this[Tone.Field],
        ReadOnly = this[Tone.Text],
    };

    public Attribute this[Tone tone]
    {
        get
        {
            if (!_attributes.TryGetValue(tone, out Attribute attribute))
            {
                _attributes[tone] = attribute = Make(_theme[tone]);
            }

            return attribute;
        }
    }

    private static Attribute Make(ToneStyle style)
    {
        TextStyle text = (style.Bold ? TextStyle.Bold : 0) | (style.Italic ? TextStyle.Italic : 0)
            | (style.Reverse ? TextStyle.Reverse : 0) | (style.Underline ? TextStyle.Underline : 0);
        return new Attribute(ColorOf(style.Foreground), ColorOf(style.Background), text);
    }

    private static Color ColorOf(int rgb) => rgb < 0 ? Color.None : new Color((rgb >> 16) & 0xFF, (rgb >> 8) & 0xFF, rgb & 0xFF);
}
