namespace LanChat.Storage;

/// <summary>SQLite could not do what it was asked to do.</summary>
/// <param name="code">Its primary result code (sqlite.org/rescode.html).</param>
/// <param name="message">In its own words.</param>
internal sealed class SqlException(int code, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code;
}
