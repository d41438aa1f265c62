using System.ComponentModel;
using System.Drawing;
using System.Text;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;

namespace Terminal.Gui.ViewBase;

/// <summary>
/// A rectangle of the screen that lays itself out in its SuperView, draws itself and takes keys and the mouse. Its frame is inside the SuperView's
/// viewport; its own viewport is what its border leaves.
/// </summary>
public partial class View : ISupportInitializeNotification, IDisposable
{
    private readonly List<View> _subViews = [];
    private IApplication? _app;
    private bool _enabled = true;
    private bool _visible = true;
    private bool _disposed;
    private string _text = string.Empty;

    /// <summary>A view of no size that cannot take the focus.</summary>
    public View()
    {
        AddDefaultCommands();
    }

    /// <summary>Raised when the view becomes part of something that runs.</summary>
    public event EventHandler? Initialized;

    /// <summary>A name for tests.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>Anything the user of the view wants to keep with it.</summary>
    public object? Data { get; set; }

    /// <summary>The application this view, or the topmost of its SuperViews, runs in.</summary>
    public IApplication? App
    {
        get => _app ?? SuperView?.App;
        set => _app = value;
    }

    /// <summary>The view this is in.</summary>
    public View? SuperView { get; private set; }

    /// <summary>The views in this one; the last is on top and the last in tab order.</summary>
    public IReadOnlyCollection<View> SubViews => _subViews;

    /// <summary>Whether the view is part of something that runs.</summary>
    public virtual bool IsInitialized { get; set; }

    /// <summary>A disabled view, or one in a disabled view, takes no input and is drawn in the role Disabled.</summary>
    public bool Enabled
    {
        get => _enabled && (SuperView?.Enabled ?? true);
        set
        {
            if (_enabled != value)
            {
                _enabled = value;
                GiveUpFocusIfUnable();
                SetNeedsDraw();
            }
        }
    }

    /// <summary>An invisible view takes no input and is not drawn; it keeps its place in the layout.</summary>
    public virtual bool Visible
    {
        get => _visible;
        set
        {
            if (_visible != value)
            {
                _visible = value;
                GiveUpFocusIfUnable();
                SetNeedsDraw();
            }
        }
    }

    /// <summary>Drawn from the viewport's top left, a line per line feed, not wrapped.</summary>
    public virtual string Text
    {
        get => _text;
        set
        {
            if (_text != value)
            {
                _text = value;
                SetNeedsLayout();
                SetNeedsDraw();
            }
        }
    }

    /// <summary>Where the caret is while this view is the most focused one; in screen coordinates.</summary>
    public Cursor Cursor { get; set; } = new();

    private bool CanTakeInput => Visible && Enabled;

    /// <summary>Adds a view; returns it.</summary>
    public View? Add(View? view)
    {
        if (view is null)
        {
            return null;
        }

        if (view.SuperView is not null)
        {
            throw new InvalidOperationException("The view is already in another view; remove it there first.");
        }

        view.SuperView = this;
        _subViews.Add(view);
        if (IsInitialized && !view.IsInitialized)
        {
            view.BeginInit();
            view.EndInit();
        }

        view.SetNeedsLayout();
        view.SetNeedsDraw();
        return view;
    }

    /// <summary>Adds views in order.</summary>
    public void Add(params View[]? views)
    {
        foreach (View view in views ?? [])
        {
            Add(view);
        }
    }

    /// <summary>Takes a view out again, without disposing it; returns it, or null if it was not in this one.</summary>
    public View? Remove(View? view)
    {
        if (view is null || !_subViews.Contains(view))
        {
            return null;
        }

        bool hadFocus = view.HasFocus;
        if (hadFocus)
        {
            view.LoseFocus(null);
        }

        _subViews.Remove(view);
        view.SuperView = null;
        if (hadFocus && HasFocus)
        {
            FocusFirst();
        }

        SetNeedsLayout();
        SetNeedsDraw();
        return view;
    }

    /// <summary>Takes every view out, without disposing them.</summary>
    public virtual IReadOnlyCollection<View> RemoveAll()
    {
        View[] removed = [.. _subViews];
        foreach (View view in removed)
        {
            Remove(view);
        }

        return removed;
    }

    /// <inheritdoc/>
    public virtual void BeginInit()
    {
    }

    /// <inheritdoc/>
    public virtual void EndInit()
    {
        if (IsInitialized)
        {
            return;
        }

        IsInitialized = true;
        foreach (View view in _subViews.ToArray())
        {
            view.BeginInit();
            view.EndInit();
        }

        Initialized?.Invoke(this, EventArgs.Empty);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Dispose(true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Disposes the views in this one.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        SuperView?.Remove(this);
        foreach (View view in RemoveAll())
        {
            view.Dispose();
        }
    }

    /// <summary>Text as printed: the first hot key specifier is not.</summary>
    private (string Text, int HotAt) WithoutSpecifier(string text)
    {
        int at = HotKeySpecifier.Value == 0xFFFF ? -1 : text.IndexOf(HotKeySpecifier.ToString(), StringComparison.Ordinal);
        bool marks = at >= 0 && at + 1 < text.Length && Rune.TryGetRuneAt(text, at + 1, out Rune marked) && !Rune.IsWhiteSpace(marked);
        return marks ? (text.Remove(at, HotKeySpecifier.Utf16SequenceLength), at) : (text, -1);
    }
}
