using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LanChat.Protocol;

namespace LanChat.EndToEnd.Tests;

/// <summary><c>lanchat doctor</c> names the cause first, within ten seconds.</summary>
public sealed class DoctorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task No_usable_interface()
    {
        await using var lab = NetworkLab.Create();
        await AssertNamedAsync("no-interface", lab.AddHost("alone"));
    }

    [Fact]
    public async Task Discovery_port_taken_by_another_program()
    {
        await using var lab = NetworkLab.Create();
        var host = lab.AddHost("ana", lab.AddSwitch(), "10.7.0.1/24");
        using var taker = host.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 42042));
            return socket;
        });
        await AssertNamedAsync("discovery-port-taken", host);
    }

    [Fact]
    public async Task Broadcast_filtered_while_unicast_works()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        foreach (var host in hosts) host.Filter("chain isolation {\ntype filter hook input priority 0;\niif != lo meta pkttype { broadcast, multicast } drop\n}");
        await Chat.ReadyAsync(hosts[1], "bruno");
        await AssertNamedAsync("broadcast-filtered", hosts[0], "--peer", "10.7.0.2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Link_port_firewalled_on_either_side(int side)
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        hosts[side].Filter("chain wall {\ntype filter hook input priority 0;\niif != lo udp dport 44042-44107 drop\n}");
        await Chat.ReadyAsync(hosts[1], "bruno");
        var first = await AssertNamedAsync("link-port-blocked", hosts[0]);
        Assert.Contains("ufw allow", first.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_subnet_on_the_same_wire()
    {
        await using var lab = NetworkLab.Create();
        var network = lab.AddSwitch();
        var ana = lab.AddHost("ana", network, "10.7.0.1/24");
        var bruno = lab.AddHost("bruno", network, "10.8.0.1/24");
        ana.DisableIpv6();
        bruno.DisableIpv6();
        await Chat.ReadyAsync(bruno, "bruno");
        await AssertNamedAsync("other-subnet", ana);
    }

    [Fact]
    public async Task Other_subnet_behind_a_router()
    {
        await using var lab = NetworkLab.Create();
        var (left, right) = (lab.AddSwitch("left"), lab.AddSwitch("right"));
        var router = lab.AddHost("router", left, "10.7.0.254/24");
        router.Plug(right, "10.8.0.254/24");
        router.Forward();
        var ana = lab.AddHost("ana", left, "10.7.0.1/24");
        var bruno = lab.AddHost("bruno", right, "10.8.0.1/24");
        ana.Configure("route", "add", "default", "via", "10.7.0.254");
        bruno.Configure("route", "add", "default", "via", "10.8.0.254");
        await Chat.ReadyAsync(bruno, "bruno");
        await AssertNamedAsync("other-subnet", ana, "--peer", "10.8.0.1");
    }

    [Fact]
    public async Task Wrong_protocol_version_on_the_other_side()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        using var socket = hosts[1].Run(() =>
        {
            var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
            bound.Bind(new IPEndPoint(IPAddress.Parse("10.7.0.2"), 0));
            return bound;
        });
        byte[] hello = [9, .. new Beacon(BeaconKind.Hello, new PeerId(7), 44042, 7, Beacon.HashOf("lan"), false, 0).Encode()];

        // Array header, string header and seven letters stand before the version.
        Assert.Equal(1, hello[10]);
        hello[10] = 2;
        using var greeter = new Timer(_ => socket.SendTo(hello, new IPEndPoint(IPAddress.Broadcast, 42042)), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await AssertNamedAsync("protocol-version", hosts[0]);
        await greeter.DisposeAsync();
    }

    [Fact]
    public async Task Clock_offset_of_an_hour()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        using var bruno = PeerWithWrongClock.Start(hosts[1], TimeSpan.FromHours(1));
        await AssertNamedAsync("clock-offset", hosts[0]);
    }

    [Fact]
    public async Task Given_peer_unreachable()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        await AssertNamedAsync("peer-unreachable", hosts[0], "--peer", "10.7.0.99");
    }

    [Fact]
    public async Task Given_peer_is_no_name()
    {
        await using var lab = NetworkLab.Create();
        await AssertNamedAsync("peer-unresolvable", lab.AddHost("ana", lab.AddSwitch(), "10.7.0.1/24"), "--peer", "nobody.invalid");
    }

    [Fact]
    public async Task Relay_unreachable()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        await AssertNamedAsync("relay-unreachable", hosts[0], "--relay", "10.7.0.2");
    }

    [Fact]
    public async Task Relay_refusing_the_token()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "relay");
        await RelayServer.ReadyAsync(hosts[1], "relay", "--token", "secret");
        await AssertNamedAsync("relay-token-refused", hosts[0], "--relay", "10.7.0.2", "--relay-token", "guess");
    }

    [Fact]
    public async Task Relay_fingerprint_changed()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "relay");
        var first = await RelayServer.ReadyAsync(hosts[1], "first");
        var ana = await Chat.ReadyAsync(hosts[0], "ana", "--relay", "10.7.0.2");
        await ana.EventAsync("relay", e => e["state"] == "up");
        await ana.QuitAsync();
        first.Interrupt();
        await first.ExitAsync();
        await RelayServer.ReadyAsync(hosts[1], "second");
        await AssertNamedAsync("relay-fingerprint-changed", hosts[0], "--relay", "10.7.0.2");
    }

    [Fact]
    public async Task Own_identity_seen_elsewhere()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        var original = await Chat.ReadyAsync(hosts[1], "bruno");
        var copy = Directory.CreateDirectory(Path.Combine(lab.Folder, "ana")).FullName;
        File.Copy(Path.Combine(original.Profile, "identity"), Path.Combine(copy, "identity"));
        await AssertNamedAsync("identity-elsewhere", hosts[0]);
    }

    [Fact]
    public async Task Nothing_is_wrong_where_two_people_see_each_other_and_a_running_client_is_asked()
    {
        await using var lab = NetworkLab.Create();
        var hosts = lab.AddHosts(lab.AddSwitch(), "ana", "bruno");
        var bruno = await Chat.ReadyAsync(hosts[1], "bruno");
        var (code, output, errors) = await DiagnoseAsync(hosts[0]);
        Assert.True(code == 0, output + errors);
        Assert.Equal("[]", output);
        var ana = await Chat.ReadyAsync(hosts[0], "ana");
        await ana.SeesAsync(bruno);
        (code, output, errors) = await DiagnoseAsync(hosts[0]);
        Assert.True(code == 0, output + errors);
    }

    private static async Task<JsonElement> AssertNamedAsync(string cause, Host host, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var (code, output, errors) = await DiagnoseAsync(host, arguments);
        Assert.True(code == 1, $"exit code {code}\n{output}\n{errors}");
        using var document = JsonDocument.Parse(output);
        var first = document.RootElement[0].Clone();
        Assert.True(first.GetProperty("cause").GetString() == cause, output);
        Assert.InRange(first.GetProperty("confidence").GetDouble(), 0, 1);
        Assert.NotEmpty(first.GetProperty("evidence").GetString()!);
        Assert.NotEmpty(first.GetProperty("remedy").GetString()!);
        Assert.True(clock.Elapsed < Patience, $"took {clock.Elapsed.TotalSeconds:0.0} s");
        return first;
    }

    private static Task<(int Code, string Output, string Errors)> DiagnoseAsync(Host host, params string[] arguments) => OneShot.RunAsync(
        host, TimeSpan.FromSeconds(30), ["doctor", "--json", "--profile", Path.Combine(host.Lab.Folder, "ana"), .. arguments]);
}
