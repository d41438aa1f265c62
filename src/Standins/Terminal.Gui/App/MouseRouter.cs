using System.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Terminal.Gui.App;

/// <summary>Mouse events: to the deepest view under the pointer, then to those around it. Clicks are made from presses and releases.</summary>
internal sealed class MouseRouter(ApplicationCore app) : IMouse
{
    /// <summary>Clicks closer together than this, at the same place, count as double and triple.</summary>
    private static readonly TimeSpan RepeatWithin = TimeSpan.FromMilliseconds(500);

    private const MouseFlags Buttons = MouseFlags.LeftButtonPressed | MouseFlags.MiddleButtonPressed | MouseFlags.RightButtonPressed;
    private const MouseFlags ModifierKeys = MouseFlags.Ctrl | MouseFlags.Shift | MouseFlags.Alt;

    private MouseFlags _pressed;
    private MouseFlags _lastClicked;
    private Point _pressedAt;
    private Point _lastAt;
    private DateTime _lastTime;
    private int _repeats;

    public event EventHandler<Mouse>? MouseEvent;

    public void RaiseMouseEvent(Mouse mouse)
    {
        MouseEvent?.Invoke(null, mouse);
        View? view = mouse.Handled ? null : app.TopRunnableView?.DeepestAt(mouse.ScreenPosition);
        mouse.View = view;
        while (view is not null)
        {
            mouse.Position = view.ScreenToViewport(mouse.ScreenPosition);
            if (view.NewMouseEvent(mouse) == true)
            {
                return;
            }

            view = view.SuperView;
        }
    }

    /// <summary>An event as the terminal sends it; followed by the click it completes.</summary>
    public void Feed(Mouse mouse)
    {
        RaiseMouseEvent(mouse);
        MouseFlags pressed = mouse.Flags & Buttons;
        if (pressed != 0)
        {
            (_pressed, _pressedAt) = (pressed, mouse.ScreenPosition);
            return;
        }

        // A release is the bit below its press, a click the bit above, double and triple clicks the next two.
        MouseFlags released = (MouseFlags)((int)mouse.Flags << 1) & Buttons;
        if (released == 0)
        {
            return;
        }

        if (released == _pressed && mouse.ScreenPosition == _pressedAt)
        {
            DateTime now = mouse.Timestamp ?? app.Time.Now;
            bool again = released == _lastClicked && _lastAt == _pressedAt && now - _lastTime <= RepeatWithin;
            _repeats = again ? (_repeats + 1) % 3 : 0;
            (_lastClicked, _lastAt, _lastTime) = (released, _pressedAt, now);
            var click = (MouseFlags)((int)released << (1 + _repeats));
            RaiseMouseEvent(new Mouse
            {
                Flags = click | (mouse.Flags & ModifierKeys),
                ScreenPosition = mouse.ScreenPosition,
                Timestamp = mouse.Timestamp,
            });
        }

        _pressed = MouseFlags.None;
    }
}
