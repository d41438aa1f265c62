using System.Drawing;
using System.Text;
using Terminal.Gui.Drawing;
using Terminal.Gui.Text;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace Terminal.Gui.Drivers;

/// <summary>What the views draw on. Owned by the loop's thread.</summary>
internal sealed class ScreenBuffer
{
    private const string Blank = " ";
    private int _col;
    private int _row;

    public ScreenBuffer(int cols, int rows)
    {
        Cols = cols;
        Rows = rows;
        Contents = new Cell[rows, cols];
        Wide = new bool[rows, cols];
        Clear();
    }

    public int Cols { get; }

    public int Rows { get; }

    public Cell[,] Contents { get; }

    /// <summary>Whether a cell's cluster reaches into the next cell.</summary>
    public bool[,] Wide { get; }

    public Attribute Attribute { get; set; } = new(Color.None, Color.None);

    public void Clear()
    {
        Attribute = new Attribute(Color.None, Color.None);
        Fill(new Rectangle(0, 0, Cols, Rows), Blank);
    }

    public void MoveTo(int col, int row) => (_col, _row) = (col, row);

    public void Fill(Rectangle area, string cluster)
    {
        area.Intersect(new Rectangle(0, 0, Cols, Rows));
        for (int row = area.Top; row < area.Bottom; row++)
        {
            for (int col = area.Left; col < area.Right; col++)
            {
                Put(row, col, cluster, wide: false);
            }
        }
    }

    /// <summary>Draws at the pen what of <paramref name="text"/> lies within <paramref name="clip"/>; the pen moves by all of it.</summary>
    public void Add(string text, Rectangle clip)
    {
        clip.Intersect(new Rectangle(0, 0, Cols, Rows));
        foreach (string cluster in GraphemeHelper.GetGraphemes(text))
        {
            int columns = cluster.GetColumns();
            if (columns == 0)
            {
                continue;
            }

            bool first = clip.Contains(_col, _row);
            bool second = columns == 2 && clip.Contains(_col + 1, _row);
            if (columns == 1 && first)
            {
                Put(_row, _col, cluster, wide: false);
            }
            else if (columns == 2 && first && second)
            {
                Put(_row, _col, cluster, wide: true);
            }
            else if (first || second)
            {
                // Half a cluster cannot be shown.
                Put(_row, first ? _col : _col + 1, Blank, wide: false);
            }

            _col += columns;
        }
    }

    /// <summary>A line per row.</summary>
    public override string ToString()
    {
        var text = new StringBuilder((Cols + 2) * Rows);
        for (int row = 0; row < Rows; row++)
        {
            for (int col = 0; col < Cols; col += Wide[row, col] ? 2 : 1)
            {
                text.Append(Contents[row, col].Grapheme);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private void Put(int row, int col, string cluster, bool wide)
    {
        if (col > 0 && Wide[row, col - 1])
        {
            Contents[row, col - 1].Grapheme = Blank;
            Wide[row, col - 1] = false;
        }

        Contents[row, col] = new Cell(Attribute, Grapheme: cluster);
        Wide[row, col] = wide;
        if (wide)
        {
            Contents[row, col + 1] = new Cell(Attribute, Grapheme: Blank);
            Wide[row, col + 1] = false;
        }
    }
}
