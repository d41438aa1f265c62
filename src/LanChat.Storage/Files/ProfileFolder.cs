namespace LanChat.Storage;

/// <summary>The folder that holds all of a profile, and the names in it.</summary>
/// <param name="Path">An absolute path.</param>
public sealed record ProfileFolder(string Path)
{
    /// <summary>Private keys.</summary>
    public string Identity => System.IO.Path.Combine(Path, "identity");

    /// <summary>What a user may edit by hand.</summary>
    public string Settings => System.IO.Path.Combine(Path, "settings.json");

    /// <summary>Rooms, keys, entries, stamps.</summary>
    public string History => System.IO.Path.Combine(Path, "history.db");

    /// <summary>A relay's log.</summary>
    public string RelayLog => System.IO.Path.Combine(Path, "log.db");

    /// <summary>The default: <c>lanchat</c> in the platform's folder for application data.</summary>
    public static ProfileFolder Default(string program = "lanchat") => new(System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), program));

    /// <summary>Makes the folder, its owner's alone.</summary>
    /// <exception cref="IOException">It cannot be made or is a file.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public void Create() => PrivateFile.CreateFolder(Path);
}
