using System.Text.Json;

namespace LanChat.EndToEnd.Tests;

/// <summary><c>lanchat-relay</c> on a host.</summary>
internal sealed class RelayServer : ProgramProcess
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private RelayServer(Host host, string folder, IEnumerable<string> arguments)
        : base(host, ProgramFiles.Relay, ["--data", folder, "--json", .. arguments])
    {
        Folder = folder;
    }

    /// <summary>Its data: <c>log.db</c> and the identity.</summary>
    public string Folder { get; }

    /// <summary>The digits that clients pin.</summary>
    public string Fingerprint { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>When it said that it listens.</summary>
    public DateTime ReadyAt { get; private set; }

    /// <summary>Starts and waits until it listens; its data is called by the name, found again when it runs a second time.</summary>
    public static async Task<RelayServer> ReadyAsync(Host host, string name, params string[] arguments)
    {
        var relay = new RelayServer(host, Path.Combine(host.Lab.Folder, name), arguments);
        var line = await relay.LineAsync("its address", l => l.Event.Name == "listening", StartPatience);
        (relay.Fingerprint, relay.Port, relay.ReadyAt) = (line.Event["fingerprint"], (int)line.Event.Number("port")!, line.ReadAt);
        return relay;
    }

    /// <summary>Gives an operator's command and waits for the event that answers it.</summary>
    public async Task<JsonElement> CommandAsync(string command, string answer)
    {
        var from = LineCount;
        WriteLine(command);
        return (await LineAsync($"an answer {answer} to '{command}'", l => l.Event.Name == answer, from: from)).Event.Json;
    }

    /// <summary>One of its numbers, by the name it has in the metrics.</summary>
    public async Task<double> NumberAsync(string name) => (await CommandAsync("stats", "stats")).GetProperty(name).GetDouble();

    /// <summary>Stops it cleanly: everything is on disk.</summary>
    public async Task StopAsync()
    {
        Interrupt();
        Assert.Equal(0, await ExitAsync());
    }
}
