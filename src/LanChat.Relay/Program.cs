using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;

namespace LanChat.Relay;

/// <summary>The relay's command line.</summary>
internal static class Program
{
    private const int WrongUsage = 2;

    private static async Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var command = Command(out var options);
        var parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            await Console.Error.WriteLineAsync("'lanchat-relay --help' lists the options.").ConfigureAwait(false);
            return WrongUsage;
        }
        command.SetAction((result, cancellation) => RunAsync(result, options));

        // The library would give up on a clean stop after two seconds; a relay on a busy machine may need longer to put everything on disk.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static RootCommand Command(out List<(Setting Setting, Option Option)> options)
    {
        var command = new RootCommand(
            "Keeps LanChat rooms alive off the LAN: orders, keeps and forwards messages it cannot read. Stops on SIGTERM, SIGINT or 'quit'.\n"
            + "Operator commands on stdin; 'help' lists them.");
        options = [];
        foreach (var setting in RelaySettings.All)
        {
            Option option = setting.Kind == SettingKind.Switch
                ? new Option<bool>("--" + setting.Name) { Description = setting.Help }
                : new Option<string>("--" + setting.Name) { Description = setting.Help, HelpName = setting.Kind == SettingKind.Number ? "N" : "TEXT" };
            command.Options.Add(option);
            options.Add((setting, option));
        }
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, List<(Setting Setting, Option Option)> options)
    {
        var given = new Dictionary<string, string>();
        foreach (var (setting, option) in options)
        {
            if (result.GetResult(option) is not { Implicit: false }) continue;
            given[setting.Name] = option is Option<bool> flag ? (result.GetValue(flag) ? "true" : "false") : result.GetValue((Option<string>)option)!;
        }
        try
        {
            var settings = RelaySettings.Settle(given, Environment.GetEnvironmentVariable);
            return await RelayHost.RunAsync(settings).ConfigureAwait(false);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message).ConfigureAwait(false);
            return WrongUsage;
        }
    }
}
