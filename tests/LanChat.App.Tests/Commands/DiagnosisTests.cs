using System.Collections.Immutable;
using System.Net;
using LanChat.Core;
using LanChat.Doctor;
using LanChat.Net;
using LanChat.Protocol;

namespace LanChat.App.Tests.Commands;

/// <summary>From what is seen to causes, without a network.</summary>
public sealed class DiagnosisTests
{
    private static readonly LocalInterface Loopback = new("lo", 1, true, [new LocalAddress(IPAddress.Loopback, 8)]);
    private static readonly LocalInterface Ethernet = new("eth0", 2, false, [new LocalAddress(IPAddress.Parse("10.7.0.1"), 24)]);
    private static readonly IPEndPoint Bruno = IPEndPoint.Parse("10.7.0.2:44042");

    [Fact]
    public void All_well_is_no_finding() => Assert.Empty(Diagnosis.Of(Seen() with
    {
        Probe = Probe(All(Bruno)),
        Linked = [new LinkedPeer("07", "bruno", "lan", Bruno)],
    }));

    [Fact]
    public void Alone_is_said_with_little_confidence()
    {
        var finding = Assert.Single(Diagnosis.Of(Seen()));
        Assert.Equal(Causes.NobodyAnswers, finding.Cause);
        Assert.True(finding.Confidence < 0.5);
    }

    [Fact]
    public void Without_an_interface_nothing_else_about_the_LAN_is_said() => Assert.Equal(
        [Causes.NoInterface, Causes.RelayUnreachable],
        Diagnosis.Of(Seen() with { Probe = Probe() with { Interfaces = [Loopback] }, Relays = [new RelayWord("down", "10.7.0.9:42043", "unreachable")] })
            .Select(f => f.Cause));

    [Fact]
    public void The_firewall_is_on_the_side_whose_port_stays_silent()
    {
        ProbeAnswer everywhere = new(ProbeWay.Everywhere, Bruno, new PeerId(7)), opens = new(ProbeWay.LinkPort, Bruno, new PeerId(7));
        var theirs = Assert.Single(Diagnosis.Of(Seen() with { Probe = Probe(everywhere) }));
        Assert.Contains("On 10.7.0.2", theirs.Remedy, StringComparison.Ordinal);
        var ours = Assert.Single(Diagnosis.Of(Seen() with { Probe = Probe(everywhere, opens) }));
        Assert.Contains("On this machine", ours.Remedy, StringComparison.Ordinal);
        Assert.All((Finding[])[theirs, ours], f => Assert.Equal(Causes.LinkPortBlocked, f.Cause));
        Assert.All((string[])["ufw", "firewall-cmd", "netsh"], rule => Assert.Contains(rule, ours.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public void A_linked_person_whom_no_broadcast_reaches_tells_of_a_filter() => Assert.Equal(
        Causes.BroadcastFiltered,
        Diagnosis.Of(Seen() with { Linked = [new LinkedPeer("07", "bruno", "lan", Bruno)] })[0].Cause);

    [Fact]
    public void An_address_without_a_route_is_another_network_first()
    {
        var findings = Diagnosis.Of(Seen() with { Given = [new GivenAddress("192.0.2.1", [IPAddress.Parse("192.0.2.1")])], SourceFor = _ => null });
        Assert.Equal([Causes.OtherSubnet, Causes.PeerUnreachable], findings.Select(f => f.Cause));
    }

    [Theory]
    [InlineData("refused", "token", Causes.RelayTokenRefused)]
    [InlineData("refused", "fingerprint", Causes.RelayFingerprintChanged)]
    [InlineData("refused", "banned", Causes.RelayRefused)]
    [InlineData("down", "unreachable", Causes.RelayUnreachable)]
    public void A_relay_that_is_not_up_is_named(string state, string reason, string cause) =>
        Assert.Equal(cause, Diagnosis.Of(Seen() with { Relays = [new RelayWord(state, "10.7.0.9:42043", reason)] })[0].Cause);

    [Theory]
    [InlineData("clock-offset", Causes.ClockOffset)]
    [InlineData("identity-elsewhere", Causes.IdentityElsewhere)]
    public void A_warning_of_the_client_is_a_finding(string code, string cause) =>
        Assert.Equal(cause, Diagnosis.Of(Seen() with { Warnings = [new WarningWord(code, "What was seen.")] })[0].Cause);

    private static ProbeAnswer[] All(IPEndPoint from) => [.. Enum.GetValues<ProbeWay>().Select(way => new ProbeAnswer(way, from, new PeerId(7)))];

    private static ProbeReport Probe(params ProbeAnswer[] answers) => new([Loopback, Ethernet], true, [.. answers], [], []);

    private static Examination Seen() => new() { Probe = Probe(), DiscoveryPort = 42042, SourceFor = _ => IPAddress.Parse("10.7.0.1") };
}
