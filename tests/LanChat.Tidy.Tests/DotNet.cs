using System.Diagnostics;

namespace LanChat.Tidy.Tests;

/// <summary>The SDK that built these tests, as processes of its own.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    // shared/Microsoft.NETCore.App/<version>/ lies three folders below the installation.
    private static readonly string Installation =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    /// <summary>The dotnet host.</summary>
    public static string Host { get; } = Path.Combine(Installation, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The C# compiler of the newest SDK installed beside the runtime.</summary>
    public static string Compiler { get; } = Directory.GetDirectories(Path.Combine(Installation, "sdk"))
        .OrderBy(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out Version? version) ? version : new Version())
        .Select(folder => Path.Combine(folder, "Roslyn", "bincore", "csc.dll")).Last(File.Exists);

    /// <summary>Runs a process to its end and answers what it wrote; one that takes too long is ended and fails the test.</summary>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
