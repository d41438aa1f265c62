using LanChat.Tui;

namespace LanChat.App.Tests.Tui;

/// <summary>Editing and measuring text.</summary>
public sealed class ComposerTests
{
    private readonly Composer _composer = new();

    [Fact]
    public void Emoji_that_come_code_point_by_code_point_join()
    {
        foreach (System.Text.Rune rune in "👨‍👩‍👧‍👦🇬🇧e\u0301".EnumerateRunes())
        {
            _composer.Insert(rune.ToString());
        }

        Assert.Equal(3, _composer.Caret);
        _composer.Press(new KeyPress(KeyName.Backspace));
        Assert.Equal("👨‍👩‍👧‍👦🇬🇧", _composer.Text);
        _composer.Press(new KeyPress(KeyName.Backspace));
        _composer.Press(new KeyPress(KeyName.Backspace));
        Assert.True(_composer.IsEmpty);
    }

    [Fact]
    public void Control_characters_are_not_taken()
    {
        _composer.Insert("a\e[31mb\u0007\r\nc\td");
        Assert.Equal("a[31mb\nc\td", _composer.Text);
    }

    [Theory]
    [InlineData("one two three", "w", "one two ")]
    [InlineData("one two three", "u", "")]
    [InlineData("line\nsecond", "u", "line\n")]
    [InlineData("abc", "d", "abc")]
    public void Control_keys_cut(string text, string key, string left)
    {
        _composer.Text = text;
        Assert.True(_composer.Press(new KeyPress(KeyName.Text, key, Ctrl: true)));
        Assert.Equal(left, _composer.Text);
    }

    [Fact]
    public void What_was_cut_comes_back()
    {
        _composer.Text = "one two";
        _composer.Press(new KeyPress(KeyName.Text, "w", Ctrl: true));
        _composer.Press(new KeyPress(KeyName.Home));
        _composer.Press(new KeyPress(KeyName.Text, "y", Ctrl: true));
        Assert.Equal("twoone ", _composer.Text);
    }

    [Fact]
    public void The_caret_moves_by_words_and_lines()
    {
        _composer.Text = "ab cd\nefg";
        _composer.Press(new KeyPress(KeyName.Left, Ctrl: true));
        Assert.Equal(6, _composer.Caret);
        Assert.True(_composer.MoveLine(-1));
        Assert.Equal(0, _composer.Caret);
        Assert.False(_composer.MoveLine(-1));
        _composer.Press(new KeyPress(KeyName.End));
        Assert.Equal(5, _composer.Caret);
        Assert.True(_composer.MoveLine(1));
        Assert.Equal(9, _composer.Caret);
        Assert.False(_composer.MoveLine(1));
    }

    [Theory]
    [InlineData("abcdef", 4, 2, 2, 1)]
    [InlineData("abcd", 4, 2, 0, 1)]
    [InlineData("日本語", 4, 2, 2, 1)]
    [InlineData("a\n", 4, 2, 0, 1)]
    [InlineData("", 4, 1, 0, 0)]
    public void The_caret_is_where_the_text_ends(string text, int width, int lines, int column, int row)
    {
        _composer.Text = text;
        (List<string> shown, int atRow, int atColumn) = _composer.Layout(width);
        Assert.Equal((lines, row, column), (shown.Count, atRow, atColumn));
        Assert.All(shown, line => Assert.InRange(TextWidth.Of(line), 0, width));
    }

    [Theory]
    [InlineData("one two three", 8, new[] { "one two", "three" })]
    [InlineData("abcdefghij", 4, new[] { "abcd", "efgh", "ij" })]
    [InlineData("日本語テキスト", 6, new[] { "日本語", "テキス", "ト" })]
    [InlineData("a\n\nb", 10, new[] { "a", "", "b" })]
    [InlineData("", 10, new[] { "" })]
    [InlineData("word 👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 6, new[] { "word", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦" })]
    public void Text_wraps_at_blanks_and_between_clusters(string text, int width, string[] lines)
    {
        Assert.Equal(lines, TextWidth.Wrap(text, width));
    }

    [Fact]
    public void Wrapping_loses_nothing_and_keeps_the_width_whatever_the_text()
    {
        string[] parts = ["a", "bc ", " ", "日本", "👨‍👩‍👧‍👦", "🇬🇧", "e\u0301", "\u200b", "longerword", "-", "/"];
        var random = new Random(11);
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => parts[random.Next(parts.Length)]));
            int width = random.Next(2, 30);
            List<string> lines = TextWidth.Wrap(text, width);
            Assert.All(lines, line => Assert.InRange(TextWidth.Of(line), 0, width));
            Assert.Equal(text.Replace(" ", string.Empty), string.Concat(lines).Replace(" ", string.Empty));
        }
    }

    [Theory]
    [InlineData("des", "#Design", "#lobby")]
    [InlineData("lb", "#lobby", "#Design")]
    [InlineData("", "#Design", "#lobby")]
    public void Few_letters_find_a_name(string typed, string first, string second)
    {
        IEnumerable<string> ranked = Fuzzy.Rank(typed, ["#Design", "#lobby"], name => name);
        Assert.Equal(first, ranked.First());
        Assert.Equal(typed.Length == 0, ranked.Contains(second));
    }
}
