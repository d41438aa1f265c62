namespace Terminal.Gui.ViewBase;

/// <summary>What a percentage is of.</summary>
public enum DimPercentMode
{
    /// <summary>Of what is left after the view's position.</summary>
    Position = 0,

    /// <summary>Of the SuperView's size.</summary>
    ContentSize = 1,
}

/// <summary>How large a view is along one axis.</summary>
public abstract record class Dim
{
    /// <summary>The view this depends on, if any.</summary>
    internal virtual IEnumerable<View> References => [];

    /// <summary>A number of cells.</summary>
    public static Dim Absolute(int size) => new DimAbsolute(size);

    /// <summary>To the SuperView's end.</summary>
    public static Dim Fill() => new DimFill(0, null);

    /// <summary>To <paramref name="margin"/> cells before the SuperView's end.</summary>
    public static Dim Fill(Dim margin) => new DimFill(margin, null);

    /// <summary>Up to another view.</summary>
    public static Dim Fill(View to) => new DimFill(0, to);

    /// <summary>Up to <paramref name="margin"/> cells before another view.</summary>
    public static Dim Fill(Dim margin, View to) => new DimFill(margin, to);

    /// <summary>As another view.</summary>
    public static Dim Height(View? view) => new DimOfView(view, v => v.Frame.Height);

    /// <inheritdoc cref="Height"/>
    public static Dim Width(View? view) => new DimOfView(view, v => v.Frame.Width);

    /// <summary>A part of the SuperView, rounded down.</summary>
    public static Dim Percent(int percent, DimPercentMode mode = DimPercentMode.ContentSize) => new DimPercent(percent, mode);

    public static Dim operator +(Dim left, Dim right) => new DimSum(left, right, 1);

    public static Dim operator -(Dim left, Dim right) => new DimSum(left, right, -1);

    public static implicit operator Dim(int n) => new DimAbsolute(n);

    internal abstract int Calculate(int location, int superSize, bool horizontal);
}

internal sealed record class DimAbsolute(int Size) : Dim
{
    internal override int Calculate(int location, int superSize, bool horizontal) => Size;
}

internal sealed record class DimPercent(int Percentage, DimPercentMode Mode) : Dim
{
    internal override int Calculate(int location, int superSize, bool horizontal) =>
        Math.Max(0, (int)((Mode == DimPercentMode.Position ? superSize - location : superSize) * (Percentage / 100f)));
}

internal sealed record class DimFill(Dim Margin, View? To) : Dim
{
    internal override IEnumerable<View> References => To is null ? Margin.References : Margin.References.Append(To);

    internal override int Calculate(int location, int superSize, bool horizontal)
    {
        int end = To is null ? superSize : horizontal ? To.Frame.X : To.Frame.Y;
        return Math.Max(0, end - location - Margin.Calculate(0, superSize, horizontal));
    }
}

internal sealed record class DimOfView(View? View, Func<View, int> Extent) : Dim
{
    internal override IEnumerable<View> References => View is null ? [] : [View];

    internal override int Calculate(int location, int superSize, bool horizontal) => View is null ? 0 : Extent(View);
}

internal sealed record class DimSum(Dim First, Dim Second, int Sign) : Dim
{
    internal override IEnumerable<View> References => First.References.Concat(Second.References);

    internal override int Calculate(int location, int superSize, bool horizontal) => Math.Max(
        0,
        First.Calculate(location, superSize, horizontal) + (Sign * Second.Calculate(location, superSize, horizontal)));
}

/// <summary>As large as the view's own text and border need; what a label has until told otherwise.</summary>
internal sealed record class DimText(View View) : Dim
{
    internal override int Calculate(int location, int superSize, bool horizontal) => View.SizeOfText(horizontal);
}
