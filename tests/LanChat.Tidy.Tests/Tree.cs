namespace LanChat.Tidy.Tests;

/// <summary>The files of the repository, as the tidy rules see them: what a build or an editor leaves behind is not there.</summary>
internal static class Tree
{
    private static readonly HashSet<string> Leftovers =
        [".git", "bin", "obj", "artifacts", "TestResults", ".vs", ".idea", ".vscode"];

    private static readonly HashSet<string> BinaryEndings = [".png", ".db", ".snk", ".pfx", ".ico", ".gif"];

    /// <summary>The folder that holds LanChat.sln, found upward from the test's own folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, as a path relative to the root with slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    /// <summary>The C# sources below src and tests.</summary>
    public static IEnumerable<string> Sources => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Every file that is text.</summary>
    public static IEnumerable<string> Texts => Files.Where(file => !BinaryEndings.Contains(Path.GetExtension(file)));

    /// <summary>Every project file.</summary>
    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>The text of a file named relative to the root.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The names of what lies directly in the root, folders with a slash at their end.</summary>
    public static IEnumerable<string> RootEntries =>
        Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path) + "/")
            .Concat(Directory.EnumerateFiles(Root).Select(path => Path.GetFileName(path)))
            .Where(name => !Leftovers.Contains(name.TrimEnd('/')));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LanChat.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"LanChat.sln is in no folder above {AppContext.BaseDirectory}");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            // In a linked work tree .git is a file.
            if (!Leftovers.Contains(Path.GetFileName(file)))
            {
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
            }
        }

        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            if (!Leftovers.Contains(Path.GetFileName(inner)))
            {
                foreach (string file in Walk(inner))
                {
                    yield return file;
                }
            }
        }
    }
}
