namespace LanChat.Protocol;

/// <summary>Why something that a peer sent was not accepted. Every value is counted under its name; none is ever thrown.</summary>
public enum Rejection
{
    /// <summary>Accepted.</summary>
    None,

    /// <summary>Ends before it is complete.</summary>
    Truncated,

    /// <summary>Goes on after its end.</summary>
    TrailingBytes,

    /// <summary>Longer than its limit.</summary>
    TooLong,

    /// <summary>More elements than its limit.</summary>
    TooMany,

    /// <summary>A MessagePack code other than the one that belongs here, or an array of another length.</summary>
    WrongShape,

    /// <summary>An integer that is not in its shortest form.</summary>
    NotShortest,

    /// <summary>A number outside its range.</summary>
    OutOfRange,

    /// <summary>Text that is not valid UTF-8, or not allowed in its place.</summary>
    BadText,

    /// <summary>Not LanChat's.</summary>
    WrongMagic,

    /// <summary>Another version of the protocol.</summary>
    WrongVersion,

    /// <summary>A kind of message this version does not know; ignored and counted.</summary>
    UnknownKind,

    /// <summary>A signature that does not verify.</summary>
    BadSignature,

    /// <summary>A public key that is not a point of the curve.</summary>
    BadKey,

    /// <summary>A seal that does not open.</summary>
    BadSeal,

    /// <summary>A hash other than the one claimed.</summary>
    BadHash,

    /// <summary>An entry of another room, or a message for somebody else.</summary>
    Misdirected,

    /// <summary>A member's rule broken: an unordered list, a duplicate, a contradiction.</summary>
    Inconsistent,
}
