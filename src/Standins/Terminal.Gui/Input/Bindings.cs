using System.Diagnostics.CodeAnalysis;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.Input;

/// <summary>What led to a command: the commands bound to an event.</summary>
public interface ICommandBinding
{
    /// <summary>The commands, in the order they are tried.</summary>
    Command[] Commands { get; init; }

    /// <summary>Anything the binder wants the command to see.</summary>
    object? Data { get; init; }
}

/// <summary>Why a command runs.</summary>
public interface ICommandContext
{
    /// <summary>The command.</summary>
    Command Command { get; }

    /// <summary>The view whose binding it was.</summary>
    WeakReference<View>? Source { get; }

    /// <summary>A <see cref="KeyBinding"/>, a <see cref="MouseBinding"/>, or null where code asked for it.</summary>
    ICommandBinding? Binding { get; }
}

/// <summary>The commands of a key.</summary>
public record struct KeyBinding : ICommandBinding
{
    /// <summary>Binds commands.</summary>
    public KeyBinding(Command[] commands, object? data = null)
    {
        Commands = commands;
        Data = data;
    }

    /// <inheritdoc/>
    public Command[] Commands { get; init; }

    /// <inheritdoc/>
    public object? Data { get; init; }

    /// <summary>The key that was pressed.</summary>
    public Key? Key { get; set; }
}

/// <summary>The commands of a mouse event.</summary>
public record struct MouseBinding : ICommandBinding
{
    /// <summary>Binds commands to flags.</summary>
    public MouseBinding(Command[] commands, MouseFlags mouseFlags, View? source = null)
        : this(commands, new Mouse { Flags = mouseFlags, View = source })
    {
    }

    /// <summary>Binds commands to an event.</summary>
    public MouseBinding(Command[] commands, Mouse args)
    {
        Commands = commands;
        MouseEvent = args;
    }

    /// <inheritdoc/>
    public Command[] Commands { get; init; }

    /// <inheritdoc/>
    public object? Data { get; init; }

    /// <summary>The event, with its position relative to the view's viewport.</summary>
    public Mouse? MouseEvent { get; set; }
}

/// <summary>A table of events and the commands bound to them.</summary>
public abstract class CommandBindingsBase<TEvent, TBinding>
    where TEvent : notnull
    where TBinding : ICommandBinding
{
    private readonly Dictionary<TEvent, TBinding> _bindings = [];

    private protected CommandBindingsBase()
    {
    }

    /// <summary>Binds; throws <see cref="InvalidOperationException"/> if the event is bound already.</summary>
    public void Add(TEvent eventArgs, params Command[] commands)
    {
        if (commands.Length == 0)
        {
            throw new ArgumentException("At least one command is needed.", nameof(commands));
        }

        if (!IsValid(eventArgs))
        {
            throw new ArgumentException("The event is empty.", nameof(eventArgs));
        }

        if (!_bindings.TryAdd(eventArgs, Construct(eventArgs, commands)))
        {
            throw new InvalidOperationException($"{eventArgs} is bound already.");
        }
    }

    /// <summary>Forgets every binding.</summary>
    public void Clear() => _bindings.Clear();

    /// <summary>Every binding.</summary>
    public IEnumerable<KeyValuePair<TEvent, TBinding>> GetBindings() => _bindings;

    /// <summary>Whether the event is one.</summary>
    public abstract bool IsValid(TEvent eventArgs);

    /// <summary>Forgets a binding; none is no error.</summary>
    public void Remove(TEvent eventArgs) => _bindings.Remove(eventArgs);

    /// <summary>Binds, whether or not the event was bound before.</summary>
    public void ReplaceCommands(TEvent eventArgs, params Command[] newCommands) => _bindings[eventArgs] = Construct(eventArgs, newCommands);

    /// <summary>Looks a binding up.</summary>
    public bool TryGet(TEvent eventArgs, [MaybeNullWhen(false)] out TBinding? binding)
    {
        bool found = _bindings.TryGetValue(eventArgs, out TBinding? value);
        binding = value;
        return found;
    }

    private protected abstract TBinding Construct(TEvent eventArgs, Command[] commands);
}

/// <summary>The keys of a view.</summary>
public class KeyBindings : CommandBindingsBase<Key, KeyBinding>
{
    /// <inheritdoc/>
    public override bool IsValid(Key eventArgs) => eventArgs.IsValid;

    private protected override KeyBinding Construct(Key eventArgs, Command[] commands) => new(commands) { Key = eventArgs };
}

/// <summary>The mouse events of a view.</summary>
public class MouseBindings : CommandBindingsBase<MouseFlags, MouseBinding>
{
    /// <inheritdoc/>
    public override bool IsValid(MouseFlags eventArgs) => eventArgs != MouseFlags.None;

    private protected override MouseBinding Construct(MouseFlags eventArgs, Command[] commands) => new(commands, eventArgs);
}

internal sealed record CommandContext(Command Command, WeakReference<View>? Source, ICommandBinding? Binding) : ICommandContext;
