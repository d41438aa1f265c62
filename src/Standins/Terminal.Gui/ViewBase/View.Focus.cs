using Terminal.Gui.App;

namespace Terminal.Gui.ViewBase;

/// <content>The focus: a path from the runnable down to the view that gets the keys.</content>
public partial class View
{
    private bool _canFocus;
    private bool _hasFocus;
    private View? _lastFocused;

    /// <summary>Raised after the view got or lost the focus.</summary>
    public event EventHandler<HasFocusEventArgs>? HasFocusChanged;

    /// <summary>Whether the view can take the focus; setting it makes it a tab stop unless <see cref="TabStop"/> says otherwise.</summary>
    public bool CanFocus
    {
        get => _canFocus;
        set
        {
            if (_canFocus == value)
            {
                return;
            }

            _canFocus = value;
            if (value)
            {
                TabStop ??= TabBehavior.TabStop;
            }
            else
            {
                GiveUpFocusIfUnable();
            }
        }
    }

    /// <summary>How the keyboard reaches the view.</summary>
    public TabBehavior? TabStop { get; set; }

    /// <summary>Whether the view, or one in it, gets the keys. Setting it to true is <see cref="SetFocus"/>.</summary>
    public bool HasFocus
    {
        get => _hasFocus;
        set
        {
            if (value)
            {
                SetFocus();
            }
            else if (_hasFocus)
            {
                LoseFocus(null);
            }
        }
    }

    /// <summary>The view in this one that has the focus.</summary>
    public View? Focused => _subViews.Find(view => view.HasFocus);

    /// <summary>The deepest view in this one that has the focus.</summary>
    public View? MostFocused
    {
        get
        {
            View? deepest = Focused;
            while (deepest?.Focused is { } deeper)
            {
                deepest = deeper;
            }

            return deepest;
        }
    }

    private bool IsFocusable => CanFocus && Visible && Enabled;

    /// <summary>Gives the focus to this view, or the view in it that had it last; false if it or a view around it cannot take it.</summary>
    public bool SetFocus()
    {
        for (View? view = this; view is not null; view = view.SuperView)
        {
            if (!view.IsFocusable)
            {
                return false;
            }
        }

        if (HasFocus)
        {
            if (Focused is null)
            {
                FocusFirst();
            }

            return true;
        }

        View target = Deepest();
        View top = this;
        while (top.SuperView is { } around)
        {
            top = around;
        }

        View? before = top.MostFocused ?? (top.HasFocus ? top : null);
        var path = new HashSet<View>();
        for (View? view = target; view is not null; view = view.SuperView)
        {
            path.Add(view);
        }

        top.LeaveAllBut(path, before, target);
        Enter(target, before);
        return true;
    }

    /// <summary>Moves the focus among the views in this one, round and round; false if there is nowhere to go.</summary>
    public bool AdvanceFocus(NavigationDirection direction, TabBehavior? behavior)
    {
        View container = this;
        while (container.Focused is { } focused && focused._subViews.Exists(view => view.IsStop(behavior)))
        {
            container = focused;
        }

        List<View> stops = container._subViews.FindAll(view => view.IsStop(behavior));
        if (stops.Count == 0)
        {
            return false;
        }

        int step = direction == NavigationDirection.Forward ? 1 : -1;
        int at = container._subViews.IndexOf(container.Focused!);
        for (int i = 1; i <= container._subViews.Count; i++)
        {
            int next = at < 0
                ? (step > 0 ? i - 1 : container._subViews.Count - i)
                : (((at + (i * step)) % container._subViews.Count) + container._subViews.Count) % container._subViews.Count;
            View candidate = container._subViews[next];
            if (candidate.IsStop(behavior) && !candidate.HasFocus)
            {
                return candidate.SetFocus();
            }
        }

        return false;
    }

    internal void LoseFocus(View? next)
    {
        View before = MostFocused ?? this;
        LeaveAllBut([], before, next);
    }

    internal void FocusFirst()
    {
        View? last = _lastFocused is { } view && view.SuperView == this && view.IsFocusable ? _lastFocused : null;
        (last ?? _subViews.Find(subView => subView.IsFocusable && subView.TabStop != TabBehavior.NoStop))?.SetFocus();
    }

    /// <summary>Called after the view got or lost the focus.</summary>
    protected virtual void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
    }

    private bool IsStop(TabBehavior? behavior) => IsFocusable && TabStop is { } stop && stop != TabBehavior.NoStop && (behavior is null || stop == behavior);

    private View Deepest()
    {
        View? inner = _lastFocused is { } last && last.SuperView == this && last.IsFocusable
            ? last
            : _subViews.Find(view => view.IsFocusable && view.TabStop != TabBehavior.NoStop);
        return inner?.Deepest() ?? this;
    }

    private void LeaveAllBut(HashSet<View> path, View? before, View? next)
    {
        Focused?.LeaveAllBut(path, before, next);
        if (HasFocus && !path.Contains(this))
        {
            SetHasFocus(false, before, next);
        }
    }

    private static void Enter(View target, View? before)
    {
        var chain = new Stack<View>();
        for (View? view = target; view is not null; view = view.SuperView)
        {
            chain.Push(view);
        }

        foreach (View view in chain)
        {
            if (view.SuperView is { } around)
            {
                around._lastFocused = view;
            }

            if (!view.HasFocus)
            {
                view.SetHasFocus(true, before, target);
            }
        }
    }

    private void SetHasFocus(bool value, View? before, View? next)
    {
        _hasFocus = value;
        SetNeedsDraw();
        OnHasFocusChanged(value, before, next);
        HasFocusChanged?.Invoke(this, new HasFocusEventArgs(!value, value, before, next));
    }

    private void GiveUpFocusIfUnable()
    {
        if (!HasFocus || IsFocusable)
        {
            return;
        }

        LoseFocus(null);
        if (SuperView is { HasFocus: true } around)
        {
            around._lastFocused = null;
            around.FocusFirst();
        }
    }
}
