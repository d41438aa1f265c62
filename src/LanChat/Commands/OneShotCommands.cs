using System.CommandLine;
using LanChat.Client;

namespace LanChat.Commands;

/// <summary>The words of <c>send</c>, <c>tail</c>, <c>log</c>, <c>peers</c>, <c>id</c> and <c>doctor</c>.</summary>
internal static class OneShotCommands
{
    /// <summary>The longest wait one can ask for, seconds: a day.</summary>
    private const double MaxSeconds = 86_400;

    public static void AddTo(RootCommand root, SharedOptions shared)
    {
        root.Add(Send(shared));
        root.Add(Tail(shared));
        root.Add(Log(shared));
        root.Add(Peers(shared));
        root.Add(Id(shared));
        root.Add(Doctor(shared));
    }

    private static Command Send(SharedOptions shared)
    {
        var room = Room();
        var text = new Argument<string>("TEXT") { Description = "What to say; - reads it from stdin, a message per line." };
        var timeout = Seconds("--timeout", 10, "Seconds to wait until somebody or a relay holds it. Example: --timeout 30");
        var orDrop = new Option<bool>("--or-drop") { Description = "Withdraw what nobody took in time instead of keeping it." };
        var send = new Command("send", "Send a message and wait until somebody or a relay holds it. Example: lanchat send '#ops' 'deploy done'") { room, text, timeout, orDrop };
        send.SetAction((parsed, _) => CommandLine.Guard(() => SendCommand.RunAsync(
            shared.Resolve(parsed), parsed.GetRequiredValue(room), parsed.GetRequiredValue(text), Span(parsed.GetValue(timeout)), parsed.GetValue(orDrop))));
        return send;
    }

    private static Command Tail(SharedOptions shared)
    {
        var room = Room();
        var json = Json();
        var earlier = new Option<int>("-n") { Description = "Earlier messages to print first. Example: -n 20" };
        earlier.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var count) && count < 0) result.AddError("-n has to be a whole number from 0.");
        });
        var tail = new Command("tail", "Print a room's messages as they come. Example: lanchat tail '#ops' --json") { room, json, earlier };
        tail.SetAction((parsed, _) => CommandLine.Guard(() => TailCommand.RunAsync(
            shared.Resolve(parsed), parsed.GetRequiredValue(room), parsed.GetValue(earlier), parsed.GetValue(json))));
        return tail;
    }

    private static Command Log(SharedOptions shared)
    {
        var room = Room();
        var format = new Option<string>("--format") { Description = "text, json or markdown. Example: --format markdown", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var since = new Option<string?>("--since") { Description = "A date, a time, or how long ago. Example: --since 7d" };
        var search = new Option<string?>("--search") { Description = "Only messages with all these words. Example: --search 'build failed'" };
        var log = new Command("log", "Export the stored history of a room. Example: lanchat log '#ops' --format markdown") { room, format, since, search };
        log.SetAction((parsed, _) => CommandLine.Guard(() => LogCommand.RunAsync(
            shared.Resolve(parsed),
            parsed.GetRequiredValue(room),
            Enum.Parse<LogFormat>(parsed.GetValue(format)!, ignoreCase: true),
            parsed.GetValue(since),
            parsed.GetValue(search))));
        return log;
    }

    private static Command Peers(SharedOptions shared)
    {
        var wait = Seconds("--wait", 2, "Seconds to look around. Example: --wait 5");
        var json = Json();
        var peers = new Command("peers", "Who is on the LAN now. Example: lanchat peers --wait 5") { wait, json };
        peers.SetAction((parsed, _) => CommandLine.Guard(() => PeersCommand.RunAsync(shared.Resolve(parsed), Span(parsed.GetValue(wait)), parsed.GetValue(json))));
        return peers;
    }

    private static Command Id(SharedOptions shared)
    {
        var makeNew = new Option<bool>("--new") { Description = "Make a new identity for this profile; the old one is set aside." };
        var json = Json();
        var id = new Command("id", "Identity, fingerprint and profile folder. Example: lanchat id") { makeNew, json };
        id.SetAction((parsed, _) => CommandLine.Guard(() => IdCommand.RunAsync(shared.Resolve(parsed), parsed.GetValue(makeNew), parsed.GetValue(json))));
        return id;
    }

    private static Command Doctor(SharedOptions shared)
    {
        var json = Json();
        var doctor = new Command("doctor", "Say why somebody cannot be seen, and what to do about it. Example: lanchat doctor --peer 10.0.7.12") { json };
        doctor.SetAction((parsed, _) => CommandLine.Guard(() => DoctorCommand.RunAsync(shared.Resolve(parsed), parsed.GetValue(json))));
        return doctor;
    }

    private static Argument<string> Room() => new("ROOM") { Description = "#room, @nick or @peerid; the # may be left out." };

    private static Option<bool> Json() => new("--json") { Description = "JSON instead of text." };

    private static Option<double> Seconds(string name, double usual, string help)
    {
        var option = new Option<double>(name) { Description = help, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0
                && double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
                && seconds is not (>= 0 and <= MaxSeconds))
            {
                result.AddError($"{name} has to be a number of seconds from 0 to {MaxSeconds}.");
            }
        });
        return option;
    }

    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(seconds);
}
