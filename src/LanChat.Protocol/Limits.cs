namespace LanChat.Protocol;

/// <summary>Every bound of the protocol. What exceeds one is rejected with a reason before anything is allocated for it.</summary>
public static class Limits
{
    /// <summary>Text of a message, bytes of UTF-8.</summary>
    public const int MaxTextBytes = 16 * 1024;

    /// <summary>An encoded entry, bytes.</summary>
    public const int MaxEntryBytes = 32 * 1024;

    /// <summary>Parents an entry names.</summary>
    public const int MaxParents = 4;

    /// <summary>Room name, in characters (text elements are not counted: a name is letters, digits, '-', '_', '.').</summary>
    public const int MaxRoomNameLength = 32;

    /// <summary>Nickname, in graphemes.</summary>
    public const int MaxNickGraphemes = 32;

    /// <summary>Nickname, bytes of UTF-8: room for 32 graphemes of any script, but not for one endless grapheme.</summary>
    public const int MaxNickBytes = 512;

    /// <summary>Topic, bytes of UTF-8.</summary>
    public const int MaxTopicBytes = 1024;

    /// <summary>A reaction's emoji, bytes of UTF-8.</summary>
    public const int MaxEmojiBytes = 64;

    /// <summary>An encoded profile, bytes.</summary>
    public const int MaxProfileBytes = 1024;

    /// <summary>Plaintext of one frame, bytes: one entry of the largest size and its message around it, with room to spare.</summary>
    public const int MaxFrameBytes = 64 * 1024;

    /// <summary>Messages inside one frame.</summary>
    public const int MaxMessagesPerFrame = 4096;

    /// <summary>Rooms one peer takes part in.</summary>
    public const int MaxRoomsPerPeer = 256;

    /// <summary>Peers in one <see cref="KnownPeersMessage"/>.</summary>
    public const int MaxKnownPeersPerMessage = 64;

    /// <summary>Neighbours in one <see cref="NeighboursMessage"/>.</summary>
    public const int MaxNeighbours = 1024;

    /// <summary>Profiles in one message.</summary>
    public const int MaxProfilesPerMessage = 48;

    /// <summary>Entries in one message.</summary>
    public const int MaxEntriesPerMessage = 1024;

    /// <summary>Author lines in one digest or want; a room with more authors than that sends several.</summary>
    public const int MaxAuthorsPerDigest = 1024;

    /// <summary>Ranges in one digest line.</summary>
    public const int MaxRangesPerDigestLine = 8;

    /// <summary>Stamp heads in one digest.</summary>
    public const int MaxStampHeadsPerDigest = 16;

    /// <summary>Probes in one fork probe.</summary>
    public const int MaxForkProbes = 32;

    /// <summary>Stamps in one run.</summary>
    public const int MaxStampsPerRun = 1024;

    /// <summary>Bytes one fetch may ask for.</summary>
    public const int MaxFetchBytes = 1024 * 1024;

    /// <summary>Members a relay names in one message.</summary>
    public const int MaxMembersPerMessage = 1024;

    /// <summary>A relay's or operator's sentence, bytes of UTF-8.</summary>
    public const int MaxNoticeBytes = 1024;

    /// <summary>A relay's admission token, bytes of UTF-8.</summary>
    public const int MaxTokenBytes = 256;
}
