using System.Drawing;
using System.Text;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace Terminal.Gui.Drivers;

/// <summary>The buffer the views draw on, what the terminal shows of it, and the terminal.</summary>
internal sealed class TerminalDriver : IDriver
{
    private readonly string _name;
    private readonly ColorDepth _depth;
    private readonly ApplicationCore _app;
    private readonly ScreenDiff _diff = new();
    private Cursor _cursor = new() { Style = CursorStyle.Hidden };
    private bool _force16Colors;

    public TerminalDriver(ApplicationCore app, string name, Terminal terminal, ColorDepth depth)
    {
        _app = app;
        _name = name;
        Terminal = terminal;
        _depth = depth;
        Force16Colors = Driver.Force16Colors;
        Size size = terminal.Size;
        Buffer = size.Width < 1 || size.Height < 1 ? new ScreenBuffer(80, 25) : new ScreenBuffer(size.Width, size.Height);
    }

    public Terminal Terminal { get; }

    public ScreenBuffer Buffer { get; private set; }

    public Rectangle Screen => new(0, 0, Cols, Rows);

    public int Cols
    {
        get => Buffer.Cols;
        set => SetScreenSize(value, Rows);
    }

    public int Rows
    {
        get => Buffer.Rows;
        set => SetScreenSize(Cols, value);
    }

    public bool SupportsTrueColor => _depth == ColorDepth.TrueColor;

    public bool Force16Colors
    {
        get => _force16Colors;
        set
        {
            _force16Colors = value;
            _diff.Depth = value && _depth > ColorDepth.Sixteen ? ColorDepth.Sixteen : _depth;
            _diff.Forget();
        }
    }

    public Cell[,]? Contents
    {
        get => Buffer.Contents;
        set => Array.Copy(value ?? throw new ArgumentNullException(nameof(value)), Buffer.Contents, Buffer.Contents.Length);
    }

    public string? GetName() => _name;

    public void SetScreenSize(int width, int height)
    {
        if (width == Cols && height == Rows)
        {
            return;
        }

        Buffer = new ScreenBuffer(Math.Max(1, width), Math.Max(1, height));
        _diff.Forget();
        _app.OnScreenChanged();
    }

    public void Suspend() => Terminal.RequestSuspend();

    public void WriteRaw(string ansi) => Terminal.Write(ansi);

    public void SetTerminalTitle(string title, int mode = 0) =>
        Terminal.Write($"\e]{mode};{string.Concat(title.Where(c => !char.IsControl(c)))}\a");

    public void SetCursor(Cursor cursor) => _cursor = cursor;

    public Cursor GetCursor() => _cursor;

    /// <summary>Makes the next update send every cell.</summary>
    public void Forget() => _diff.Forget();

    /// <summary>Sends what changed.</summary>
    public void Flush() => Terminal.Write(_diff.Update(Buffer, _cursor));

    public override string ToString() => Buffer.ToString();

    public string ToAnsi()
    {
        var text = new StringBuilder();
        Attribute? before = null;
        for (int row = 0; row < Rows; row++)
        {
            for (int col = 0; col < Cols; col += Buffer.Wide[row, col] ? 2 : 1)
            {
                Attribute attribute = Buffer.Contents[row, col].Attribute ?? default;
                if (before != attribute)
                {
                    Sgr.Append(text, before, attribute, _diff.Depth);
                    before = attribute;
                }

                text.Append(Buffer.Contents[row, col].Grapheme);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    public void Dispose() => Terminal.Dispose();
}
