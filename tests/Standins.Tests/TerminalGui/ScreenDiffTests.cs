#if !USE_NUGET_PACKAGES
using System.Drawing;
using System.Text;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Attribute = Terminal.Gui.Drawing.Attribute;
using Color = Terminal.Gui.Drawing.Color;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>What is sent to bring a terminal from one screen to the next.</summary>
public sealed class ScreenDiffTests
{
    private static readonly Attribute Plain = new(Color.None, Color.None);
    private static readonly Attribute Red = new(new Color(200, 0, 0), Color.None, TextStyle.Bold);
    private static readonly Attribute OnBlue = new(new Color(250, 250, 250), new Color(0, 0, 90));

    private readonly ScreenDiff _diff = new();

    [Fact]
    public void An_unchanged_screen_sends_nothing()
    {
        ScreenBuffer screen = Screen("hello", "world");
        _diff.Update(screen, new Cursor());
        Assert.Empty(_diff.Update(screen, new Cursor()));
    }

    [Fact]
    public void Only_the_changed_cell_is_sent()
    {
        _diff.Update(Screen("hello", "world"), new Cursor());
        Assert.Equal("\e[?2026h\e[2;3HR\e[?2026l", _diff.Update(Screen("hello", "woRld"), new Cursor()));
    }

    [Fact]
    public void Only_the_caret_moves_when_only_the_caret_moved()
    {
        ScreenBuffer screen = Screen("hello", "world");
        _diff.Update(screen, new Cursor { Position = new Point(0, 0) });
        Assert.Equal("\e[2;4H", _diff.Update(screen, new Cursor { Position = new Point(3, 1) }));
        Assert.Equal("\e[?25l", _diff.Update(screen, new Cursor { Style = CursorStyle.Hidden }));
    }

    [Fact]
    public void Typing_a_letter_costs_less_than_sixty_bytes()
    {
        _diff.Update(Screen("> hell", string.Empty), new Cursor { Position = new Point(6, 0) });
        string sent = _diff.Update(Screen("> hello", string.Empty), new Cursor { Position = new Point(7, 0) });
        Assert.InRange(sent.Length, 1, 60);
    }

    [Fact]
    public void Lines_that_moved_are_scrolled_by_the_terminal()
    {
        string[] lines = [.. Enumerable.Range(0, 28).Select(i => $"{i * 7919 % 1000} a line of some length, number {i}, with words that differ {i * i}")];
        _diff.Update(Screen(lines[..20], 100), new Cursor());
        string sent = _diff.Update(Screen(lines[1..21], 100), new Cursor());
        Assert.Contains("\e[1;20r\e[1S\e[r", sent, StringComparison.Ordinal);
        Assert.InRange(sent.Length, 1, 150);
        string back = _diff.Update(Screen(lines[..20], 100), new Cursor());
        Assert.Contains("\e[1;20r\e[1T\e[r", back, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_terminal_shows_what_was_drawn_whatever_came_before(int seed)
    {
        var random = new Random(seed);
        var terminal = new TerminalModel(30, 12);
        var screen = new ScreenBuffer(30, 12);
        for (int i = 0; i < 400; i++)
        {
            Change(screen, random);
            terminal.Take(_diff.Update(screen, new Cursor { Position = new Point(random.Next(30), random.Next(12)) }));
            Assert.Equal(Describe(screen), terminal.ToString());
        }
    }

    [Theory]
    [InlineData("truecolor", "xterm-256color", null, "\e[0;1;38;2;200;0;0m")]
    [InlineData(null, "xterm-256color", null, "\e[0;1;38;5;160m")]
    [InlineData(null, "xterm", null, "\e[0;1;31m")]
    [InlineData(null, "linux", null, "\e[0;1;31m")]
    [InlineData("truecolor", "xterm-256color", "1", "\e[0;1m")]
    public void Colours_follow_the_terminal(string? colorTerm, string term, string? noColor, string expected)
    {
        ColorDepth depth = Sgr.Detect(name => name switch { "COLORTERM" => colorTerm, "TERM" => term, "NO_COLOR" => noColor, _ => null });
        var output = new StringBuilder();
        Sgr.Append(output, null, Red, depth);
        Assert.Equal(expected, output.ToString());
    }

    [Fact]
    public void Only_what_differs_between_attributes_is_sent()
    {
        var output = new StringBuilder();
        Sgr.Append(output, OnBlue, OnBlue with { Style = TextStyle.Underline }, ColorDepth.TrueColor);
        Sgr.Append(output, Plain, Plain, ColorDepth.TrueColor);
        Sgr.Append(output, OnBlue, Plain, ColorDepth.TrueColor);
        Assert.Equal("\e[4m\e[39;49m", output.ToString());
    }

    private static void Change(ScreenBuffer screen, Random random)
    {
        string[] words = ["hello", "日本語", "👨‍👩‍👧‍👦", " ", "                    ", "x", "🇬🇧é", "abcdefghijklmnopqrstuvwxyz"];
        Attribute[] attributes = [Plain, Plain, Red, OnBlue];
        if (random.Next(4) == 0)
        {
            Shift(screen, random.Next(1, 4));
        }

        for (int i = random.Next(6); i >= 0; i--)
        {
            screen.Attribute = attributes[random.Next(attributes.Length)];
            screen.MoveTo(random.Next(-3, 30), random.Next(12));
            screen.Add(words[random.Next(words.Length)], new Rectangle(0, 0, 30, 12));
        }
    }

    private static void Shift(ScreenBuffer screen, int by)
    {
        for (int row = 0; row + by < screen.Rows; row++)
        {
            for (int col = 0; col < screen.Cols; col++)
            {
                screen.Contents[row, col] = screen.Contents[row + by, col];
                screen.Wide[row, col] = screen.Wide[row + by, col];
            }
        }
    }

    private static ScreenBuffer Screen(params string[] lines) => Screen(lines, 40);

    private static ScreenBuffer Screen(string[] lines, int cols)
    {
        var screen = new ScreenBuffer(cols, lines.Length);
        for (int row = 0; row < lines.Length; row++)
        {
            screen.MoveTo(0, row);
            screen.Add(lines[row], new Rectangle(0, 0, cols, lines.Length));
        }

        return screen;
    }

    private static string Describe(ScreenBuffer screen)
    {
        var text = new StringBuilder();
        for (int row = 0; row < screen.Rows; row++)
        {
            for (int col = 0; col < screen.Cols; col += screen.Wide[row, col] ? 2 : 1)
            {
                var sgr = new StringBuilder();
                Sgr.Append(sgr, null, screen.Contents[row, col].Attribute ?? Plain, ColorDepth.TrueColor);
                text.Append(sgr).Append(screen.Contents[row, col].Grapheme);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
#endif
