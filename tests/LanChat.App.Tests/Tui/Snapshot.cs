using System.Runtime.CompilerServices;

namespace LanChat.App.Tests.Tui;

/// <summary>
/// Screens as reviewed text files beside the tests. With LANCHAT_WRITE_SCREENS=1 they are written instead of compared; what changed is then to be
/// looked at before it is kept.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string[] rows, string name, [CallerFilePath] string here = "")
    {
        string shown = string.Join('\n', rows) + "\n";
        if (Environment.GetEnvironmentVariable("LANCHAT_WRITE_SCREENS") == "1")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(here)!, "Screens", name + ".txt"), shown);
            return;
        }

        string expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tui", "Screens", name + ".txt")).ReplaceLineEndings("\n");
        Assert.Equal(expected, shown);
    }
}
