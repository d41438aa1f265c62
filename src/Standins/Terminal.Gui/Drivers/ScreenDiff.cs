using System.Drawing;
using System.Globalization;
using System.Text;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace Terminal.Gui.Drivers;

/// <summary>
/// Knows what the terminal shows and turns a <see cref="ScreenBuffer"/> into the shortest sequences it finds: only cells that differ are sent, rows
/// that moved are scrolled by the terminal, everything inside one synchronized update (mode 2026).
/// </summary>
internal sealed class ScreenDiff
{
    /// <summary>Unchanged cells up to this many are sent again rather than stepped over, a step costing as much.</summary>
    private const int BridgedGap = 3;

    private static readonly Attribute Plain = new(Color.None, Color.None);
    private readonly StringBuilder _output = new();
    private Row[] _shown = [];
    private Attribute? _attribute;
    private Cursor _cursorShown = new();
    private bool _cursorUnknown = true;
    private int _col = -1;
    private int _row = -1;

    public ColorDepth Depth { get; set; } = ColorDepth.TrueColor;

    /// <summary>Forgets what the terminal shows: the next update sends everything.</summary>
    public void Forget()
    {
        _shown = [];
        _cursorUnknown = true;
    }

    /// <summary>The sequences that make the terminal show <paramref name="screen"/>, or an empty string.</summary>
    public string Update(ScreenBuffer screen, Cursor cursor)
    {
        _output.Clear();
        if (_shown.Length != screen.Rows || (screen.Rows > 0 && _shown[0].Length != screen.Cols))
        {
            Reset(screen);
        }
        else if (ScrollPlan.Find(screen, _shown) is { } plan)
        {
            Scroll(plan);
        }

        for (int row = 0; row < screen.Rows; row++)
        {
            UpdateRow(screen, row);
        }

        bool drawn = _output.Length > 0;
        bool cursorMoved = drawn || _cursorUnknown || cursor != _cursorShown;
        if (!cursorMoved)
        {
            return string.Empty;
        }

        if (drawn)
        {
            bool hide = _cursorShown.IsVisible || _cursorUnknown;
            _output.Insert(0, hide ? "\e[?2026h\e[?25l" : "\e[?2026h");
        }

        ShowCursor(cursor, hidden: drawn || _cursorUnknown);
        return (drawn ? _output.Append("\e[?2026l") : _output).ToString();
    }

    private void Reset(ScreenBuffer screen)
    {
        _shown = new Row[screen.Rows];
        for (int row = 0; row < _shown.Length; row++)
        {
            _shown[row] = new Row(screen.Cols, Plain);
        }

        _output.Append("\e[0m\e[2J");
        _attribute = Plain;
        _col = -1;
    }

    private void Scroll(ScrollPlan plan)
    {
        SetAttribute(Plain);
        _output.Append(CultureInfo.InvariantCulture, $"\e[{plan.Top + 1};{plan.Bottom + 1}r\e[{Math.Abs(plan.By)}{(plan.By > 0 ? 'S' : 'T')}\e[r");
        _col = -1;
        Row[] moved = _shown[plan.Top..(plan.Bottom + 1)];
        for (int i = 0; i < moved.Length; i++)
        {
            int from = i + plan.By;
            _shown[plan.Top + i] = from >= 0 && from < moved.Length ? moved[from] : new Row(moved[i].Length, Plain);
        }
    }

    private void UpdateRow(ScreenBuffer screen, int row)
    {
        Row shown = _shown[row];
        int blanksFrom = shown.TrailingBlanks(screen, row);
        for (int col = 0; col < screen.Cols;)
        {
            int width = screen.Wide[row, col] ? 2 : 1;
            if (shown.Same(screen, row, col, width))
            {
                col += width;
                continue;
            }

            MoveTo(screen, row, col);
            if (col >= blanksFrom)
            {
                SetAttribute(screen.Contents[row, col].Attribute ?? Plain);
                _output.Append("\e[K");
                for (; col < screen.Cols; col++)
                {
                    shown.Set(screen, row, col, 1);
                }

                return;
            }

            Emit(screen, row, col, width);
            shown.Set(screen, row, col, width);
            col += width;
        }
    }

    private void Emit(ScreenBuffer screen, int row, int col, int width)
    {
        ref Cell cell = ref screen.Contents[row, col];
        SetAttribute(cell.Attribute ?? Plain);
        _output.Append(cell.Grapheme);
        // Terminals disagree on the width of what is made of several code points, and on where the pen is after the last column.
        bool certain = cell.Grapheme.Length == 1 || (cell.Grapheme.Length == 2 && char.IsSurrogatePair(cell.Grapheme, 0));
        _col = certain && col + width < screen.Cols ? col + width : -1;
        _row = row;
    }

    private void MoveTo(ScreenBuffer screen, int row, int col)
    {
        if (_row == row && _col == col)
        {
            return;
        }

        if (_row == row && _col >= 0 && col > _col && col - _col <= BridgedGap && Bridgeable(screen, row, col))
        {
            for (int between = _col; between < col; between++)
            {
                _output.Append(screen.Contents[row, between].Grapheme);
            }
        }
        else if (_row == row && _col >= 0 && col > _col)
        {
            _output.Append(CultureInfo.InvariantCulture, $"\e[{col - _col}C");
        }
        else
        {
            _output.Append(CultureInfo.InvariantCulture, $"\e[{row + 1};{col + 1}H");
        }

        (_row, _col) = (row, col);
    }

    private bool Bridgeable(ScreenBuffer screen, int row, int col)
    {
        for (int between = _col; between < col; between++)
        {
            Cell cell = screen.Contents[row, between];
            if (cell.Grapheme.Length != 1 || cell.Grapheme[0] > '~' || cell.Attribute != _attribute)
            {
                return false;
            }
        }

        return true;
    }

    private void SetAttribute(Attribute attribute)
    {
        if (_attribute != attribute)
        {
            Sgr.Append(_output, _attribute, attribute, Depth);
            _attribute = attribute;
        }
    }

    private void ShowCursor(Cursor cursor, bool hidden)
    {
        if (cursor.IsVisible)
        {
            Point position = cursor.Position!.Value;
            if (cursor.Style != _cursorShown.Style || _cursorUnknown)
            {
                _output.Append(CultureInfo.InvariantCulture, $"\e[{(int)cursor.Style} q");
            }

            _output.Append(CultureInfo.InvariantCulture, $"\e[{position.Y + 1};{position.X + 1}H");
            _output.Append(hidden || !_cursorShown.IsVisible ? "\e[?25h" : string.Empty);
            _col = -1;
        }
        else if (_cursorShown.IsVisible && !hidden)
        {
            _output.Append("\e[?25l");
        }

        _cursorShown = cursor;
        _cursorUnknown = false;
    }

    /// <summary>A row as the terminal shows it. The second half of a wide cluster is an empty string.</summary>
    internal sealed class Row
    {
        private readonly string[] _clusters;
        private readonly Attribute[] _attributes;

        public Row(int length, Attribute attribute)
        {
            _clusters = new string[length];
            _attributes = new Attribute[length];
            Array.Fill(_clusters, " ");
            Array.Fill(_attributes, attribute);
        }

        public int Length => _clusters.Length;

        public bool Same(ScreenBuffer screen, int row, int col, int width)
        {
            ref Cell cell = ref screen.Contents[row, col];
            return _clusters[col] == cell.Grapheme && _attributes[col] == (cell.Attribute ?? Plain)
                && (width == 1 || _clusters[col + 1].Length == 0);
        }

        public void Set(ScreenBuffer screen, int row, int col, int width)
        {
            // Writing one half of a wide cluster wipes the other.
            if (_clusters[col].Length == 0 && col > 0)
            {
                _clusters[col - 1] = "\0";
            }

            if (col + width < Length && _clusters[col + width].Length == 0)
            {
                _clusters[col + width] = "\0";
            }

            Attribute attribute = screen.Contents[row, col].Attribute ?? Plain;
            _clusters[col] = screen.Contents[row, col].Grapheme;
            _attributes[col] = attribute;
            if (width == 2)
            {
                _clusters[col + 1] = string.Empty;
                _attributes[col + 1] = attribute;
            }
        }

        public int Differences(ScreenBuffer screen, int row)
        {
            int count = 0;
            for (int col = 0; col < Length;)
            {
                int width = screen.Wide[row, col] ? 2 : 1;
                count += Same(screen, row, col, width) ? 0 : 1;
                col += width;
            }

            return count;
        }

        /// <summary>Where the blanks begin that can be sent as one "erase to the end of line"; the length if that does not pay.</summary>
        public int TrailingBlanks(ScreenBuffer screen, int row)
        {
            int from = Length;
            int changed = 0;
            Attribute last = Length == 0 ? Plain : screen.Contents[row, Length - 1].Attribute ?? Plain;
            // Not every terminal erases in the current background; every one does in its own.
            bool erasable = last.Background.A == 0 && (last.Style & ~(TextStyle.Bold | TextStyle.Faint | TextStyle.Italic)) == 0;
            while (erasable && from > 0 && screen.Contents[row, from - 1] is { Grapheme: " " } cell
                && cell.Attribute == last && !(from > 1 && screen.Wide[row, from - 2]))
            {
                from--;
                changed += Same(screen, row, from, 1) ? 0 : 1;
            }

            return changed > 4 ? from : Length;
        }
    }
}
