using System.Diagnostics;

namespace LanChat.Tidy.Tests;

/// <summary>The switch between stand-ins and packages, as the build evaluates it for every project of the tree.</summary>
public sealed class SwitchTests
{
    private static readonly Dictionary<string, string> Genuine = new()
    {
        ["LiteNetLib"] = "2.1.3",
        ["MessagePack"] = "3.1.8",
        ["Terminal.Gui"] = "2.4.16",
    };

    // A target that every project gets from outside and that says what it refers to.
    private const string Probe = """
        <Project>
          <ItemGroup Condition="'$(MSBuildProjectFile)' == 'probe.proj'">
            <Probed Include="PROJECTS" />
          </ItemGroup>
          <Target Name="ProbeAll">
            <MSBuild Projects="@(Probed)" Targets="ProbeOne" BuildInParallel="false"
                     Properties="UseNuGetPackages=$(UseNuGetPackages);CustomAfterMicrosoftCommonTargets=$(MSBuildProjectFullPath)" />
          </Target>
          <Target Name="ProbeOne">
            <ItemGroup>
              <Line Include="project|$(MSBuildProjectName)|%(ProjectReference.FullPath)" Condition="'%(ProjectReference.Identity)' != ''" />
              <Line Include="package|$(MSBuildProjectName)|%(PackageReference.Identity)" Condition="'%(PackageReference.Identity)' != ''" />
              <Line Include="version|%(PackageVersion.Identity)|%(PackageVersion.Version)" Condition="'%(PackageVersion.Identity)' != ''" />
            </ItemGroup>
            <WriteLinesToFile File="RESULT" Lines="@(Line)" />
          </Target>
        </Project>
        """;

    [Fact]
    public async Task Without_the_switch_every_original_is_its_stand_in()
    {
        Evaluation evaluation = await EvaluateAsync(useNuGetPackages: false);

        Assert.DoesNotContain(evaluation.Packages, package => Genuine.ContainsKey(package.Id));
        Assert.Equal(
            Originals().Select(original => (original.Project, original.Id)).Order(),
            evaluation.References.Where(reference => IsStandin(reference.Path))
                .Select(reference => (reference.Project, Id: Path.GetFileNameWithoutExtension(reference.Path))).Order());
    }

    [Fact]
    public async Task With_the_switch_every_original_is_its_package_and_no_stand_in_is_left()
    {
        Evaluation evaluation = await EvaluateAsync(useNuGetPackages: true);

        Assert.DoesNotContain(evaluation.References, reference => IsStandin(reference.Path));
        Assert.Equal(Originals().Order(), evaluation.Packages.Where(package => Genuine.ContainsKey(package.Id)).Order());
        Assert.Equal(Genuine.Keys.Order(), evaluation.Packages.Select(package => package.Id).Where(Genuine.ContainsKey).Distinct().Order());
        Assert.All(Genuine, package => Assert.Equal(package.Value, evaluation.Versions[package.Key]));
    }

    private static bool IsStandin(string path) => path.Replace('\\', '/').Contains("/src/Standins/", StringComparison.Ordinal);

    private static IEnumerable<(string Project, string Id)> Originals() =>
        Tree.Projects.Select(ProjectFile.Read).SelectMany(project => project.Originals.Select(original => (project.Name, original)));

    private static async Task<Evaluation> EvaluateAsync(bool useNuGetPackages)
    {
        string folder = Directory.CreateTempSubdirectory("lanchat-tidy-").FullName;
        try
        {
            string result = Path.Combine(folder, "references.txt");
            string projects = string.Join(';', Tree.Projects.Select(project => Path.Combine(Tree.Root, project)));
            string probe = Path.Combine(folder, "probe.proj");
            await File.WriteAllTextAsync(
                probe,
                Probe.Replace("PROJECTS", projects, StringComparison.Ordinal).Replace("RESULT", result, StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(DotNet.Host) { RedirectStandardOutput = true };
            string[] arguments =
                ["msbuild", probe, "-t:ProbeAll", $"-p:UseNuGetPackages={(useNuGetPackages ? "true" : "")}", "-nologo", "-m:1", "-nodeReuse:false"];
            arguments.ToList().ForEach(start.ArgumentList.Add);

            string output = await DotNet.RunAsync(start);

            Assert.True(File.Exists(result), output);
            Assert.DoesNotContain("error", output, StringComparison.Ordinal);
            return Evaluation.Parse(await File.ReadAllLinesAsync(result, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Evaluation(
        IReadOnlyList<(string Project, string Path)> References,
        IReadOnlyList<(string Project, string Id)> Packages,
        IReadOnlyDictionary<string, string> Versions)
    {
        public static Evaluation Parse(string[] lines)
        {
            List<(string, string)> Of(string kind) =>
                [.. lines.Select(line => line.Split('|')).Where(parts => parts[0] == kind).Select(parts => (parts[1], parts[2]))];
            return new Evaluation(Of("project"), Of("package"), Of("version").Distinct().ToDictionary(pair => pair.Item1, pair => pair.Item2));
        }
    }
}
