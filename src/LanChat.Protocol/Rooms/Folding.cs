using System.Globalization;
using System.Text;

namespace LanChat.Protocol;

/// <summary>The form in which names are compared: NFKC, lower case by the invariant culture, NFKC again.</summary>
internal static class Folding
{
    private static readonly (string Name, string Folded)[] Known =
    [
        ("ＬＯＢＢＹ", "lobby"), ("A\u030Angstro\u0308m", "\u00E5ngstr\u00F6m"), ("\uFB01ne", "fine"), ("ΑΘΗΝΑ", "αθηνα"),
        ("\u212Belvin", "\u00E5elvin"),
    ];

    public static string Fold(string text) =>
        text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC);

    /// <summary>Whether the text is well-formed and every code point of it is assigned: others may fold differently elsewhere.</summary>
    public static bool IsAssigned(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) return false;
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned) return false;
            i += rune.Utf16SequenceLength - 1;
        }
        return true;
    }

    /// <summary>Number of code points of well-formed text.</summary>
    public static int CountRunes(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    /// <summary>Whether this platform folds a few names as it has to.</summary>
    public static bool IsSound() => Known.All(known => Fold(known.Name) == known.Folded);
}
