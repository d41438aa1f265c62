using System.Globalization;

namespace LanChat.Storage;

/// <summary>Moves files out of the way that cannot be used, under names that say why and when. Nothing is ever deleted.</summary>
internal static class SetAside
{
    /// <summary>A name beside the file that is not taken: <c>history.db.damaged-20260131-120000</c>.</summary>
    public static string FreeName(string path, string why, DateTimeOffset now)
    {
        var name = $"{path}.{why}-{now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var n = 2; File.Exists(free); n++) free = $"{name}-{n}";
        return free;
    }

    /// <summary>Moves a database with the files that belong to it; answers the new name.</summary>
    public static string Database(string path, string why, DateTimeOffset now)
    {
        var free = FreeName(path, why, now);
        foreach (var ending in (string[])["-wal", "-shm", "-journal", ""])
        {
            if (File.Exists(path + ending)) File.Move(path + ending, free + ending);
        }

        return free;
    }
}
