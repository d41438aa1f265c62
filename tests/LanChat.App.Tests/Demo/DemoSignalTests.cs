using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LanChat.Client;
using LanChat.Standins.Tests.TerminalGui;

namespace LanChat.App.Tests.Demo;

/// <summary>The program as a user stops it: in the middle, with three of its processes running and a killed one's files lying about.</summary>
public sealed partial class DemoSignalTests
{
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private const string Scenario = "[ana, bruno and carla join]\n[start relay]\n[expect relay up]\n[kill carla]\nana: now\n[wait 90 s]\n";

    [Theory]
    [InlineData(Interrupt, false)]
    [InlineData(Interrupt, true)]
    [InlineData(Terminate, false)]
    [InlineData(Hangup, true)]
    public async Task Stopped_in_the_middle_it_leaves_no_process_port_or_file(int signal, bool isForAll)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for leftovers where Linux shows them.");
        var folder = Directory.CreateTempSubdirectory("demo-signal-");
        try
        {
            var (start, mark) = Prepare(folder, isForAll);
            using var demo = Process.Start(start)!;
            var shown = new List<string>();
            while (await demo.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("#lobby now", StringComparison.Ordinal))
                shown.Add(line);
            var ports = MarkedBy(mark).SelectMany(PortsOf).ToHashSet();
            Assert.True(ports.Count == 2, string.Join('\n', shown));
            Assert.Equal(0, Kill(isForAll ? -demo.Id : demo.Id, signal));
            shown.Add(await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await demo.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(ExitCodes.Failed, demo.ExitCode);
            Assert.Contains("Stopped; nothing of the demo is left running.", shown[^1], StringComparison.Ordinal);
            Assert.Equal("", await demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.Empty(MarkedBy(mark));
            Assert.All(ports, AssertFree);
            // The runtime takes its own files away as the very last thing.
            await Until.Is(() => string.Join('\n', folder.EnumerateFileSystemInfos().Select(f => f.Name)), left => left == "x.demo", TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>With a terminal's Ctrl+C and a closed window all of its processes get the signal: a group of their own stands for that.</summary>
    private static (ProcessStartInfo Start, string Mark) Prepare(DirectoryInfo folder, bool hasGroup)
    {
        var scenario = Path.Combine(folder.FullName, "x.demo");
        File.WriteAllText(scenario, Scenario);
        var mark = $"DEMO_TEST={Guid.NewGuid():N}";
        var program = Path.Combine(AppContext.BaseDirectory, "lanchat");
        // Whoever runs the tests in the background has them ignore some signals, and their children with them.
        string[] words = ["--default-signal=INT,HUP,TERM", .. hasGroup ? (string[])["setsid"] : [], program, "demo", scenario];
        var start = new ProcessStartInfo("env", words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DEMO_TEST"] = mark.Split('=')[1];
        start.Environment["TMPDIR"] = folder.FullName;
        return (start, mark);
    }

    private static List<string> MarkedBy(string mark) =>
        [.. Directory.GetDirectories("/proc").Where(d => Digits().IsMatch(Path.GetFileName(d)) && Read(Path.Combine(d, "environ")).Split('\0').Contains(mark))];

    /// <summary>The discovery port and the relay's, as the command lines have them.</summary>
    private static IEnumerable<int> PortsOf(string process) =>
        Ports().Matches(Read(Path.Combine(process, "cmdline")).Replace('\0', ' ')).Select(m => int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));

    private static void AssertFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
    }

    /// <summary>A file of a process that may just be ending.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^\d+$")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(?:--discovery-port |--relay 127\.0\.0\.1:)(\d+)")]
    private static partial Regex Ports();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
