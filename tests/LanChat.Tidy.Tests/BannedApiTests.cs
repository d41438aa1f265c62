using System.Diagnostics;
using System.Reflection;

namespace LanChat.Tidy.Tests;

/// <summary>The pure projects cannot name a clock, randomness, a socket, a thread or a file: the compiler says so.</summary>
public sealed class BannedApiTests
{
    private const string Analyzer = "Microsoft.CodeAnalysis.BannedApiAnalyzers";
    private const string List = "src/BannedSymbols.Pure.txt";

    private static readonly (string Symbol, string Use)[] Uses =
    [
        ("P:System.DateTime.UtcNow", "_ = System.DateTime.UtcNow;"),
        ("P:System.DateTimeOffset.UtcNow", "_ = System.DateTimeOffset.UtcNow;"),
        ("P:System.Environment.TickCount64", "_ = System.Environment.TickCount64;"),
        ("T:System.Diagnostics.Stopwatch", "_ = System.Diagnostics.Stopwatch.GetTimestamp();"),
        ("T:System.TimeProvider", "_ = System.TimeProvider.System;"),
        ("T:System.Random", "_ = System.Random.Shared;"),
        ("T:System.Security.Cryptography.RandomNumberGenerator", "System.Security.Cryptography.RandomNumberGenerator.Fill(new byte[1]);"),
        ("M:System.Guid.NewGuid", "_ = System.Guid.NewGuid();"),
        ("N:System.Net.Sockets", "_ = System.Net.Sockets.SocketType.Dgram;"),
        ("T:System.IO.File", "_ = System.IO.File.Exists(\"a\");"),
        ("T:System.Console", "System.Console.WriteLine();"),
        ("T:System.Threading.Thread", "_ = System.Threading.Thread.CurrentThread;"),
        ("T:System.Threading.Timer", "_ = new System.Threading.Timer(_ => { });"),
        ("T:System.Threading.Monitor", "System.Threading.Monitor.Enter(new object());"),
        ("T:System.Threading.Lock", "_ = new System.Threading.Lock();"),
        ("T:System.Threading.Tasks.Task", "_ = System.Threading.Tasks.Task.CompletedTask;"),
    ];

    [Theory]
    [InlineData("src/LanChat.Protocol/LanChat.Protocol.csproj")]
    [InlineData("src/LanChat.Core/LanChat.Core.csproj")]
    public void The_pure_projects_are_compiled_with_the_list(string project)
    {
        string text = Tree.Read(project);
        Assert.Contains(Analyzer, ProjectFile.Parse(project, text).Packages);
        Assert.Contains("<AdditionalFiles Include=\"../BannedSymbols.Pure.txt\" Link=\"BannedSymbols.txt\" />", text, StringComparison.Ordinal);
        Assert.DoesNotContain("RS0030", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_names_every_kind_of_impurity()
    {
        string[] symbols = [.. Tree.Read(List).Split('\n').Select(line => line.Split(';')[0])];
        Assert.Empty(Uses.Select(use => use.Symbol).Except(symbols));
    }

    [Fact]
    public async Task The_compiler_refuses_each_of_them()
    {
        string folder = Directory.CreateTempSubdirectory("lanchat-tidy-").FullName;
        try
        {
            string source = Path.Combine(folder, "Sample.cs");
            string body = string.Join('\n', Uses.Select(use => $"    static void M{Array.IndexOf(Uses, use)}() {{ {use.Use} }}"));
            await File.WriteAllTextAsync(source, $"class Sample\n{{\n{body}\n}}\n", TestContext.Current.CancellationToken);
            string list = Path.Combine(folder, "BannedSymbols.txt");
            File.Copy(Path.Combine(Tree.Root, List), list);

            string output = await CompileAsync(source, list, Path.Combine(folder, "Sample.dll"));

            Assert.DoesNotContain("error CS", output, StringComparison.Ordinal);
            for (int i = 0; i < Uses.Length; i++)
            {
                Assert.True(output.Contains($"Sample.cs({i + 3},", StringComparison.Ordinal), $"{Uses[i].Use} compiles\n{output}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> CompileAsync(string source, string list, string target)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string package = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == Analyzer).Value!;
        IEnumerable<string> references = Directory.GetFiles(runtime, "System*.dll").Where(IsManaged).Select(file => $"-r:{file}");
        IEnumerable<string> analyzers = Directory.GetFiles(Path.Combine(package, "analyzers", "dotnet", "cs"), "*.dll").Select(file => $"-a:{file}");
        var start = new ProcessStartInfo(DotNet.Host) { RedirectStandardOutput = true };
        string[] arguments =
        [
            "exec", DotNet.Compiler, "-nologo", "-t:library", "-nostdlib", "-warnaserror:RS0030", $"-additionalfile:{list}", $"-out:{target}",
            .. references, .. analyzers, source,
        ];
        arguments.ToList().ForEach(start.ArgumentList.Add);
        return await DotNet.RunAsync(start);
    }

    private static bool IsManaged(string file) => !Path.GetFileName(file).Contains(".Native", StringComparison.Ordinal);
}
