namespace LanChat.Storage;

/// <summary>Where a folder lives, as far as it changes how files there may be used.</summary>
public enum FileSystemKind
{
    /// <summary>On this machine: locks and shared memory work.</summary>
    Local,

    /// <summary>On another machine: others may have the folder too, locks may not reach them, and SQLite's shared memory does not work.</summary>
    Shared,
}

/// <summary>Tells the kinds apart.</summary>
public static class FileSystems
{
    // As statfs names them through DriveInfo.DriveFormat; everything of FUSE counts, since sshfs and its kin cannot be told apart there.
    private static readonly string[] SharedFormats =
        ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "9p", "v9fs", "ceph", "coda", "ncp", "ncpfs", "lustre", "gpfs", "webdav"];

    /// <summary>The kind of the file system that holds a folder; local when the system does not say.</summary>
    public static FileSystemKind KindOf(string folder)
    {
        try
        {
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : Path.GetFullPath(folder));
            var format = drive.DriveFormat.ToLowerInvariant();
            var isShared = drive.DriveType == DriveType.Network || SharedFormats.Contains(format) || format.StartsWith("fuse", StringComparison.Ordinal);
            return isShared ? FileSystemKind.Shared : FileSystemKind.Local;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share without a drive letter, a mount that may not be asked: a UNC path is the one case known to be another machine's.
            return folder.StartsWith(@"\\", StringComparison.Ordinal) ? FileSystemKind.Shared : FileSystemKind.Local;
        }
    }
}
