namespace LanChat.Storage;

/// <summary>What a database is made of: an application id that tells it from others, and the steps from each version to the next.</summary>
/// <param name="ApplicationId">Written into the file's header (PRAGMA application_id).</param>
/// <param name="Steps">The SQL that leads from version i to version i + 1; the first makes an empty database. A published step never changes.</param>
internal sealed record Schema(int ApplicationId, IReadOnlyList<string> Steps)
{
    /// <summary>The version this program writes (PRAGMA user_version).</summary>
    public int Version => Steps.Count;
}
