using System.Xml.Linq;

namespace LanChat.Tidy.Tests;

/// <summary>What a project file says about what it depends on; conditions and imports are not evaluated.</summary>
/// <param name="Path">Path of the project file relative to the root, with slashes.</param>
/// <param name="References">Its project references, as paths relative to the root.</param>
/// <param name="BuildOrderOnly">Those of them that say ReferenceOutputAssembly=false.</param>
/// <param name="Originals">What it takes from the switch between stand-ins and packages.</param>
/// <param name="Packages">Its own package references.</param>
internal sealed record ProjectFile(
    string Path, IReadOnlySet<string> References, IReadOnlySet<string> BuildOrderOnly, IReadOnlySet<string> Originals, IReadOnlySet<string> Packages)
{
    /// <summary>The project's name: its file's, without the ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>True for what lies under tests.</summary>
    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>True for a stand-in.</summary>
    public bool IsStandin => Path.StartsWith("src/Standins/", StringComparison.Ordinal);

    /// <summary>Reads a project file of the tree.</summary>
    public static ProjectFile Read(string path) => Parse(path, Tree.Read(path));

    /// <summary>Reads a project file from its text.</summary>
    public static ProjectFile Parse(string path, string xml)
    {
        XElement project = XDocument.Parse(xml).Root!;
        XElement[] references = [.. project.Descendants("ProjectReference")];
        string folder = System.IO.Path.GetDirectoryName(path)!;
        string Target(XElement reference) => System.IO.Path
            .GetRelativePath(".", System.IO.Path.Combine(folder, reference.Attribute("Include")!.Value.Replace('\\', '/'))).Replace('\\', '/');
        bool OrderOnly(XElement reference) =>
            (reference.Attribute("ReferenceOutputAssembly")?.Value ?? reference.Element("ReferenceOutputAssembly")?.Value) == "false";

        return new ProjectFile(
            path,
            references.Select(Target).ToHashSet(),
            references.Where(OrderOnly).Select(Target).ToHashSet(),
            project.Descendants("Original").Select(item => item.Attribute("Include")!.Value).ToHashSet(),
            project.Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value).ToHashSet());
    }
}
