using Terminal.Gui.Drawing;

namespace Terminal.Gui.Views;

/// <summary>A runnable with a border.</summary>
public class Window : Runnable
{
    /// <summary>A window with the default border.</summary>
    public Window()
    {
        BorderStyle = DefaultBorderStyle;
    }

    /// <summary>The border of windows made from now on.</summary>
    public static LineStyle DefaultBorderStyle { get; set; } = LineStyle.Single;
}
