using System.Text.RegularExpressions;

namespace LanChat.Tidy.Tests;

/// <summary>What must not stand in a C# source. Each rule answers with findings, "path:line: what is wrong", and nothing if all is well.</summary>
internal static partial class SourceRules
{
    /// <summary>Ceiling of a member's length, in lines; 30 is the aim.</summary>
    public const int MaxMemberLines = 70;

    /// <summary>Ceiling of a file's length, in lines; 300 is the aim.</summary>
    public const int MaxFileLines = 500;

    /// <summary>Ceiling of a line's length, in UTF-16 units; 140 is the aim.</summary>
    public const int MaxLineLength = 180;

    /// <summary>The one file of a test project where waiting for a condition may pause between two looks.</summary>
    public const string PollingFile = "Until.cs";

    /// <summary>All rules applied to one file.</summary>
    /// <param name="path">Relative to the root, with slashes; some rules hold in some folders only.</param>
    /// <param name="text">The source.</param>
    public static IEnumerable<string> Findings(string path, string text)
    {
        IReadOnlyList<SourceToken> tokens = SourceLexer.Read(text);
        return Sizes(text, tokens).Concat(Waits(path, tokens)).Concat(Tasks(tokens)).Concat(Unfinished(tokens))
            .Concat(Warnings(tokens)).Concat(EmptyCatches(tokens)).Concat(Libraries(path, tokens))
            .Select(finding => $"{path}:{finding.Line}: {finding.What}");
    }

    private static IEnumerable<(int Line, string What)> Sizes(string text, IReadOnlyList<SourceToken> tokens)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        if (lines.Length > MaxFileLines)
        {
            yield return (1, $"the file has {lines.Length} lines, the ceiling is {MaxFileLines}");
        }

        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > MaxLineLength)
            {
                yield return (i + 1, $"the line has {lines[i].Length} characters, the ceiling is {MaxLineLength}");
            }
        }

        foreach (SourceMember member in SourceShape.Members(tokens).Where(member => member.Lines > MaxMemberLines))
        {
            yield return (member.Line, $"{member.Name} has {member.Lines} lines, the ceiling is {MaxMemberLines}");
        }
    }

    private static IEnumerable<(int Line, string What)> Waits(string path, IReadOnlyList<SourceToken> tokens)
    {
        if (!path.StartsWith("tests/", StringComparison.Ordinal))
        {
            return [];
        }

        IEnumerable<SourceToken> sleeps = path.EndsWith("/" + PollingFile, StringComparison.Ordinal)
            ? []
            : Sequences(tokens, "Thread", ".", "Sleep").Concat(Sequences(tokens, "Task", ".", "Delay"));
        return sleeps
            .Select(token => (token.Line, $"a test does not sleep: wait for a condition with a bound ({PollingFile}) or run in virtual time"))
            .Concat(Sequences(tokens, "Skip", "=").Select(token => (token.Line, "a skipped test tests nothing; skip at run time, with the reason")));
    }

    // A source that names no task has none: there, Result is a property like any other.
    private static IEnumerable<(int Line, string What)> Tasks(IReadOnlyList<SourceToken> tokens) =>
        Sequences(tokens, ".", "Result").Where(_ => tokens.Any(IsOfTasks)).Select(token => (token.Line, "await instead of blocking on a result"))
            .Concat(Sequences(tokens, "async", "void").Select(token => (token.Line, "an async method returns a task that somebody awaits")));

    private static bool IsOfTasks(SourceToken token) => token.Kind == TokenKind.Word
        && (token.Text is "Task" or "ValueTask" or "async" or "await" || token.Text.EndsWith("Async", StringComparison.Ordinal));

    private static IEnumerable<(int Line, string What)> Unfinished(IReadOnlyList<SourceToken> tokens)
    {
        foreach (SourceToken token in tokens)
        {
            if (token.Kind == TokenKind.Comment && UnfinishedMark().Match(token.Text) is { Success: true } mark)
            {
                yield return (token.Line, $"'{mark.Value}': do it, or leave it out");
            }
            else if (token.Is("NotImplementedException"))
            {
                yield return (token.Line, "what is not there does not compile; it does not throw");
            }
        }
    }

    private static IEnumerable<(int Line, string What)> Warnings(IReadOnlyList<SourceToken> tokens)
    {
        HashSet<int> comments = [.. tokens.Where(token => token.Kind == TokenKind.Comment).Select(token => token.EndLine)];
        return tokens
            .Where(token => token.Kind == TokenKind.Directive && SilencedWarning().IsMatch(token.Text))
            .Where(token => !comments.Contains(token.Line) && !comments.Contains(token.Line - 1))
            .Select(token => (token.Line, "a silenced warning says why, beside it or on the line above"));
    }

    private static IEnumerable<(int Line, string What)> EmptyCatches(IReadOnlyList<SourceToken> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].Is("catch"))
            {
                continue;
            }

            int open = i;
            while (open < tokens.Count && !tokens[open].Is("{"))
            {
                open++;
            }

            if (open + 1 < tokens.Count && tokens[open + 1].Is("}"))
            {
                yield return (tokens[i].Line, "an empty catch says why nothing has to be done");
            }
        }
    }

    private static IEnumerable<(int Line, string What)> Libraries(string path, IReadOnlyList<SourceToken> tokens) =>
        from library in LibraryHome.All
        where !library.Allows(path)
        from token in Sequences(tokens, library.Namespace.Replace(".", " . ", StringComparison.Ordinal).Split(' '))
        where IsOutermost(tokens, token)
        select (token.Line, $"{library.Namespace} is used in {library.Where} only");

    // A name that follows a dot or is followed by a declaration is not the library's namespace: LanChat.MessagePack would be ours.
    private static bool IsOutermost(IReadOnlyList<SourceToken> tokens, SourceToken token)
    {
        int at = tokens.TakeWhile(other => other != token).Count();
        bool qualified = at > 0 && tokens[at - 1].Is(".");
        bool used = at > 0 && (tokens[at - 1].Is("using") || tokens[at - 1].Is("static") || tokens[at - 1].Is("=") || tokens[at - 1].Is("::"));
        return !qualified && (used || (at + 1 < tokens.Count && tokens[at + 1].Is(".")));
    }

    private static IEnumerable<SourceToken> Sequences(IReadOnlyList<SourceToken> tokens, params string[] words)
    {
        for (int i = 0; i + words.Length <= tokens.Count; i++)
        {
            if (words.Where((word, k) => tokens[i + k].Is(word)).Count() == words.Length)
            {
                yield return tokens[i];
            }
        }
    }

    // Written so that this file does not find itself.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|X[X]X)\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"^#\s*(pragma\s+warning\s+disable|nullable\s+disable)")]
    private static partial Regex SilencedWarning();
}
