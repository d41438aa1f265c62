using System.Collections.Immutable;

namespace LanChat.Simulation.Scenarios;

/// <summary>What happens, and when. Hosts and rooms by number.</summary>
internal abstract record Step(TimeSpan At);

/// <summary>A host's user says so many things in a room, one right after the other.</summary>
internal sealed record Say(TimeSpan At, int Host, int Room, int Count) : Step(At);

/// <summary>Writes to one other person.</summary>
internal sealed record Whisper(TimeSpan At, int Host, int Other) : Step(At);

/// <summary>Changes, takes back or answers to one of the last messages seen.</summary>
internal sealed record Touch(TimeSpan At, int Host, int Room, TouchKind Kind) : Step(At);

internal enum TouchKind
{
    Edit,
    Delete,
    React,
    Topic,
}

/// <summary>Takes another nickname.</summary>
internal sealed record Rename(TimeSpan At, int Host) : Step(At);

/// <summary>The process is gone and comes back.</summary>
internal sealed record Crash(TimeSpan At, int Host, bool IsPowerCut, TimeSpan Back) : Step(At);

/// <summary>The user quits in good order and starts again later, or never.</summary>
internal sealed record Quit(TimeSpan At, int Host, TimeSpan? Back) : Step(At);

/// <summary>Leaves a room and comes back.</summary>
internal sealed record LeaveRoom(TimeSpan At, int Host, int Room, TimeSpan Back) : Step(At);

/// <summary>Hosts in the set cannot reach the others until then; one way or both.</summary>
internal sealed record Partition(TimeSpan At, ImmutableArray<int> Hosts, bool IsOneWay, TimeSpan Until) : Step(At);

/// <summary>Two hosts cannot reach each other until then.</summary>
internal sealed record Cut(TimeSpan At, int One, int Two, bool IsOneWay, TimeSpan Until) : Step(At);

/// <summary>A host's clock jumps by so many milliseconds.</summary>
internal sealed record ClockJump(TimeSpan At, int Host, long Milliseconds) : Step(At);

/// <summary>The relay's process is gone and comes back, with its log, an earlier copy of it, or none.</summary>
internal sealed record RelayCrash(TimeSpan At, TimeSpan Back, RelayReturn Return) : Step(At);

/// <summary>A copy of the relay's log is put aside.</summary>
internal sealed record RelayBackup(TimeSpan At) : Step(At);

internal enum RelayReturn
{
    AsItWas,
    WithoutLog,
    OlderCopyNoticed,
    OlderCopyUnnoticed,
}

/// <summary>A host takes up its work only then.</summary>
internal sealed record Arrive(TimeSpan At, int Host) : Step(At);

/// <summary>The malicious peer does something.</summary>
internal sealed record Attack(TimeSpan At, int Kind) : Step(At);

/// <summary>How the world is that the steps happen in.</summary>
/// <param name="Peers">How many.</param>
/// <param name="Segments">Segment of each peer; segment 0 is the open network.</param>
/// <param name="PunchableSegments">Segments whose NAT lets introduced peers in.</param>
/// <param name="HasRelay">Whether there is a relay.</param>
/// <param name="HasAttacker">Whether a malicious peer takes part.</param>
/// <param name="Rooms">Members of each room; room 0 is the lobby, the last one private and made by its first member.</param>
/// <param name="Clocks">Milliseconds each peer's clock is off.</param>
/// <param name="MaxLoss">Loss of each way is drawn up to this.</param>
/// <param name="MaxDelay">Delay of each way is drawn up to this.</param>
/// <param name="MaxJitter">Jitter of each way is drawn up to this.</param>
/// <param name="Duplication">Share of beacons that come twice.</param>
/// <param name="Bandwidth">Bytes a second of each way.</param>
internal sealed record Setup(
    int Peers, ImmutableArray<int> Segments, ImmutableArray<int> PunchableSegments, bool HasRelay, bool HasAttacker,
    ImmutableArray<ImmutableArray<int>> Rooms, ImmutableArray<long> Clocks, double MaxLoss, TimeSpan MaxDelay, TimeSpan MaxJitter, double Duplication,
    double Bandwidth);

/// <summary>A whole scenario: made from a seed, it can be cut down while it still shows the same.</summary>
internal sealed record Plan(ulong Seed, Setup Setup, ImmutableArray<Step> Steps);
