using System.Globalization;
using System.Text;

namespace LanChat.Storage;

/// <summary>
/// What is indexed of a text, and what a search asks for. Scripts that are written without blanks between words (Chinese, Japanese, Thai, Lao,
/// Khmer, Burmese) are indexed character by character, so that any part of a text in them is found.
/// </summary>
internal static class SearchText
{
    /// <summary>Words of one search that count; the rest is ignored.</summary>
    public const int MaxWords = 16;

    /// <summary>The text as the index wants it.</summary>
    public static string Index(string text)
    {
        // It is its own normal form, and has no such script.
        if (Ascii.IsValid(text)) return text;
        var spaced = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var isWord = IsWordByItself(rune);
            if (isWord) spaced.Append(' ');
            spaced.Append(units[..rune.EncodeToUtf16(units)]);
            if (isWord) spaced.Append(' ');
        }

        return spaced.ToString();
    }

    /// <summary>The query for FTS5: every word must occur, each may be the beginning of a longer one; null when there is no word in it.</summary>
    public static string? Query(string words)
    {
        var phrases = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(Index).Where(word => word.EnumerateRunes().Any(IsIndexed)).Take(MaxWords)
            .Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\" *");
        var query = string.Join(" AND ", phrases);
        return query.Length == 0 ? null : query;
    }

    private static bool IsIndexed(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;

    private static bool IsWordByItself(Rune rune) => rune.Value switch
    {
        >= 0x0E00 and <= 0x0EFF => true, // Thai, Lao
        >= 0x1000 and <= 0x109F => true, // Burmese
        >= 0x1780 and <= 0x17FF => true, // Khmer
        >= 0x3040 and <= 0x30FF => true, // Hiragana, Katakana
        >= 0x3400 and <= 0x4DBF => true, // Han, extension A
        >= 0x4E00 and <= 0x9FFF => true, // Han
        >= 0xF900 and <= 0xFAFF => true, // Han, compatibility
        >= 0x20000 and <= 0x3FFFF => true, // Han, further extensions
        _ => false,
    };
}
