using System.Globalization;

namespace LanChat.Demo;

/// <summary>A scenario being played: its steps, one after the other, on a stage.</summary>
internal sealed class Performance(Stage stage)
{
    private static readonly TimeSpan AcceptPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>For whoever reads along.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(150);

    private readonly Expectations _expectations = new(stage, Patience);
    private int _messages;

    /// <summary>What did not hold, by line.</summary>
    public List<(int Line, string Problem)> Failures { get; } = [];

    /// <summary>How many things were expected so far.</summary>
    public int Checked { get; private set; }

    /// <summary>Plays all steps.</summary>
    /// <exception cref="StageException">It cannot go on.</exception>
    public async Task PlayAsync(Scenario scenario, CancellationToken cancellation)
    {
        foreach (var step in scenario.Steps)
        {
            try
            {
                await PlayAsync(step, cancellation).ConfigureAwait(false);
            }
            catch (StageException problem)
            {
                throw new StageException($"line {step.Line}: {problem.Message}");
            }
        }
    }

    private async Task PlayAsync(Step step, CancellationToken cancellation)
    {
        switch (step)
        {
            case HeadingStep heading: stage.Screen.Heading(heading.Text); break;
            case SayStep say: await SayAsync(say, cancellation).ConfigureAwait(false); break;
            case JoinStep join: await JoinAsync(join, cancellation).ConfigureAwait(false); break;
            case LeaveStep leave: await LeaveAsync(leave, cancellation).ConfigureAwait(false); break;
            case KillStep kill:
                stage.Screen.Act($"{kill.Person} is killed, without a goodbye");
                await stage.EndAsync(Running(kill.Person), isKilled: true).ConfigureAwait(false);
                break;
            case CutStep cut:
                stage.Screen.Act($"the path between {cut.Person} and {cut.Other ?? "the relay"} is cut");
                stage.Cut(Running(cut.Person), cut.Other is null ? null : Running(cut.Other));
                break;
            case HealStep:
                stage.Screen.Act("all paths are healed");
                stage.Heal();
                break;
            case LoseStep lose:
                stage.Screen.Act($"everybody loses {lose.Percent}% of all datagrams");
                foreach (var person in stage.Running) person.Do(new { @do = "fault", loss = lose.Percent });
                break;
            case RelayStep relay: await RelayAsync(relay, cancellation).ConfigureAwait(false); break;
            case WaitStep wait: await stage.PumpAsync(() => false, wait.Time, cancellation).ConfigureAwait(false); break;
            case WaitAllStep: await ExpectAsync(step.Line, "everybody has every message", new NothingLost(), cancellation).ConfigureAwait(false); break;
            case ExpectStep expect: await ExpectAsync(step.Line, expect.Words["expect ".Length..], expect.What, cancellation).ConfigureAwait(false); break;
        }
    }

    private async Task SayAsync(SayStep say, CancellationToken cancellation)
    {
        var person = Running(say.Person);
        var reference = (++_messages).ToString(CultureInfo.InvariantCulture);
        if (say.To is { } to) person.Do(new { @do = "dm", to = PeerIdOf(to), text = say.Text, @ref = reference });
        else person.Do(new { @do = "send", room = say.Room, text = say.Text, @ref = reference });
        if (!await stage.PumpAsync(() => stage.Events.IdOf(reference) is not null, AcceptPatience, cancellation).ConfigureAwait(false))
            throw new StageException($"{say.Person}'s client did not take the message in {AcceptPatience.TotalSeconds} s.");
        var message = stage.Book.Find(stage.Events.IdOf(reference)!)!;
        await stage.PumpAsync(() => stage.Running.All(p => !MessageBook.IsFor(message, p) || p.Shown.ContainsKey(message.Id)), ArrivalPatience, cancellation)
            .ConfigureAwait(false);
        var reached = stage.Events.TakeArrivals(message);
        if (reached.Count == 0 && stage.Running.Any(p => MessageBook.IsFor(message, p))) reached = ["nobody yet"];
        stage.Screen.Said(person, say.To is null ? say.Room! : "@" + say.To, say.Text, reached);
        await stage.PumpAsync(() => false, ReadingTime, cancellation).ConfigureAwait(false);
    }

    private async Task JoinAsync(JoinStep join, CancellationToken cancellation)
    {
        string[] starting = [.. join.People.Where(n => stage.People.Find(p => p.Name == n) is not { Client: not null })];
        stage.Screen.Act($"{string.Join(", ", join.People)} {(join.People.Length == 1 ? "joins" : "join")}{(join.Room is null ? "" : " " + join.Room)}");
        if (starting.Length > 0) await stage.StartAsync(starting, cancellation).ConfigureAwait(false);
        if (join.Room is not { } room) return;
        foreach (var name in join.People)
        {
            stage.Of(name).Rooms.Add(room);
            stage.Of(name).Do(new { @do = "join", room });
        }

        if (!await stage.PumpAsync(() => join.People.All(n => stage.Of(n).JoinedRooms.Contains(room)), AcceptPatience, cancellation).ConfigureAwait(false))
            throw new StageException($"Not everybody was in {room} after {AcceptPatience.TotalSeconds} s.");
    }

    private async Task LeaveAsync(LeaveStep leave, CancellationToken cancellation)
    {
        var person = Running(leave.Person);
        stage.Screen.Act($"{leave.Person} leaves{(leave.Room is null ? "" : " " + leave.Room)}");
        if (leave.Room is not { } room)
        {
            await stage.EndAsync(person, isKilled: false).ConfigureAwait(false);
            return;
        }

        person.Rooms.Remove(room);
        person.Do(new { @do = "part", room });
        if (!await stage.PumpAsync(() => !person.JoinedRooms.Contains(room), AcceptPatience, cancellation).ConfigureAwait(false))
            throw new StageException($"{leave.Person} was still in {room} after {AcceptPatience.TotalSeconds} s.");
    }

    private async Task RelayAsync(RelayStep step, CancellationToken cancellation)
    {
        stage.Screen.Act(step.Act switch
        {
            RelayAct.Start => "the relay is started",
            RelayAct.Stop => "the relay is stopped",
            _ => "the relay is killed",
        });
        if (step.Act == RelayAct.Start) await stage.StartRelayAsync(cancellation).ConfigureAwait(false);
        else await stage.EndRelayAsync(step.Act == RelayAct.Kill).ConfigureAwait(false);
    }

    private async Task ExpectAsync(int line, string words, Expectation what, CancellationToken cancellation)
    {
        Checked++;
        var problem = await _expectations.CheckAsync(what, cancellation).ConfigureAwait(false);
        stage.Screen.Expected(words, problem);
        if (problem is not null) Failures.Add((line, $"{words}: {problem}"));
    }

    private Person Running(string name) => stage.Of(name) is { IsRunning: true } person ? person : throw new StageException($"{name} is not running; write [{name} joins] above.");

    private string PeerIdOf(string name) => stage.Of(name).PeerId;
}
