namespace LanChat.Storage.Tests;

/// <summary>A folder that goes with its test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("lanchat-storage-").FullName;

    /// <summary>A file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all files in it.</summary>
    public IEnumerable<string> Names => Directory.GetFiles(Path).Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal);

    /// <summary>Whether any file in it holds these bytes.</summary>
    public bool Holds(byte[] bytes) => Directory.GetFiles(Path).Any(file => System.IO.File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0);

    /// <summary>Whether nobody but the owner can do anything with a file in it. On Windows, where access lists say so, true.</summary>
    public bool IsOwnersAlone(string name) =>
        OperatingSystem.IsWindows() || System.IO.File.GetUnixFileMode(File(name)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Deletes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
