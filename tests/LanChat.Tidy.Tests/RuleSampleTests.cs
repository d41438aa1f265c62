namespace LanChat.Tidy.Tests;

/// <summary>A rule that finds nothing proves nothing until it is seen to find what it is for.</summary>
public sealed class RuleSampleTests
{
    private const string InTests = "tests/LanChat.Core.Tests/Sample.cs";
    private const string InCore = "src/LanChat.Core/Sample.cs";

    [Theory]
    [InlineData(InTests, "Thread.Sleep(1);", "does not sleep")]
    [InlineData(InTests, "await Task . Delay(1);", "does not sleep")]
    [InlineData(InTests, "[Fact(Skip = \"later\")] void A() { }", "skipped")]
    [InlineData(InCore, "Task<int> b; var a = $\"{b.Result}\";", "await instead")]
    [InlineData(InCore, "var a = LoadAsync().Result;", "await instead")]
    [InlineData(InCore, "private async void A() { }", "async method")]
    [InlineData(InCore, "throw new NotImplementedException();", "does not compile")]
    [InlineData(InCore, "int a; // TO" + "DO: b", "leave it out")]
    [InlineData(InCore, "/* FIX" + "ME */", "leave it out")]
    [InlineData(InCore, "#pragma warning disable CS0168\nint a;", "says why")]
    [InlineData(InCore, "#nullable disable\nint a;", "says why")]
    [InlineData(InCore, "try { A(); } catch (IOException) { }", "empty catch")]
    [InlineData(InCore, "try { A(); } catch { }", "empty catch")]
    [InlineData(InCore, "using LiteNetLib;", "LanChat.Net")]
    [InlineData(InCore, "MessagePack.MessagePackWriter a;", "LanChat.Protocol")]
    [InlineData("src/LanChat/Commands/A.cs", "using Terminal.Gui.Views;", "Tui")]
    [InlineData("src/LanChat.Net/A.cs", "using static SQLitePCL.raw;", "LanChat.Storage")]
    [InlineData("src/LanChat.Relay/A.cs", "using W = global::MessagePack.MessagePackWriter;", "LanChat.Protocol")]
    public void A_source_that_breaks_a_rule_is_found(string path, string text, string finding) =>
        Assert.Contains(SourceRules.Findings(path, text), found => found.Contains(finding, StringComparison.Ordinal));

    [Theory]
    [InlineData(InTests, "var a = \"Thread.Sleep(1)\"; // Task.Delay is not used")]
    [InlineData("tests/LanChat.Net.Tests/Until.cs", "await Task.Delay(1); Thread.Sleep(1);")]
    [InlineData(InCore, "var a = \"\"\"\n#pragma warning disable\n.Result \"x\" TO" + "DO\n\"\"\";")]
    [InlineData(InCore, "#pragma warning disable CS0168 // the sample needs it\nint a;")]
    [InlineData(InCore, "// The sample needs it.\n#pragma warning disable CS0168\nint a;")]
    [InlineData(InCore, "try { A(); } catch (IOException) { /* gone is what was wanted */ }")]
    [InlineData(InCore, "var result = x.Results; Result a = new(); async Task A() { }")]
    [InlineData(InCore, "var a = Add(b).Result;")]
    [InlineData(InCore, "namespace LanChat.Core; enum Library { LiteNetLib } class A { Library b = Library.LiteNetLib; }")]
    [InlineData("src/LanChat/Tui/A.cs", "using Terminal.Gui.Views;")]
    public void A_source_that_keeps_the_rules_passes(string path, string text) =>
        Assert.Empty(SourceRules.Findings(path, text));

    [Fact]
    public void A_method_over_the_ceiling_is_found_and_one_at_it_is_not()
    {
        Assert.Empty(SourceRules.Findings(InCore, MethodOf(SourceRules.MaxMemberLines)));
        Assert.Contains(
            SourceRules.Findings(InCore, MethodOf(SourceRules.MaxMemberLines + 1)), found => found.Contains("Long has 71", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_over_the_ceiling_is_found_and_one_at_it_is_not()
    {
        Assert.Empty(SourceRules.Findings(InCore, string.Concat(Enumerable.Repeat("// line\n", SourceRules.MaxFileLines))));
        Assert.Single(SourceRules.Findings(InCore, string.Concat(Enumerable.Repeat("// line\n", SourceRules.MaxFileLines + 1))));
    }

    [Fact]
    public void A_line_over_the_ceiling_is_found() =>
        Assert.Single(SourceRules.Findings(InCore, "// " + new string('a', SourceRules.MaxLineLength - 2)));

    [Theory]
    [InlineData("src/LanChat.Core/LanChat.Core.csproj", "<ProjectReference Include=\"../LanChat.Net/LanChat.Net.csproj\" />", "not below")]
    [InlineData("src/LanChat.Net/LanChat.Net.csproj", "<ProjectReference Include=\"..\\LanChat.Storage\\LanChat.Storage.csproj\" />", "not below")]
    [InlineData("src/LanChat.Relay/LanChat.Relay.csproj", "<ProjectReference Include=\"../LanChat/LanChat.csproj\" />", "not below")]
    [InlineData("src/LanChat/LanChat.csproj", "<ProjectReference Include=\"../LanChat.Relay/LanChat.Relay.csproj\" />", "not below")]
    [InlineData("src/LanChat.Relay/LanChat.Relay.csproj",
        "<ProjectReference Include=\"../LanChat/LanChat.csproj\" ReferenceOutputAssembly=\"false\" />", "built before")]
    [InlineData("src/LanChat.Net/LanChat.Net.csproj",
        "<ProjectReference Include=\"../Standins/LiteNetLib/LiteNetLib.csproj\" />", "past the switch")]
    [InlineData("tests/Standins.Tests/Standins.Tests.csproj",
        "<ProjectReference Include=\"../../src/Standins/LiteNetLib/LiteNetLib.csproj\" />", "past the switch")]
    [InlineData("src/Standins/LiteNetLib/LiteNetLib.csproj",
        "<ProjectReference Include=\"../../LanChat.Core/LanChat.Core.csproj\" />", "is a stand-in")]
    [InlineData("src/LanChat.Core/LanChat.Core.csproj", "<Original Include=\"LiteNetLib\" />", "at home elsewhere")]
    [InlineData("tests/LanChat.Core.Tests/LanChat.Core.Tests.csproj", "<Original Include=\"MessagePack\" />", "at home elsewhere")]
    [InlineData("src/LanChat.Protocol/LanChat.Protocol.csproj", "<PackageReference Include=\"MessagePack\" />", "past the switch")]
    [InlineData("src/LanChat.Net/LanChat.Net.csproj", "<PackageReference Include=\"SQLitePCLRaw.bundle_e_sqlite3\" />", "may not use")]
    [InlineData("src/LanChat.New/LanChat.New.csproj", "", "not in the map")]
    public void A_project_that_breaks_a_rule_is_found(string path, string items, string finding) =>
        Assert.Contains(
            ProjectRules.Findings(ProjectFile.Parse(path, $"<Project><ItemGroup>{items}</ItemGroup></Project>")),
            found => found.Contains(finding, StringComparison.Ordinal));

    [Theory]
    [InlineData("src/LanChat/LanChat.csproj",
        "<ProjectReference Include=\"../LanChat.Relay/LanChat.Relay.csproj\" ReferenceOutputAssembly=\"false\" /><Original Include=\"Terminal.Gui\" />")]
    [InlineData("src/LanChat.Storage/LanChat.Storage.csproj",
        "<ProjectReference Include=\"../LanChat.Core/LanChat.Core.csproj\" /><PackageReference Include=\"SQLitePCLRaw.bundle_e_sqlite3\" />")]
    public void A_project_that_keeps_the_rules_passes(string path, string items) =>
        Assert.Empty(ProjectRules.Findings(ProjectFile.Parse(path, $"<Project><ItemGroup>{items}</ItemGroup></Project>")));

    [Theory]
    [InlineData("see /wor" + "k/main/README.md")]
    [InlineData("cd \"/ro" + "ot/a\"")]
    [InlineData("C:\\Use" + "rs\\ana")]
    [InlineData("https://api.nuget" + ".org/v3/index.json")]
    [InlineData("a line\r\n")]
    public void A_text_that_breaks_a_rule_is_found(string text) => Assert.NotEmpty(TextRules.Findings("README.md", text));

    [Fact]
    public void A_text_that_keeps_the_rules_passes() =>
        Assert.Empty(TextRules.Findings("README.md", "a network/work/group, src/root/x, https://example.org and ./work/a\n"));

    [Fact]
    public void What_does_not_belong_into_the_root_is_found() =>
        Assert.Equal(2, TextRules.RootFindings([".ci/", "src/", "LICENSE", "Directory.Build.props", "notes.md", "lib/"]).Count());

    [Fact]
    public void A_warning_silenced_without_a_comment_is_found()
    {
        Assert.NotEmpty(TextRules.SilencedWarnings("a.csproj", "<PropertyGroup>\n<NoWarn>CS1</NoWarn>"));
        Assert.Empty(TextRules.SilencedWarnings("a.csproj", "<!-- Because. -->\n<NoWarn>CS1</NoWarn>"));
    }

    private static string MethodOf(int lines) =>
        "class A\n{\n    void Long()\n    {\n" + string.Concat(Enumerable.Repeat("        B();\n", lines - 3)) + "    }\n}\n";
}
