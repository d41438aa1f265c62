namespace Terminal.Gui.ViewBase;

/// <summary>Where a view begins, along one axis, in its SuperView.</summary>
public abstract record class Pos
{
    /// <summary>The view this depends on, if any.</summary>
    internal virtual IEnumerable<View> References => [];

    /// <summary>A cell.</summary>
    public static Pos Absolute(int position) => new PosAbsolute(position);

    /// <summary>So that the view ends where the SuperView ends.</summary>
    public static Pos AnchorEnd() => new PosAnchorEnd(null);

    /// <summary><paramref name="offset"/> cells before the SuperView's end.</summary>
    public static Pos AnchorEnd(int offset) => new PosAnchorEnd(offset);

    /// <summary>In the middle.</summary>
    public static Pos Center() => new PosCenter();

    /// <summary>A part of the SuperView's size, rounded down.</summary>
    public static Pos Percent(int percent) => new PosPercent(percent);

    /// <summary>Where another view begins.</summary>
    public static Pos Top(View view) => new PosOfView(view, v => v.Frame.Y);

    /// <inheritdoc cref="Top"/>
    public static Pos Left(View view) => new PosOfView(view, v => v.Frame.X);

    /// <summary>Just behind another view.</summary>
    public static Pos Bottom(View view) => new PosOfView(view, v => v.Frame.Bottom);

    /// <inheritdoc cref="Bottom"/>
    public static Pos Right(View view) => new PosOfView(view, v => v.Frame.Right);

    public static Pos operator +(Pos left, Pos right) => new PosSum(left, right, 1);

    public static Pos operator -(Pos left, Pos right) => new PosSum(left, right, -1);

    public static implicit operator Pos(int n) => new PosAbsolute(n);

    internal abstract int Calculate(int superSize, int ownSize);
}

internal sealed record class PosAbsolute(int Position) : Pos
{
    internal override int Calculate(int superSize, int ownSize) => Position;
}

internal sealed record class PosAnchorEnd(int? Offset) : Pos
{
    internal override int Calculate(int superSize, int ownSize) => superSize - (Offset ?? ownSize);
}

internal sealed record class PosCenter : Pos
{
    internal override int Calculate(int superSize, int ownSize) => (superSize - ownSize) / 2;
}

internal sealed record class PosPercent(int Percentage) : Pos
{
    internal override int Calculate(int superSize, int ownSize) => (int)(superSize * (Percentage / 100f));
}

internal sealed record class PosOfView(View View, Func<View, int> Edge) : Pos
{
    internal override IEnumerable<View> References => [View];

    internal override int Calculate(int superSize, int ownSize) => Edge(View);
}

internal sealed record class PosSum(Pos First, Pos Second, int Sign) : Pos
{
    internal override IEnumerable<View> References => First.References.Concat(Second.References);

    internal override int Calculate(int superSize, int ownSize) =>
        First.Calculate(superSize, ownSize) + (Sign * Second.Calculate(superSize, ownSize));
}
