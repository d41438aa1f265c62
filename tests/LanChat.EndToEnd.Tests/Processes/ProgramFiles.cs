namespace LanChat.EndToEnd.Tests;

/// <summary>Where the build put the programs.</summary>
internal static class ProgramFiles
{
    private static readonly string Root = FindRoot();
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Whether the programs are optimised.</summary>
    public static bool IsRelease => Configuration == "Release";

    public static string Client => In("LanChat", "lanchat.dll");

    public static string Relay => In("LanChat.Relay", "lanchat-relay.dll");

    private static string In(string project, string file) => Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LanChat.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from a checkout: no LanChat.sln is above them.");
        return folder.FullName;
    }
}
