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

    /// <summary>Room name, in characters (code points, before and after folding).</summary>
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

    /// <summary>The highest seq of an entry: far from where 32-bit sums overflow, and far from what a person can write.</summary>
    public const int MaxSeq = 1_000_000_000;

    /// <summary>
    /// The highest place of a stamp and position in a relay's store: what a double holds exactly, for clients that count in those.
    /// </summary>
    public const long MaxPlace = (1L << 53) - 1;

    /// <summary>The highest version of a profile, for the same reason.</summary>
    public const long MaxProfileVersion = (1L << 53) - 1;

    /// <summary>
    /// Plaintext of a frame on a link that a relay forwards, bytes: what of <see cref="MaxFrameBytes"/> is left inside a
    /// <see cref="ForwardMessage"/> after its header and the inner seal.
    /// </summary>
    public const int MaxForwardedFrameBytes = MaxFrameBytes - 64;

    /// <summary>Bytes one <see cref="ForwardMessage"/> carries: a sealed frame of the largest size.</summary>
    public const int MaxForwardBytes = MaxForwardedFrameBytes + 16;

    /// <summary>A Noise handshake message, bytes; its largest holds a static key, a profile, a nonce and a token.</summary>
    public const int MaxHandshakeBytes = 2048;

    /// <summary>Data of a connection request or of a refusal, bytes.</summary>
    public const int MaxConnectBytes = 256;

    /// <summary>A beacon, bytes; all beacons of this version have the same length below this.</summary>
    public const int MaxBeaconBytes = 128;

    /// <summary>Network name, in characters.</summary>
    public const int MaxNetworkLength = 64;

    /// <summary>Host of a relay's address, in characters.</summary>
    public const int MaxHostLength = 255;

    /// <summary>Name of an offered file, bytes of UTF-8.</summary>
    public const int MaxFileNameBytes = 255;

    /// <summary>Length of an offered file, bytes.</summary>
    public const long MaxFileBytes = 1L << 40;

    /// <summary>An invite link, in characters.</summary>
    public const int MaxInviteLength = 1024;

    /// <summary>Stamp runs in one <see cref="ShowStampsMessage"/>.</summary>
    public const int MaxStampRunsPerMessage = 64;

    /// <summary>Lines in one <see cref="RelayReceiptMessage"/>.</summary>
    public const int MaxReceiptsPerMessage = 1024;

    /// <summary>A relay's error code, bytes of UTF-8.</summary>
    public const int MaxErrorCodeBytes = 32;

    /// <summary>How long a relay may ask a client to wait, milliseconds: a day.</summary>
    public const long MaxRetryAfterMilliseconds = 86_400_000;
}
