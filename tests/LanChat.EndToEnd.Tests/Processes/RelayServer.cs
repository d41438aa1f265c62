namespace LanChat.EndToEnd.Tests;

/// <summary><c>lanchat-relay</c> on a host.</summary>
internal sealed class RelayServer : ProgramProcess
{
    private RelayServer(Host host, string folder, IEnumerable<string> arguments)
        : base(host, ProgramFiles.Relay, ["--data", folder, .. arguments])
    {
        Folder = folder;
    }

    /// <summary>Its data: <c>log.db</c> and the identity.</summary>
    public string Folder { get; }

    /// <summary>Its first line: address and fingerprint.</summary>
    public string Greeting { get; private set; } = "";

    public static async Task<RelayServer> ReadyAsync(Host host, string name, params string[] arguments)
    {
        var relay = new RelayServer(host, Path.Combine(host.Lab.Folder, name), arguments);
        relay.Greeting = (await relay.LineAsync("its address", _ => true, TimeSpan.FromSeconds(30))).Text;
        return relay;
    }
}
