using System.ComponentModel;
using System.Drawing;
using Terminal.Gui.App;

namespace Terminal.Gui.ViewBase;

/// <summary>Whether and how Tab and F6 reach a view.</summary>
public enum TabBehavior
{
    NoStop = 0,
    TabStop = 1,
    TabGroup = 2,
}

/// <summary>Which way the focus moves.</summary>
public enum NavigationDirection
{
    Forward = 0,
    Backward = 1,
}

/// <summary>The drawing a view takes part in.</summary>
public class DrawContext;

/// <summary>A view draws; Cancel tells that it is done.</summary>
public class DrawEventArgs : CancelEventArgs
{
    /// <summary>A drawing of a viewport.</summary>
    public DrawEventArgs(Rectangle newViewport, Rectangle oldViewport, DrawContext? drawContext)
    {
        NewViewport = newViewport;
        OldViewport = oldViewport;
        DrawContext = drawContext;
    }

    public Rectangle OldViewport { get; }

    public Rectangle NewViewport { get; }

    public DrawContext? DrawContext { get; }
}

/// <summary>A view lays out what is in it.</summary>
public class LayoutEventArgs : EventArgs
{
    /// <summary>A layout after one of another size.</summary>
    public LayoutEventArgs(Size oldContentSize)
    {
        OldContentSize = oldContentSize;
    }

    /// <summary>The size at the layout before.</summary>
    public Size OldContentSize { get; set; }
}

/// <summary>The focus moves.</summary>
public class HasFocusEventArgs : CancelEventArgs<bool>
{
    /// <summary>From one view to another.</summary>
    public HasFocusEventArgs(bool currentHasFocus, bool newHasFocus, View? currentFocused, View? newFocused)
        : base(currentHasFocus, newHasFocus)
    {
        CurrentFocused = currentFocused;
        NewFocused = newFocused;
    }

    public View? CurrentFocused { get; set; }

    public View? NewFocused { get; set; }
}
