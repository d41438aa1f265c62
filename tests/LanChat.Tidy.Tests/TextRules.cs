using System.Text.RegularExpressions;

namespace LanChat.Tidy.Tests;

/// <summary>What must not stand in any text file of the tree.</summary>
internal static partial class TextRules
{
    private static readonly string[] RootFiles =
        ["LanChat.sln", "README.md", "run-demo.ps1", "LICENSE", "global.json", "src/", "tests/"];

    /// <summary>All rules applied to one file; empty if all is well.</summary>
    public static IEnumerable<string> Findings(string path, string text)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (MachinePath().IsMatch(lines[i]))
            {
                yield return $"{path}:{i + 1}: a path of somebody's machine";
            }

            if (RegistryHost().IsMatch(lines[i]))
            {
                yield return $"{path}:{i + 1}: the host of a package registry";
            }
        }

        if (text.Contains('\r'))
        {
            yield return $"{path}: lines end with LF alone";
        }
    }

    /// <summary>What does not belong into the root; empty if all is well.</summary>
    /// <param name="entries">Names in the root, folders with a slash at their end.</param>
    public static IEnumerable<string> RootFindings(IEnumerable<string> entries) =>
        entries
            .Where(name => !name.StartsWith('.') && !RootFiles.Contains(name) && !DirectoryFile().IsMatch(name))
            .Select(name => $"{name} does not belong into the root");

    /// <summary>Warnings that a build file silences without saying why in a comment above; empty if all is well.</summary>
    public static IEnumerable<string> SilencedWarnings(string path, string text)
    {
        string[] lines = text.Split('\n');
        return Enumerable.Range(0, lines.Length)
            .Where(i => lines[i].Contains("<NoWarn", StringComparison.Ordinal))
            .Where(i => i == 0 || !lines[i - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal))
            .Select(i => $"{path}:{i + 1}: a silenced warning says why in a comment above");
    }

    // Written so that this file does not find itself.
    [GeneratedRegex(@"(^|[^A-Za-z0-9_.])/(wor[k]|farm|tmp/(w|agent[s])|root)/|[A-Za-z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(nuget[.]org|npmjs[.](org|com)|deb[.]debian[.]org|pypi[.]org|crates[.]io|ghcr[.]io|docker[.]io)\b")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"^Directory\.[A-Za-z]+\.(props|targets)$")]
    private static partial Regex DirectoryFile();
}
