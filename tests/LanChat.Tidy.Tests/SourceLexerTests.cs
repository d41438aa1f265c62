namespace LanChat.Tidy.Tests;

/// <summary>The lexer and the measuring of members, on the forms of C# that could mislead them.</summary>
public sealed class SourceLexerTests
{
    private static string Code(string text) => string.Join(
        ' ', SourceLexer.Read(text).Where(token => token.Kind is TokenKind.Word or TokenKind.Number or TokenKind.Mark).Select(token => token.Text));

    [Theory]
    [InlineData("a = \"x \\\" y\"; b", "a = ; b")]
    [InlineData("a = @\"x \"\" \\\"; b", "a = ; b")]
    [InlineData("a = \"\"; b = \"\";", "a = ; b = ;")]
    [InlineData("a = $\"x {c:HH:mm'} {(d ? 1 : 2)} {{e}}\"; b", "a = c ( d ? 1 : 2 ) ; b")]
    [InlineData("a = $\"{F($\"{g}\", \"}\")}\"; b", "a = F ( g , ) ; b")]
    [InlineData("a = $@\"x \\{c}\"\"{d}\"; b", "a = c d ; b")]
    [InlineData("a = \"\"\"x \"\" {y} \"\"\"; b", "a = ; b")]
    [InlineData("a = $$\"\"\"x {y} {{{z}} \"\" {{c}}\"\"\"; b", "a = z c ; b")]
    [InlineData("a = '\\''; b = '\"'; c", "a = ; b = ; c")]
    [InlineData("a // b\nc /* d\n */ e", "a c e")]
    [InlineData("#if X // y\na\n#endif", "a")]
    [InlineData("@class _b c1 0x1F 1_000", "class _b c1 0x1F 1_000")]
    [InlineData("a => b ?? c?.d::e", "a => b ?? c ?. d :: e")]
    [InlineData("a = \"unclosed", "a =")]
    [InlineData("/* unclosed", "")]
    public void Strings_and_comments_are_not_code(string text, string code) => Assert.Equal(code, Code(text));

    [Fact]
    public void Lines_are_counted_through_strings_and_comments()
    {
        IReadOnlyList<SourceToken> tokens = SourceLexer.Read("a\n/* \n */ b @\"\n\" c \"\"\"\n  x\n  \"\"\"\nd");
        Assert.Equal([("a", 1), ("b", 3), ("c", 4), ("d", 7)], tokens.Where(token => token.Kind == TokenKind.Word).Select(token => (token.Text, token.Line)));
    }

    [Fact]
    public void Members_of_every_form_are_measured()
    {
        const string Text = """
            using System;
            namespace A.B;
            [Serializable]
            public sealed record C(int X) : IComparable<C> where T : class, new()
            {
                private static readonly int[] Table =
                [
                    1,
                ];
                private readonly Func<int> _f = () => { return 1; };
                [Obsolete("x")]
                public C(string y)
                    : this(1)
                {
                }
                public int P { get; set; } = 4;
                public int Q
                {
                    get => 1;
                }
                public T M<T>(int a = 1) where T : struct
                {
                    void Local() { }
                    if (a == 1) { Local(); }
                    return new() { };
                }
                public int E() =>
                    F(x => { return x; },
                        2);
                public static bool operator ==(C a, C b) => true;
                public int this[int i] { get => i; }
                private enum D { One = 1, Two }
                private struct F { public void G() { } }
            }
            """;
        Assert.Equal(
            [("C", 4), ("P", 1), ("Q", 4), ("M", 6), ("E", 3), ("operator", 1), ("this", 1), ("G", 1)],
            SourceShape.Members(SourceLexer.Read(Text)).Select(member => (member.Name, member.Lines)));
    }

    [Fact]
    public void The_statements_of_a_program_are_measured_as_one()
    {
        const string Text = "using System;\nusing var a = B();\nif (a)\n{\n    C();\n}\nreturn 0;\nvoid C() { }\nsealed class D { }\n";
        Assert.Equal([("(program)", 2, 7)], SourceShape.Members(SourceLexer.Read(Text)).Select(member => (member.Name, member.Line, member.Lines)));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Braces_of_every_source_match(string file)
    {
        IReadOnlyList<SourceToken> tokens = SourceLexer.Read(Tree.Read(file));
        Assert.Equal(tokens.Count(token => token.Is("{")), tokens.Count(token => token.Is("}")));
        Assert.Equal(tokens.Count(token => token.Is("(")), tokens.Count(token => token.Is(")")));
        Assert.Equal(tokens.Count(token => token.Is("[")), tokens.Count(token => token.Is("]")));
    }

    /// <summary>Every C# source of the tree.</summary>
    public static TheoryData<string> Sources() => [.. Tree.Sources];
}
