using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace LiteNetLib;

/// <summary>Which addresses are meant.</summary>
[Flags]
public enum LocalAddrType
{
    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,

    /// <summary>Both.</summary>
    All = IPv4 | IPv6,
}

/// <summary>Addresses and names.</summary>
public static class NetUtils
{
    /// <summary>An endpoint from an address or a host name.</summary>
    /// <exception cref="ArgumentException">The name cannot be resolved.</exception>
    public static IPEndPoint MakeEndPoint(string hostStr, int port) => new(ResolveAddress(hostStr), port);

    /// <summary>An address from its text or a host name; IPv6 is preferred, except for "localhost".</summary>
    /// <exception cref="ArgumentException">The name cannot be resolved.</exception>
    public static IPAddress ResolveAddress(string hostStr)
    {
        if (hostStr == "localhost")
            return IPAddress.Loopback;
        if (IPAddress.TryParse(hostStr, out var address))
            return address;
        return (LiteNetManager.IPv6Support ? ResolveAddress(hostStr, AddressFamily.InterNetworkV6) : null)
            ?? ResolveAddress(hostStr, AddressFamily.InterNetwork)
            ?? throw new ArgumentException($"The host name '{hostStr}' cannot be resolved.", nameof(hostStr));
    }

    /// <summary>The first address of that family a host name has; null if there is none.</summary>
    public static IPAddress ResolveAddress(string hostStr, AddressFamily addressFamily)
    {
        try
        {
            foreach (var address in Dns.GetHostAddresses(hostStr, addressFamily))
                return address;
        }
        catch (SocketException)
        {
            return null;
        }

        return null;
    }

    /// <summary>The addresses of this machine's network interfaces that are up; loopback only if there are no others.</summary>
    public static List<string> GetLocalIpList(LocalAddrType addrType)
    {
        var list = new List<string>();
        GetLocalIpList(list, addrType);
        return list;
    }

    /// <inheritdoc cref="GetLocalIpList(LocalAddrType)"/>
    public static void GetLocalIpList(IList<string> targetList, LocalAddrType addrType)
    {
        int before = targetList.Count;
        foreach (var network in UsableInterfaces())
        {
            foreach (var unicast in network.GetIPProperties().UnicastAddresses)
            {
                if (Matches(unicast.Address, addrType))
                    targetList.Add(unicast.Address.ToString());
            }
        }

        if (targetList.Count > before)
            return;
        if (addrType.HasFlag(LocalAddrType.IPv4))
            targetList.Add(IPAddress.Loopback.ToString());
        if (addrType.HasFlag(LocalAddrType.IPv6))
            targetList.Add(IPAddress.IPv6Loopback.ToString());
    }

    /// <summary>The first of <see cref="GetLocalIpList(LocalAddrType)"/>, preferring wired interfaces with a gateway; "" if none.</summary>
    public static string GetLocalIp(LocalAddrType addrType) => GetLocalIpList(addrType).FirstOrDefault() ?? string.Empty;

    /// <summary>The addresses of an interface with a gateway are what another machine can reach: wired before wireless.</summary>
    private static IEnumerable<NetworkInterface> UsableInterfaces() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up
                && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
                && network.GetIPProperties().GatewayAddresses.Count > 0)
            .OrderBy(network => network.NetworkInterfaceType switch
            {
                NetworkInterfaceType.Ethernet => 0,
                NetworkInterfaceType.Wireless80211 => 1,
                _ => 2,
            });

    private static bool Matches(IPAddress address, LocalAddrType addrType) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => addrType.HasFlag(LocalAddrType.IPv4),
        AddressFamily.InterNetworkV6 => addrType.HasFlag(LocalAddrType.IPv6),
        _ => false,
    };
}
