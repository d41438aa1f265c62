namespace LanChat.Tidy.Tests;

/// <summary>What a token is, as far as the tidy rules care.</summary>
internal enum TokenKind
{
    /// <summary>An identifier or a keyword; a verbatim one without its at sign.</summary>
    Word,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A character literal, or the text parts of a string; what stands in an interpolation's holes are tokens of their own.</summary>
    Literal,

    /// <summary>A comment of any kind, with its marks.</summary>
    Comment,

    /// <summary>A preprocessor line, without the comment at its end.</summary>
    Directive,

    /// <summary>An operator or a bracket.</summary>
    Mark,
}

/// <summary>One token of a C# source text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a literal, what stands in the source.</param>
/// <param name="Line">The line it begins on, counted from 1.</param>
/// <param name="EndLine">The line it ends on, counted from 1.</param>
internal readonly record struct SourceToken(TokenKind Kind, string Text, int Line, int EndLine)
{
    /// <summary>True for a keyword, identifier or operator with exactly this text.</summary>
    public bool Is(string text) => Kind is TokenKind.Word or TokenKind.Mark && Text == text;
}
