using System.Globalization;

namespace LanChat.Tui;

/// <summary>
/// Columns and clusters. How wide a cluster is is a matter of the terminal library, which sets <see cref="ColumnsOf"/> once at start; the
/// presenter works in its figures without knowing it.
/// </summary>
internal static class TextWidth
{
    /// <summary>Columns of a text; one per cluster until the views say better.</summary>
    public static Func<string, int> ColumnsOf { get; set; } = text => new StringInfo(text).LengthInTextElements;

    /// <summary>Columns of <paramref name="text"/>.</summary>
    public static int Of(string text)
    {
        foreach (char c in text)
        {
            if (c is < ' ' or > '~')
            {
                return ColumnsOf(text);
            }
        }

        return text.Length;
    }

    /// <summary>The grapheme clusters of <paramref name="text"/>.</summary>
    public static IEnumerable<string> Clusters(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            yield return text.Substring(at, length);
            at += length;
        }
    }

    /// <summary><paramref name="text"/> if it fits, else its beginning and an ellipsis.</summary>
    public static string Cut(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        if (width <= 0)
        {
            return string.Empty;
        }

        int left = width - 1;
        string begin = string.Concat(Clusters(text).TakeWhile(cluster => (left -= Of(cluster)) >= 0));
        return begin + "…";
    }

    /// <summary>Breaks at blanks where it can, between clusters where it must; line feeds end lines. Never empty; no line wider than <paramref name="width"/>.</summary>
    public static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        foreach (string paragraph in text.Replace("\t", "    ", StringComparison.Ordinal).Split('\n'))
        {
            WrapParagraph(paragraph, Math.Max(2, width), lines);
        }

        return lines;
    }

    private static void WrapParagraph(string paragraph, int width, List<string> lines)
    {
        int start = 0;
        int columns = 0;
        int at = 0;
        int breakAt = -1;
        int columnsAtBreak = 0;
        bool isLongWord = IsLongWord(paragraph, 0, width);
        foreach (string cluster in Clusters(paragraph))
        {
            int own = Of(cluster);
            bool isSkipped = false;
            while (columns + own > width && !isSkipped)
            {
                // A blank that does not fit ends its line unseen.
                bool atBlank = cluster == " ";
                int end = atBlank || breakAt <= start ? at : breakAt;
                lines.Add(paragraph[start..end].TrimEnd(' '));
                columns = atBlank || breakAt <= start ? 0 : columns - columnsAtBreak;
                start = end;
                breakAt = -1;
                isSkipped = atBlank;
            }

            if (isSkipped)
            {
                at += cluster.Length;
                start = at;
                continue;
            }

            at += cluster.Length;
            columns += own;
            isLongWord = cluster == " " ? IsLongWord(paragraph, at, width) : isLongWord;
            if (cluster == " " || own == 2 || (cluster is "-" or "/" && !isLongWord))
            {
                (breakAt, columnsAtBreak) = (at, columns);
            }
        }

        lines.Add(paragraph[start..]);
    }

    // A word of more than a line, most likely a link, fills its lines: broken at its hyphens it would be hard to copy.
    private static bool IsLongWord(string paragraph, int start, int width)
    {
        int end = paragraph.IndexOf(' ', start);
        end = end < 0 ? paragraph.Length : end;
        return end - start > width && Of(paragraph[start..end]) > width;
    }
}
