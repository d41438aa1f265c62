namespace LanChat.Tidy.Tests;

/// <summary>Which project may depend on what. The map below is the picture in src/ARCHITECTURE.md; a new project is entered in both.</summary>
internal static class ProjectRules
{
    private const string Protocol = "LanChat.Protocol";
    private const string Core = "LanChat.Core";
    private const string Net = "LanChat.Net";
    private const string Storage = "LanChat.Storage";
    private const string Client = "LanChat";
    private const string Relay = "LanChat.Relay";

    private static readonly Dictionary<string, string[]> Below = new()
    {
        [Protocol] = [],
        [Core] = [Protocol],
        [Net] = [Core, Protocol],
        [Storage] = [Core, Protocol],
        [Client] = [Net, Storage, Core, Protocol],
        [Relay] = [Net, Storage, Core, Protocol],
    };

    private static readonly Dictionary<string, string[]> OriginalHomes = new()
    {
        ["LiteNetLib"] = [Net, "LanChat.Net.Tests", "Standins.Tests", "LanChat.Benchmarks"],
        ["MessagePack"] = [Protocol, "LanChat.Protocol.Tests", "Standins.Tests", "LanChat.Benchmarks"],
        ["Terminal.Gui"] = [Client, "LanChat.App.Tests", "Standins.Tests"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        [Protocol] = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"],
        [Core] = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"],
        [Net] = ["Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions"],
        [Storage] = ["SQLitePCLRaw.bundle_e_sqlite3"],
        [Client] = ["System.CommandLine", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging"],
        [Relay] = ["System.CommandLine", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging"],
    };

    /// <summary>All rules applied to one project; empty if all is well.</summary>
    public static IEnumerable<string> Findings(ProjectFile project) =>
        Arrows(project).Concat(Originals(project)).Concat(PackageReferences(project)).Select(finding => $"{project.Path}: {finding}");

    private static IEnumerable<string> Arrows(ProjectFile project)
    {
        if (!project.IsTest && !project.IsStandin && !Below.ContainsKey(project.Name))
        {
            yield return "is not in the map of who may depend on whom";
            yield break;
        }

        foreach (string reference in project.References.Order(StringComparer.Ordinal))
        {
            string target = Path.GetFileNameWithoutExtension(reference);
            if (reference.StartsWith("src/Standins/", StringComparison.Ordinal))
            {
                yield return $"refers to the stand-in {target} past the switch: say <Original Include=\"{target}\" />";
            }
            else if (project.IsStandin)
            {
                yield return $"is a stand-in and refers to {target}";
            }
            else if (!project.IsTest && !project.BuildOrderOnly.Contains(reference) && !Below[project.Name].Contains(target))
            {
                yield return $"refers to {target}, which is not below it";
            }
            else if (project.BuildOrderOnly.Contains(reference) && !project.IsTest && (project.Name, target) != (Client, Relay))
            {
                yield return $"has {target} built before it; only {Client} does that, with {Relay}";
            }
        }
    }

    private static IEnumerable<string> Originals(ProjectFile project) =>
        from original in project.Originals.Order(StringComparer.Ordinal)
        where !OriginalHomes.TryGetValue(original, out string[]? homes) || !homes.Contains(project.Name)
        select $"uses {original}, which is at home elsewhere";

    private static IEnumerable<string> PackageReferences(ProjectFile project)
    {
        IEnumerable<string> named = OriginalHomes.Keys.Where(project.Packages.Contains)
            .Select(package => $"refers to the package {package} past the switch: say <Original Include=\"{package}\" />");
        string[] allowed = project.IsStandin ? [] : Packages.GetValueOrDefault(project.Name, []);
        return project.IsTest
            ? named
            : named.Concat(project.Packages.Except(allowed).Except(OriginalHomes.Keys).Select(package => $"may not use the package {package}"));
    }
}
