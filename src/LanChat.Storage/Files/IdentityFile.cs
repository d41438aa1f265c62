using System.Text;
using LanChat.Protocol;

namespace LanChat.Storage;

/// <summary>
/// The file that holds an identity's private keys: three lines of text, readable by its owner alone. It is written once; a lost one is a
/// new identity.
/// </summary>
public static class IdentityFile
{
    private const string Title = "LanChat identity 1";
    private const int KeySize = 32;

    // A well-formed file has fewer; nothing longer is read.
    private const int MaxBytes = 4096;

    /// <summary>Reads the identity; makes and writes a new one when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is not one of ours; the message says what to do.</exception>
    public static PeerIdentity LoadOrCreate(string path, ICryptography crypto, IRandomSource random, DateTimeOffset now)
    {
        if (Load(path, crypto) is { } known) return known;
        var fresh = PeerIdentity.Create(crypto, random);
        Save(path, fresh, now);
        return fresh;
    }

    /// <summary>Moves an identity out of the way, so that the next start makes a new one. It is kept beside it: whoever did not mean it can put it back.</summary>
    public static void PutAside(string path, DateTimeOffset now)
    {
        if (File.Exists(path)) File.Move(path, SetAside.FreeName(path, "replaced", now));
    }

    /// <summary>Reads the identity; null when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is not one of ours; the message says what to do.</exception>
    public static PeerIdentity? Load(string path, ICryptography crypto)
    {
        if (!File.Exists(path)) return null;
        PrivateFile.Restrict(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var lines = stream.Length > MaxBytes ? [] : new StreamReader(stream, Encoding.UTF8).ReadToEnd().Split('\n');
        try
        {
            if (lines.Length >= 3 && lines[0].Trim() == Title && Key(lines[1], "signing") is { } signing && Key(lines[2], "agreement") is { } agreement)
                return PeerIdentity.FromPrivateKeys(crypto, signing, agreement);
        }
        catch (ArgumentException)
        {
            // Zero, or above the curve's order: as unreadable as any other damage.
        }

        throw new InvalidDataException(
            $"{path} holds no identity that this version reads. Put back a backup of it, or move it away to begin with a new identity.");
    }

    /// <summary>Writes an identity in one step; one that is there already stays beside it, under its name with the time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Whose private keys are written.</param>
    /// <param name="now">For the name of what is set aside.</param>
    public static void Save(string path, PeerIdentity identity, DateTimeOffset now)
    {
        if (File.Exists(path)) File.Move(path, SetAside.FreeName(path, "old", now));
        var signing = Convert.ToHexStringLower(identity.SigningPrivateKey.Span);
        var agreement = Convert.ToHexStringLower(identity.AgreementPrivateKey.Span);
        PrivateFile.Write(path, Encoding.UTF8.GetBytes($"{Title}\nsigning {signing}\nagreement {agreement}\n"));
    }

    private static byte[]? Key(string line, string name)
    {
        var words = line.Trim().Split(' ');
        var key = new byte[KeySize];
        return words.Length == 2 && words[0] == name && words[1].Length == 2 * KeySize
            && Convert.FromHexString(words[1], key, out _, out _) == System.Buffers.OperationStatus.Done ? key : null;
    }
}
