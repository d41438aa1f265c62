using System.Text;

namespace LanChat.Testing;

/// <summary>Looks for texts in what a process holds (Linux).</summary>
internal static class ProcessMemory
{
    /// <summary>Whether one of the parts has the text in UTF-8 or UTF-16.</summary>
    public static bool Holds(IEnumerable<byte[]> parts, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var utf16 = Encoding.Unicode.GetBytes(text);
        return parts.Any(part => part.AsSpan().IndexOf(utf8) >= 0 || part.AsSpan().IndexOf(utf16) >= 0);
    }

    /// <summary>All that a process holds in memory and may read, region by region; files mapped into it are left out.</summary>
    public static IEnumerable<byte[]> Read(int process)
    {
        using var memory = File.OpenRead($"/proc/{process}/mem");
        foreach (var line in File.ReadAllLines($"/proc/{process}/maps"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[1][0] != 'r' || words.Length > 5 && (words[5].StartsWith('/') || words[5] is "[vvar]" or "[vsyscall]" or "[vvar_vclock]")) continue;
            var (start, end) = (Convert.ToInt64(words[0].Split('-')[0], 16), Convert.ToInt64(words[0].Split('-')[1], 16));
            for (var at = start; at < end;)
            {
                var part = new byte[(int)Math.Min(end - at, 16 * 1024 * 1024)];
                var read = TryRead(memory, at, part);
                if (read <= 0) break;
                yield return part[..read];

                // Parts overlap, so that nothing is missed between them.
                at += read == part.Length && at + read < end ? read - 256 : read;
            }
        }
    }

    private static int TryRead(FileStream memory, long at, byte[] part)
    {
        try
        {
            memory.Position = at;
            return memory.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            // Reserved and not backed by anything.
            return 0;
        }
    }
}
