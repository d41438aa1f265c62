using System.Collections.Immutable;

namespace LanChat.Demo;

/// <summary>A scenario read: its steps in order. DEMO.md in this folder is the language.</summary>
internal sealed record Scenario(ImmutableArray<Step> Steps)
{
    /// <summary>Everybody who takes part, in the order they come.</summary>
    public ImmutableArray<string> People { get; } = [.. Steps.OfType<JoinStep>().SelectMany(s => s.People).Distinct()];

    /// <summary>How many things are expected.</summary>
    public int Expectations { get; } = Steps.Count(s => s is ExpectStep or WaitAllStep);
}

/// <summary>One line of a scenario.</summary>
/// <param name="Line">Its number, from 1.</param>
internal abstract record Step(int Line);

/// <summary><c>= HEADING</c>.</summary>
internal sealed record HeadingStep(int Line, string Text) : Step(Line);

/// <summary><c>NAME: TEXT</c>, <c>NAME #ROOM: TEXT</c> or <c>NAME @NAME: TEXT</c>.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Person">Who says it.</param>
/// <param name="Room">Where, with <c>#</c>; null for a direct message.</param>
/// <param name="To">To whom, for a direct message.</param>
/// <param name="Text">What.</param>
internal sealed record SayStep(int Line, string Person, string? Room, string? To, string Text) : Step(Line);

/// <summary><c>[NAMES join]</c>, <c>[NAMES join #ROOM]</c>.</summary>
internal sealed record JoinStep(int Line, ImmutableArray<string> People, string? Room) : Step(Line);

/// <summary><c>[NAME leaves]</c>, <c>[NAME leaves #ROOM]</c>.</summary>
internal sealed record LeaveStep(int Line, string Person, string? Room) : Step(Line);

/// <summary><c>[kill NAME]</c>.</summary>
internal sealed record KillStep(int Line, string Person) : Step(Line);

/// <summary><c>[cut NAME from NAME]</c>, <c>[cut NAME from relay]</c>.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Person">One end.</param>
/// <param name="Other">The other; null for the relay.</param>
internal sealed record CutStep(int Line, string Person, string? Other) : Step(Line);

/// <summary><c>[heal]</c>: every cut is undone, and no datagram is lost on purpose.</summary>
internal sealed record HealStep(int Line) : Step(Line);

/// <summary><c>[lose N%]</c>.</summary>
internal sealed record LoseStep(int Line, int Percent) : Step(Line);

/// <summary><c>[start relay]</c>, <c>[stop relay]</c>, <c>[kill relay]</c>.</summary>
internal sealed record RelayStep(int Line, RelayAct Act) : Step(Line);

/// <summary>What is done to the relay.</summary>
internal enum RelayAct
{
    /// <summary>Started, at the address and with the disk it had before.</summary>
    Start,

    /// <summary>Stopped politely.</summary>
    Stop,

    /// <summary>Killed without a word.</summary>
    Kill,
}

/// <summary><c>[wait N s]</c>.</summary>
internal sealed record WaitStep(int Line, TimeSpan Time) : Step(Line);

/// <summary><c>[wait all]</c>: until everybody has every message.</summary>
internal sealed record WaitAllStep(int Line) : Step(Line);

/// <summary><c>[expect …]</c>.</summary>
internal sealed record ExpectStep(int Line, Expectation What, string Words) : Step(Line);

/// <summary>Something that has to be so, or to become so in time.</summary>
internal abstract record Expectation;

/// <summary>Everybody reaches everybody.</summary>
internal sealed record AllReach : Expectation;

/// <summary>One reaches another, by a given path or any.</summary>
internal sealed record Reaches(string Person, string Other, string? Path) : Expectation;

/// <summary>Somebody, or all, were told that a connection was lost.</summary>
internal sealed record Lost(string? Person, string Other) : Expectation;

/// <summary>Somebody has, or has not, been shown a text.</summary>
internal sealed record Heard(string Person, string Text, bool IsHeard) : Expectation;

/// <summary>Everybody is connected to the relay, or nobody.</summary>
internal sealed record RelayIs(bool IsUp) : Expectation;

/// <summary>Everybody shows the same messages in the same order; in one room, or in all.</summary>
internal sealed record SameOrder(string? Room) : Expectation;

/// <summary>Nobody lacks a message.</summary>
internal sealed record NothingLost : Expectation;

/// <summary>Nobody was shown a message twice.</summary>
internal sealed record NothingTwice : Expectation;

/// <summary>A scenario cannot be read; the message names each line and what is allowed.</summary>
internal sealed class ScenarioException(string message) : Exception(message);
