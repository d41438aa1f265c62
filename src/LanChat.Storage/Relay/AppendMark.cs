using System.Globalization;
using System.Text;

namespace LanChat.Storage;

/// <summary>
/// A small file beside a relay's log that says how many entries the log held at least. A log that holds fewer, or that has entries and no mark, may be
/// an older copy that somebody put back, and must not stamp on as if nothing had happened. Written with the first entry and once a second at most: what
/// it misses, clients show, as they do where somebody put back an older copy of both files.
/// </summary>
internal sealed class AppendMark(string path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _written = -1;
    private long _nextTicks;

    /// <summary>Whether a log with so many entries may be an older copy of itself.</summary>
    public bool TellsOlderCopy(long total) => Read() is { } marked ? total < marked : total > 0;

    /// <summary>Writes the file if it is due, or in any case when <paramref name="isLast"/>.</summary>
    public void Write(long total, bool isLast)
    {
        if (total == _written || (!isLast && Environment.TickCount64 < _nextTicks)) return;
        try
        {
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(total.ToString(CultureInfo.InvariantCulture)), isDurable: false);
            _written = total;
            _nextTicks = Environment.TickCount64 + (long)Interval.TotalMilliseconds;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The mark is a second safeguard; the log itself says when it cannot be written.
        }
    }

    /// <summary>What the file says; null when there is none or it cannot be read.</summary>
    private long? Read()
    {
        try
        {
            return long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // A first start, or a file taken away with the log: nothing is known.
            return null;
        }
    }
}
