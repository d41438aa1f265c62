using System.Collections.Concurrent;
using System.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.App;

/// <summary>
/// An application: one terminal, a stack of runnables on it, one loop. Everything but <see cref="Invoke(Action)"/>, <see cref="AddTimeout"/> and
/// <see cref="RequestStop()"/> belongs to the thread that called <see cref="Init"/>.
/// </summary>
public interface IApplication : IDisposable
{
    /// <summary>The thread that owns the views.</summary>
    int? MainThreadId { get; }

    /// <summary>Whether <see cref="Init"/> was called.</summary>
    bool Initialized { get; set; }

    /// <summary>What runs, the topmost first.</summary>
    ConcurrentStack<SessionToken>? SessionStack { get; }

    /// <summary>The runnable that gets keys and mouse.</summary>
    IRunnable? TopRunnable { get; }

    /// <summary>The same as a view.</summary>
    View? TopRunnableView { get; }

    /// <summary>Makes <see cref="Run(IRunnable, Func{Exception, bool})"/> return after one iteration.</summary>
    bool StopAfterFirstIteration { get; set; }

    /// <summary>The terminal.</summary>
    IDriver? Driver { get; set; }

    /// <summary>The screen in cells; setting it sizes the driver.</summary>
    Rectangle Screen { get; set; }

    /// <summary>Sends every cell again at the next iteration.</summary>
    bool ClearScreenNextIteration { get; set; }

    /// <summary>Keys before any view, and the application's own bindings.</summary>
    IKeyboard Keyboard { get; set; }

    /// <summary>Mouse events before any view.</summary>
    IMouse Mouse { get; set; }

    /// <summary>Moves the focus.</summary>
    ApplicationNavigation? Navigation { get; set; }

    /// <summary>Timers and queued invocations.</summary>
    ITimedEvents? TimedEvents { get; }

    /// <summary>Raised at the start of each turn of the loop.</summary>
    event EventHandler<EventArgs<IApplication?>>? Iteration;

    /// <summary>Raised when the screen changes its size.</summary>
    event EventHandler<EventArgs<Rectangle>>? ScreenChanged;

    /// <summary>Raised with a paste before the focused view gets it.</summary>
    event EventHandler<PasteEventArgs>? Paste;

    /// <summary>Raised after the screen was laid out and drawn.</summary>
    event EventHandler<EventArgs>? LayoutAndDrawComplete;

    /// <summary>Takes the terminal over. <paramref name="driverName"/> is one of <see cref="DriverRegistry.Names"/>, or null for the platform's.</summary>
    IApplication Init(string? driverName = null);

    /// <summary>Puts a runnable on top without running the loop.</summary>
    SessionToken? Begin(IRunnable runnable);

    /// <summary>Runs until <see cref="RequestStop()"/> and returns the result; nests. An exception goes to <paramref name="errorHandler"/>, true keeps running.</summary>
    object? Run(IRunnable runnable, Func<Exception, bool>? errorHandler = null);

    /// <summary>Makes a runnable, runs it, disposes it; initialises if need be.</summary>
    IApplication Run<TRunnable>(Func<Exception, bool>? errorHandler = null, string? driverName = null)
        where TRunnable : IRunnable, new();

    /// <summary>Runs <paramref name="action"/> on the loop's thread: at once if called there, else at its next turn.</summary>
    void Invoke(Action<IApplication>? action);

    /// <inheritdoc cref="Invoke(Action{IApplication})"/>
    void Invoke(Action action);

    /// <summary>Asks the topmost runnable to stop.</summary>
    void RequestStop();

    /// <summary>Asks <paramref name="runnable"/>, or the topmost, to stop.</summary>
    void RequestStop(IRunnable? runnable);

    /// <summary>Takes a runnable off the stack again.</summary>
    void End(SessionToken sessionToken);

    /// <summary>The result of what ran last.</summary>
    object? GetResult();

    /// <inheritdoc cref="GetResult()"/>
    T? GetResult<T>();

    /// <summary>Hands a paste to the application; true if somebody took it.</summary>
    bool RaisePasteEvent(string text);

    /// <summary>Lays out and draws what needs it, everything with <paramref name="forceRedraw"/>.</summary>
    void LayoutAndDraw(bool forceRedraw = false);

    /// <summary>Calls back after <paramref name="time"/>, again and again while it returns true; the answer is for <see cref="RemoveTimeout"/>.</summary>
    object? AddTimeout(TimeSpan time, Func<bool> callback);

    /// <summary>Forgets a timer; false if there was none.</summary>
    bool RemoveTimeout(object token);
}

/// <summary>What can be put on the session stack. Here always a <see cref="Views.Runnable"/>.</summary>
public interface IRunnable
{
    /// <summary>What it came to; null if it was cancelled.</summary>
    object? Result { get; set; }

    /// <summary>Whether it is on the stack.</summary>
    bool IsRunning { get; }

    /// <summary>Whether it is on top of the stack.</summary>
    bool IsModal { get; }

    /// <summary>Whether its loop is to end.</summary>
    bool StopRequested { get; set; }

    /// <summary>Ends its loop.</summary>
    void RequestStop();
}

/// <summary>A runnable with a typed result.</summary>
public interface IRunnable<TResult> : IRunnable
{
    /// <inheritdoc cref="IRunnable.Result"/>
    new TResult? Result { get; set; }
}

/// <summary>A runnable's place on the stack.</summary>
public class SessionToken
{
    internal SessionToken(IRunnable runnable)
    {
        Runnable = runnable;
    }

    /// <summary>The runnable; null once it ended.</summary>
    public IRunnable? Runnable { get; internal set; }

    /// <summary>Its result, after it ended.</summary>
    public object? Result { get => Outcome; set => Outcome = value; }

    internal object? Outcome { get; set; }
}

/// <summary>Keys on their way to the views.</summary>
public interface IKeyboard
{
    /// <summary>The application's own keys, tried after every view.</summary>
    KeyBindings KeyBindings { get; }

    /// <summary>Raised before any view gets the key.</summary>
    event EventHandler<Key>? KeyDown;

    /// <summary>Hands a key to the application; true if somebody took it.</summary>
    bool RaiseKeyDownEvent(Key key);
}

/// <summary>Mouse events on their way to the views.</summary>
public interface IMouse
{
    /// <summary>Raised before any view gets the event.</summary>
    event EventHandler<Mouse>? MouseEvent;

    /// <summary>Hands an event to the application.</summary>
    void RaiseMouseEvent(Mouse mouse);
}

/// <summary>Timers.</summary>
public interface ITimedEvents
{
    /// <inheritdoc cref="IApplication.AddTimeout"/>
    object Add(TimeSpan time, Func<bool> callback);

    /// <inheritdoc cref="IApplication.RemoveTimeout"/>
    bool Remove(object token);

    /// <summary>Calls what is due.</summary>
    void RunTimers();
}
