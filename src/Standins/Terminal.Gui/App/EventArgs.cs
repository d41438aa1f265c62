using System.ComponentModel;

namespace Terminal.Gui.App;

/// <summary>An event with a value.</summary>
public class EventArgs<T> : EventArgs
{
    /// <summary>An event about <paramref name="currentValue"/>.</summary>
    public EventArgs(in T? currentValue)
    {
        Value = currentValue;
    }

    /// <summary>The value.</summary>
    public T? Value { get; }
}

/// <summary>A change of a value.</summary>
public class CancelEventArgs<T> : CancelEventArgs
{
    /// <summary>A change from one value to another.</summary>
    protected CancelEventArgs(T currentValue, T newValue)
    {
        CurrentValue = currentValue;
        NewValue = newValue;
    }

    /// <summary>The value before.</summary>
    public T CurrentValue { get; }

    /// <summary>The value after.</summary>
    public T NewValue { get; set; }
}
