using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LanChat.EndToEnd.Tests;

/// <summary>What it costs: time from saying to seeing, memory and processor time of a client that only listens.</summary>
public sealed class CostTests
{
    /// <summary>
    /// Mebibytes resident, as ps and top count them. As it is given away 76 to 78 were measured, nearly 50 of them mapped files of the runtime; what is compiled
    /// while it runs takes some more.
    /// </summary>
    private static readonly double HighestMemory = ProgramFiles.IsRelease ? 80 : 90;

    /// <summary>Percent of a core. As it is given away 0.33 to 0.43 were measured, when the runtime had compiled what is used.</summary>
    private static readonly double HighestShare = ProgramFiles.IsRelease ? 0.5 : 1;

    [Fact]
    public async Task A_message_from_host_to_host_is_measured_against_a_bare_echo()
    {
        const int Rounds = 200;
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        var echo = MeasureEcho(hosts[0], hosts[1], Rounds);
        var chats = await Chat.AllReadyAsync(hosts);
        await chats[0].SeesAsync(chats[1]);
        await chats[1].SeesAsync(chats[0]);
        var taken = new List<double>();
        for (var round = -50; round < Rounds; round++)
        {
            var text = $"round {round}";
            var from = chats[1].LineCount;
            var said = Stopwatch.GetTimestamp();
            chats[0].Say("#lobby", text);
            await chats[1].EventAsync("message", e => e["text"] == text, from: from);
            if (round >= 0) taken.Add(Stopwatch.GetElapsedTime(said).TotalMilliseconds);
        }

        taken.Sort();
        TestContext.Current.SendDiagnosticMessage($"send to event: p50 {taken[Rounds / 2]:0.00} ms, p99 {taken[Rounds * 99 / 100]:0.00} ms; bare UDP echo p50 {echo:0.000} ms");

        // From stdin of one process to stdout of the other, signed, stored, sealed, sent, opened, verified and stored again.
        Assert.True(taken[Rounds / 2] < 50, $"p50 is {taken[Rounds / 2]:0.0} ms");
    }

    [Fact]
    public async Task An_idle_client_with_twenty_people_and_a_long_history_is_small_and_quiet()
    {
        const int History = 100_000;
        await using var lab = NetworkLab.Create();
        var network = lab.AddSwitch();
        var hosts = lab.AddHosts(network, "ana", "others");
        var writer = await Chat.ReadyAsync(hosts[0], "ana", "--no-discovery", "--room", "#old");
        for (var n = 0; n < History; n += 1000) writer.SayAll("#old", Enumerable.Range(n, 1000).Select(i => $"a message of about the usual length, number {i}"));
        await writer.EventAsync("message", e => e["text"].EndsWith($"number {History - 1}", StringComparison.Ordinal), TimeSpan.FromSeconds(180));
        await writer.QuitAsync();
        Chat[] others = [.. Enumerable.Range(0, 20).Select(i => Chat.Start(hosts[1], $"user{i}"))];
        foreach (var other in others) await other.BeReadyAsync();
        var ana = await Chat.ReadyAsync(hosts[0], "ana", "--room", "#lobby");
        foreach (var other in others) await ana.SeesAsync(other);
        await Until.PassedAsync(TimeSpan.FromSeconds(20));
        var share = await Least.IdleShareAsync(ana.ProcessorTime, HighestShare);
        var memory = ana.ResidentBytes() / (1024.0 * 1024);
        TestContext.Current.SendDiagnosticMessage($"idle with 20 people and {History} messages: {memory:0.0} MiB resident, {share:0.00} % of a core");
        Assert.True(memory < HighestMemory, $"{memory:0.0} MiB");
        Assert.True(share <= HighestShare, $"{share:0.00} % of a core");
    }

    /// <summary>The median round trip of a datagram between two hosts, halved: one way, milliseconds.</summary>
    private static double MeasureEcho(Host one, Host other, int rounds)
    {
        static Socket Bound(Host host) => host.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
            socket.Bind(new IPEndPoint(IPAddress.Any, 9999));
            return socket;
        });

        using var here = Bound(one);
        using var there = Bound(other);
        var echo = new Thread(() =>
        {
            var buffer = new byte[512];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            for (var round = 0; round < rounds; round++) there.SendTo(buffer, there.ReceiveFrom(buffer, ref from), SocketFlags.None, from);
        });
        echo.Start();
        var taken = new List<double>();
        var reply = new byte[512];
        for (var round = 0; round < rounds; round++)
        {
            var sent = Stopwatch.GetTimestamp();
            here.SendTo(new byte[200], new IPEndPoint(IPAddress.Parse(other.Address), 9999));
            here.Receive(reply);
            taken.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds / 2);
        }

        echo.Join();
        taken.Sort();
        return taken[rounds / 2];
    }
}
