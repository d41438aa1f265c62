namespace LanChat.Tui;

/// <summary>What is being typed: grapheme clusters with a caret between two of them. Wraps by width; a line feed is a cluster of its own.</summary>
internal sealed class Composer
{
    private readonly List<string> _clusters = [];
    private string _killed = string.Empty;

    /// <summary>The caret: how many clusters are before it.</summary>
    public int Caret { get; private set; }

    /// <summary>The text. Setting it puts the caret at its end.</summary>
    public string Text
    {
        get => string.Concat(_clusters);
        set
        {
            _clusters.Clear();
            _clusters.AddRange(TextWidth.Clusters(Normal(value)));
            Caret = _clusters.Count;
        }
    }

    /// <summary>Whether nothing is typed.</summary>
    public bool IsEmpty => _clusters.Count == 0;

    /// <summary>The text before the caret.</summary>
    public string BeforeCaret => string.Concat(_clusters.Take(Caret));

    /// <summary>Types at the caret. What joins the cluster before it joins it: emoji arrive code point by code point.</summary>
    public void Insert(string text)
    {
        string before = string.Concat(_clusters.Take(Caret)) + Normal(text);
        string after = string.Concat(_clusters.Skip(Caret));
        _clusters.Clear();
        _clusters.AddRange(TextWidth.Clusters(before + after));
        Caret = ClustersIn(before.Length);
    }

    /// <summary>Puts <paramref name="text"/> in the place of the last <paramref name="length"/> characters before the caret.</summary>
    public void ReplaceBefore(int length, string text)
    {
        string before = BeforeCaret;
        string after = string.Concat(_clusters.Skip(Caret));
        before = before[..^length] + text;
        _clusters.Clear();
        _clusters.AddRange(TextWidth.Clusters(before + after));
        Caret = ClustersIn(before.Length);
    }

    /// <summary>Empties it and returns what was there.</summary>
    public string Take()
    {
        string text = Text;
        Text = string.Empty;
        return text;
    }

    /// <summary>Does what an editing key means; false if the key means nothing here.</summary>
    public bool Press(KeyPress key)
    {
        switch (key)
        {
            case { Name: KeyName.Left, Ctrl: true } or { Name: KeyName.Left, Alt: true }:
                Caret = WordBefore();
                return true;
            case { Name: KeyName.Right, Ctrl: true } or { Name: KeyName.Right, Alt: true }:
                Caret = WordAfter();
                return true;
            case { Name: KeyName.Left }:
                Caret = Math.Max(0, Caret - 1);
                return true;
            case { Name: KeyName.Right }:
                Caret = Math.Min(_clusters.Count, Caret + 1);
                return true;
            case { Name: KeyName.Home } or { Name: KeyName.Text, Ctrl: true, Text: "a" }:
                Caret = LineStart(Caret);
                return true;
            case { Name: KeyName.End } or { Name: KeyName.Text, Ctrl: true, Text: "e" }:
                Caret = LineEnd(Caret);
                return true;
            case { Name: KeyName.Backspace, Ctrl: true } or { Name: KeyName.Backspace, Alt: true } or { Name: KeyName.Text, Ctrl: true, Text: "w" }:
                Kill(WordBefore(), Caret);
                return true;
            case { Name: KeyName.Backspace }:
                Remove(Caret - 1);
                return true;
            case { Name: KeyName.Delete, Ctrl: true }:
                Kill(Caret, WordAfter());
                return true;
            case { Name: KeyName.Delete } or { Name: KeyName.Text, Ctrl: true, Text: "d" }:
                Remove(Caret);
                return true;
            default:
                return PressKill(key);
        }
    }

    /// <summary>A line up or down among the lines as typed; false at the first or last.</summary>
    public bool MoveLine(int by)
    {
        int start = LineStart(Caret);
        int column = Caret - start;
        if (by < 0)
        {
            if (start == 0)
            {
                return false;
            }

            int above = LineStart(start - 1);
            Caret = Math.Min(above + column, start - 1);
            return true;
        }

        int end = LineEnd(Caret);
        if (end == _clusters.Count)
        {
            return false;
        }

        Caret = Math.Min(end + 1 + column, LineEnd(end + 1));
        return true;
    }

    /// <summary>The lines as shown in <paramref name="width"/> columns, and the caret among them.</summary>
    public (List<string> Lines, int Row, int Column) Layout(int width)
    {
        width = Math.Max(2, width);
        var lines = new List<string>();
        var line = new System.Text.StringBuilder();
        int columns = 0;
        (int row, int column) = (0, 0);
        for (int i = 0; i <= _clusters.Count; i++)
        {
            string cluster = i < _clusters.Count ? _clusters[i] : string.Empty;
            string shown = cluster == "\t" ? "    " : cluster;
            int own = cluster == "\n" ? 0 : TextWidth.Of(shown);
            // The caret needs a column too.
            if (columns + Math.Max(own, 1) > width && cluster != "\n")
            {
                lines.Add(line.ToString());
                line.Clear();
                columns = 0;
            }

            if (i == Caret)
            {
                (row, column) = (lines.Count, Math.Min(columns, width - 1));
            }

            if (cluster == "\n")
            {
                lines.Add(line.ToString());
                line.Clear();
                columns = 0;
                continue;
            }

            line.Append(shown);
            columns += own;
        }

        lines.Add(line.ToString());
        return (lines, row, column);
    }

    // What a message may not have cannot be typed either; a terminal's line ends become one kind.
    private static string Normal(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Where(c => c is '\n' or '\t' || !char.IsControl(c)));

    private bool PressKill(KeyPress key)
    {
        if (key.IsCtrl('k'))
        {
            Kill(Caret, LineEnd(Caret));
        }
        else if (key.IsCtrl('u'))
        {
            Kill(LineStart(Caret), Caret);
        }
        else if (key.IsCtrl('y'))
        {
            Insert(_killed);
        }
        else if (key.IsTyping)
        {
            Insert(key.Text);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void Kill(int from, int to)
    {
        if (from < to)
        {
            _killed = string.Concat(_clusters.Skip(from).Take(to - from));
            _clusters.RemoveRange(from, to - from);
            Caret = from;
        }
    }

    private void Remove(int at)
    {
        if (at >= 0 && at < _clusters.Count)
        {
            _clusters.RemoveAt(at);
            Caret = at;
        }
    }

    private int ClustersIn(int length)
    {
        int count = 0;
        for (int at = 0; at < length && count < _clusters.Count; count++)
        {
            at += _clusters[count].Length;
        }

        return count;
    }

    private int LineStart(int at) => at == 0 ? 0 : _clusters.FindLastIndex(at - 1, cluster => cluster == "\n") + 1;

    private int LineEnd(int at)
    {
        int end = at >= _clusters.Count ? -1 : _clusters.FindIndex(at, cluster => cluster == "\n");
        return end < 0 ? _clusters.Count : end;
    }

    private int WordBefore()
    {
        int at = Caret;
        while (at > 0 && !IsWord(_clusters[at - 1]))
        {
            at--;
        }

        while (at > 0 && IsWord(_clusters[at - 1]))
        {
            at--;
        }

        return at;
    }

    private int WordAfter()
    {
        int at = Caret;
        while (at < _clusters.Count && !IsWord(_clusters[at]))
        {
            at++;
        }

        while (at < _clusters.Count && IsWord(_clusters[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsWord(string cluster) => !string.IsNullOrWhiteSpace(cluster) && !(cluster.Length == 1 && char.IsPunctuation(cluster[0]));
}
