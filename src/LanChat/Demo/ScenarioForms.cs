using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LanChat.Protocol;

namespace LanChat.Demo;

/// <summary>The actions in square brackets: how each is written and what it means. One table, so that errors can name them all.</summary>
internal static partial class ScenarioForms
{
    private const string Name = "[a-z][a-z0-9]{0,15}";
    private const string Room = @"#[^\s:\]]+";

    /// <summary>What an action looks like, for people, and how it is read.</summary>
    /// <param name="Form">As errors and the page show it.</param>
    /// <param name="Pattern">The words between the brackets.</param>
    /// <param name="Read">Makes the step; throws <see cref="FormatException"/> with a sentence.</param>
    internal sealed record Action(string Form, Regex Pattern, Func<Match, int, Step> Read);

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<Action> All =
    [
        Make("[NAMES join]", $"({Name}(?:(?:,| and|, and) {Name})*) joins?", (m, line) => new JoinStep(line, NamesOf(m), null)),
        Make("[NAMES join #ROOM]", $"({Name}(?:(?:,| and|, and) {Name})*) joins? ({Room})", (m, line) => new JoinStep(line, NamesOf(m), RoomOf(m.Groups[2].Value))),
        Make("[NAME leaves]", $"({Name}) leaves", (m, line) => new LeaveStep(line, NameOf(m), null)),
        Make("[NAME leaves #ROOM]", $"({Name}) leaves ({Room})", (m, line) => new LeaveStep(line, NameOf(m), RoomOf(m.Groups[2].Value))),
        Make("[start relay]", "start relay", (_, line) => new RelayStep(line, RelayAct.Start)),
        Make("[stop relay]", "stop relay", (_, line) => new RelayStep(line, RelayAct.Stop)),
        Make("[kill relay]", "kill relay", (_, line) => new RelayStep(line, RelayAct.Kill)),
        Make("[kill NAME]", $"kill ({Name})", (m, line) => new KillStep(line, NameOf(m))),
        Make("[cut NAME from relay]", $"cut ({Name}) from relay", (m, line) => new CutStep(line, NameOf(m), null)),
        Make("[cut NAME from NAME]", $"cut ({Name}) from ({Name})", (m, line) => new CutStep(line, NameOf(m), Checked(m.Groups[2].Value))),
        Make("[heal]", "heal", (_, line) => new HealStep(line)),
        Make("[lose N%]", @"lose (\d{1,3}) ?%", (m, line) => new LoseStep(line, Percent(m.Groups[1].Value))),
        Make("[wait all]", "wait all", (_, line) => new WaitAllStep(line)),
        Make("[wait N s]", @"wait (\d{1,2}(?:\.\d)?) ?s", (m, line) => new WaitStep(line, Seconds(m.Groups[1].Value))),
        Expect("[expect all reach each other]", "all reach each other", _ => new AllReach()),
        Expect("[expect NAME reaches NAME]", $"({Name}) reaches ({Name})", m => new Reaches(NameOf(m), Checked(m.Groups[2].Value), null)),
        Expect(
            "[expect NAME reaches NAME by lan|relay|punched]", $"({Name}) reaches ({Name}) by (lan|relay|punched)",
            m => new Reaches(NameOf(m), Checked(m.Groups[2].Value), m.Groups[3].Value)),
        Expect("[expect all lost NAME]", $"all lost ({Name})", m => new Lost(null, NameOf(m))),
        Expect("[expect NAME lost NAME]", $"({Name}) lost ({Name})", m => new Lost(NameOf(m), Checked(m.Groups[2].Value))),
        Expect("[expect NAME heard \"TEXT\"]", $"({Name}) heard \"(.+)\"", m => new Heard(NameOf(m), m.Groups[2].Value, true)),
        Expect("[expect NAME did not hear \"TEXT\"]", $"({Name}) did not hear \"(.+)\"", m => new Heard(NameOf(m), m.Groups[2].Value, false)),
        Expect("[expect relay up]", "relay up", _ => new RelayIs(true)),
        Expect("[expect relay down]", "relay down", _ => new RelayIs(false)),
        Expect("[expect same order]", "same order", _ => new SameOrder(null)),
        Expect("[expect same order in #ROOM]", $"same order in ({Room})", m => new SameOrder(RoomOf(m.Groups[1].Value))),
        Expect("[expect nothing lost]", "nothing lost", _ => new NothingLost()),
        Expect("[expect nothing twice]", "nothing twice", _ => new NothingTwice()),
    ];

    /// <summary>A room as the program shows it: folded, with #.</summary>
    /// <exception cref="FormatException">It is none; the message says what is allowed.</exception>
    public static string RoomOf(string text) =>
        RoomNames.TryFold(text, out var folded, out var problem) ? "#" + folded.TrimStart('#') : throw new FormatException(problem);

    /// <summary>A person's name.</summary>
    /// <exception cref="FormatException">It is taken by the language.</exception>
    public static string Checked(string name) =>
        name is "relay" or "all" or "nothing" ? throw new FormatException($"'{name}' has a meaning of its own and cannot be a person's name.") : name;

    private static string NameOf(Match match) => Checked(match.Groups[1].Value);

    private static ImmutableArray<string> NamesOf(Match match) => [.. Separators().Split(match.Groups[1].Value).Select(Checked)];

    private static TimeSpan Seconds(string digits) => TimeSpan.FromSeconds(double.Parse(digits, CultureInfo.InvariantCulture));

    private static int Percent(string digits)
    {
        var number = int.Parse(digits, CultureInfo.InvariantCulture);
        return number <= 50 ? number : throw new FormatException($"{number}% is too much to talk through; 0 to 50 are allowed.");
    }

    private static Action Make(string form, string pattern, Func<Match, int, Step> read) =>
        new(form, new Regex($"^{pattern}$", RegexOptions.CultureInvariant), read);

    private static Action Expect(string form, string pattern, Func<Match, Expectation> read) =>
        Make(form, "expect " + pattern, (match, line) => new ExpectStep(line, read(match), match.Value));

    [GeneratedRegex(",? and |, ?")]
    private static partial Regex Separators();
}
