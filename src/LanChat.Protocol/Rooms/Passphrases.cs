using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace LanChat.Protocol;

/// <summary>
/// Passphrases of rooms. A relay that keeps a room can guess at leisure, so weak ones are refused and each guess is made slow.
/// </summary>
public static class Passphrases
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA256: the floor OWASP names for it (2023).</summary>
    public const int Rounds = 600_000;

    /// <summary>Fewer characters than this are weak.</summary>
    public const int MinLength = 12;

    /// <summary>More than this is refused.</summary>
    public const int MaxLength = 256;

    private const int MinDistinct = 6;

    /// <summary>Whether it may guard a room; <paramref name="problem"/> is a sentence.</summary>
    public static bool IsStrong(string name, string passphrase, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (passphrase.Length > MaxLength || !Folding.IsAssigned(passphrase) || passphrase.Any(char.IsControl))
        {
            problem = "A passphrase has at most 256 characters and no control characters.";
            return false;
        }
        var folded = Folding.Fold(passphrase);
        if (Folding.CountRunes(folded) < MinLength) problem = "The passphrase is too short: take at least 12 characters, four words say.";
        else if (folded.Distinct().Count() < MinDistinct)
            problem = "The passphrase repeats few characters: take at least 6 different ones.";
        else if (IsSequence(folded)) problem = "The passphrase is a sequence: take words that do not follow from each other.";
        else if (RoomNames.TryFold(name, out var room, out _) && folded.Replace(room, "", StringComparison.Ordinal).Length < MinLength / 2)
            problem = "The passphrase is little more than the room's name.";
        return problem is null;
    }

    /// <summary>
    /// The room key behind a passphrase: PBKDF2-HMAC-SHA256 over its NFKC form, salted by "LanChat/1 passphrase" ‖ [network, name]. Pure;
    /// may run on any thread.
    /// </summary>
    /// <exception cref="ArgumentException">Name, network or passphrase break their rules.</exception>
    public static byte[] DeriveKey(string network, string name, string passphrase)
    {
        var (_, folded) = RoomSecret.CheckedName(network, name);
        if (!IsStrong(name, passphrase, out var problem)) throw new ArgumentException(problem, nameof(passphrase));
        return Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormKC)),
            Domain.Join(Domain.Passphrase, RoomSecret.Scope(network, folded)),
            Rounds, HashAlgorithmName.SHA256, RoomSecret.KeyBytes);
    }

    /// <summary>Whether most characters are the neighbours of the ones before, as in abcdefghijkl or 987654321098.</summary>
    private static bool IsSequence(string text)
    {
        var steps = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (Math.Abs(text[i] - text[i - 1]) <= 1) steps++;
        }
        return 4 * steps >= 3 * (text.Length - 1);
    }
}
