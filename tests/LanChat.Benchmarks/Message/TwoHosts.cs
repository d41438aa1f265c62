using System.Diagnostics;
using System.Globalization;

namespace LanChat.Benchmarks.Message;

/// <summary>
/// Two hosts to measure between: network namespaces with a virtual cable, where the system lets us make them (Linux, as root); else this
/// machine's loopback twice.
/// </summary>
internal sealed class TwoHosts : IDisposable
{
    private readonly string[] _names;

    private TwoHosts(string[] names, string[] addresses)
    {
        _names = names;
        Addresses = addresses;
    }

    public string[] Addresses { get; }

    public bool AreApart => _names.Length > 0;

    public string Description => AreApart ? "two network namespaces joined by a veth pair" : "loopback";

    public static TwoHosts Make()
    {
        string tag = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var hosts = new TwoHosts([$"lanchat-{tag}-a", $"lanchat-{tag}-b"], ["10.99.0.1", "10.99.0.2"]);
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && hosts.TryWire(tag))
            return hosts;
        hosts.Dispose();
        return new TwoHosts([], ["127.0.0.1", "127.0.0.1"]);
    }

    /// <summary>Starts a library with dotnet on one of the hosts, its stdin and stdout redirected.</summary>
    public Process Start(int host, params string[] words)
    {
        string[] command = AreApart ? ["ip", "netns", "exec", _names[host], "dotnet", .. words] : ["dotnet", .. words];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
    }

    public void Dispose()
    {
        foreach (string name in _names)
            TryRun("netns", "del", name);
    }

    private bool TryWire(string tag)
    {
        string[] ends = [$"lc{tag}a", $"lc{tag}b"];
        if (!_names.All(name => TryRun("netns", "add", name)) || !TryRun("link", "add", ends[0], "type", "veth", "peer", "name", ends[1]))
            return false;
        for (int i = 0; i < 2; i++)
        {
            bool isWired = TryRun("link", "set", ends[i], "netns", _names[i]) && TryRun("-n", _names[i], "addr", "add", Addresses[i] + "/24", "dev", ends[i])
                && TryRun("-n", _names[i], "link", "set", ends[i], "up") && TryRun("-n", _names[i], "link", "set", "lo", "up");
            if (!isWired)
                return false;
        }

        return true;
    }

    private static bool TryRun(params string[] words)
    {
        try
        {
            using var run = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true });
            run?.StandardError.ReadToEnd();
            run?.WaitForExit();
            return run?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
