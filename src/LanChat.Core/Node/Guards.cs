namespace LanChat.Core;

/// <summary>
/// A seam for the simulator's planted bugs: each flag switches one guard of the protocol off, and the simulator has to notice. Nothing
/// outside of tests can set one.
/// </summary>
internal sealed record Guards
{
    /// <summary>Every guard in force.</summary>
    public static Guards AllInForce { get; } = new();

    /// <summary>Show an entry again when it comes again.</summary>
    public bool SkipDeduplication { get; init; }

    /// <summary>Show an entry without waiting for its parents.</summary>
    public bool ForgetCausalParents { get; init; }

    /// <summary>
    /// Take a switch of path as if nothing had been under way on the old one: do not send over a second path while the first is in doubt, do
    /// not compare histories after a switch, do not publish again what a lost relay link had not acknowledged.
    /// </summary>
    public bool LoseTailOnPathSwitch { get; init; }

    /// <summary>Take entries without checking who signed them.</summary>
    public bool SkipSignatureCheck { get; init; }

    /// <summary>Take entries whatever room they are bound to.</summary>
    public bool SkipRoomCheck { get; init; }

    /// <summary>Say a message is accepted before it is on disk.</summary>
    public bool AcceptBeforeCommit { get; init; }

    /// <summary>Never compare histories again after a link came up.</summary>
    public bool SkipRepair { get; init; }

    /// <summary>Name no parents in what is written, and go by the own clock alone.</summary>
    public bool NameNoParents { get; init; }

    /// <summary>Let anybody edit and delete anything.</summary>
    public bool ObeyAnybody { get; init; }

    /// <summary>Order the tail by arrival rather than by clock.</summary>
    public bool OrderByArrival { get; init; }

    /// <summary>Take the relay's items at any position.</summary>
    public bool IgnorePositionGaps { get; init; }

    /// <summary>Relay: stamp an entry before its predecessor.</summary>
    public bool StampOutOfOrder { get; init; }

    /// <summary>Relay: acknowledge before the commit.</summary>
    public bool AcknowledgeBeforeCommit { get; init; }

    /// <summary>Relay: deliver to clients that did not subscribe.</summary>
    public bool DeliverToNonMembers { get; init; }

    /// <summary>Relay: keep the epoch when an older store was put back.</summary>
    public bool KeepEpochAfterRestore { get; init; }

    /// <summary>Of two entries of one author with one seq take whichever came first.</summary>
    public bool FirstForkWins { get; init; }
}
