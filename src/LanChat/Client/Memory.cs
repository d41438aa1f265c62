using System.Runtime.InteropServices;

namespace LanChat.Client;

/// <summary>Memory that only the start needed.</summary>
internal static class Memory
{
    /// <summary>Returns what is free to the system: the garbage collector's, and the C library's, which keeps what the compiler and SQLite freed.</summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries than GNU's have no such function, and keep less.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint padding);
}
