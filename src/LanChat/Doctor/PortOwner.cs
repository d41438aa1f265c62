using System.Globalization;

namespace LanChat.Doctor;

/// <summary>Finds the program that holds a UDP port, where the system tells.</summary>
internal static class PortOwner
{
    /// <summary>Name and process id; null when it cannot be found out.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var sockets = SocketsOn(port);
        if (sockets.Count == 0) return null;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            try
            {
                if (!Directory.EnumerateFiles(process + "/fd").Any(f => new FileInfo(f).LinkTarget is { } target && sockets.Contains(target))) continue;
                return $"{File.ReadAllText(process + "/comm").Trim()} (process {Path.GetFileName(process)})";
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that has just ended.
            }
        }

        return null;
    }

    private static HashSet<string> SocketsOn(int port)
    {
        var sockets = new HashSet<string>();
        foreach (var table in (string[])["/proc/net/udp", "/proc/net/udp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[1].EndsWith(":" + port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal))
                    sockets.Add($"socket:[{fields[9]}]");
            }
        }

        return sockets;
    }
}
