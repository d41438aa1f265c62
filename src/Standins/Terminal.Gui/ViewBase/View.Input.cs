using System.Drawing;
using System.Text;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace Terminal.Gui.ViewBase;

/// <content>Keys, mouse, paste, and the commands they are bound to.</content>
public partial class View
{
    private readonly Dictionary<Command, CommandImplementation> _commands = [];
    private Rune _hotKeySpecifier = new('_');

    /// <summary>Does a command: true if it is done, false or null if others may try.</summary>
    public delegate bool? CommandImplementation(ICommandContext? ctx);

    /// <summary>Raised with a key no view inside took, before the bindings.</summary>
    public event EventHandler<Key>? KeyDown;

    /// <summary>Raised with a key no binding took.</summary>
    public event EventHandler<Key>? KeyDownNotHandled;

    /// <summary>Raised with a mouse event before the bindings.</summary>
    public event EventHandler<Mouse>? MouseEvent;

    /// <summary>Raised before the view is activated; may be taken.</summary>
    public event EventHandler<CommandEventArgs>? Activating;

    /// <summary>Raised after the view was activated.</summary>
    public event EventHandler<EventArgs<ICommandContext?>>? Activated;

    /// <summary>Raised before the view is accepted; may be taken.</summary>
    public event EventHandler<CommandEventArgs>? Accepting;

    /// <summary>Raised after the view was accepted.</summary>
    public event EventHandler<CommandEventArgs>? Accepted;

    /// <summary>Keys while the view has the focus. Enter is bound to Accept and Space to Activate from the start.</summary>
    public KeyBindings KeyBindings { get; } = new();

    /// <summary>Keys while a view around this one has the focus.</summary>
    public KeyBindings HotKeyBindings { get; } = new();

    /// <summary>Mouse events over the view. Releasing the left button is bound to Activate from the start.</summary>
    public MouseBindings MouseBindings { get; } = new();

    /// <summary>The key that activates the view from anywhere in the runnable, alone or with Alt.</summary>
    public Key HotKey { get; private set; } = Key.Empty;

    /// <summary>Marks the hot key in a title or a label; <c>U+FFFF</c> for none, so that underscores are printed.</summary>
    public virtual Rune HotKeySpecifier
    {
        get => _hotKeySpecifier;
        set
        {
            _hotKeySpecifier = value;
            SetHotKeyFrom(Title.Length > 0 ? Title : Text);
            SetNeedsLayout();
            SetNeedsDraw();
        }
    }

    /// <summary>Hands a key to the focused view inside, then to this one; true if somebody took it.</summary>
    public bool NewKeyDownEvent(Key key)
    {
        if (!CanTakeInput)
        {
            return false;
        }

        if (Focused?.NewKeyDownEvent(key) == true || OnKeyDown(key))
        {
            return true;
        }

        KeyDown?.Invoke(this, key);
        if (key.Handled || InvokeBound(KeyBindings, key) || InvokeHotKeys(key) || OnKeyDownNotHandled(key))
        {
            return true;
        }

        KeyDownNotHandled?.Invoke(this, key);
        return key.Handled;
    }

    /// <summary>Hands a mouse event, its position relative to this viewport, to this view; true if taken.</summary>
    public bool? NewMouseEvent(Mouse mouse)
    {
        if (!CanTakeInput)
        {
            return false;
        }

        if (OnMouseEvent(mouse))
        {
            return true;
        }

        MouseEvent?.Invoke(this, mouse);
        if (mouse.Handled)
        {
            return true;
        }

        return MouseBindings.TryGet(mouse.Flags, out MouseBinding binding)
            && Invoke(binding.Commands, binding with { MouseEvent = mouse }) == true;
    }

    /// <summary>Does a command; null if the view does not know it.</summary>
    public bool? InvokeCommand(Command command) => Invoke(command, binding: null);

    /// <summary>The paste, if this view wants it.</summary>
    internal bool Paste(string text) => CanTakeInput && OnPaste(text);

    internal View? DeepestAt(Point screen)
    {
        if (!Visible || !FrameToScreen().Contains(screen))
        {
            return null;
        }

        if (ViewportOnScreen().Contains(screen))
        {
            for (int i = _subViews.Count - 1; i >= 0; i--)
            {
                if (_subViews[i].DeepestAt(screen) is { } deeper)
                {
                    return deeper;
                }
            }
        }

        return this;
    }

    /// <summary>Does a command of this view.</summary>
    protected void AddCommand(Command command, Func<bool?> impl) => _commands[command] = _ => impl();

    /// <inheritdoc cref="AddCommand(Command, Func{bool?})"/>
    protected void AddCommand(Command command, CommandImplementation impl) => _commands[command] = impl;

    /// <summary>A key no view inside took; true if taken.</summary>
    protected virtual bool OnKeyDown(Key key) => false;

    /// <summary>A key no binding took; the place to insert typed text.</summary>
    protected virtual bool OnKeyDownNotHandled(Key key) => false;

    /// <summary>A mouse event; true if taken.</summary>
    protected virtual bool OnMouseEvent(Mouse mouse) => false;

    /// <summary>A paste; true if taken.</summary>
    protected virtual bool OnPaste(string text) => false;

    /// <summary>The view is about to be activated; true to take it.</summary>
    protected virtual bool OnActivating(CommandEventArgs args) => false;

    /// <summary>The view was activated.</summary>
    protected virtual void OnActivated(ICommandContext? ctx)
    {
    }

    /// <summary>The view is about to be accepted; true to take it.</summary>
    protected virtual bool OnAccepting(CommandEventArgs args) => false;

    /// <summary>The view was accepted.</summary>
    protected virtual void OnAccepted(ICommandContext? ctx)
    {
    }

    private protected void SetHotKeyFrom(string text)
    {
        int at = WithoutSpecifier(text).HotAt;
        HotKey = at < 0 ? Key.Empty : new Key(Key.FromCodePoint((uint)Rune.GetRuneAt(text, at + 1).Value)).NoShift;
    }

    private void AddDefaultCommands()
    {
        AddCommand(Command.Accept, Accept);
        AddCommand(Command.Activate, Activate);
        AddCommand(Command.HotKey, () => SetFocus());
        KeyBindings.Add(Key.Enter, Command.Accept);
        KeyBindings.Add(Key.Space, Command.Activate);
        MouseBindings.Add(MouseFlags.LeftButtonReleased, Command.Activate);
        MouseBindings.Add(MouseFlags.LeftButtonReleased | MouseFlags.Ctrl, Command.Context);
    }

    // A plain view does not keep Enter: the views around it get to see it.
    private bool? Accept(ICommandContext? context)
    {
        var args = new CommandEventArgs { Context = context };
        if (OnAccepting(args))
        {
            return true;
        }

        Accepting?.Invoke(this, args);
        if (args.Handled)
        {
            return true;
        }

        OnAccepted(context);
        Accepted?.Invoke(this, new CommandEventArgs { Context = context });
        return false;
    }

    private bool? Activate(ICommandContext? context)
    {
        var args = new CommandEventArgs { Context = context };
        if (OnActivating(args))
        {
            return true;
        }

        Activating?.Invoke(this, args);
        if (args.Handled)
        {
            return true;
        }

        bool focused = SetFocus();
        OnActivated(context);
        Activated?.Invoke(this, new EventArgs<ICommandContext?>(in context));
        return focused && context?.Binding is MouseBinding;
    }

    private bool InvokeBound(KeyBindings bindings, Key key) =>
        bindings.TryGet(key, out KeyBinding binding) && Invoke(binding.Commands, binding with { Key = key }) == true;

    private bool InvokeHotKeys(Key key)
    {
        if (InvokeBound(HotKeyBindings, key))
        {
            return true;
        }

        bool isHot = HotKey.IsValid && (key == HotKey || key == HotKey.WithAlt || key == HotKey.WithShift);
        if (isHot && Invoke(Command.HotKey, new KeyBinding([Command.HotKey]) { Key = key }) == true)
        {
            return true;
        }

        foreach (View view in _subViews.ToArray())
        {
            if (!view.HasFocus && view.CanTakeInput && view.InvokeHotKeys(key))
            {
                return true;
            }
        }

        return false;
    }

    private bool? Invoke(Command[] commands, ICommandBinding binding)
    {
        bool? result = null;
        foreach (Command command in commands)
        {
            bool? one = Invoke(command, binding);
            if (one == true)
            {
                return true;
            }

            result ??= one;
        }

        return result;
    }

    private bool? Invoke(Command command, ICommandBinding? binding) => _commands.TryGetValue(command, out CommandImplementation? implementation)
        ? implementation(new CommandContext(command, new WeakReference<View>(this), binding))
        : null;
}
