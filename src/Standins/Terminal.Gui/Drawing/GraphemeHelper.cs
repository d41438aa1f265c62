using System.Globalization;

namespace Terminal.Gui.Drawing;

/// <summary>Splits text into grapheme clusters, the units a user sees as one character (UAX #29).</summary>
public static class GraphemeHelper
{
    private static readonly string[] Ascii = MakeAscii();

    /// <summary>The clusters of <paramref name="text"/> in order; together they are the text.</summary>
    public static IEnumerable<string> GetGraphemes(string text)
    {
        int position = 0;
        while (position < text.Length)
        {
            // Two ASCII characters in a row never join, save CR LF.
            char here = text[position];
            if (here < 0x80 && here != '\r' && (position + 1 == text.Length || text[position + 1] < 0x80))
            {
                yield return Ascii[here];
                position++;
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text, position);
            yield return text.Substring(position, length);
            position += length;
        }
    }

    /// <summary>How many clusters <paramref name="text"/> has.</summary>
    public static int GetGraphemeCount(string text) => GetGraphemes(text).Count();

    private static string[] MakeAscii()
    {
        var strings = new string[128];
        for (int i = 0; i < strings.Length; i++)
        {
            strings[i] = ((char)i).ToString();
        }

        return strings;
    }
}
