namespace LanChat.Tui;

/// <summary>Colours and emphasis of a tone. A colour is 0xRRGGBB, -1 for the terminal's own.</summary>
internal readonly record struct ToneStyle(int Foreground, int Background = -1, bool Bold = false, bool Italic = false, bool Reverse = false, bool Underline = false);

/// <summary>How tones look. <c>terminal</c> uses the terminal's own sixteen colours and background.</summary>
internal sealed class Theme
{
    private readonly Dictionary<Tone, ToneStyle> _styles;

    private Theme(string name, bool usesTerminalColours, ToneStyle text, int[] nicks, Dictionary<Tone, ToneStyle> styles)
    {
        Name = name;
        UsesTerminalColours = usesTerminalColours;
        _styles = styles;
        _styles[Tone.Text] = text;
        for (int i = 0; i < Nicks.Colours; i++)
        {
            _styles[Tone.Nick0 + i] = new ToneStyle(nicks[i % nicks.Length], text.Background, Bold: true);
        }
    }

    /// <summary>Light on dark.</summary>
    public static Theme Dark { get; } = Make(
        "dark", 0x15171C, 0xD7DAE0, 0x7C8493, 0x1E2129, 0x2C313C, 0x61AFEF, 0x98C379, 0xE06C75, 0xE5C07B,
        [0x61AFEF, 0x98C379, 0xE5C07B, 0xC678DD, 0x56B6C2, 0xE06C75, 0xD19A66, 0x7FBBB3, 0xA7C080, 0xDBBC7F, 0xD699B6, 0x83C092]);

    /// <summary>Dark on light.</summary>
    public static Theme Light { get; } = Make(
        "light", 0xFAFAF8, 0x24292F, 0x6E7781, 0xEDEEEC, 0xD8E3F0, 0x0550AE, 0x116329, 0xB3261E, 0x8A5A00,
        [0x0550AE, 0x116329, 0x8A5A00, 0x7A3E9D, 0x0B6E75, 0xB3261E, 0x9A4B00, 0x2F6F4E, 0x5B6A00, 0x74507A, 0x345995, 0x8C2F5B]);

    /// <summary>The terminal's own colours.</summary>
    public static Theme Terminal { get; } = MakeTerminal();

    /// <summary>The name <c>/set theme</c> takes.</summary>
    public string Name { get; }

    /// <summary>Whether colours are to be the terminal's sixteen.</summary>
    public bool UsesTerminalColours { get; }

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> NamesOfAll { get; } = ["dark", "light", "terminal"];

    /// <summary>The theme of a name; dark for any other.</summary>
    public static Theme Named(string? name) => name switch { "light" => Light, "terminal" => Terminal, _ => Dark };

    /// <summary>How a tone looks.</summary>
    public ToneStyle this[Tone tone] => _styles.TryGetValue(tone, out ToneStyle style) ? style : _styles[Tone.Text];

    private static Theme Make(
        string name, int ground, int text, int dim, int bar, int selected, int accent, int good, int bad, int warning, int[] nicks) => new(
        name,
        false,
        new ToneStyle(text, ground),
        nicks,
        new Dictionary<Tone, ToneStyle>
        {
            [Tone.Dim] = new(dim, ground),
            [Tone.Heading] = new(text, ground, Bold: true),
            [Tone.Accent] = new(accent, ground, Bold: true),
            [Tone.Own] = new(good, ground, Bold: true),
            [Tone.Mention] = new(warning, ground, Bold: true),
            [Tone.Unread] = new(bad, ground),
            [Tone.Selected] = new(text, selected, Bold: true),
            [Tone.Warning] = new(warning, ground),
            [Tone.Good] = new(good, ground),
            [Tone.Bad] = new(bad, ground),
            [Tone.Rule] = new(selected, ground),
            [Tone.Status] = new(text, bar),
            [Tone.StatusDim] = new(dim, bar),
            [Tone.StatusKey] = new(accent, bar, Bold: true),
            [Tone.StatusWarning] = new(warning, bar),
            [Tone.Field] = new(text, ground),
            [Tone.Placeholder] = new(dim, ground, Italic: true),
            [Tone.Match] = new(ground, warning),
            [Tone.Deleted] = new(dim, ground, Italic: true),
        });

    // Emphasis comes from bold, reverse and underline too, so that it survives NO_COLOR.
    private static Theme MakeTerminal() => new(
        "terminal",
        true,
        new ToneStyle(-1),
        [0x0037DA, 0x13A10E, 0xC19C00, 0x881798, 0x3A96DD, 0xC50F1F, 0x3B78FF, 0x16C60C, 0x61D6D6, 0xE74856, 0xB4009E],
        new Dictionary<Tone, ToneStyle>
        {
            [Tone.Dim] = new(0x767676),
            [Tone.Heading] = new(-1, Bold: true),
            [Tone.Accent] = new(0x3A96DD, Bold: true),
            [Tone.Own] = new(0x13A10E, Bold: true),
            [Tone.Mention] = new(0xC19C00, Bold: true, Underline: true),
            [Tone.Unread] = new(0xC50F1F),
            [Tone.Selected] = new(-1, Reverse: true),
            [Tone.Warning] = new(0xC19C00),
            [Tone.Good] = new(0x13A10E),
            [Tone.Bad] = new(0xC50F1F),
            [Tone.Rule] = new(0x767676),
            [Tone.Status] = new(-1, Reverse: true),
            [Tone.StatusDim] = new(-1, Reverse: true),
            [Tone.StatusKey] = new(-1, Bold: true, Reverse: true),
            [Tone.StatusWarning] = new(-1, Bold: true, Reverse: true),
            [Tone.Field] = new(-1),
            [Tone.Placeholder] = new(0x767676, Italic: true),
            [Tone.Match] = new(-1, Reverse: true),
            [Tone.Deleted] = new(0x767676, Italic: true),
        });
}
