namespace LanChat.Tidy.Tests;

/// <summary>The rules of the tree, applied to the tree.</summary>
public sealed class TidyTests
{
    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    [Fact]
    public void Every_source_keeps_the_bans_and_the_sizes() =>
        AssertNone(Tree.Sources.SelectMany(file => SourceRules.Findings(file, Tree.Read(file))));

    [Fact]
    public void No_text_names_a_machine_or_a_registry() =>
        AssertNone(Tree.Texts.SelectMany(file => TextRules.Findings(file, Tree.Read(file))));

    [Fact]
    public void The_root_holds_nothing_but_what_belongs_there() => AssertNone(TextRules.RootFindings(Tree.RootEntries));

    [Fact]
    public void Build_files_say_why_they_silence_a_warning() =>
        AssertNone(Tree.Files.Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets")
            .SelectMany(file => TextRules.SilencedWarnings(file, Tree.Read(file))));

    [Fact]
    public void Project_references_point_down_only() => AssertNone(Tree.Projects.SelectMany(file => ProjectRules.Findings(ProjectFile.Read(file))));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Tree.Read("LanChat.sln").Replace('\\', '/');
        AssertNone(Tree.Projects.Where(file => !solution.Contains($"\"{file}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_tree_was_found()
    {
        Assert.Contains("src/LanChat.Protocol/LanChat.Protocol.csproj", Tree.Projects);
        Assert.Contains("tests/LanChat.Tidy.Tests/TidyTests.cs", Tree.Sources);
        Assert.DoesNotContain(Tree.Files, file => file.Contains("/obj/", StringComparison.Ordinal));
    }
}
