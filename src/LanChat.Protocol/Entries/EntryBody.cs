namespace LanChat.Protocol;

/// <summary>What the members of a room read inside an entry (PROTOCOL.md, section 7, kinds).</summary>
public abstract record EntryBody;

/// <summary>A message.</summary>
/// <param name="Text">1 to 16 KiB of UTF-8.</param>
/// <param name="Rewritten">Whether it was written anew after a fork set its first copy aside.</param>
public sealed record TextBody(string Text, bool Rewritten = false) : EntryBody;

/// <summary>An action in the third person, <c>/me</c>.</summary>
/// <param name="Text">1 to 16 KiB of UTF-8.</param>
/// <param name="Rewritten">Whether it was written anew after a fork set its first copy aside.</param>
public sealed record ActionBody(string Text, bool Rewritten = false) : EntryBody;

/// <summary>Replaces the text of an earlier message of the same author.</summary>
public sealed record EditBody(EntryHash Target, string Text) : EntryBody;

/// <summary>Takes back an earlier message of the same author; its body is dropped everywhere.</summary>
public sealed record DeleteBody(EntryHash Target) : EntryBody;

/// <summary>Puts an emoji under a message, or takes it away.</summary>
/// <param name="Target">The message.</param>
/// <param name="Emoji">One grapheme, at most 64 bytes of UTF-8.</param>
/// <param name="Removed">Whether the author takes the same emoji away again.</param>
public sealed record ReactionBody(EntryHash Target, string Emoji, bool Removed = false) : EntryBody;

/// <summary>Sets the room's topic; empty clears it.</summary>
public sealed record TopicBody(string Text) : EntryBody;

/// <summary>Says who made a room; the first entry of a private one.</summary>
/// <param name="Name">The room's name as its creator wrote it.</param>
/// <param name="Topic">Empty for none.</param>
/// <param name="Relay">The relay that orders the room, if any.</param>
public sealed record RoomCreatedBody(string Name, string Topic, RelayAddress? Relay) : EntryBody;

/// <summary>Closes the room; counts only from its creator.</summary>
public sealed record RoomClosedBody : EntryBody;

/// <summary>Names another ordering relay; counts only from the creator of a private room.</summary>
public sealed record RelayBody(RelayAddress Relay) : EntryBody;

/// <summary>Offers a file.</summary>
/// <param name="Name">File name without a folder, at most 255 bytes of UTF-8.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Hash">SHA-256 of the content.</param>
public sealed record FileOfferBody(string Name, long Length, EntryHash Hash) : EntryBody;

/// <summary>A kind this version does not know: kept, passed on, shown as "needs a newer version".</summary>
public sealed record UnknownBody(int Kind) : EntryBody;

/// <summary>A body that does not open or decode: kept in its place and not shown.</summary>
public sealed record UnreadableBody(Rejection Reason) : EntryBody;

/// <summary>Where a relay is and who it must be.</summary>
/// <param name="Id">The relay's peer id; the fingerprint a user compares is made of it.</param>
/// <param name="Host">Name or address, at most 255 characters.</param>
/// <param name="Port">UDP port.</param>
public sealed record RelayAddress(PeerId Id, string Host, int Port);
