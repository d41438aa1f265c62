using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.App;

/// <summary>Keys: the event, then the topmost runnable, then the application's own bindings.</summary>
internal sealed class Keyboard : IKeyboard
{
    private readonly ApplicationCore _app;

    public Keyboard(ApplicationCore app)
    {
        _app = app;
        KeyBindings.Add(Key.Esc, Command.Quit);
        KeyBindings.Add(Key.Tab, Command.NextTabStop);
        KeyBindings.Add(Key.Tab.WithShift, Command.PreviousTabStop);
        KeyBindings.Add(Key.F6, Command.NextTabGroup);
        KeyBindings.Add(Key.F6.WithShift, Command.PreviousTabGroup);
        KeyBindings.Add(Key.CursorRight, Command.NextTabStop);
        KeyBindings.Add(Key.CursorDown, Command.NextTabStop);
        KeyBindings.Add(Key.CursorLeft, Command.PreviousTabStop);
        KeyBindings.Add(Key.CursorUp, Command.PreviousTabStop);
        KeyBindings.Add(Key.F5, Command.Refresh);
        KeyBindings.Add(Key.Z.WithCtrl, Command.Suspend);
    }

    public event EventHandler<Key>? KeyDown;

    public KeyBindings KeyBindings { get; } = new();

    public bool RaiseKeyDownEvent(Key key)
    {
        KeyDown?.Invoke(null, key);
        if (key.Handled || _app.TopRunnableView?.NewKeyDownEvent(key) == true)
        {
            return true;
        }

        return KeyBindings.TryGet(key, out KeyBinding binding) && binding.Commands.Any(Run);
    }

    private bool Run(Command command)
    {
        switch (command)
        {
            case Command.Quit:
                _app.RequestStop();
                return true;
            case Command.Refresh:
                _app.ClearScreenNextIteration = true;
                _app.RequestDraw();
                return true;
            case Command.Suspend:
                _app.Driver?.Suspend();
                return true;
            case Command.NextTabStop:
                return Advance(NavigationDirection.Forward, TabBehavior.TabStop);
            case Command.PreviousTabStop:
                return Advance(NavigationDirection.Backward, TabBehavior.TabStop);
            case Command.NextTabGroup:
                return Advance(NavigationDirection.Forward, TabBehavior.TabGroup);
            case Command.PreviousTabGroup:
                return Advance(NavigationDirection.Backward, TabBehavior.TabGroup);
            default:
                return _app.TopRunnableView?.InvokeCommand(command) == true;
        }
    }

    private bool Advance(NavigationDirection direction, TabBehavior behavior) => _app.Navigation?.AdvanceFocus(direction, behavior) == true;
}
