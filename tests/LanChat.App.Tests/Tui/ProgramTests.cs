using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LanChat.Standins.Tests.TerminalGui;
using LanChat.Tui;

namespace LanChat.App.Tests.Tui;

/// <summary>The real program in a pseudo-terminal, on the loopback alone.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Two_people_talk_and_one_leaves()
    {
        using TmuxPane ana = Open();
        using TmuxPane bruno = Open();
        int port = FreePort();
        Start(ana, $"--nick ana --port {port}");
        await Shows(ana, "You are ana, in #lobby");
        Start(bruno, $"--nick bruno --port {FreePort()} --peer 127.0.0.1:{port}");
        await Shows(ana, "● bruno");
        await Shows(bruno, "● ana");
        ana.Type("hello 你好");
        await Shows(bruno, "hello 你好");
        await Shows(ana, "hello 你好 ✓✓");
        bruno.Type("hi ana");
        await Shows(ana, "hi ana");
        bruno.Type("/quit");
        await Shows(bruno, "ended 0");
        Assert.Equal("001", bruno.Modes);
        await Shows(ana, "○ bruno");
    }

    [Theory]
    [InlineData("kill -TERM")]
    [InlineData("kill -HUP")]
    [InlineData("C-q")]
    public async Task Every_way_to_leave_gives_the_terminal_back(string end)
    {
        using TmuxPane ana = Open();
        Start(ana, $"--nick ana --port {FreePort()}");
        await Shows(ana, "You are ana, in #lobby");
        if (end.StartsWith("kill", StringComparison.Ordinal))
        {
            using Process kill = Process.Start("sh", ["-c", $"{end} $(ps -o pid= -o args= -t {ana.Tty} | awk '/lanchat.dll/ {{ print $1; exit }}')"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            ana.Press(end);
        }

        await Shows(ana, "ended 0");
        Assert.Equal("001", ana.Modes);
    }

    [Fact]
    public async Task Suspended_resumed_and_resized_nothing_typed_is_lost()
    {
        using TmuxPane ana = Open();
        Start(ana, $"--nick ana --port {FreePort()}");
        await Shows(ana, "You are ana, in #lobby");
        ana.Press("-l", "half a sen");
        await Shows(ana, "❯ half a sen");
        ana.Press("C-z");
        await Shows(ana, "Stopped");
        ana.Type("fg");
        await Shows(ana, "❯ half a sen");
        ana.Resize(40, 12);
        ana.Press("-l", "tence");
        await Shows(ana, "❯ half a sentence");
        ana.Press("Enter");
        await Shows(ana, "ana half a sentence");
    }

    private static TmuxPane Open()
    {
        Assert.SkipUnless(TmuxPane.IsAvailable, "tmux is not installed.");
        var pane = new TmuxPane();
        pane.Resize(100, 20);
        return pane;
    }

    private static void Start(TmuxPane pane, string options)
    {
        string program = typeof(ChatPresenter).Assembly.Location;
        pane.Type($"clear; dotnet '{program}' --ephemeral --no-discovery --no-relay {options}; echo en''ded $?");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static Task<string> Shows(TmuxPane pane, string text) => Until.Is(
        () => pane.Text,
        shown => shown.Contains(text, StringComparison.Ordinal),
        TestContext.Current.CancellationToken);
}
