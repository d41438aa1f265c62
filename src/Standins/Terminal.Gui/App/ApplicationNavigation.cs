using Terminal.Gui.ViewBase;

namespace Terminal.Gui.App;

/// <summary>Moves the focus of the topmost runnable.</summary>
public class ApplicationNavigation
{
    /// <summary>The application whose focus this moves.</summary>
    public IApplication? App { get; set; }

    /// <summary>The view that gets the keys.</summary>
    public View? GetFocused() => App?.TopRunnableView is { HasFocus: true } top ? top.MostFocused ?? top : null;

    /// <summary>Moves on; false if there is nowhere to go.</summary>
    public bool AdvanceFocus(NavigationDirection direction, TabBehavior? behavior) =>
        App?.TopRunnableView?.AdvanceFocus(direction, behavior) ?? false;
}
