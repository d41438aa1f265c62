#if !USE_NUGET_PACKAGES
using System.Globalization;
using System.Text;
using Terminal.Gui.Drawing;
using Terminal.Gui.Text;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>A terminal as far as the screen's sequences go: it keeps each cell's text and SGR state, written as a full SGR sequence.</summary>
internal sealed class TerminalModel
{
    private readonly int _cols;
    private readonly int _rows;
    private readonly (string Text, string Attribute)[][] _cells;
    private readonly SortedSet<int> _styles = [];
    private string _foreground = string.Empty;
    private string _background = string.Empty;
    private int _row;
    private int _col;
    private int _top;
    private int _bottom;

    public TerminalModel(int cols, int rows)
    {
        (_cols, _rows, _bottom) = (cols, rows, rows - 1);
        _cells = [.. Enumerable.Range(0, rows).Select(_ => BlankRow("\e[0m"))];
    }

    private string Attribute => "\e[0" + string.Concat(_styles.Select(style => $";{style}"))
        + (_foreground.Length > 0 ? ";" + _foreground : string.Empty) + (_background.Length > 0 ? ";" + _background : string.Empty) + "m";

    public void Take(string sent)
    {
        int at = 0;
        while (at < sent.Length)
        {
            if (sent[at] == '\e')
            {
                Assert.Equal('[', sent[at + 1]);
                int end = at + 2;
                while (sent[end] < '@')
                {
                    end++;
                }

                Control(sent[(at + 2)..end], sent[end]);
                at = end + 1;
                continue;
            }

            int next = sent.IndexOf('\e', at);
            string text = next < 0 ? sent[at..] : sent[at..next];
            foreach (string cluster in GraphemeHelper.GetGraphemes(text))
            {
                Print(cluster);
            }

            at += text.Length;
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string Text, string Attribute)[] row in _cells)
        {
            text.Append(string.Concat(row.Where(cell => cell.Text.Length > 0).Select(cell => cell.Attribute + cell.Text))).Append('\n');
        }

        return text.ToString();
    }

    private void Print(string cluster)
    {
        int columns = cluster.GetColumns();
        Wipe(_col);
        _cells[_row][_col] = (cluster, Attribute);
        if (columns == 2)
        {
            Wipe(_col + 1);
            _cells[_row][_col] = (cluster, Attribute);
            _cells[_row][_col + 1] = (string.Empty, Attribute);
        }

        _col = Math.Min(_col + columns, _cols - 1);
    }

    // Half a wide character cannot stay.
    private void Wipe(int col)
    {
        (string Text, string Attribute)[] row = _cells[_row];
        if (row[col].Text.Length == 0 && col > 0)
        {
            row[col - 1] = (" ", row[col - 1].Attribute);
        }

        if (col + 1 < _cols && row[col + 1].Text.Length == 0)
        {
            row[col + 1] = (" ", row[col + 1].Attribute);
        }
    }

    private void Control(string parameters, char final)
    {
        int[] numbers = parameters.StartsWith('?') ? [] : [.. parameters.Split(';', ' ').Select(
            part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        switch (final)
        {
            case 'H':
                (_row, _col) = (numbers[0] - 1, numbers[1] - 1);
                break;
            case 'C':
                _col += numbers[0];
                break;
            case 'J':
                Array.Fill(_cells, null!);
                for (int row = 0; row < _rows; row++)
                {
                    _cells[row] = BlankRow(Attribute);
                }

                break;
            case 'K':
                Wipe(_col);
                Array.Fill(_cells[_row], (" ", Attribute), _col, _cols - _col);
                break;
            case 'r':
                (_top, _bottom) = numbers.Length == 2 ? (numbers[0] - 1, numbers[1] - 1) : (0, _rows - 1);
                (_row, _col) = (0, 0);
                break;
            case 'S' or 'T':
                Scroll(final == 'S' ? numbers[0] : -numbers[0]);
                break;
            case 'm':
                Style(numbers);
                break;
        }
    }

    private void Scroll(int by)
    {
        (string Text, string Attribute)[][] region = _cells[_top..(_bottom + 1)];
        for (int i = 0; i < region.Length; i++)
        {
            int from = i + by;
            _cells[_top + i] = from >= 0 && from < region.Length ? region[from] : BlankRow(Attribute);
        }
    }

    private void Style(int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            switch (numbers[i])
            {
                case 0:
                    _styles.Clear();
                    (_foreground, _background) = (string.Empty, string.Empty);
                    break;
                case 38:
                    _foreground = string.Join(';', numbers[i..(i + 5)]);
                    i += 4;
                    break;
                case 48:
                    _background = string.Join(';', numbers[i..(i + 5)]);
                    i += 4;
                    break;
                case 39:
                    _foreground = string.Empty;
                    break;
                case 49:
                    _background = string.Empty;
                    break;
                default:
                    _styles.Add(numbers[i]);
                    break;
            }
        }
    }

    private (string Text, string Attribute)[] BlankRow(string attribute) => [.. Enumerable.Repeat((" ", attribute), _cols)];
}
#endif
