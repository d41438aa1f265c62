namespace LanChat.Tidy.Tests;

/// <summary>A member with code: a method, a constructor, a property, or the statements of a program without a class.</summary>
/// <param name="Name">Its name as far as it can be told from the tokens, for the message.</param>
/// <param name="Line">Line of its declaration, attributes and comments aside.</param>
/// <param name="Lines">Lines from its declaration to its end, both included.</param>
internal readonly record struct SourceMember(string Name, int Line, int Lines);

/// <summary>Finds the members of a source text and their lengths by matching braces; field initialisers are data and not counted.</summary>
internal sealed class SourceShape
{
    private static readonly string[] TypeWords = ["class", "struct", "interface", "record", "enum", "extension"];

    private readonly SourceToken[] _tokens;
    private readonly List<SourceMember> _members = [];
    private int _at;
    private int _topFirst;
    private int _topLast;

    private SourceShape(IReadOnlyList<SourceToken> tokens) =>
        _tokens = tokens.Where(token => token.Kind is not (TokenKind.Comment or TokenKind.Directive)).ToArray();

    /// <summary>All members with code, in the order of the source.</summary>
    public static IReadOnlyList<SourceMember> Members(IReadOnlyList<SourceToken> tokens)
    {
        var shape = new SourceShape(tokens);
        shape.ReadDeclarations(inType: false);
        if (shape._topFirst > 0)
        {
            shape._members.Add(new SourceMember("(program)", shape._topFirst, shape._topLast - shape._topFirst + 1));
        }

        return shape._members;
    }

    private void ReadDeclarations(bool inType)
    {
        while (_at < _tokens.Length && !_tokens[_at].Is("}"))
        {
            SkipAttributes();
            int first = _at;
            ReadHeader();
            if (_at >= _tokens.Length)
            {
                return;
            }

            ReadBody(_tokens[first.._at], inType);
        }
    }

    private void SkipAttributes()
    {
        while (_at < _tokens.Length && _tokens[_at].Is("["))
        {
            SkipPair("[", "]");
        }
    }

    /// <summary>Moves to the token that ends a declaration's header: an opening brace, an arrow, an equals sign or a semicolon.</summary>
    private void ReadHeader()
    {
        while (_at < _tokens.Length)
        {
            SourceToken token = _tokens[_at];
            if (token.Is("("))
            {
                SkipPair("(", ")");
            }
            else if (token.Is("["))
            {
                SkipPair("[", "]");
            }
            else if (token.Is("{") || token.Is("}") || token.Is(";") || token.Is("=>") || token.Is("="))
            {
                return;
            }
            else
            {
                _at++;
            }
        }
    }

    private void ReadBody(SourceToken[] header, bool inType)
    {
        SourceToken end = _tokens[_at];
        if (end.Is("{") && IsTypeOrNamespace(header))
        {
            _at++;
            ReadDeclarations(inType: !header[0].Is("namespace"));
            _at++;
            return;
        }

        if (end.Is("}"))
        {
            return;
        }

        bool isData = end.Is("=") && inType;
        SkipBody();
        if (header.Length == 0)
        {
            return;
        }

        int last = _tokens[Math.Min(_at, _tokens.Length) - 1].EndLine;
        if (inType && !isData && !end.Is(";"))
        {
            _members.Add(new SourceMember(NameOf(header), header[0].Line, last - header[0].Line + 1));
        }
        else if (!inType && !IsDirectiveLike(header))
        {
            _topFirst = _topFirst == 0 ? header[0].Line : _topFirst;
            _topLast = last;
        }
    }

    /// <summary>Moves past a body: a block, with what may follow a property's, or everything up to the semicolon.</summary>
    private void SkipBody()
    {
        if (_tokens[_at].Is("{"))
        {
            SkipPair("{", "}");
            if (_at >= _tokens.Length || !_tokens[_at].Is("="))
            {
                return;
            }
        }

        while (_at < _tokens.Length && !_tokens[_at].Is(";") && !_tokens[_at].Is("}"))
        {
            string? close = _tokens[_at].Text switch { "{" => "}", "(" => ")", "[" => "]", _ => null };
            if (close is not null && _tokens[_at].Kind == TokenKind.Mark)
            {
                SkipPair(_tokens[_at].Text, close);
            }
            else
            {
                _at++;
            }
        }

        if (_at < _tokens.Length && _tokens[_at].Is(";"))
        {
            _at++;
        }
    }

    private void SkipPair(string open, string close)
    {
        int depth = 0;
        for (; _at < _tokens.Length; _at++)
        {
            depth += _tokens[_at].Is(open) ? 1 : _tokens[_at].Is(close) ? -1 : 0;
            if (depth == 0)
            {
                _at++;
                return;
            }
        }
    }

    // "where T : class" and "where T : struct" are constraints, not types.
    private static bool IsTypeOrNamespace(SourceToken[] header) =>
        header.Length > 0 && (header[0].Is("namespace")
            || header.Where((token, i) => TypeWords.Any(token.Is) && (i == 0 || !(header[i - 1].Is(":") || header[i - 1].Is(",")))
                && i + 1 < header.Length && (header[i + 1].Kind == TokenKind.Word || token.Is("extension"))).Any());

    private static bool IsDirectiveLike(SourceToken[] header) =>
        header[0].Is("namespace") || header[0].Is("global") || header[0].Is("extern")
        || (header[0].Is("using") && !(header.Length > 1 && (header[1].Is("var") || header[1].Is("(")))) || IsTypeOrNamespace(header);

    private static string NameOf(SourceToken[] header)
    {
        int bracket = Array.FindIndex(header, token => token.Is("(") || token.Is("[") || token.Is("<"));
        SourceToken[] before = (bracket < 0 ? header : header[..bracket]).Where(token => token.Kind == TokenKind.Word).ToArray();
        return before.Length > 0 ? before[^1].Text : "(unnamed)";
    }
}
