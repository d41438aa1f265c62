using System.Runtime.InteropServices;

namespace LanChat.Demo;

/// <summary>How to start one of the two programs: a file, and what stands before its own arguments.</summary>
internal sealed record ProgramFiles(string FileName, IReadOnlyList<string> Leading)
{
    /// <summary>
    /// Finds a program beside this one: its executable (a build, a publish, a single file), else its library run by the same .NET (a tool
    /// package).
    /// </summary>
    /// <param name="name"><c>lanchat</c> or <c>lanchat-relay</c>.</param>
    /// <param name="folder">Where to look.</param>
    /// <returns>Null when it is not there.</returns>
    public static ProgramFiles? Find(string name, string folder)
    {
        var executable = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        if (File.Exists(executable)) return new ProgramFiles(executable, []);
        var library = Path.Combine(folder, name + ".dll");
        return File.Exists(library) ? new ProgramFiles(DotNet(), [library]) : null;
    }

    /// <summary>The <c>dotnet</c> whose runtime this process runs on.</summary>
    private static string DotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var installed = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(installed) ? installed : name;
    }
}
