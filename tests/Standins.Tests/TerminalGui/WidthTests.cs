using Terminal.Gui.Drawing;
using Terminal.Gui.Text;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Columns of text, as recorded of the original.</summary>
public sealed class WidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("abc", 3)]
    [InlineData("日", 2)]
    [InlineData("日本x", 5)]
    [InlineData("👨‍👩‍👧‍👦", 2)]
    [InlineData("🇬🇧", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("❤️", 1)]
    [InlineData("☺", 1)]
    [InlineData("●", 1)]
    [InlineData("◐", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("한국", 4)]
    [InlineData("\u1112\u1161\u11ab", 2)]
    [InlineData("a\u200db", 2)]
    [InlineData("\t", 0)]
    [InlineData("\u0000", 0)]
    [InlineData("…✓│", 3)]
    [InlineData("Ωж", 2)]
    public void Text_takes_columns(string text, int columns)
    {
        Assert.Equal(columns, text.GetColumns());
    }

    [Theory]
    [InlineData("ab", new[] { "a", "b" })]
    [InlineData("a\r\nb", new[] { "a", "\r\n", "b" })]
    [InlineData("e\u0301x", new[] { "e\u0301", "x" })]
    [InlineData("👨‍👩‍👧‍👦🇬🇧", new[] { "👨‍👩‍👧‍👦", "🇬🇧" })]
    public void Text_falls_into_clusters(string text, string[] clusters)
    {
        Assert.Equal(clusters, GraphemeHelper.GetGraphemes(text));
        Assert.Equal(clusters.Length, GraphemeHelper.GetGraphemeCount(text));
    }
}
