using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace LanChat.Protocol;

/// <summary>
/// Names of rooms: 1 to <see cref="Limits.MaxRoomNameLength"/> letters, digits, '-', '_', '.' of any script, compared in folded form.
/// Combining marks count as letters, since many scripts are not written without.
/// </summary>
public static class RoomNames
{
    /// <summary>The room everybody starts in.</summary>
    public const string Lobby = "lobby";

    private const string Rule = "A room name has 1 to 32 letters, digits, '-', '_' or '.', like #lobby.";

    /// <summary>
    /// Reads a name as typed, with or without its '#'; <paramref name="folded"/> is without. <paramref name="problem"/> is a sentence.
    /// </summary>
    public static bool TryFold(string name, out string folded, [NotNullWhen(false)] out string? problem)
    {
        folded = "";
        problem = Rule;
        var bare = Bare(name);
        if (bare.Length is 0 or > 4 * Limits.MaxRoomNameLength) return false;
        if (!Folding.IsAssigned(bare))
        {
            problem = "The room name has a character that this version of Unicode does not know.";
            return false;
        }
        var candidate = Folding.Fold(bare);
        if (!IsWellFormed(bare) || !IsWellFormed(candidate)) return false;
        folded = candidate;
        problem = null;
        return true;
    }

    /// <summary>The name without a leading '#'.</summary>
    public static string Bare(string name) => name.StartsWith('#') ? name[1..] : name;

    /// <summary>
    /// To be asked at start: null, or a sentence why this process must not run. Where normalization does nothing (globalization in
    /// invariant mode), the same name would lead to different rooms.
    /// </summary>
    public static string? SelfCheck() => Folding.IsSound()
        ? null
        : "Unicode normalization does nothing here, so room names would not match those of others: "
            + "install ICU and switch off DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";

    private static bool IsWellFormed(string name)
    {
        if (name.Length == 0 || Folding.CountRunes(name) > Limits.MaxRoomNameLength) return false;
        var isFirst = true;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsAllowed(rune, isFirst)) return false;
            isFirst = false;
        }
        return true;
    }

    private static bool IsAllowed(Rune rune, bool isFirst) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => true,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => !isFirst,
        _ => rune.Value is '-' or '_' or '.',
    };
}

/// <summary>
/// Names of networks, which scope public rooms: 1 to <see cref="Limits.MaxNetworkLength"/> characters without control characters.
/// </summary>
public static class Networks
{
    /// <summary>The network of who chose none.</summary>
    public const string Default = "lan";

    /// <summary>Whether it may name a network; <paramref name="problem"/> is a sentence.</summary>
    public static bool IsValid(string network, [NotNullWhen(false)] out string? problem)
    {
        problem = "A network name has 1 to 64 characters, no control characters and no blanks at its ends.";
        if (network.Length is 0 or > 2 * Limits.MaxNetworkLength || !Folding.IsAssigned(network)) return false;
        if (network.Trim().Length != network.Length || network.Any(char.IsControl) || Folding.CountRunes(network) > Limits.MaxNetworkLength)
            return false;
        problem = null;
        return true;
    }

    /// <summary>The form in which networks are compared. The name has to be valid.</summary>
    public static string Fold(string network) => Folding.Fold(network);
}
