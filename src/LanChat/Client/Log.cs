using System.Globalization;

namespace LanChat.Client;

/// <summary>How much is logged.</summary>
internal enum LogLevel
{
    /// <summary>Who joins and leaves rooms, what a command was answered, and at the end what was dropped and why.</summary>
    Debug,

    /// <summary>Who comes and goes, and by which path; which relay is used.</summary>
    Information,

    /// <summary>What a user should look at.</summary>
    Warning,

    /// <summary>What did not work.</summary>
    Error,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Lines for whoever looks after the program: to a file, or to stderr, where they never mix with stdout's events.</summary>
internal sealed class Log(TextWriter writer, LogLevel least, bool isOwned) : IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>A log to the options' file, else to stderr; a screen without a file has none.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static Log Open(ClientOptions options, bool hasScreen)
    {
        if (options.LogFile is not { } path) return new Log(hasScreen ? TextWriter.Null : Console.Error, options.LogLevel, isOwned: false);
        try
        {
            return new Log(new StreamWriter(path, append: true) { AutoFlush = true }, options.LogLevel, isOwned: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The log file cannot be written ({error.Message}); give another one with --log-file.");
        }
    }

    /// <summary>debug, information, warning, error or none, and what people write for them.</summary>
    public static LogLevel ParseLevel(string text) => text.ToLowerInvariant() switch
    {
        "debug" or "trace" => LogLevel.Debug,
        "information" or "info" => LogLevel.Information,
        "warning" or "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "none" or "off" => LogLevel.None,
        _ => throw new UsageException($"'{text}' is no log level; there are debug, information, warning, error and none."),
    };

    /// <summary>Whether lines of this level are kept.</summary>
    public bool Keeps(LogLevel level) => level >= least && least != LogLevel.None;

    public void Write(LogLevel level, string line)
    {
        if (!Keeps(level)) return;
        lock (_gate) writer.WriteLine($"{DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {level.ToString().ToLowerInvariant()} {line}");
    }

    public void Dispose()
    {
        if (isOwned) writer.Dispose();
    }
}
