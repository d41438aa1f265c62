namespace LanChat.Protocol;

/// <summary>
/// The two clocks a node is handed with every input: a monotonic one that every timer and timeout uses, and the wall clock, which is
/// for entries' clocks and for display only and may jump.
/// </summary>
/// <param name="Monotonic">Time since an arbitrary start; never goes back.</param>
/// <param name="UtcMilliseconds">Wall clock, UTC milliseconds since 1970.</param>
public readonly record struct Timestamp(TimeSpan Monotonic, long UtcMilliseconds);
