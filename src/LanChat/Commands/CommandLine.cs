using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using LanChat.Client;
using LanChat.Demo;

namespace LanChat.Commands;

/// <summary>Names, options and exit codes of the program: a contract that scripts rely on.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. What is wrong with the words is exit code 2, what goes wrong later is its own.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(InWords(error)).ConfigureAwait(false);
            await Console.Error.WriteLineAsync("Run `lanchat --help` for what there is.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        // Each command answers SIGTERM itself, with a bye and exit code 0; the library would make it 143.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    /// <summary>What is no number is not told by the name of a type.</summary>
    private static string InWords(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens: [var token, ..], Option: var option }) return error.Message;
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var isWhole = type == typeof(int);
        var isNumber = isWhole ? int.TryParse(token.Value, out _)
            : type != typeof(double) || double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out _);
        return isNumber ? error.Message : $"{option.Name} is '{token.Value}', but has to be a {(isWhole ? "whole " : "")}number.";
    }

    private static RootCommand Root()
    {
        var shared = new SharedOptions();
        var root = new RootCommand("Chat on the local network: start it and talk. Without a command: the terminal UI. Example: lanchat --nick ana");
        shared.AddTo(root);
        root.SetAction((parsed, _) => Guard(() => ScreenCommand.RunAsync(shared.Resolve(parsed))));
        root.Add(Pipe(shared));
        root.Add(Demo());
        OneShotCommands.AddTo(root, shared);
        return root;
    }

    private static Command Pipe(SharedOptions shared)
    {
        var pipe = new Command("pipe", "The whole client without a screen: commands on stdin, one JSON object per event on stdout. Example: echo hello | lanchat pipe");
        pipe.SetAction((parsed, _) => Guard(() => PipeCommand.RunAsync(shared.Resolve(parsed))));
        return pipe;
    }

    private static Command Demo()
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "A scenario instead of the built-in one." };
        var demo = new Command("demo", "A scripted demo on this machine: a relay and several people, each a process of its own. Example: lanchat demo") { file };
        demo.SetAction(parsed => Guard(() => DemoCommand.RunAsync(parsed.GetValue(file))));
        return demo;
    }

    /// <summary>Turns what cannot go on into one line on stderr and an exit code.</summary>
    public static async Task<int> Guard(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (ClientException error)
        {
            await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            return error.ExitCode;
        }
        catch (ReaderGoneException)
        {
            return ExitCodes.Done;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before it was done.").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }
}

/// <summary>The options that every command takes.</summary>
internal sealed class SharedOptions
{
    private readonly Option<string?> _profile = Make<string?>("--profile", "Folder of keys, settings and history. Example: --profile ~/team");
    private readonly Option<bool> _ephemeral = Make<bool>("--ephemeral", "A throw-away profile.");
    private readonly Option<string?> _nick = Make<string?>("--nick", "Nickname; by default the login name. Example: --nick ana");
    private readonly Option<string[]> _rooms = Make<string[]>("--room", "A room to be in instead of #lobby; repeatable. Example: --room '#ops'");
    private readonly Option<string?> _network = Make<string?>("--network", "Scopes public rooms; `lan` by default. Example: --network team-7");
    private readonly Option<string?> _relay = Make<string?>("--relay", "HOST[:PORT][#FINGERPRINT] of a relay. Example: --relay chat.example.org");
    private readonly Option<bool> _noRelay = Make<bool>("--no-relay", "Use no relay, not even one found on the LAN.");
    private readonly Option<string?> _token = Make<string?>("--relay-token", "What the relay asks for at its door. Example: --relay-token s3cret");
    private readonly Option<string[]> _peers = Make<string[]>("--peer", "HOST[:PORT] to try; repeatable. Example: --peer 10.0.7.12");
    private readonly Option<int?> _port = Make<int?>("--port", "UDP port of links; by default the first free one of 44042-44107. Example: --port 44050");
    private readonly Option<int?> _discoveryPort = Make<int?>("--discovery-port", "UDP port of discovery, 42042 by default. Example: --discovery-port 42050");
    private readonly Option<string?> _bind = Make<string?>("--bind", "The one IPv4 address to speak and be found from; by default all. Example: --bind 127.0.0.1");
    private readonly Option<bool> _noDiscovery = Make<bool>("--no-discovery", "Do not look for people, and do not be found.");
    private readonly Option<bool> _faults = Make<bool>("--allow-faults", "Let the command `fault` drop datagrams, for tests.");
    private readonly Option<string?> _logFile = Make<string?>("--log-file", "Where to log instead of stderr. Example: --log-file lanchat.log");
    private readonly Option<string?> _logLevel = Make<string?>("--log-level", "debug, information, warning, error or none. Example: --log-level debug");

    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])
        [
            _profile, _ephemeral, _nick, _rooms, _network, _relay, _noRelay, _token, _peers, _port, _discoveryPort, _bind, _noDiscovery, _faults, _logFile, _logLevel,
        ])
        {
            root.Add(option);
        }
    }

    public ClientOptions Resolve(ParseResult parsed) => ClientOptions.Resolve(
        new GivenOptions
        {
            Profile = parsed.GetValue(_profile),
            IsEphemeral = parsed.GetValue(_ephemeral),
            Nick = parsed.GetValue(_nick),
            Rooms = Many(parsed.GetValue(_rooms)),
            Network = parsed.GetValue(_network),
            Relay = parsed.GetValue(_relay),
            NoRelay = parsed.GetValue(_noRelay),
            RelayToken = parsed.GetValue(_token),
            Peers = Many(parsed.GetValue(_peers)),
            Port = parsed.GetValue(_port),
            DiscoveryPort = parsed.GetValue(_discoveryPort),
            Bind = parsed.GetValue(_bind),
            NoDiscovery = parsed.GetValue(_noDiscovery),
            AllowFaults = parsed.GetValue(_faults),
            LogFile = parsed.GetValue(_logFile),
            LogLevel = parsed.GetValue(_logLevel),
        },
        Environment.GetEnvironmentVariable);

    private static ImmutableArray<string> Many(string[]? values) => values is null ? [] : [.. values];

    private static Option<T> Make<T>(string name, string help) => new(name) { Description = help, Recursive = true, AllowMultipleArgumentsPerToken = false };
}
