using System.Diagnostics;
using System.Globalization;

namespace LanChat.Demo;

/// <summary>What happens as lines of text, coloured by person. What happens to several at once is gathered into one line.</summary>
internal sealed class DemoScreen(TextWriter writer, bool isColoured)
{
    private const int NameWidth = 8;

    private static readonly ConsoleColor[] Colours =
    [
        ConsoleColor.Cyan, ConsoleColor.Green, ConsoleColor.Yellow, ConsoleColor.Magenta, ConsoleColor.Blue, ConsoleColor.Red,
        ConsoleColor.DarkCyan, ConsoleColor.DarkGreen, ConsoleColor.DarkYellow, ConsoleColor.DarkMagenta, ConsoleColor.DarkBlue, ConsoleColor.DarkRed,
    ];

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<Happening> _gathered = [];

    /// <summary>When something was gathered last; 0 when nothing waits to be shown.</summary>
    public long GatheredAt { get; private set; }

    /// <summary>Since this screen was made.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Heading(string text)
    {
        Flush();
        writer.WriteLine();
        Part(text, ConsoleColor.White);
        writer.WriteLine();
    }

    /// <summary>Something that one person saw happen; shown with what is like it, soon.</summary>
    /// <param name="person">Who saw it.</param>
    /// <param name="verb">What happens.</param>
    /// <param name="what">To what or whom.</param>
    /// <param name="after">What stands behind all it happens to.</param>
    public void Gather(Person person, Verb verb, string what, string after = "")
    {
        if (_gathered.Count == 0) GatheredAt = Stopwatch.GetTimestamp();
        var same = _gathered.Find(g => g.People[0] == person && g.Verb == verb && g.After == after);
        if (same is null) _gathered.Add(new Happening([person], verb, [what], after));
        else if (!same.Objects.Contains(what)) same.Objects.Add(what);
    }

    /// <summary>Shows what was gathered, what is the same for several people in one line.</summary>
    public void Flush()
    {
        foreach (var group in _gathered.GroupBy(g => (g.Verb, g.After, string.Join('\n', g.Objects.Order(StringComparer.Ordinal)))))
            Show(new Happening([.. group.SelectMany(g => g.People)], group.Key.Verb, group.First().Objects, group.Key.After));
        _gathered.Clear();
        GatheredAt = 0;
    }

    /// <summary>A message and whom it has reached at once.</summary>
    public void Said(Person person, string where, string text, IEnumerable<string> reached)
    {
        Flush();
        Begin(person);
        writer.Write($"{where} ");
        Part(text, ColourOf(person));
        var ways = string.Join(" · ", reached);
        if (ways.Length > 0) Part($"   → {ways}", ConsoleColor.DarkGray);
        writer.WriteLine();
    }

    /// <summary>What the scenario does.</summary>
    public void Act(string text)
    {
        Flush();
        Clock();
        Part($"{"",-NameWidth} {text}", ConsoleColor.DarkYellow);
        writer.WriteLine();
    }

    /// <summary>An expectation and whether it held; if not, why and where.</summary>
    public void Expected(string what, string? problem)
    {
        Flush();
        Clock();
        Part($"{"",-NameWidth} {(problem is null ? "ok" : "NO")}  ", problem is null ? ConsoleColor.Green : ConsoleColor.Red);
        writer.WriteLine(problem is null ? what : $"{what}: {problem}");
    }

    /// <summary>A line of its own.</summary>
    public void Line(string text)
    {
        Flush();
        writer.WriteLine(text);
    }

    /// <summary>The word at the end.</summary>
    public void Verdict(string text, bool isGood)
    {
        Flush();
        Part(text, isGood ? ConsoleColor.Green : ConsoleColor.Red);
        writer.WriteLine();
    }

    /// <summary>One row of the table.</summary>
    public void Row(Person person, IEnumerable<string> cells)
    {
        Part($"  {person.Name,-NameWidth}", ColourOf(person));
        writer.WriteLine(string.Concat(cells));
    }

    private void Show(Happening happening)
    {
        var (people, verb, objects, after) = happening;
        if (people.Length == 1)
        {
            Begin(people[0]);
            writer.Write($"  {verb.OfOne}");
        }
        else
        {
            Clock();
            writer.Write($"{"",-NameWidth}   ");
            for (var i = 0; i < people.Length; i++)
            {
                if (i > 0) writer.Write(", ");
                Part(people[i].Name, ColourOf(people[i]));
            }

            writer.Write($" {verb.OfMany}");
        }

        writer.WriteLine($" {string.Join(", ", objects)}{after}");
    }

    private static ConsoleColor ColourOf(Person person) => Colours[person.Place % Colours.Length];

    private void Begin(Person person)
    {
        Clock();
        Part($"{person.Name,-NameWidth} ", ColourOf(person));
    }

    private void Clock() => Part($"{Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),5}  ", ConsoleColor.DarkGray);

    private void Part(string text, ConsoleColor colour)
    {
        if (!isColoured)
        {
            writer.Write(text);
            return;
        }

        Console.ForegroundColor = colour;
        writer.Write(text);
        Console.ResetColor();
    }
}

/// <summary>What happens, as said of one person and of several.</summary>
internal sealed record Verb(string OfOne, string OfMany);

/// <summary>Something that happened to people.</summary>
internal sealed record Happening(Person[] People, Verb Verb, List<string> Objects, string After);
