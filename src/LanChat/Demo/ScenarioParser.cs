using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LanChat.Protocol;

namespace LanChat.Demo;

/// <summary>Reads scenarios. Every wrong line is named at once, with what is allowed there.</summary>
internal static partial class ScenarioParser
{
    /// <summary>Lines a scenario may have.</summary>
    public const int MaxLines = 1000;

    /// <summary>People it may have: each is a process.</summary>
    public const int MaxPeople = 12;

    private const int MaxProblems = 10;

    /// <summary>Reads a whole scenario.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">What the file is called in errors.</param>
    /// <exception cref="ScenarioException">Something is wrong; the message names each line.</exception>
    public static Scenario Parse(string text, string file)
    {
        var lines = text.Split('\n');
        if (lines.Length > MaxLines) throw new ScenarioException($"{file} has {lines.Length} lines; a scenario has {MaxLines} at most.");
        var steps = ImmutableArray.CreateBuilder<Step>();
        var problems = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                if (Read(lines[i].Trim(), i + 1) is { } step) steps.Add(step);
            }
            catch (FormatException problem)
            {
                problems.Add($"{file}:{i + 1}: {problem.Message}");
            }
        }

        problems.AddRange(Strangers(steps).Select(p => $"{file}:{p}"));
        if (steps.Count == 0 && problems.Count == 0) problems.Add($"{file}: there is nothing in it. Begin with [ana joins] and a line such as 'ana: hello'.");
        if (problems.Count > 0) throw new ScenarioException(string.Join('\n', problems.Take(MaxProblems)));
        return new Scenario(steps.ToImmutable());
    }

    private static Step? Read(string line, int number)
    {
        if (line.Length == 0 || line.StartsWith('#')) return null;
        if (line.StartsWith('=')) return new HeadingStep(number, line.Trim('=', ' '));
        if (line.StartsWith('[')) return ReadAction(line, number);
        var said = Said().Match(line);
        if (!said.Success)
        {
            throw new FormatException(
                $"'{line}' is neither 'NAME: TEXT', 'NAME #ROOM: TEXT', 'NAME @NAME: TEXT', an [action], a '= heading' nor a '# comment'. "
                + "Names are lower-case letters and digits.");
        }

        var text = said.Groups[3].Value;
        if (!Texts.IsValid(text, out var problem)) throw new FormatException(problem);
        var where = said.Groups[2].Value;
        return new SayStep(
            number, ScenarioForms.Checked(said.Groups[1].Value), where.StartsWith('@') ? null : ScenarioForms.RoomOf(where.Length == 0 ? "#lobby" : where),
            where.StartsWith('@') ? where[1..] : null, text);
    }

    private static Step ReadAction(string line, int number)
    {
        if (!line.EndsWith(']')) throw new FormatException($"'{line}' lacks the ']' at its end.");
        var words = Blanks().Replace(line[1..^1].Trim(), " ");
        foreach (var action in ScenarioForms.All)
        {
            if (action.Pattern.Match(words) is { Success: true } match) return action.Read(match, number);
        }

        var verb = words.StartsWith("expect", StringComparison.Ordinal) ? "expectation" : "action";
        var known = ScenarioForms.All.Select(a => a.Form).Where(f => verb == "action" != f.StartsWith("[expect", StringComparison.Ordinal)).Distinct();
        throw new FormatException($"'{words}' is no {verb}. There are: {string.Join(" ", known)}{(verb == "action" ? " [expect ...]" : "")}.");
    }

    /// <summary>Who is named before having joined, and relays used before their start.</summary>
    private static IEnumerable<string> Strangers(IReadOnlyList<Step> steps)
    {
        var known = new HashSet<string>();
        var hasRelay = false;
        foreach (var step in steps)
        {
            if (step is RelayStep { Act: RelayAct.Start }) hasRelay = true;
            else if (!hasRelay && step is RelayStep or CutStep { Other: null }) yield return $"{step.Line}: there is no relay yet; write [start relay] above.";
            if (step is JoinStep join) known.UnionWith(join.People);
            foreach (var name in NamedBy(step).Where(n => n is not null && !known.Contains(n)))
                yield return $"{step.Line}: nobody called '{name}' has joined by then; write [{name} joins] above.";
        }

        if (known.Count > MaxPeople) yield return $" {known.Count} people take part; {MaxPeople} is the most.";
    }

    private static IEnumerable<string?> NamedBy(Step step) => step switch
    {
        SayStep say => [say.Person, say.To],
        LeaveStep leave => [leave.Person],
        KillStep kill => [kill.Person],
        CutStep cut => [cut.Person, cut.Other],
        ExpectStep { What: Reaches reaches } => [reaches.Person, reaches.Other],
        ExpectStep { What: Lost lost } => [lost.Person, lost.Other],
        ExpectStep { What: Heard heard } => [heard.Person],
        _ => [],
    };

    [GeneratedRegex(@"^([a-z][a-z0-9]{0,15})(?: ([#@][^\s:]+))?: ?(.+)$")]
    private static partial Regex Said();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
