using System.Text;

namespace LanChat.Storage;

/// <summary>
/// Makes sure that one process owns a profile. On a local file system the operating system's file lock decides. Where other hosts
/// can have the folder too, that lock may not reach them: there the owner also writes a sign of life every <see cref="Beat"/>, and who finds another
/// host's record watches it for <see cref="Watch"/> before taking over.
/// </summary>
public sealed class ProfileLock : IDisposable
{
    /// <summary>Between two signs of life.</summary>
    internal static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>How long another host's record must stay as it is before it counts as left behind: two beats and a network file system's caching.</summary>
    internal static readonly TimeSpan Watch = TimeSpan.FromSeconds(7);

    // System error numbers, which Linux and macOS share.
    private const int UnixInputOutput = 5;
    private const int UnixNoSpace = 28;
    private const int UnixReadOnly = 30;
    private const int WindowsWriteProtected = 19;
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;

    private readonly FileStream _lock;
    private readonly string _ownerPath;
    private readonly string _host;
    private readonly Timer? _heart;
    private readonly Lock _gate = new();
    private long _beats;
    private bool _isDisposed;

    private ProfileLock(FileStream held, string ownerPath, string host, TimeSpan? beat)
    {
        _lock = held;
        _ownerPath = ownerPath;
        _host = host;
        WriteOwner();
        if (beat is { } every) _heart = new Timer(_ => WriteOwner(), null, every, every);
    }

    /// <summary>Takes the lock of a profile's folder, which must exist.</summary>
    /// <param name="folder">The profile's folder.</param>
    /// <param name="owner">Null when the lock was taken; else who has it, as far as known: "process 123 on host".</param>
    /// <param name="cancellation">Ends the watching, which takes several seconds where another host's record is found.</param>
    /// <returns>The lock, held until it is disposed or the process ends; null when somebody else has it.</returns>
    /// <exception cref="OperationCanceledException">The watching was ended.</exception>
    /// <exception cref="IOException">Nobody has it, but the folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of rights.</exception>
    public static ProfileLock? TryTake(string folder, out string? owner, CancellationToken cancellation = default) =>
        TryTake(folder, Environment.MachineName, FileSystems.KindOf(folder), Beat, Watch, out owner, cancellation);

    internal static ProfileLock? TryTake(
        string folder, string host, FileSystemKind kind, TimeSpan beat, TimeSpan watch, out string? owner, CancellationToken cancellation)
    {
        var ownerPath = Path.Combine(folder, "lock.owner");
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (Directory.Exists(folder) && !IsDiskFault(error))
        {
            owner = ReadOwner(ownerPath) is { } other ? $"process {other.Process} on {other.Host}" : "another process";
            return null;
        }

        ProfileLock? taken = null;
        try
        {
            var alive = kind == FileSystemKind.Shared ? FindAlive(ownerPath, host, watch, cancellation) : null;
            owner = alive is null ? null : $"process {alive.Process} on {alive.Host}";
            if (alive is null) taken = new ProfileLock(held, ownerPath, host, kind == FileSystemKind.Shared ? beat : null);
            return taken;
        }
        finally
        {
            if (taken is null) held.Dispose();
        }
    }

    /// <summary>Gives the profile back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _heart?.Dispose();
            File.Delete(_ownerPath);
            _lock.Dispose();
        }
    }

    /// <summary>Whether the lock could not be opened for a reason that is no other process: the disk is full or can only be read.</summary>
    private static bool IsDiskFault(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is WindowsDiskFull or WindowsWriteProtected or WindowsHandleDiskFull
        : error.HResult is UnixInputOutput or UnixNoSpace or UnixReadOnly;

    private static Owner? FindAlive(string ownerPath, string host, TimeSpan watch, CancellationToken cancellation)
    {
        Owner? seen = null;
        var end = Environment.TickCount64 + (long)watch.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            if (ReadOwner(ownerPath) is { } now)
            {
                if (now.Host == host) return null;
                if (seen is not null && now != seen) return now;
                seen = now;
            }
            else if (!File.Exists(ownerPath))
            {
                return null;
            }

            // A record that is there and cannot be read is just being written: look again.
            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Math.Min(200, watch.TotalMilliseconds / 5)));
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    private static Owner? ReadOwner(string path)
    {
        try
        {
            var lines = File.ReadAllText(path).Split('\n');
            return lines.Length >= 3 ? new Owner(lines[0], lines[1], lines[2]) : null;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // Nobody, or somebody whose record cannot be read just now: the file lock alone decides.
            return null;
        }
    }

    private void WriteOwner()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            try
            {
                PrivateFile.Write(_ownerPath, Encoding.UTF8.GetBytes($"{_host}\n{Environment.ProcessId}\n{_beats++}\n"), isDurable: false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A full or unreachable disk: the next beat tries again, and the file lock is still held.
            }
        }
    }

    private sealed record Owner(string Host, string Process, string Beat);
}
