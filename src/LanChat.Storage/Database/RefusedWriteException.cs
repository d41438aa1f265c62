namespace LanChat.Storage;

/// <summary>A write that does not fit what is stored, such as an entry for a room whose own write failed; it alone is undone.</summary>
internal sealed class RefusedWriteException(string reason) : Exception(reason);
