using System.Globalization;

namespace LanChat.EndToEnd.Tests;

/// <summary>
/// A network of its own for one test: hosts are network namespaces, a switch is a bridge in a namespace, a cable is a veth pair. Names are
/// of this run alone; everything goes with the lab, or with the test process if that is stopped before.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private static int LabCount;

    private readonly List<string> _namespaces = [];
    private readonly List<ProgramProcess> _processes = [];
    private readonly Lock _gate = new();
    private readonly string _prefix;
    private int _cables;

    private NetworkLab()
    {
        _prefix = string.Create(CultureInfo.InvariantCulture, $"lc{Environment.ProcessId}-{Interlocked.Increment(ref LabCount)}-");
        Folder = Directory.CreateTempSubdirectory("lanchat-lab-").FullName;
        LabCleaner.Add(this);
    }

    /// <summary>For profiles and relays' data.</summary>
    public string Folder { get; }

    /// <summary>A lab, or the test is skipped with the reason.</summary>
    public static NetworkLab Create()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("LANCHAT_NETNS") == "1", "Needs hosts in network namespaces: run as root with LANCHAT_NETNS=1.");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are Linux's.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Network namespaces need root.");
        foreach (var tool in (string[])["ip", "nft"]) Assert.SkipUnless(Shell.Has(tool), $"Needs the program {tool} (packages iproute2, nftables).");
        return new NetworkLab();
    }

    /// <summary>A switch: everybody plugged in is on one LAN.</summary>
    public Switch AddSwitch(string name = "sw")
    {
        var space = AddNamespace(name);
        Shell.Run(
            "ip",
            "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set br0 up\nlink set lo up\n",
            "-n", space, "-batch", "-");
        return new Switch(this, space);
    }

    /// <summary>A host without interfaces but loopback.</summary>
    public Host AddHost(string name)
    {
        var space = AddNamespace(name);
        var host = new Host(this, name, space);

        // Duplicate address detection would keep a new link-local address unusable for a second or two.
        host.WriteSetting("net/ipv6/conf/default/accept_dad", "0");
        host.WriteSetting("net/ipv6/conf/all/accept_dad", "0");
        Shell.Run("ip", "link set lo up\n", "-n", space, "-batch", "-");
        return host;
    }

    /// <summary>A host plugged into a switch.</summary>
    public Host AddHost(string name, Switch network, string address)
    {
        var host = AddHost(name);
        host.Plug(network, address);
        return host;
    }

    /// <summary>Hosts on one switch: 10.7.0.1 and so on.</summary>
    public Host[] AddHosts(Switch network, params string[] names) => [.. names.Select((name, i) => AddHost(name, network, $"10.7.0.{i + 1}/24"))];

    public async ValueTask DisposeAsync()
    {
        ProgramProcess[] processes;
        lock (_gate)
        {
            processes = [.. _processes];
            _processes.Clear();
        }

        foreach (var process in processes) await process.DisposeAsync();
        Clean();
    }

    /// <summary>Ends what runs and removes the namespaces; what is gone already is no error.</summary>
    public void Clean()
    {
        LabCleaner.Remove(this);
        lock (_gate)
        {
            foreach (var process in _processes) process.Kill();
            foreach (var space in _namespaces) Shell.Try("ip", "", "netns", "delete", space);
            _namespaces.Clear();
        }

        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Cleaned twice.
        }
    }

    internal void Track(ProgramProcess process)
    {
        lock (_gate) _processes.Add(process);
    }

    internal int NextCable() => Interlocked.Increment(ref _cables);

    private string AddNamespace(string name)
    {
        var space = _prefix + name;
        lock (_gate)
        {
            Shell.Run("ip", "", "netns", "add", space);
            _namespaces.Add(space);
        }

        return space;
    }
}

/// <summary>A bridge in a namespace.</summary>
internal sealed record Switch(NetworkLab Lab, string Namespace);

/// <summary>Removes what labs made when the test process is stopped in the middle of one.</summary>
public sealed class LabCleaner : IDisposable
{
    private static readonly List<NetworkLab> Labs = [];
    private static readonly Lock Gate = new();

    private readonly List<System.Runtime.InteropServices.PosixSignalRegistration> _signals = [];

    public LabCleaner()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        foreach (var signal in (System.Runtime.InteropServices.PosixSignal[])
            [System.Runtime.InteropServices.PosixSignal.SIGINT, System.Runtime.InteropServices.PosixSignal.SIGTERM, System.Runtime.InteropServices.PosixSignal.SIGHUP])
        {
            _signals.Add(System.Runtime.InteropServices.PosixSignalRegistration.Create(signal, _ => CleanAll()));
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (var signal in _signals) signal.Dispose();
        CleanAll();
    }

    internal static void Add(NetworkLab lab)
    {
        lock (Gate) Labs.Add(lab);
    }

    internal static void Remove(NetworkLab lab)
    {
        lock (Gate) Labs.Remove(lab);
    }

    private static void OnExit(object? sender, EventArgs e) => CleanAll();

    private static void CleanAll()
    {
        NetworkLab[] labs;
        lock (Gate) labs = [.. Labs];
        foreach (var lab in labs) lab.Clean();
    }
}
