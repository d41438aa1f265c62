using System.Text.RegularExpressions;

namespace LanChat.Protocol.Tests;

/// <summary>
/// The examples of PROTOCOL.md: fenced blocks that open with <c>hex NAME</c> (digits, blanks and line breaks; what follows a '|' is
/// comment) or <c>text NAME</c>.
/// </summary>
internal static partial class Specification
{
    private static readonly Lazy<Dictionary<string, string>> Blocks = new(Read);

    public static string Path { get; } = FindPath();

    public static IReadOnlyCollection<string> Names => Blocks.Value.Keys;

    /// <summary>An example's hexadecimal digits in lower case.</summary>
    public static string Hex(string name) => string.Concat(
        Block(name).Split('\n').Select(line => line.Split('|')[0]).SelectMany(line => line.Where(c => !char.IsWhiteSpace(c))));

    public static byte[] Bytes(string name) => Convert.FromHexString(Hex(name));

    public static string Text(string name) => Block(name).Trim();

    private static string Block(string name) =>
        Blocks.Value.TryGetValue(name, out var block) ? block
            : throw new InvalidOperationException($"PROTOCOL.md has no example named {name}.");

    private static Dictionary<string, string> Read() =>
        Fence().Matches(File.ReadAllText(Path).ReplaceLineEndings("\n"))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value);

    private static string FindPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "LanChat.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside their source tree.");
        return System.IO.Path.Combine(folder.FullName, "src", "LanChat.Protocol", "PROTOCOL.md");
    }

    [GeneratedRegex(@"^```(?:hex|text) (?<name>[a-z0-9-]+)\n(?<body>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
