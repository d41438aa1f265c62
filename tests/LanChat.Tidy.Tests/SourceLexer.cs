namespace LanChat.Tidy.Tests;

/// <summary>
/// Splits C# source into tokens, so that the rules never mistake a word in a string or a comment for code. It knows every form of
/// string (verbatim, interpolated, raw, nested in an interpolation's hole) and leaves all grammar to its caller. It accepts any
/// text: what is not C# comes out as marks.
/// </summary>
internal sealed class SourceLexer
{
    private static readonly string[] LongMarks = ["<<=", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "::", "++", "--", "+=", "-=", "..", "->"];

    private readonly string _text;
    private readonly List<SourceToken> _tokens = [];
    private int _at;
    private int _line = 1;

    private SourceLexer(string text) => _text = text;

    /// <summary>All tokens of a source text, comments and directives included, in order.</summary>
    public static IReadOnlyList<SourceToken> Read(string text)
    {
        var lexer = new SourceLexer(text);
        while (lexer._at < text.Length)
        {
            lexer.ReadOne();
        }

        return lexer._tokens;
    }

    private char Here => Peek(0);

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void ReadOne()
    {
        char c = Here;
        if (char.IsWhiteSpace(c))
        {
            Step();
        }
        else if (c == '/' && Peek(1) is '/' or '*')
        {
            ReadComment();
        }
        else if (c == '#' && IsFirstOnLine())
        {
            ReadDirective();
        }
        else if (c == '\'')
        {
            ReadCharacter();
        }
        else if (StringStart() is var (dollars, verbatim, quotes))
        {
            ReadString(dollars, verbatim, quotes);
        }
        else if (char.IsLetter(c) || c is '_' or '@')
        {
            int skip = c == '@' ? 1 : 0;
            ReadWhile(TokenKind.Word, skip, ch => char.IsLetterOrDigit(ch) || ch == '_');
        }
        else if (char.IsDigit(c))
        {
            ReadWhile(TokenKind.Number, 0, ch => char.IsLetterOrDigit(ch) || ch == '_');
        }
        else
        {
            ReadMark();
        }
    }

    private void Step()
    {
        if (Here == '\n')
        {
            _line++;
        }

        _at++;
    }

    private void StepTo(int end)
    {
        while (_at < end && _at < _text.Length)
        {
            Step();
        }
    }

    private void Add(TokenKind kind, int start, int line) => _tokens.Add(new SourceToken(kind, _text[start.._at], line, _line));

    private bool IsFirstOnLine()
    {
        int before = _at - 1;
        while (before >= 0 && _text[before] is ' ' or '\t')
        {
            before--;
        }

        return before < 0 || _text[before] is '\n' or '\uFEFF';
    }

    private void ReadComment()
    {
        (int start, int line) = (_at, _line);
        bool block = Peek(1) == '*';
        int end = block ? _text.IndexOf("*/", _at + 2, StringComparison.Ordinal) : _text.IndexOf('\n', _at);
        StepTo(end < 0 ? _text.Length : block ? end + 2 : end);
        Add(TokenKind.Comment, start, line);
    }

    private void ReadDirective()
    {
        (int start, int line) = (_at, _line);
        while (_at < _text.Length && Here != '\n' && !(Here == '/' && Peek(1) == '/'))
        {
            Step();
        }

        Add(TokenKind.Directive, start, line);
    }

    private void ReadCharacter()
    {
        (int start, int line) = (_at, _line);
        Step();
        while (_at < _text.Length && Here is not ('\'' or '\n'))
        {
            StepTo(_at + (Here == '\\' ? 2 : 1));
        }

        Step();
        Add(TokenKind.Literal, start, line);
    }

    private void ReadWhile(TokenKind kind, int skip, Func<char, bool> belongs)
    {
        (int start, int line) = (_at + skip, _line);
        StepTo(_at + 1);
        while (_at < _text.Length && belongs(Here))
        {
            Step();
        }

        Add(kind, Math.Min(start, _at), line);
    }

    private void ReadMark()
    {
        (int start, int line) = (_at, _line);
        string? known = Array.Find(LongMarks, mark => string.CompareOrdinal(_text, _at, mark, 0, mark.Length) == 0);
        StepTo(_at + (known?.Length ?? 1));
        Add(TokenKind.Mark, start, line);
    }

    /// <summary>Null unless a string starts here; else its dollars, whether it is verbatim, and how many quotes open it.</summary>
    private (int Dollars, bool Verbatim, int Quotes)? StringStart()
    {
        int ahead = 0;
        int dollars = 0;
        bool verbatim = false;
        for (; Peek(ahead) is '$' or '@'; ahead++)
        {
            dollars += Peek(ahead) == '$' ? 1 : 0;
            verbatim |= Peek(ahead) == '@';
        }

        int quotes = 0;
        while (Peek(ahead + quotes) == '"')
        {
            quotes++;
        }

        return quotes == 0 ? null : (dollars, verbatim, quotes >= 3 && !verbatim ? quotes : 1);
    }

    private void ReadString(int dollars, bool verbatim, int quotes)
    {
        (int start, int line) = (_at, _line);
        StepTo(_text.IndexOf('"', _at) + quotes);
        while (_at < _text.Length)
        {
            if (Here == '"' && ClosesString(verbatim, quotes))
            {
                StepTo(_at + quotes);
                break;
            }

            if (Here == '{' && dollars > 0 && OpensHole(dollars, quotes))
            {
                Add(TokenKind.Literal, start, line);
                ReadHole();
                (start, line) = (_at, _line);
            }
            else
            {
                bool pair = quotes == 1 && ((Here == '\\' && !verbatim) || (Here == '"' && verbatim) || (Here == '{' && dollars > 0));
                StepTo(_at + (pair ? 2 : 1));
            }
        }

        Add(TokenKind.Literal, start, line);
    }

    private bool ClosesString(bool verbatim, int quotes) =>
        quotes >= 3 ? RunOf('"') >= quotes && RunOf('"', quotes) == 0 : !verbatim || Peek(1) != '"';

    // A raw string opens a hole with as many braces as it has dollars, the last ones of the run; the others with one, two stand for text.
    private bool OpensHole(int dollars, int quotes) => quotes >= 3 ? RunOf('{') == dollars : Peek(1) != '{';

    private int RunOf(char c, int from = 0)
    {
        int run = 0;
        while (Peek(from + run) == c)
        {
            run++;
        }

        return run;
    }

    private void ReadHole()
    {
        int braces = RunOf('{');
        StepTo(_at + braces);
        int depth = 0;
        while (_at < _text.Length && !(depth == 0 && Here == '}'))
        {
            if (depth == 0 && Here == ':' && Peek(1) != ':')
            {
                // A format string follows: text, not code.
                StepTo(_text.IndexOf('}', _at) is var end and >= 0 ? end : _text.Length);
                break;
            }

            depth += Here is '(' or '[' or '{' ? 1 : Here is ')' or ']' or '}' ? -1 : 0;
            ReadOne();
        }

        StepTo(_at + braces);
    }
}
