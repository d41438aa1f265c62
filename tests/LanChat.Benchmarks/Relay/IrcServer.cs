using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LanChat.Benchmarks.Relay;

/// <summary>
/// InspIRCd, where it is installed (Debian's package of that name), as a process of its own: a chat server in C++ that keeps nothing, checks nothing and
/// encrypts nothing. What it takes today says what a figure of another day is worth.
/// </summary>
internal sealed class IrcServer : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private IrcServer(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>User and kernel, since the start.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it; null where it is not installed.</summary>
    public static IrcServer? TryStart()
    {
        string folder = Directory.CreateTempSubdirectory("lanchat-irc-benchmark-").FullName;
        int port = FreePort();
        string configuration = Path.Combine(folder, "inspircd.conf");
        File.WriteAllText(configuration, Configuration(port));
        var start = new ProcessStartInfo("inspircd") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[] { "--runasroot", "--nofork", "--nopid", "--nolog", "--config", configuration })
            start.ArgumentList.Add(word);
        try
        {
            Process process = Process.Start(start) ?? throw new InvalidOperationException("InspIRCd could not be started.");
            _ = process.StandardError.ReadToEndAsync();
            string? line;
            do
                line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("InspIRCd ended by itself.");
            while (!line.Contains("is now running", StringComparison.Ordinal));
            _ = process.StandardOutput.ReadToEndAsync();
            return new IrcServer(process, folder, port);
        }
        catch (Win32Exception)
        {
            Directory.Delete(folder, recursive: true);
            return null;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Every limit out of the way, as the relay's are.</summary>
    private static string Configuration(int port) => $"""
        <config format="xml">
        <server name="irc.benchmark.test" description="benchmark" network="benchmark">
        <admin name="benchmark" nick="benchmark" email="benchmark@benchmark.test">
        <bind address="127.0.0.1" port="{port}" type="clients">
        <connect name="all" allow="*" timeout="60" pingfreq="600" hardsendq="16777216" softsendq="16777216" recvq="65536" threshold="1000000"
                 commandrate="100000000" fakelag="no" localmax="100000" globalmax="100000" limit="100000" resolvehostnames="no" useident="no">
        <performance softlimit="12800" somaxconn="512" quietbursts="yes">
        """;
}
