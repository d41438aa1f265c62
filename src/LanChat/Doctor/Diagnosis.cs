using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;
using LanChat.Net;

namespace LanChat.Doctor;

/// <summary>From what was seen to causes, likeliest first. Pure: the same examination gives the same diagnosis.</summary>
internal static class Diagnosis
{
    private const string FirewallRule =
        "allow UDP 42042 and 44042-44107 in: `sudo ufw allow 42042,44042:44107/udp`, or "
        + "`sudo firewall-cmd --permanent --add-port=42042/udp --add-port=44042-44107/udp && sudo firewall-cmd --reload`, or on Windows (as administrator) "
        + "`netsh advfirewall firewall add rule name=LanChat dir=in action=allow protocol=UDP localport=42042,44042-44107`";

    /// <summary>Every cause that the examination shows; empty when nothing is wrong.</summary>
    public static ImmutableArray<Finding> Of(Examination seen)
    {
        var findings = new List<Finding>();
        var hasNetwork = HasUsableInterface(seen);
        if (!hasNetwork) findings.Add(NoInterface(seen));
        if (!seen.Probe.IsDiscoveryPortShared) findings.Add(PortTaken(seen));
        findings.AddRange(seen.Relays.Select(OfRelay).OfType<Finding>());
        findings.AddRange(seen.Warnings.Select(OfWarning).OfType<Finding>());
        if (hasNetwork)
        {
            findings.AddRange(OtherVersions(seen));
            findings.AddRange(BlockedLinkPorts(seen));
            findings.AddRange(seen.Given.SelectMany(given => OfGiven(seen, given)));
            findings.AddRange(StrayPeople(seen));
            if (FilteredBroadcast(seen) is { } filtered) findings.Add(filtered);
            if (findings.Count == 0 && IsAlone(seen)) findings.Add(Alone(seen));
        }

        // Of several people with one trouble the first is enough.
        return [.. findings.GroupBy(f => f.Cause).Select(g => g.MaxBy(f => f.Confidence)!).OrderByDescending(f => f.Confidence)];
    }

    private static bool HasUsableInterface(Examination seen) =>
        seen.Probe.Interfaces.Any(i => !i.IsLoopback && i.Addresses.Any(a => a.Address.AddressFamily == AddressFamily.InterNetwork || a.Address.IsIPv6LinkLocal));

    private static Finding NoInterface(Examination seen) => new(
        Causes.NoInterface, 1,
        seen.Probe.Interfaces.All(i => i.IsLoopback) ? "No network interface is up." : "No network interface has an address.",
        "Plug in the cable or join the Wi-Fi, and wait for an address.");

    private static Finding PortTaken(Examination seen) => new(
        Causes.DiscoveryPortTaken, 0.98,
        $"UDP port {seen.DiscoveryPort} is held by {seen.PortOwner ?? "another program"}, which does not share it: nobody who greets there is heard.",
        $"End that program, or have everybody use another port: --discovery-port {seen.DiscoveryPort + 1}.");

    private static Finding? OfRelay(RelayWord relay) => (relay.State, relay.Reason) switch
    {
        ("up", _) => null,
        ("refused", "token") => new Finding(
            Causes.RelayTokenRefused, 0.95, $"The relay {relay.Address} refuses the token.", "Ask whoever runs it for the token and give it with --relay-token."),
        ("refused", "fingerprint") => new Finding(
            Causes.RelayFingerprintChanged, 0.96, $"The relay {relay.Address} shows another fingerprint than before, or than given.",
            "Ask whoever runs it whether it was set up anew. If so, give the new fingerprint: --relay HOST#FINGERPRINT. If not, somebody stands in between."),
        ("refused", _) => new Finding(
            Causes.RelayRefused, 0.85, $"The relay {relay.Address} refuses this client: {relay.Reason}.", "Ask whoever runs the relay."),
        _ => new Finding(
            Causes.RelayUnreachable, 0.9, $"The relay {relay.Address} is not reached{(relay.Reason.Length > 0 ? $" ({relay.Reason})" : "")}.",
            "Check that the address is right, that it runs, and that UDP to its port is let through."),
    };

    private static Finding? OfWarning(WarningWord warning) => warning.Code switch
    {
        "identity-elsewhere" => new Finding(Causes.IdentityElsewhere, 0.97, warning.Text, "Run `lanchat id --new` in one of the two places."),
        "clock-offset" => new Finding(
            Causes.ClockOffset, 0.93, warning.Text,
            "Set the clock that is wrong, best from the network: `sudo timedatectl set-ntp true`, on Windows `w32tm /resync`, on macOS `sudo sntp -sS time.apple.com`."),
        _ => null,
    };

    private static IEnumerable<Finding> OtherVersions(Examination seen) => seen.Probe.Overheard.Where(o => o.IsOtherVersion).Select(o => new Finding(
        Causes.ProtocolVersion, 0.92, $"At {o.From} somebody speaks another version of the protocol.", "Install the same version of LanChat on both sides."));

    /// <summary>Somebody answers, but the port that links come in on lets nothing through.</summary>
    private static IEnumerable<Finding> BlockedLinkPorts(Examination seen)
    {
        var answered = seen.Probe.Answers.Where(a => a.Way is ProbeWay.Everywhere or ProbeWay.Direct).Select(a => a.From).Distinct();
        foreach (var person in answered.Where(a => !IsLinked(seen, a.Address)))
        {
            var opens = seen.Probe.Answers.Any(a => a.Way == ProbeWay.LinkPort && a.From.Equals(person));
            var opensForRange = seen.Probe.Answers.Any(a => a.Way == ProbeWay.LinkRange && a.From.Equals(person));
            if (opens && opensForRange) continue;
            var whose = opens ? "this machine" : person.Address.ToString();
            yield return new Finding(
                Causes.LinkPortBlocked, 0.94,
                opens
                    ? $"{person} answers, but nothing comes back to the link ports 44042-44107 of this machine: its own firewall drops it."
                    : $"{person.Address} answers, but its link port {person.Port} lets nothing in: a firewall drops it.",
                $"On {whose} {FirewallRule}.");
        }
    }

    private static IEnumerable<Finding> OfGiven(Examination seen, GivenAddress given)
    {
        if (given.Addresses.IsEmpty)
        {
            yield return new Finding(
                Causes.PeerUnresolvable, 0.95, $"The name {given.Text} does not resolve to an address.", "Check its spelling, or give the IP address.");
            yield break;
        }

        var answering = given.Addresses.FirstOrDefault(a => IsReached(seen, a));
        var address = answering ?? given.Addresses[0];
        if (answering is not null)
        {
            if (!IsOnOwnSubnet(seen, address)) yield return OtherSubnet(seen, address, 0.9, "it answers when asked directly, but routers pass no broadcasts on");
            yield break;
        }

        if (!IsOnOwnSubnet(seen, address) && seen.SourceFor(address) is null) yield return OtherSubnet(seen, address, 0.96, "there is no route to it");
        var unsent = seen.Probe.Unsent.FirstOrDefault(u => u.To.Equals(address));
        yield return new Finding(
            Causes.PeerUnreachable, 0.95,
            $"{given.Text} ({address}) does not answer on any port{(unsent is null ? "" : $": {unsent.Problem}")}. {RouteTo(seen, address)}",
            $"Check the address, that LanChat runs there, and its firewall: {FirewallRule}.");
    }

    /// <summary>People who are heard, but whose address is of none of the own networks: on the same wire with other numbers.</summary>
    private static IEnumerable<Finding> StrayPeople(Examination seen) => seen.Probe.Overheard
        .Where(o => !o.IsOtherVersion && !IPAddress.IsLoopback(o.From) && !IsOnOwnSubnet(seen, o.From) && !IsLinked(seen, o.From))
        .Select(o => OtherSubnet(seen, o.From, 0.91, "its greeting is heard here all the same"));

    private static Finding OtherSubnet(Examination seen, IPAddress address, double confidence, string why) => new(
        Causes.OtherSubnet, confidence,
        $"{address} is on another network than this machine ({OwnNetworks(seen)}); {why}. {RouteTo(seen, address)}",
        "Put both into one network (the same Wi-Fi, no VPN in between), or give the address with --peer on one side, or use a relay: --relay HOST.");

    private static Finding? FilteredBroadcast(Examination seen)
    {
        if (!seen.Probe.IsDiscoveryPortShared) return null;
        var silent = seen.Linked.Where(l => l.Path == "lan").Select(l => l.Address?.Address).OfType<IPAddress>()
            .Concat(seen.Probe.Answers.Where(a => a.Way is ProbeWay.Direct or ProbeWay.LinkPort).Select(a => a.From.Address))
            .FirstOrDefault(a => !IPAddress.IsLoopback(a) && IsOnOwnSubnet(seen, a) && !IsOwn(seen, a));
        if (silent is null || seen.Probe.Answers.Any(a => a.Way == ProbeWay.Everywhere && !IsOwn(seen, a.From.Address))) return null;
        return new Finding(
            Causes.BroadcastFiltered, 0.9,
            $"{silent} answers when asked directly, but nobody answers what goes to everybody: broadcasts and multicasts do not get through.",
            "Switch off client isolation (\"AP isolation\", \"guest mode\") in the access point and broadcast filters in the switch; until then give the "
            + $"address with --peer {silent} on one side. If a firewall is on, {FirewallRule}.");
    }

    private static bool IsAlone(Examination seen) => seen.Linked.IsEmpty && seen.Probe.Answers.All(a => IsOwn(seen, a.From.Address));

    private static Finding Alone(Examination seen) => new(
        Causes.NobodyAnswers, 0.3,
        $"Nobody answers on {OwnNetworks(seen)}.",
        $"If somebody is there, ask for the address and run `lanchat doctor --peer ADDRESS`. If a firewall is on, {FirewallRule}.");

    private static bool IsReached(Examination seen, IPAddress address) =>
        IsLinked(seen, address) || seen.Probe.Answers.Any(a => a.Way != ProbeWay.Everywhere && a.From.Address.Equals(address));

    private static bool IsLinked(Examination seen, IPAddress address) => seen.Linked.Any(l => l.Path != "relay" && l.Address is { } at && at.Address.Equals(address));

    private static bool IsOwn(Examination seen, IPAddress address) =>
        IPAddress.IsLoopback(address) || seen.Probe.Interfaces.Any(i => i.Addresses.Any(a => a.Address.Equals(address)));

    private static bool IsOnOwnSubnet(Examination seen, IPAddress address)
    {
        if (address.IsIPv6LinkLocal || IPAddress.IsLoopback(address)) return true;
        return seen.Probe.Interfaces.SelectMany(i => i.Addresses)
            .Any(a => a.Address.AddressFamily == address.AddressFamily && new IPNetwork(Masked(a), a.PrefixLength).Contains(address));
    }

    private static IPAddress Masked(LocalAddress address)
    {
        var bytes = address.Address.GetAddressBytes();
        for (var bit = address.PrefixLength; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }

    private static string RouteTo(Examination seen, IPAddress address) => seen.SourceFor(address) is { } source
        ? $"Packets to it leave from {source}{(InterfaceOf(seen, source) is { } name ? $" ({name})" : "")}."
        : "No route leads to it.";

    private static string? InterfaceOf(Examination seen, IPAddress source) =>
        seen.Probe.Interfaces.FirstOrDefault(i => i.Addresses.Any(a => a.Address.Equals(source)))?.Name;

    private static string OwnNetworks(Examination seen) => string.Join(", ", seen.Probe.Interfaces.Where(i => !i.IsLoopback)
        .SelectMany(i => i.Addresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork || a.Address.IsIPv6LinkLocal)
            .Select(a => $"{i.Name} {a.Address}/{a.PrefixLength}")));
}
