using System.Globalization;

namespace LanChat.Tui;

/// <summary>Finds what somebody means by a few of its letters.</summary>
internal static class Fuzzy
{
    /// <summary>
    /// How well <paramref name="typed"/> fits: the higher the better, null if its letters are not all there in order. Letters at the start of
    /// words and in a row count more; case and accents do not count.
    /// </summary>
    public static int? Score(string typed, string candidate)
    {
        int score = 0;
        int from = 0;
        int last = -2;
        foreach (char letter in typed)
        {
            int at = CultureInfo.InvariantCulture.CompareInfo.IndexOf(
                candidate, letter.ToString(), from, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace);
            if (at < 0)
            {
                return null;
            }

            bool startsWord = at == 0 || !char.IsLetterOrDigit(candidate[at - 1]);
            score += (at == last + 1 ? 8 : 0) + (startsWord ? 6 : 0) - Math.Min(at - from, 5);
            (last, from) = (at, at + 1);
        }

        return score - candidate.Length;
    }

    /// <summary>The candidates that fit, the best first.</summary>
    public static IEnumerable<T> Rank<T>(string typed, IEnumerable<T> candidates, Func<T, string> name) => candidates
        .Select((candidate, index) => (candidate, index, score: Score(typed, name(candidate))))
        .Where(entry => entry.score is not null)
        .OrderByDescending(entry => typed.Length == 0 ? 0 : entry.score)
        .ThenBy(entry => entry.index)
        .Select(entry => entry.candidate);

    /// <summary>The one of <paramref name="candidates"/> that takes the fewest edits to make of <paramref name="typed"/>, if that is no more than a third of it.</summary>
    public static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        (string Name, int Distance) best = candidates.Select(name => (name, Distance(typed, name))).MinBy(entry => entry.Item2);
        return best.Name is not null && best.Distance <= Math.Max(1, (typed.Length + 1) / 3) ? best.Name : null;
    }

    // Optimal string alignment: insert, delete, replace, swap two neighbours.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
