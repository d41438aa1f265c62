namespace Terminal.Gui.Drawing;

/// <summary>What a piece of a view is for; a <see cref="Scheme"/> gives each its attribute.</summary>
public enum VisualRole
{
    Normal = 0,
    HotNormal = 1,
    Focus = 2,
    HotFocus = 3,
    Active = 4,
    HotActive = 5,
    Highlight = 6,
    Disabled = 7,
    Editable = 8,
    ReadOnly = 9,
}

/// <summary>
/// Attributes by role. Roles that were not set follow <see cref="Normal"/>: Focus swaps its colours, the Hot roles underline, the rest equal
/// Normal. (The original derives the rest by brightness; set every role that is used and both agree.)
/// </summary>
public record class Scheme
{
    private readonly Attribute?[] _roles;

    /// <summary>Every role in the terminal's own colours.</summary>
    public Scheme()
        : this(new Attribute(Color.None, Color.None))
    {
    }

    /// <summary>Only <see cref="VisualRole.Normal"/> set.</summary>
    public Scheme(Attribute attribute)
    {
        _roles = new Attribute?[10];
        Normal = attribute;
    }

    /// <summary>A copy.</summary>
    public Scheme(Scheme? scheme)
    {
        // A record's copy constructor is never given null by the compiler; a caller may.
        _roles = [.. (scheme ?? new Scheme())._roles];
    }

    public Attribute Normal { get => Role(VisualRole.Normal); init => _roles[(int)VisualRole.Normal] = value; }

    public Attribute HotNormal { get => Role(VisualRole.HotNormal); init => _roles[(int)VisualRole.HotNormal] = value; }

    public Attribute Focus { get => Role(VisualRole.Focus); init => _roles[(int)VisualRole.Focus] = value; }

    public Attribute HotFocus { get => Role(VisualRole.HotFocus); init => _roles[(int)VisualRole.HotFocus] = value; }

    public Attribute Active { get => Role(VisualRole.Active); init => _roles[(int)VisualRole.Active] = value; }

    public Attribute HotActive { get => Role(VisualRole.HotActive); init => _roles[(int)VisualRole.HotActive] = value; }

    public Attribute Highlight { get => Role(VisualRole.Highlight); init => _roles[(int)VisualRole.Highlight] = value; }

    public Attribute Editable { get => Role(VisualRole.Editable); init => _roles[(int)VisualRole.Editable] = value; }

    public Attribute ReadOnly { get => Role(VisualRole.ReadOnly); init => _roles[(int)VisualRole.ReadOnly] = value; }

    public Attribute Disabled { get => Role(VisualRole.Disabled); init => _roles[(int)VisualRole.Disabled] = value; }

    /// <summary>The attribute of <paramref name="role"/>; colours the scheme leaves to the terminal are taken from <paramref name="defaultTerminalColors"/>.</summary>
    public Attribute GetAttributeForRole(VisualRole role, Attribute? defaultTerminalColors = null)
    {
        Attribute attribute = Role(role);
        if (defaultTerminalColors is not { } colors)
        {
            return attribute;
        }

        return attribute with
        {
            Foreground = attribute.Foreground.A == 0 ? colors.Foreground : attribute.Foreground,
            Background = attribute.Background.A == 0 ? colors.Background : attribute.Background,
        };
    }

    /// <inheritdoc/>
    public virtual bool Equals(Scheme? other) => other is not null && _roles.AsSpan().SequenceEqual(other._roles);

    /// <inheritdoc/>
    public override int GetHashCode() => _roles.Aggregate(0, HashCode.Combine);

    private Attribute Role(VisualRole role)
    {
        if (_roles[(int)role] is { } explicitly)
        {
            return explicitly;
        }

        Attribute normal = _roles[0]!.Value;
        return role switch
        {
            VisualRole.Focus or VisualRole.Active => Swapped(normal),
            VisualRole.HotNormal => Underlined(normal),
            VisualRole.HotFocus or VisualRole.HotActive => Underlined(Role(VisualRole.Focus)),
            _ => normal,
        };
    }

    private static Attribute Underlined(Attribute attribute) => attribute with { Style = attribute.Style | TextStyle.Underline };

    // Swapping two colours that are both the terminal's own changes nothing: reverse video does.
    private static Attribute Swapped(Attribute normal) => normal.Foreground.A == 0 && normal.Background.A == 0
        ? normal with { Style = normal.Style ^ TextStyle.Reverse }
        : normal with { Foreground = normal.Background, Background = normal.Foreground };
}
