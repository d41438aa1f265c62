using System.Text;
using Terminal.Gui.Drawing;

namespace Terminal.Gui.Text;

/// <summary>Measures text in terminal columns.</summary>
public static class StringExtensions
{
    /// <summary>The columns <paramref name="str"/> takes: per grapheme cluster the sum of its code points, at most 2; control characters take none.</summary>
    /// <param name="str">The text.</param>
    /// <param name="ignoreLessThanZero">False lets each control character subtract one column.</param>
    public static int GetColumns(this string str, bool ignoreLessThanZero = true)
    {
        if (str.Length == 1 && str[0] is >= ' ' and <= '~')
        {
            return 1;
        }

        int columns = 0;
        foreach (string cluster in GraphemeHelper.GetGraphemes(str))
        {
            int width = 0;
            foreach (Rune rune in cluster.EnumerateRunes())
            {
                int columnsOfRune = WidthTable.Columns(rune);
                width += ignoreLessThanZero ? Math.Max(columnsOfRune, 0) : columnsOfRune;
            }

            columns += Math.Min(width, 2);
        }

        return columns;
    }
}

/// <summary>Measures code points in terminal columns.</summary>
public static class RuneExtensions
{
    /// <summary>0, 1 or 2 columns; -1 for a control character.</summary>
    public static int GetColumns(this Rune rune) => WidthTable.Columns(rune);
}
