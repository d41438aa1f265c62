using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LanChat.Benchmarks.Measuring;

namespace LanChat.Benchmarks.Message;

/// <summary>What the network and two processes cost by themselves: a datagram there and back between blocking sockets, halved.</summary>
internal static class UdpEcho
{
    public const string AnswerRole = "udp-answer";
    public const string AskRole = "udp-ask";

    private const int Port = 42999;
    private const int Size = 200;

    /// <summary>The other end; ends with its stdin.</summary>
    public static int Answer(Arguments arguments)
    {
        using var socket = Bound(arguments.Text("bind", "127.0.0.1"), Port);
        var answering = new Thread(() =>
        {
            var from = new SocketAddress(AddressFamily.InterNetwork);
            byte[] buffer = new byte[2048];
            while (true)
                socket.SendTo(buffer.AsSpan(0, socket.ReceiveFrom(buffer, SocketFlags.None, from)), SocketFlags.None, from);
        })
        { IsBackground = true };
        answering.Start();
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
        return 0;
    }

    /// <summary>Asks so many times and prints the median way in microseconds.</summary>
    public static int Ask(Arguments arguments)
    {
        using var socket = Bound(arguments.Text("bind", "127.0.0.1"), 0);
        socket.ReceiveTimeout = 5000;
        SocketAddress to = new IPEndPoint(IPAddress.Parse(arguments.Text("to", "127.0.0.1")), Port).Serialize();
        int rounds = (int)arguments.Number("rounds", 1000);
        var times = new Latencies();
        byte[] buffer = new byte[Size];
        for (int round = -rounds / 4; round < rounds; round++)
        {
            long sent = Stopwatch.GetTimestamp();
            socket.SendTo(buffer, SocketFlags.None, to);
            socket.Receive(buffer);
            if (round >= 0)
                times.Add(Stopwatch.GetTimestamp() - sent);
        }

        Console.WriteLine((times.Microseconds(0.5) / 2).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>The median way between two hosts, microseconds.</summary>
    public static double Measure(TwoHosts hosts, int rounds)
    {
        string self = Path.Combine(AppContext.BaseDirectory, "LanChat.Benchmarks.dll");
        using Process answering = hosts.Start(1, self, AnswerRole, "--bind", hosts.Addresses[1]);
        answering.StandardOutput.ReadLine();
        using Process asking = hosts.Start(
            0, self, AskRole, "--bind", hosts.Addresses[0], "--to", hosts.Addresses[1], "--rounds", rounds.ToString(CultureInfo.InvariantCulture));
        string said = asking.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Nobody answered.");
        asking.WaitForExit();
        answering.StandardInput.Close();
        answering.WaitForExit();
        return double.Parse(said, CultureInfo.InvariantCulture);
    }

    private static Socket Bound(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    }
}
