using LanChat.Benchmarks.Fuzz;
using LanChat.Benchmarks.Message;
using LanChat.Benchmarks.Protocol;
using LanChat.Benchmarks.Relay;
using LanChat.Benchmarks.Storage;
using LanChat.Benchmarks.Transport;

namespace LanChat.Benchmarks;

/// <summary>One subcommand per kind of benchmark. To add one, add a line to the table.</summary>
internal static class Program
{
    private static readonly (string Name, string Usage, Func<Arguments, int> Run)[] Commands =
    [
        (TransportCommand.Name, TransportCommand.Usage, TransportCommand.Run),
        (FuzzCommand.Name, FuzzCommand.Usage, FuzzCommand.Run),
        (ProtocolCommand.Name, ProtocolCommand.Usage, ProtocolCommand.Run),
        (RelayCommand.Name, RelayCommand.Usage, RelayCommand.Run),
        (LatencyCommand.Name, LatencyCommand.Usage, LatencyCommand.Run),
        (StoreCommand.Name, StoreCommand.Usage, StoreCommand.Run),
    ];

    /// <summary>Roles that a benchmark starts as processes of their own, so that their CPU time can be told from the load's.</summary>
    private static readonly (string Name, Func<Arguments, int> Run)[] Roles =
    [
        (HubServer.Role, HubServer.Run),
        (UdpEcho.AnswerRole, UdpEcho.Answer),
        (UdpEcho.AskRole, UdpEcho.Ask),
    ];

    private static int Main(string[] args)
    {
        string name = args.FirstOrDefault() ?? "";
        Func<Arguments, int>? run = Commands.FirstOrDefault(command => command.Name == name).Run ?? Roles.FirstOrDefault(role => role.Name == name).Run;
        if (run is not null)
            return run(new Arguments(args[1..]));

        Console.Error.WriteLine("Say which benchmark to run:");
        foreach ((_, string usage, _) in Commands)
            Console.Error.WriteLine($"  {usage}");
        return 2;
    }
}
