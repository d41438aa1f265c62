using System.Collections.Immutable;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanChat.Client;
using LanChat.Doctor;
using LanChat.Net;

namespace LanChat.Commands;

/// <summary><c>lanchat doctor</c>: why somebody cannot be seen, and what to do about it.</summary>
internal static class DoctorCommand
{
    /// <summary>Others say hello every five seconds, a fifth more or less: this long hears each of them once.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6.2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(ClientOptions options, bool asJson)
    {
        using var log = Log.Open(options with { LogLevel = LogLevel.Error }, hasScreen: false);
        using var stop = new Stop();
        using var output = ScriptOutput.Open();
        var given = await Task.WhenAll(options.Peers.Select(p => ResolveAsync(p, stop.Token))).ConfigureAwait(false);
        var targets = given.SelectMany((g, i) => g.Addresses.Select(a => new IPEndPoint(a, options.Peers[i].Port)));
        var probing = NetworkProbe.RunAsync(new ProbeRequest(options.DiscoveryPort, options.Network, [.. targets]), Duration, stop.Token);
        var client = new ClientView();
        var conversation = await Conversation.OpenAsync(options, log, hasSockets: true, stop.Token).ConfigureAwait(false);
        ProbeReport report;
        await using (conversation.ConfigureAwait(false))
        {
            report = await client.WatchAsync(conversation, probing, stop.Token).ConfigureAwait(false);
        }

        var findings = Diagnosis.Of(new Examination
        {
            Probe = report,
            DiscoveryPort = options.DiscoveryPort,
            PortOwner = report.IsDiscoveryPortShared ? null : PortOwner.Find(options.DiscoveryPort),
            Given = [.. given],
            Linked = client.Linked,
            Relays = client.Relays,
            Warnings = client.Warnings,
        });
        Write(findings, client, asJson, output);
        return findings.IsEmpty ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<GivenAddress> ResolveAsync(Core.PeerTarget target, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(target.Host, out var address)) return new GivenAddress(target.Host, [address]);
        return new GivenAddress(target.Host, [.. await NameResolution.FindAsync(target.Host, cancellation).ConfigureAwait(false)]);
    }

    private static void Write(ImmutableArray<Finding> findings, ClientView client, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(findings, Json));
            return;
        }

        if (findings.IsEmpty) output.WriteLine($"Nothing is wrong: {client.Linked.Length} people are reached.");
        var number = 0;
        foreach (var finding in findings)
        {
            output.WriteLine($"{++number}. {finding.Cause} ({finding.Confidence:P0})");
            output.WriteLine($"   {finding.Evidence}");
            output.WriteLine($"   What to do: {finding.Remedy}");
        }
    }
}

/// <summary>What the client of the profile says while the network is probed.</summary>
internal sealed class ClientView
{
    private readonly Dictionary<string, LinkedPeer> _linked = [];
    private readonly Dictionary<string, RelayWord> _relays = [];
    private readonly List<WarningWord> _warnings = [];

    public ImmutableArray<LinkedPeer> Linked => [.. _linked.Values];

    public ImmutableArray<RelayWord> Relays => [.. _relays.Values];

    public ImmutableArray<WarningWord> Warnings => [.. _warnings];

    /// <summary>Takes in events until the probe is done and the client has said who is there.</summary>
    public async Task<ProbeReport> WatchAsync(Conversation conversation, Task<ProbeReport> probing, CancellationToken cancellation)
    {
        var asking = AskAtTheEndAsync(conversation, probing);
        for (var isDone = false; !isDone;)
        {
            var next = await conversation.NextAsync(cancellation).ConfigureAwait(false);
            Take(next);
            isDone = next.Name == "peers" && probing.IsCompleted;
        }

        await asking.ConfigureAwait(false);
        return await probing.ConfigureAwait(false);
    }

    private static async Task AskAtTheEndAsync(Conversation conversation, Task<ProbeReport> probing)
    {
        await Task.WhenAny(probing).ConfigureAwait(false);
        await conversation.DoAsync(new { @do = "peers" }).ConfigureAwait(false);
    }

    private void Take(ScriptEvent told)
    {
        switch (told.Name)
        {
            case "relay":
                // A relay that was refused and is then only down stays refused: that is the cause.
                if (told.Text("state") == "down" && _relays.TryGetValue(told.Text("address"), out var before) && before.State == "refused") break;
                _relays[told.Text("address")] = new RelayWord(told.Text("state"), told.Text("address"), told.Text("reason"));
                break;
            case "warning": _warnings.Add(new WarningWord(told.Text("code"), told.Text("message"))); break;
            case "peers":
                _linked.Clear();
                foreach (var peer in told.List("peers"))
                {
                    var entry = new ScriptEvent("", peer);
                    _linked[entry.Text("peerId")] = new LinkedPeer(
                        entry.Text("peerId"), entry.Text("nick"), entry.Text("path"), IPEndPoint.TryParse(entry.Text("address"), out var address) ? address : null);
                }

                break;
        }
    }
}
