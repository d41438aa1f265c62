using System.Diagnostics.CodeAnalysis;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// A node without input or output of its own. Its owner, one thread at a time, calls <see cref="Handle"/> once per thing that happened,
/// then <see cref="TryTakeOutput"/> until it is false, then waits for the next input or until <see cref="NextWakeup"/>.
/// </summary>
public interface INode
{
    /// <summary>Takes one input. <paramref name="now"/> never goes back in its monotonic part.</summary>
    void Handle(NodeInput input, Timestamp now);

    /// <summary>The next thing to do, in order; false when there is no more.</summary>
    bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output);

    /// <summary>Monotonic time by which <see cref="TimePassed"/> wants to be handed in at the latest; null for never.</summary>
    TimeSpan? NextWakeup { get; }
}
