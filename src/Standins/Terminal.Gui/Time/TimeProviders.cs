namespace Terminal.Gui.Time;

/// <summary>Where an application takes its time from.</summary>
public interface ITimeProvider
{
    /// <summary>The time of day.</summary>
    DateTime Now { get; }
}

/// <summary>The machine's clock.</summary>
public class SystemTimeProvider : ITimeProvider
{
    /// <inheritdoc/>
    public DateTime Now => DateTime.Now;
}

/// <summary>A clock that moves only when told to, for tests.</summary>
public class VirtualTimeProvider : ITimeProvider
{
    /// <inheritdoc/>
    public DateTime Now { get; private set; } = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Moves the clock on.</summary>
    public void Advance(TimeSpan duration) => Now += duration;

    /// <summary>Sets the clock.</summary>
    public void SetTime(DateTime time) => Now = time;
}
