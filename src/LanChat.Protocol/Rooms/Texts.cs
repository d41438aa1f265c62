using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace LanChat.Protocol;

/// <summary>What may stand in a message. Everything allowed arrives unchanged, joiners and directional marks included.</summary>
public static class Texts
{
    /// <summary>Whether it may be sent as a message; <paramref name="problem"/> is a sentence.</summary>
    public static bool IsValid(string text, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (text.Length == 0) problem = "The text is empty.";
        else if (!IsClean(text)) problem = "The text has control characters; only tab and newline are allowed.";
        else if (Encoding.UTF8.GetByteCount(text) > Limits.MaxTextBytes) problem = "The text is longer than 16 KiB.";
        return problem is null;
    }

    /// <summary>Whether it may be a topic, which may be empty.</summary>
    public static bool IsValidTopic(string text, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (!IsClean(text)) problem = "The topic has control characters; only tab and newline are allowed.";
        else if (Encoding.UTF8.GetByteCount(text) > Limits.MaxTopicBytes) problem = "The topic is longer than 1 KiB.";
        return problem is null;
    }

    /// <summary>Whether it may be a reaction: one grapheme.</summary>
    public static bool IsValidEmoji(string emoji, [NotNullWhen(false)] out string? problem)
    {
        problem = "A reaction is one emoji or character.";
        if (emoji.Length == 0 || emoji.Any(char.IsControl) || !IsClean(emoji)) return false;
        if (char.IsWhiteSpace(emoji[0]) || Encoding.UTF8.GetByteCount(emoji) > Limits.MaxEmojiBytes) return false;
        if (StringInfo.GetNextTextElementLength(emoji) != emoji.Length) return false;
        problem = null;
        return true;
    }

    /// <summary>
    /// Whether it may name an offered file: no folder, no control character, at most <see cref="Limits.MaxFileNameBytes"/>.
    /// </summary>
    public static bool IsValidFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\') < 0
        && !name.Any(char.IsControl) && IsClean(name)
        && Encoding.UTF8.GetByteCount(name) <= Limits.MaxFileNameBytes;

    /// <summary>Whether it is well-formed UTF-16 without control characters (category Cc) other than tab and newline.</summary>
    internal static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && c is not ('\t' or '\n')) return false;
            if (!char.IsSurrogate(c)) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(c, text[i + 1])) return false;
            i++;
        }
        return true;
    }
}

/// <summary>
/// Nicknames: 1 to <see cref="Limits.MaxNickGraphemes"/> graphemes, no control characters, no blanks at the ends, not starting with '#',
/// '@', '/'. Not unique: who shares one is shown with a tag.
/// </summary>
public static class Nicknames
{
    /// <summary>Whether it may be a nickname; <paramref name="problem"/> is a sentence.</summary>
    public static bool IsValid(string nick, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (nick.Length == 0 || Encoding.UTF8.GetByteCount(nick) > Limits.MaxNickBytes || CountGraphemes(nick) > Limits.MaxNickGraphemes)
            problem = "A nickname has 1 to 32 characters.";
        else if (nick.Any(char.IsControl) || !Texts.IsClean(nick)) problem = "A nickname has no control characters.";
        else if (nick.Trim().Length != nick.Length) problem = "A nickname has no blanks at its ends.";
        else if (nick[0] is '#' or '@' or '/') problem = "A nickname does not start with '#', '@' or '/'.";
        return problem is null;
    }

    private static int CountGraphemes(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at += StringInfo.GetNextTextElementLength(text.AsSpan(at))) count++;
        return count;
    }
}
