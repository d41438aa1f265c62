using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LanChat.EndToEnd.Tests;

/// <summary>A machine of the lab: a network namespace with cables to switches.</summary>
internal sealed class Host(NetworkLab lab, string name, string space)
{
    private const int NetworkNamespace = 0x40000000;

    private readonly List<(Switch Network, string Port, string Interface)> _cables = [];

    public NetworkLab Lab => lab;

    /// <summary>Short name; profiles and nicknames are called by it.</summary>
    public string Name => name;

    public string Namespace => space;

    /// <summary>The first IPv4 address given, without its prefix length.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Puts a cable into a switch.</summary>
    /// <param name="network">The switch.</param>
    /// <param name="address">IPv4 address with prefix length; empty for an interface with IPv6 link-local alone.</param>
    /// <returns>The new interface's name.</returns>
    public string Plug(Switch network, string address)
    {
        var end = $"eth{_cables.Count}";
        var port = $"p{lab.NextCable()}";
        Shell.Run("ip", "", "link", "add", end, "netns", space, "type", "veth", "peer", "name", port, "netns", network.Namespace);
        Shell.Run("ip", $"link set {port} master br0\nlink set {port} up\n", "-n", network.Namespace, "-batch", "-");
        var commands = new StringBuilder();
        if (address.Length > 0) commands.Append(CultureInfo.InvariantCulture, $"addr add {address} brd + dev {end}\n");
        commands.Append(CultureInfo.InvariantCulture, $"link set {end} up\n");
        Shell.Run("ip", commands.ToString(), "-n", space, "-batch", "-");
        if (Address.Length == 0) Address = address.Split('/')[0];
        _cables.Add((network, port, end));
        return end;
    }

    /// <summary>Pulls the cable of an interface, or puts it back.</summary>
    public void SetCable(bool isPlugged, int cable = 0)
    {
        var (network, port, _) = _cables[cable];
        Shell.Run("ip", "", "-n", network.Namespace, "link", "set", port, isPlugged ? "up" : "down");
    }

    /// <summary>Loses a share of what comes in, of either IP family, loopback aside.</summary>
    public void LoseInput(int percent) => Filter($"chain loss {{ type filter hook input priority -10; iif != lo numgen random mod 100 < {percent} drop\n}}");

    /// <summary>Adds chains to the host's firewall.</summary>
    public void Filter(string chains) => Shell.Run("ip", $"table inet lab {{\n{chains}\n}}\n", "netns", "exec", space, "nft", "-f", "-");

    /// <summary>Takes every rule away.</summary>
    public void ClearFilter() => Ip("netns", "exec", space, "nft", "flush", "ruleset");

    /// <summary>Adds routes and the like: arguments of <c>ip -n host</c>.</summary>
    public void Configure(params string[] arguments) => Ip(["-n", space, .. arguments]);

    /// <summary>Leaves it with IPv4 alone.</summary>
    public void DisableIpv6() => WriteSetting("net/ipv6/conf/all/disable_ipv6", "1");

    /// <summary>Makes it a router between its cables.</summary>
    public void Forward() => WriteSetting("net/ipv4/ip_forward", "1");

    /// <summary>Sets a kernel setting of the host, a path below /proc/sys.</summary>
    public void WriteSetting(string setting, string value) => Run(() => { File.WriteAllText("/proc/sys/" + setting, value); return true; });

    /// <summary>Runs code on this host: sockets made in it are the host's.</summary>
    public T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle("/run/netns/" + space);
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkNamespace) != 0)
                    throw new InvalidOperationException($"The namespace {space} cannot be entered: error {Marshal.GetLastPInvokeError()}.");
                result = work();
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or System.Net.Sockets.SocketException)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Ip(params string[] arguments) => Shell.Run("ip", "", arguments);

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int kind);
}
