using System.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace Terminal.Gui.App;

/// <content>
/// The loop: input, timers and invocations, layout and drawing of what is dirty, then sleep until input, a signal, another thread or a timer wakes
/// it. Nothing happens while nothing happens.
/// </content>
internal sealed partial class ApplicationCore
{
    /// <summary>An ESC that nothing follows for so long was the key.</summary>
    private static readonly TimeSpan EscapeWait = TimeSpan.FromMilliseconds(50);

    private readonly Queue<TerminalInput> _input = new();
    private readonly InputParser _parser;
    private readonly byte[] _bytes = new byte[4096];
    private bool _dirty = true;

    /// <summary>Makes the loop turn; for any thread.</summary>
    internal void Wake()
    {
        // After Dispose nobody waits any more.
        if (Initialized)
        {
            _driver?.Terminal.Wake();
        }
    }

    /// <summary>Something must be laid out or drawn.</summary>
    internal void RequestDraw() => _dirty = true;

    internal void OnScreenChanged()
    {
        foreach (SessionToken token in SessionStack!)
        {
            (token.Runnable as View)?.SetNeedsLayout();
        }

        Rectangle screen = Screen;
        ScreenChanged?.Invoke(this, new EventArgs<Rectangle>(in screen));
        RequestDraw();
    }

    public void LayoutAndDraw(bool forceRedraw = false)
    {
        if (_driver is null)
        {
            return;
        }

        Runnable[] runnables = [.. SessionStack!.Select(token => token.Runnable).OfType<Runnable>().Reverse()];
        foreach (Runnable runnable in runnables)
        {
            if (runnable.NeedsLayout || forceRedraw)
            {
                runnable.Layout(Screen.Size);
            }
        }

        if (forceRedraw)
        {
            _driver.Forget();
        }

        _driver.Buffer.Clear();
        foreach (Runnable runnable in runnables)
        {
            runnable.DrawOn(_driver.Buffer, Screen);
        }

        _dirty = false;
        LayoutAndDrawComplete?.Invoke(this, EventArgs.Empty);
    }

    private void Loop(IRunnable runnable, Func<Exception, bool>? errorHandler)
    {
        while (!runnable.StopRequested)
        {
            try
            {
                Turn(runnable);
            }
            catch (Exception exception) when (errorHandler?.Invoke(exception) == true)
            {
                RequestDraw();
            }

            if (StopAfterFirstIteration)
            {
                return;
            }
        }
    }

    private void Turn(IRunnable runnable)
    {
        IApplication app = this;
        Iteration?.Invoke(this, new EventArgs<IApplication?>(in app!));
        HeedSignals();
        while (!runnable.StopRequested && _input.TryDequeue(out TerminalInput input))
        {
            Dispatch(input);
        }

        _timers.RunTimers();
        if (_dirty || ClearScreenNextIteration)
        {
            bool everything = ClearScreenNextIteration;
            ClearScreenNextIteration = false;
            LayoutAndDraw(everything);
        }

        UpdateCursor();
        _driver!.Flush();
        if (!runnable.StopRequested && !StopAfterFirstIteration && _input.Count == 0)
        {
            WaitForInput();
        }
    }

    private void Dispatch(TerminalInput input)
    {
        if (input.Key is { } key)
        {
            Keyboard.RaiseKeyDownEvent(key);
        }
        else if (input.Mouse is { } mouse)
        {
            _mouse.Feed(mouse);
        }
        else if (input.Paste is { } text)
        {
            RaisePasteEvent(text);
        }
    }

    private void WaitForInput()
    {
        TimeSpan? timeout = _timers.UntilNext();
        bool escape = _parser.IsWaiting;
        if (escape && (timeout is null || timeout > EscapeWait))
        {
            timeout = EscapeWait;
        }

        int count = _driver!.Terminal.Wait(timeout, _bytes);
        if (count > 0)
        {
            _parser.Feed(_bytes.AsSpan(0, count));
        }
        else if (escape)
        {
            _parser.Flush();
        }
    }

    private void HeedSignals()
    {
        Drivers.Terminal terminal = _driver!.Terminal;
        if (terminal.SuspendRequested)
        {
            terminal.SuspendRequested = false;
            terminal.Suspend();
        }

        if (terminal.Disturbed)
        {
            terminal.Disturbed = false;
            terminal.Enter();
            ClearScreenNextIteration = true;
        }

        if (terminal.Resized)
        {
            terminal.Resized = false;
            Size size = terminal.Size;
            if (size.Width > 0 && size.Height > 0)
            {
                _driver.SetScreenSize(size.Width, size.Height);
                ClearScreenNextIteration = true;
            }
        }

        if (terminal.IsClosed)
        {
            foreach (SessionToken token in SessionStack!)
            {
                token.Runnable?.RequestStop();
            }
        }
    }

    private void UpdateCursor()
    {
        View? focused = Navigation?.GetFocused();
        Cursor cursor = focused?.Cursor ?? new Cursor { Style = CursorStyle.Hidden };
        for (View? view = focused; view is not null && cursor.IsVisible; view = view.SuperView)
        {
            if (!view.ViewportOnScreen().Contains(cursor.Position!.Value))
            {
                cursor = cursor with { Position = null };
            }
        }

        _driver!.SetCursor(cursor);
    }
}
