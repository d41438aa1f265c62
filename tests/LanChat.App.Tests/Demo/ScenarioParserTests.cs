using LanChat.Demo;

namespace LanChat.App.Tests.Demo;

public sealed class ScenarioParserTests
{
    [Fact]
    public void The_built_in_scenario_can_be_read()
    {
        var scenario = ScenarioParser.Parse(DemoCommand.BuiltIn(), "tour.demo");
        Assert.Equal(["ana", "bruno", "carla", "dora"], scenario.People);
        Assert.True(scenario.Expectations > 15);
    }

    [Fact]
    public void Lines_become_steps_with_their_numbers()
    {
        var scenario = ScenarioParser.Parse("# note\n\n= Title\n[ana, bruno and carla join]\r\nana #Build: hi: there\nana @bruno: psst\n[wait 1.5 s]\n[lose 20%]", "x");
        Assert.Equal(new HeadingStep(3, "Title"), scenario.Steps[0]);
        Assert.Equal(["ana", "bruno", "carla"], Assert.IsType<JoinStep>(scenario.Steps[1]).People);
        Assert.Equal(new SayStep(5, "ana", "#build", null, "hi: there"), scenario.Steps[2]);
        Assert.Equal(new SayStep(6, "ana", null, "bruno", "psst"), scenario.Steps[3]);
        Assert.Equal(new WaitStep(7, TimeSpan.FromSeconds(1.5)), scenario.Steps[4]);
        Assert.Equal(new LoseStep(8, 20), scenario.Steps[5]);
    }

    [Fact]
    public void Expectations_are_read()
    {
        var scenario = ScenarioParser.Parse(
            "[ana and bruno join]\n[expect ana reaches bruno by relay]\n[expect all lost ana]\n[expect ana did not hear \"x\"]\n[expect same order in #A]", "x");
        Assert.Equal(
            [new Reaches("ana", "bruno", "relay"), new Lost(null, "ana"), new Heard("ana", "x", false), new SameOrder("#a")],
            scenario.Steps.OfType<ExpectStep>().Select(s => s.What));
    }

    [Fact]
    public void An_unknown_action_names_its_line_and_the_known_ones()
    {
        var problem = Problem("[ana joins]\n[ana jumps]");
        Assert.StartsWith("x:2: 'ana jumps' is no action. There are: [NAMES join]", problem, StringComparison.Ordinal);
        Assert.Contains("[kill relay]", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_expectation_names_the_known_ones()
    {
        var problem = Problem("[expect miracles]");
        Assert.StartsWith("x:1: 'expect miracles' is no expectation. There are: [expect all reach each other]", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("[heal]", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", "x:1: 'hello' is neither")]
    [InlineData("Ana: hello", "x:1: 'Ana: hello' is neither")]
    [InlineData("[ana joins", "x:1: '[ana joins' lacks the ']'")]
    [InlineData("relay: hello", "x:1: 'relay' has a meaning of its own")]
    [InlineData("ana: hello", "x:1: nobody called 'ana' has joined by then; write [ana joins] above.")]
    [InlineData("[ana joins]\nana @bruno: hello", "x:2: nobody called 'bruno'")]
    [InlineData("[ana joins]\n[expect ana reaches carla]", "x:2: nobody called 'carla'")]
    [InlineData("[kill relay]", "x:1: there is no relay yet")]
    [InlineData("[ana joins]\n[cut ana from relay]", "x:2: there is no relay yet")]
    [InlineData("[lose 51%]", "x:1: 51% is too much")]
    [InlineData("[ana joins]\nana: a\u0007b", "x:2: ")]
    [InlineData("[ana joins #a/b]", "x:1: ")]
    [InlineData("# only a note", "x: there is nothing in it")]
    public void What_is_wrong_is_named_by_line(string text, string start) => Assert.StartsWith(start, Problem(text), StringComparison.Ordinal);

    [Fact]
    public void Every_wrong_line_is_named_at_once() => Assert.Equal(2, Problem("[jump]\n[ana joins]\n[fly]").Split('\n').Length);

    [Fact]
    public void Too_many_people_and_too_many_lines_are_refused()
    {
        var many = string.Join('\n', Enumerable.Range(0, ScenarioParser.MaxPeople + 1).Select(i => $"[p{i} joins]"));
        Assert.Contains("12 is the most", Problem(many), StringComparison.Ordinal);
        Assert.Contains("1000 at most", Problem(new string('\n', ScenarioParser.MaxLines)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_every_form()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Demo", "DEMO.md"));
        foreach (var form in ScenarioForms.All.Select(a => a.Form))
        {
            var sample = form.Replace("NAMES join", "ana joins").Replace("#ROOM", "#build").Replace("lan|relay|punched", "lan").Replace("N%", "20%").Replace("N s", "2 s");
            sample = Samples(sample);
            Assert.True(page.Contains(sample, StringComparison.Ordinal) || page.Contains("… " + sample.Split(' ', 5)[^1].TrimEnd(']'), StringComparison.Ordinal), sample);
        }
    }

    /// <summary>The first name of a form is ana on the page, the second bruno; who is lost or alone named is bruno as well.</summary>
    private static string Samples(string form)
    {
        var first = form.IndexOf("NAME", StringComparison.Ordinal);
        if (first < 0) return form;
        var named = form.Remove(first, 4).Insert(first, form.StartsWith("[expect all lost", StringComparison.Ordinal) ? "bruno" : "ana");
        return named.Replace("NAME", "bruno");
    }

    private static string Problem(string text) => Assert.Throws<ScenarioException>(() => ScenarioParser.Parse(text, "x")).Message;
}
