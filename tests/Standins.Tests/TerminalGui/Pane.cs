using Terminal.Gui.App;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>A view that writes its lines and notes what reaches it.</summary>
internal sealed class Pane : View
{
    public Pane(params string[] lines)
    {
        Lines = lines;
        CanFocus = true;
        AddCommand(Command.ScrollUp, () => Note("ScrollUp"));
        AddCommand(Command.Open, () => Note("Open"));
        MouseBindings.Add(MouseFlags.WheeledUp, Command.ScrollUp);
    }

    public string[] Lines { get; set; }

    public List<string> Notes { get; } = [];

    /// <summary>Keys this pane takes.</summary>
    public Func<Key, bool> Takes { get; set; } = _ => false;

    public void Bind(Key key, Command command) => KeyBindings.Add(key, command);

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (int row = 0; row < Lines.Length; row++)
        {
            AddStr(0, row, Lines[row]);
        }

        return true;
    }

    protected override bool OnKeyDownNotHandled(Key key)
    {
        Notes.Add(key.ToString());
        return Takes(key);
    }

    protected override bool OnPaste(string text)
    {
        Notes.Add($"paste {text}");
        return true;
    }

    protected override void OnActivated(ICommandContext? ctx)
    {
        if (ctx?.Binding is MouseBinding { MouseEvent.Position: { } position })
        {
            Notes.Add($"activated {position.X},{position.Y}");
        }
    }

    private bool? Note(string text)
    {
        Notes.Add(text);
        return true;
    }
}
