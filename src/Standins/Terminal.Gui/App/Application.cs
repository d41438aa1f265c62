using Terminal.Gui.Time;

namespace Terminal.Gui.App;

/// <summary>Makes applications.</summary>
public static class Application
{
    /// <summary>
    /// How often a loop without a terminal (see the README on tests) looks for something to do, per second. A loop with a terminal blocks until
    /// there is something.
    /// </summary>
    public static ushort MaximumIterationsPerSecond { get; set; } = 25;

    /// <summary>An application of its own; several may live side by side, one of them on the terminal.</summary>
    public static IApplication Create(ITimeProvider? timeProvider = null) => new ApplicationCore(timeProvider ?? new SystemTimeProvider());
}
