using System.Drawing;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Text;

namespace Terminal.Gui.ViewBase;

/// <content>Position and size.</content>
public partial class View
{
    private Pos _x = 0;
    private Pos _y = 0;
    private Dim _width = 0;
    private Dim _height = 0;
    private Rectangle _frame;
    private LineStyle? _borderStyle;
    private Size _laidOutFor;

    /// <summary>Raised after the frame changed.</summary>
    public event EventHandler<EventArgs<Rectangle>>? FrameChanged;

    /// <summary>Left edge in the SuperView's viewport.</summary>
    public Pos X { get => _x; set => SetPlace(ref _x, value); }

    /// <summary>Top edge in the SuperView's viewport.</summary>
    public Pos Y { get => _y; set => SetPlace(ref _y, value); }

    /// <summary>Width with the border.</summary>
    public Dim Width { get => _width; set => SetPlace(ref _width, value); }

    /// <summary>Height with the border.</summary>
    public Dim Height { get => _height; set => SetPlace(ref _height, value); }

    /// <summary>The whole rectangle, in the SuperView's viewport. Setting it makes place and size absolute.</summary>
    public Rectangle Frame
    {
        get => _frame;
        set
        {
            (_x, _y, _width, _height) = (value.X, value.Y, value.Width, value.Height);
            SetFrame(value);
            SetNeedsLayout();
        }
    }

    /// <summary>What the border leaves; its location is always 0,0.</summary>
    public virtual Rectangle Viewport
    {
        get
        {
            Thickness border = GetAdornmentsThickness();
            return new Rectangle(0, 0, Math.Max(0, _frame.Width - border.Horizontal), Math.Max(0, _frame.Height - border.Vertical));
        }
    }

    /// <summary>The border's lines; null or None for no border, any other style takes a cell on each side.</summary>
    public LineStyle? BorderStyle
    {
        get => _borderStyle;
        set
        {
            if (_borderStyle != value)
            {
                _borderStyle = value;
                SetNeedsLayout();
                SetNeedsDraw();
            }
        }
    }

    /// <summary>Whether place or size must be found anew.</summary>
    public bool NeedsLayout { get; private set; } = true;

    private bool HasBorder => _borderStyle is { } style && style != LineStyle.None;

    /// <summary>What the border takes of the frame.</summary>
    public Thickness GetAdornmentsThickness() => HasBorder ? new Thickness(1) : Thickness.Empty;

    /// <summary>The viewport's size.</summary>
    public Size GetContentSize() => Viewport.Size;

    /// <summary>Marks this view, what is in it and what it is in.</summary>
    public void SetNeedsLayout()
    {
        MarkSubtree();
        for (View? view = SuperView; view is not null; view = view.SuperView)
        {
            view.NeedsLayout = true;
        }

        (App as ApplicationCore)?.RequestDraw();
    }

    /// <summary>Finds place and size in the SuperView, then those of every view inside.</summary>
    public bool Layout() => Layout(SuperView?.GetContentSize() ?? App?.Screen.Size ?? _frame.Size);

    /// <summary>Finds place and size in a container of <paramref name="contentSize"/>, then those of every view inside.</summary>
    public bool Layout(Size contentSize)
    {
        int width;
        int height;
        int x;
        int y;
        if (_width is DimText || _x is PosAnchorEnd or PosCenter or PosSum)
        {
            // The position needs the size. Only a Fill needs the position too, and that is then the one without this size.
            width = _width.Calculate(_x.Calculate(contentSize.Width, 0), contentSize.Width, true);
            x = _x.Calculate(contentSize.Width, width);
        }
        else
        {
            x = _x.Calculate(contentSize.Width, 0);
            width = _width.Calculate(x, contentSize.Width, true);
        }

        if (_height is DimText || _y is PosAnchorEnd or PosCenter or PosSum)
        {
            height = _height.Calculate(_y.Calculate(contentSize.Height, 0), contentSize.Height, false);
            y = _y.Calculate(contentSize.Height, height);
        }
        else
        {
            y = _y.Calculate(contentSize.Height, 0);
            height = _height.Calculate(y, contentSize.Height, false);
        }

        SetFrame(new Rectangle(x, y, Math.Max(0, width), Math.Max(0, height)));
        LayoutSubViews();
        return true;
    }

    /// <summary>A point of the viewport on the screen.</summary>
    public Point ViewportToScreen(in Point viewportLocation)
    {
        Rectangle viewport = ViewportOnScreen();
        return new Point(viewport.X + viewportLocation.X, viewport.Y + viewportLocation.Y);
    }

    /// <summary>A point of the screen in the viewport; may lie outside.</summary>
    public Point ScreenToViewport(in Point location)
    {
        Rectangle viewport = ViewportOnScreen();
        return new Point(location.X - viewport.X, location.Y - viewport.Y);
    }

    /// <summary>The frame on the screen.</summary>
    public virtual Rectangle FrameToScreen()
    {
        Point origin = SuperView?.ViewportOnScreen().Location ?? Point.Empty;
        return new Rectangle(origin.X + _frame.X, origin.Y + _frame.Y, _frame.Width, _frame.Height);
    }

    internal Rectangle ViewportOnScreen()
    {
        Rectangle frame = FrameToScreen();
        Thickness border = GetAdornmentsThickness();
        return new Rectangle(new Point(frame.X + border.Left, frame.Y + border.Top), Viewport.Size);
    }

    internal int SizeOfText(bool horizontal)
    {
        string text = WithoutSpecifier(Text).Text;
        Thickness border = GetAdornmentsThickness();
        if (text.Length == 0)
        {
            return horizontal ? border.Horizontal : border.Vertical;
        }

        string[] lines = text.Split('\n');
        return horizontal ? lines.Max(line => line.GetColumns()) + border.Horizontal : lines.Length + border.Vertical;
    }

    /// <summary>Called after the frame changed.</summary>
    protected virtual void OnFrameChanged(in Rectangle frame)
    {
    }

    /// <summary>Called after the viewport changed its size.</summary>
    protected virtual void OnViewportChanged(DrawEventArgs e)
    {
    }

    /// <summary>Called before the views inside are laid out.</summary>
    protected virtual void OnSubViewLayout(LayoutEventArgs args)
    {
    }

    /// <summary>Called after the views inside were laid out.</summary>
    protected virtual void OnSubViewsLaidOut(LayoutEventArgs args)
    {
    }

    private void SetPlace<T>(ref T field, T value)
    {
        if (!Equals(field, value))
        {
            field = value;
            SetNeedsLayout();
        }
    }

    private void MarkSubtree()
    {
        NeedsLayout = true;
        foreach (View view in _subViews)
        {
            view.MarkSubtree();
        }
    }

    private void SetFrame(Rectangle frame)
    {
        if (frame == _frame)
        {
            return;
        }

        Rectangle oldViewport = Viewport;
        _frame = frame;
        OnFrameChanged(in frame);
        FrameChanged?.Invoke(this, new EventArgs<Rectangle>(in frame));
        if (Viewport != oldViewport)
        {
            OnViewportChanged(new DrawEventArgs(Viewport, oldViewport, null));
        }

        SetNeedsDraw();
    }

    private void LayoutSubViews()
    {
        var args = new LayoutEventArgs(_laidOutFor);
        _laidOutFor = GetContentSize();
        OnSubViewLayout(args);
        var done = new HashSet<View>();
        foreach (View view in _subViews.ToArray())
        {
            LayoutInOrder(view, done, depth: 0);
        }

        OnSubViewsLaidOut(args);
        NeedsLayout = false;
    }

    // A view that others refer to is laid out before them.
    private void LayoutInOrder(View view, HashSet<View> done, int depth)
    {
        if (depth > _subViews.Count)
        {
            throw new InvalidOperationException("The positions and sizes of the views refer to each other in a circle.");
        }

        if (done.Contains(view))
        {
            return;
        }

        IEnumerable<View> references =
            view._x.References.Concat(view._y.References).Concat(view._width.References).Concat(view._height.References);
        foreach (View reference in references)
        {
            if (reference.SuperView == this && reference != view)
            {
                LayoutInOrder(reference, done, depth + 1);
            }
        }

        view.Layout(GetContentSize());
        done.Add(view);
    }
}
