using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace LanChat.Storage;

/// <summary>Files and folders that nobody but their owner can read, written so that a crash leaves the old content or the new, nothing between.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder with its parents, and takes away what others may do in it.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // The platform's application-data folder, where profiles live by default, is its owner's alone; one of the user's choosing may not be, and
            // the files that SQLite makes in it have what rights the folder hands down.
            Directory.CreateDirectory(folder);
            RestrictWindowsFolder(folder);
            return;
        }

        const UnixFileMode mode = OwnerOnly | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, mode);
        if (File.GetUnixFileMode(folder) != mode) File.SetUnixFileMode(folder, mode);
    }

    /// <summary>Replaces a file's content in one step.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="isDurable">Whether it is on disk when this returns; else a power cut may leave the file empty.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool isDurable = true)
    {
        var fresh = $"{path}.{Environment.ProcessId}.new";

        // One that a crash left would lend the new file the time at which it was made.
        File.Delete(fresh);
        using (var stream = Create(fresh, FileMode.Create))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: isDurable);
        }

        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Makes an empty file if there is none, so that what is written into it later is its owner's alone from the start.</summary>
    public static void Ensure(string path)
    {
        if (File.Exists(path)) Restrict(path);
        else Create(path, FileMode.OpenOrCreate).Dispose();
    }

    /// <summary>Takes away what others may do with an existing file.</summary>
    public static void Restrict(string path)
    {
        if (OperatingSystem.IsWindows()) RestrictWindows(path);
        else if (File.GetUnixFileMode(path) != OwnerOnly) File.SetUnixFileMode(path, OwnerOnly);
    }

    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        var stream = new FileStream(path, options);
        if (OperatingSystem.IsWindows()) RestrictWindows(path);
        return stream;
    }

    [SupportedOSPlatform("windows")]
    private static void RestrictWindowsFolder(string folder)
    {
        using var owner = WindowsIdentity.GetCurrent();
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            owner.User!, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        new DirectoryInfo(folder).SetAccessControl(security);
    }

    [SupportedOSPlatform("windows")]
    private static void RestrictWindows(string path)
    {
        using var owner = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(owner.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        new FileInfo(path).SetAccessControl(security);
    }
}
