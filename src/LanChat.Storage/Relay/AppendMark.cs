using System.Globalization;
using System.Text;

namespace LanChat.Storage;

/// <summary>
/// A small file beside a relay's log that says how many entries the log held at least, and when that was written. A log that holds fewer, or that has
/// entries and no mark, or whose mark is itself a copy, may be an older copy that somebody put back, and must not stamp on as if nothing had happened.
/// Written with the first entry and once a second at most. What it cannot tell (a whole disk set back, a copy that kept the time of making), clients show.
/// </summary>
internal sealed class AppendMark(string path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How far the file's own time of making and the time written in it may be apart: on a network file system two clocks are compared.</summary>
    private static readonly TimeSpan MadeTolerance = TimeSpan.FromSeconds(5);

    private long _written = -1;
    private long _nextTicks;

    /// <summary>Whether a log with so many entries may be an older copy of itself.</summary>
    public bool TellsOlderCopy(long total) => Read() is { } marked ? marked.IsCopy || total < marked.Total : total > 0;

    /// <summary>Writes the file if it is due, or in any case when <paramref name="isLast"/>.</summary>
    public void Write(long total, bool isLast)
    {
        if (total == _written || (!isLast && Environment.TickCount64 < _nextTicks)) return;
        try
        {
            var now = DateTime.UtcNow;
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{total} {now:O}")), isDurable: false);

            // Windows gives a file that replaces another the time at which that one was made.
            if (OperatingSystem.IsWindows()) File.SetCreationTimeUtc(path, now);
            _written = total;
            _nextTicks = Environment.TickCount64 + (long)Interval.TotalMilliseconds;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The mark is a second safeguard; the log itself says when it cannot be written.
        }
    }

    /// <summary>What the file says; null when there is none or it cannot be read.</summary>
    private (long Total, bool IsCopy)? Read()
    {
        try
        {
            var parts = File.ReadAllText(path).Split(' ');
            if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var total)) return null;

            // A mark of an earlier version says no time: its number has to do.
            if (parts.Length == 1) return (total, false);
            if (!DateTime.TryParseExact(parts[1], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var written)) return null;
            return (total, (File.GetCreationTimeUtc(path) - written).Duration() > MadeTolerance);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // A first start, or a file taken away with the log: nothing is known.
            return null;
        }
    }
}
