using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;

namespace LanChat.Client;

/// <summary>HOST[:PORT] as users type it; an IPv6 address with a port stands in brackets.</summary>
internal static class Addresses
{
    /// <summary>An address to try.</summary>
    public static PeerTarget ParsePeer(string text)
    {
        var (host, port) = Split(text, "--peer", 0);
        return new PeerTarget(host, port);
    }

    /// <summary>An IPv4 address of this machine.</summary>
    public static IPAddress ParseBind(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : throw new UsageException($"--bind is '{text}', but has to be an IPv4 address of this machine, such as 127.0.0.1.");

    /// <summary>HOST[:PORT][#FINGERPRINT].</summary>
    public static RelayTarget ParseRelay(string text)
    {
        var hash = text.IndexOf('#');
        var (host, port) = Split(hash < 0 ? text : text[..hash], "--relay", PeerNodeOptions.DefaultRelayPort);
        return new RelayTarget(host, port, hash < 0 ? null : text[(hash + 1)..]);
    }

    private static (string Host, int Port) Split(string text, string option, int defaultPort)
    {
        if (text.StartsWith('[') && text.IndexOf(']') is var end && end > 0)
        {
            var rest = text[(end + 1)..];
            return (text[1..end], rest.Length == 0 ? defaultPort : Port(rest.TrimStart(':'), option, text));
        }

        if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6) return (text, defaultPort);
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        if (host.Length == 0 || host.Any(char.IsWhiteSpace)) throw new UsageException($"{option} is '{text}', but has to be HOST or HOST:PORT.");
        return (host, colon < 0 ? defaultPort : Port(text[(colon + 1)..], option, text));
    }

    private static int Port(string digits, string option, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new UsageException($"{option} is '{text}', but its port has to be a number from 1 to 65535.");
}
