namespace LanChat.Demo;

/// <summary>Whether what a scenario expects is so, or becomes so in time.</summary>
internal sealed class Expectations(Stage stage, TimeSpan patience)
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Null when it held; else what was so instead.</summary>
    public async Task<string?> CheckAsync(Expectation what, CancellationToken cancellation)
    {
        if (what is SameOrder order) return await CheckOrderAsync(order.Room, cancellation).ConfigureAwait(false);
        // What has been shown stays shown: no waiting makes up for it.
        var time = what is Heard { IsHeard: false } or NothingTwice ? TimeSpan.Zero : patience;
        return await stage.PumpAsync(() => Problem(what) is null, time, cancellation).ConfigureAwait(false) ? null : Problem(what);
    }

    /// <summary>Whether all show the same in the same order, now.</summary>
    /// <returns>Null when it is so; else who differs where.</returns>
    public async Task<string?> CompareAsync(string? room, CancellationToken cancellation)
    {
        foreach (var each in room is null ? stage.Running.SelectMany(p => p.Rooms).Distinct().Order(StringComparer.Ordinal).ToArray() : [room])
        {
            Person[] members = [.. stage.Running.Where(p => p.Rooms.Contains(each))];
            foreach (var member in members)
            {
                member.Transcripts.Remove(each);
                member.Do(new { @do = "transcript", room = each });
            }

            if (!await stage.PumpAsync(() => members.All(m => m.Transcripts.ContainsKey(each)), AnswerPatience, cancellation).ConfigureAwait(false))
                return $"{string.Join(", ", members.Where(m => !m.Transcripts.ContainsKey(each)).Select(m => m.Name))} did not answer for {each}";
            if (members.FirstOrDefault(m => !m.Transcripts[each].SequenceEqual(members[0].Transcripts[each])) is { } other)
                return $"{other.Name} shows {each} otherwise than {members[0].Name} ({Count(other, each)} and {Count(members[0], each)})";
        }

        return null;
    }

    private async Task<string?> CheckOrderAsync(string? room, CancellationToken cancellation)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var problem = await CompareAsync(room, cancellation).ConfigureAwait(false);
            if (problem is null || System.Diagnostics.Stopwatch.GetElapsedTime(start) > patience) return problem;
            await stage.PumpAsync(() => false, Pause, cancellation).ConfigureAwait(false);
        }
    }

    private string? Problem(Expectation what) => what switch
    {
        AllReach => First(
            from one in stage.Running
            from other in stage.Running
            where one != other && one.Reached.GetValueOrDefault(other.PeerId).Path is null
            select $"{one.Name} does not reach {other.Name}"),
        Reaches reaches => PathProblem(reaches, stage.Of(reaches.Person).Reached.GetValueOrDefault(stage.Of(reaches.Other).PeerId).Path),
        Lost lost => First(
            from person in lost.Person is { } name ? [stage.Of(name)] : stage.Running.Where(p => p.Name != lost.Other)
            where !person.LostPeers.Contains(stage.Of(lost.Other).PeerId)
            select $"{person.Name} was not told that the connection to {lost.Other} is lost"),
        Heard heard => HeardProblem(heard),
        RelayIs relay => First(from person in stage.Running where person.HasRelay != relay.IsUp select $"{person.Name} is {(relay.IsUp ? "not " : "still ")}connected"),
        NothingLost => First(
            from person in stage.Running
            let lacking = stage.Book.Lacking(person).ToList()
            where lacking.Count > 0
            select $"{person.Name} lacks {lacking.Count}, among them {lacking[0].Author}'s \"{lacking[0].Text}\""),
        NothingTwice => First(from person in stage.People where MessageBook.Twice(person) > 0 select $"{person.Name} was shown {MessageBook.Twice(person)} twice"),
        _ => throw new InvalidOperationException($"No check for {what}."),
    };

    private string? HeardProblem(Heard heard)
    {
        var person = stage.Of(heard.Person);
        var isHeard = stage.Book.With(heard.Text).Any(m => person.Shown.ContainsKey(m.Id));
        if (isHeard == heard.IsHeard) return null;
        return heard.IsHeard ? $"{heard.Person} was not shown it" : $"{heard.Person} was shown it";
    }

    private static string? PathProblem(Reaches reaches, string? path)
    {
        if (path is null) return $"{reaches.Person} does not reach {reaches.Other}";
        return reaches.Path is null || reaches.Path == path ? null : $"it is by {path}";
    }

    private static string? First(IEnumerable<string> problems) => problems.FirstOrDefault();

    private static int Count(Person person, string room) => person.Transcripts[room].Length;
}
