using Terminal.Gui.App;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.Views;

/// <summary>A view that can be put on the application's stack; fills the screen until told otherwise.</summary>
public class Runnable : View, IRunnable
{
    /// <summary>A runnable that fills the screen.</summary>
    public Runnable()
    {
        CanFocus = true;
        TabStop = TabBehavior.TabGroup;
        Width = Dim.Fill();
        Height = Dim.Fill();
        AddCommand(Command.Quit, () =>
        {
            RequestStop();
            return true;
        });
    }

    /// <inheritdoc/>
    public object? Result { get => Outcome; set => Outcome = value; }

    /// <inheritdoc/>
    public bool IsRunning { get; internal set; }

    /// <inheritdoc/>
    public bool IsModal { get; internal set; }

    /// <inheritdoc/>
    public bool StopRequested { get; set; }

    internal object? Outcome { get; set; }

    /// <inheritdoc/>
    public virtual void RequestStop()
    {
        StopRequested = true;
        (App as ApplicationCore)?.Wake();
    }
}

/// <summary>A runnable with a typed result.</summary>
public class Runnable<TResult> : Runnable, IRunnable<TResult>
{
    /// <inheritdoc cref="IRunnable.Result"/>
    public new TResult? Result
    {
        get => Outcome is TResult result ? result : default;
        set => Outcome = value;
    }
}
