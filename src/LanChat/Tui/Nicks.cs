using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>Colours of people: the same for the same identity, whatever its nickname.</summary>
internal static class Nicks
{
    /// <summary>How many tones there are for nicknames.</summary>
    public const int Colours = 12;

    /// <summary>The tone of somebody's nickname.</summary>
    public static Tone ToneOf(PeerId id) => Tone.Nick0 + (int)(id.Value % Colours);
}
