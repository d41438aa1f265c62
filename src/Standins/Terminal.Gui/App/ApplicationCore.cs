using System.Collections.Concurrent;
using System.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Time;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace Terminal.Gui.App;

/// <summary>The application: state and the calls of its interface. The loop is in the other part.</summary>
internal sealed partial class ApplicationCore : IApplication
{
    private readonly TimedEvents _timers;
    private readonly MouseRouter _mouse;
    private TerminalDriver? _driver;
    private object? _result;
    private bool _disposed;

    public ApplicationCore(ITimeProvider time)
    {
        Time = time;
        _timers = new TimedEvents(time, Wake);
        _mouse = new MouseRouter(this);
        _parser = new InputParser(_input);
        Mouse = _mouse;
        Keyboard = new Keyboard(this);
        Navigation = new ApplicationNavigation { App = this };
    }

    public event EventHandler<EventArgs<IApplication?>>? Iteration;

    public event EventHandler<EventArgs<Rectangle>>? ScreenChanged;

    public event EventHandler<PasteEventArgs>? Paste;

    public event EventHandler<EventArgs>? LayoutAndDrawComplete;

    public ITimeProvider Time { get; }

    public ScreenBuffer? Buffer => _driver?.Buffer;

    public int? MainThreadId { get; private set; }

    public bool Initialized { get; set; }

    public ConcurrentStack<SessionToken>? SessionStack { get; } = new();

    public IRunnable? TopRunnable => SessionStack!.TryPeek(out SessionToken? token) ? token.Runnable : null;

    public View? TopRunnableView => TopRunnable as View;

    public bool StopAfterFirstIteration { get; set; }

    public IDriver? Driver
    {
        get => _driver;
        set => _driver = value as TerminalDriver ?? throw new ArgumentException("Only a driver made by Init can be set.", nameof(value));
    }

    public Rectangle Screen
    {
        get => _driver?.Screen ?? Rectangle.Empty;
        set => _driver?.SetScreenSize(value.Width, value.Height);
    }

    public bool ClearScreenNextIteration { get; set; }

    public IKeyboard Keyboard { get; set; }

    public IMouse Mouse { get; set; }

    public ApplicationNavigation? Navigation { get; set; }

    public ITimedEvents? TimedEvents => _timers;

    public IApplication Init(string? driverName = null)
    {
        if (Initialized)
        {
            throw new InvalidOperationException("The application is initialised already.");
        }

        string name = driverName ?? DriverRegistry.Names.ANSI;
        if (name is not (DriverRegistry.Names.ANSI or DriverRegistry.Names.DOTNET or DriverRegistry.Names.WINDOWS))
        {
            throw new ArgumentException($"There is no driver '{name}'.", nameof(driverName));
        }

        bool headless = Environment.GetEnvironmentVariable("DisableRealDriverIO") == "1";
        Drivers.Terminal terminal = headless ? new HeadlessTerminal() : Drivers.Terminal.Open();
        ColorDepth depth = headless ? ColorDepth.TrueColor : Sgr.Detect(Environment.GetEnvironmentVariable);
        _driver = new TerminalDriver(this, name, terminal, depth);
        MainThreadId = Environment.CurrentManagedThreadId;
        AppDomain.CurrentDomain.ProcessExit += GiveTerminalBack;
        AppDomain.CurrentDomain.UnhandledException += GiveTerminalBack;
        terminal.Enter();
        Initialized = true;
        return this;
    }

    public SessionToken? Begin(IRunnable runnable)
    {
        if (runnable is not Runnable view)
        {
            throw new ArgumentException("Only a Runnable can be run.", nameof(runnable));
        }

        if (!Initialized)
        {
            throw new InvalidOperationException("Init was not called.");
        }

        var token = new SessionToken(runnable);
        if (TopRunnable is Runnable below)
        {
            below.IsModal = false;
        }

        SessionStack!.Push(token);
        view.App = this;
        view.StopRequested = false;
        view.IsRunning = true;
        view.IsModal = true;
        view.BeginInit();
        view.EndInit();
        view.Layout(Screen.Size);
        if (!view.HasFocus)
        {
            view.SetFocus();
        }

        view.SetNeedsDraw();
        return token;
    }

    public void End(SessionToken sessionToken)
    {
        if (sessionToken.Runnable is not Runnable view)
        {
            return;
        }

        if (TopRunnable != view)
        {
            throw new InvalidOperationException("Only the topmost runnable can end.");
        }

        SessionStack!.TryPop(out _);
        view.IsRunning = false;
        view.IsModal = false;
        sessionToken.Outcome = _result = view.Outcome;
        sessionToken.Runnable = null;
        view.App = null;
        if (TopRunnable is Runnable below)
        {
            below.IsModal = true;
            below.SetNeedsDraw();
        }
    }

    public object? Run(IRunnable runnable, Func<Exception, bool>? errorHandler = null)
    {
        SessionToken token = Begin(runnable)!;
        try
        {
            Loop(runnable, errorHandler);
        }
        finally
        {
            EndFrom(token);
        }

        return token.Outcome;
    }

    public IApplication Run<TRunnable>(Func<Exception, bool>? errorHandler = null, string? driverName = null)
        where TRunnable : IRunnable, new()
    {
        if (!Initialized)
        {
            Init(driverName);
        }

        var runnable = new TRunnable();
        Run(runnable, errorHandler);
        (runnable as IDisposable)?.Dispose();
        return this;
    }

    public void Invoke(Action<IApplication>? action)
    {
        if (action is not null)
        {
            Invoke(() => action(this));
        }
    }

    public void Invoke(Action action)
    {
        if (!Initialized)
        {
            throw new InvalidOperationException("Init was not called.");
        }

        if (Environment.CurrentManagedThreadId == MainThreadId)
        {
            action();
            return;
        }

        _timers.Add(TimeSpan.Zero, () =>
        {
            action();
            return false;
        });
    }

    public void RequestStop() => RequestStop(null);

    public void RequestStop(IRunnable? runnable) => (runnable ?? TopRunnable)?.RequestStop();

    public object? GetResult() => _result;

    public T? GetResult<T>() => _result is T result ? result : default;

    public bool RaisePasteEvent(string text)
    {
        var args = new PasteEventArgs(text);
        Paste?.Invoke(this, args);
        if (args.Handled)
        {
            return true;
        }

        for (View? view = Navigation?.GetFocused(); view is not null; view = view.SuperView)
        {
            if (view.Paste(text))
            {
                return true;
            }
        }

        return false;
    }

    public object? AddTimeout(TimeSpan time, Func<bool> callback) => _timers.Add(time, callback);

    public bool RemoveTimeout(object token) => _timers.Remove(token);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Initialized = false;
        AppDomain.CurrentDomain.ProcessExit -= GiveTerminalBack;
        AppDomain.CurrentDomain.UnhandledException -= GiveTerminalBack;
        _driver?.Dispose();
    }

    /// <summary>A mouse event as a terminal sends it.</summary>
    internal void Feed(Mouse mouse) => _mouse.Feed(mouse);

    private void GiveTerminalBack(object? sender, EventArgs e) => _driver?.Terminal.Leave(forGood: true);

    // What an exception left above this session goes with it.
    private void EndFrom(SessionToken token)
    {
        while (token.Runnable is not null && SessionStack!.TryPeek(out SessionToken? top))
        {
            End(top);
        }
    }
}
