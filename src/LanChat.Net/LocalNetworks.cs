using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LanChat.Core;

namespace LanChat.Net;

/// <summary>What networks this machine is on.</summary>
internal static class LocalNetworks
{
    /// <summary>Every interface that is up, with its addresses; loopback first.</summary>
    /// <param name="only">Leaves out all but this address and the interface that has it; null or a wildcard for all.</param>
    public static ImmutableArray<LocalInterface> Read(IPAddress? only)
    {
        if (only is null || only.Equals(IPAddress.Any) || only.Equals(IPAddress.IPv6Any)) return Read();
        return [.. Read().Where(i => i.Addresses.Any(a => a.Address.Equals(only)))
            .Select(i => i with { Addresses = i.Addresses.RemoveAll(a => !a.Address.Equals(only)) })];
    }

    private static ImmutableArray<LocalInterface> Read()
    {
        var result = ImmutableArray.CreateBuilder<LocalInterface>();
        foreach (var adapter in AllInterfaces())
        {
            // A veth or a VPN often reports an unknown state while it works: only what says it is down is left out.
            if (adapter.OperationalStatus is OperationalStatus.Down or OperationalStatus.NotPresent or OperationalStatus.LowerLayerDown) continue;
            if (Describe(adapter) is { } described) result.Add(described);
        }

        return [.. result.OrderByDescending(i => i.IsLoopback).ThenBy(i => i.Index)];
    }

    /// <summary>The directed broadcast address of an IPv4 network.</summary>
    public static IPAddress BroadcastOf(LocalAddress address)
    {
        var bytes = address.Address.GetAddressBytes();
        for (var bit = address.PrefixLength; bit < 32; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }

    private static NetworkInterface[] AllInterfaces()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces();
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private static LocalInterface? Describe(NetworkInterface adapter)
    {
        try
        {
            var properties = adapter.GetIPProperties();
            var isLoopback = adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            ImmutableArray<LocalAddress> addresses = [.. properties.UnicastAddresses
                .Where(a => a.Address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Select(a => new LocalAddress(a.Address, a.PrefixLength))];
            return addresses.IsEmpty ? null : new LocalInterface(adapter.Name, IndexOf(properties), isLoopback, addresses);
        }
        catch (Exception error) when (error is NetworkInformationException or PlatformNotSupportedException)
        {
            // Gone between the listing and the look.
            return null;
        }
    }

    private static int IndexOf(IPInterfaceProperties properties)
    {
        try
        {
            return properties.GetIPv4Properties()?.Index ?? properties.GetIPv6Properties().Index;
        }
        catch (NetworkInformationException)
        {
            return properties.GetIPv6Properties().Index;
        }
    }
}
