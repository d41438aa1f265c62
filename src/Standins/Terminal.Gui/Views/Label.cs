using System.Text;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.Views;

/// <summary>A text as large as it needs to be; its hot key focuses the view added after it.</summary>
public class Label : View
{
    /// <summary>A label without text, of no size.</summary>
    public Label()
    {
        Width = new DimText(this);
        Height = new DimText(this);
        AddCommand(Command.HotKey, () => CanFocus ? SetFocus() : FocusNext());
    }

    /// <summary>The text; the character after <see cref="HotKeySpecifier"/> becomes the hot key.</summary>
    public override string Text
    {
        get => base.Text;
        set
        {
            base.Text = value;
            SetHotKeyFrom(value);
        }
    }

    /// <inheritdoc/>
    public override Rune HotKeySpecifier
    {
        get => base.HotKeySpecifier;
        set => base.HotKeySpecifier = value;
    }

    private bool FocusNext() => SuperView?.SubViews.SkipWhile(view => view != this).Skip(1).FirstOrDefault()?.SetFocus() ?? false;
}
