using System.Diagnostics;
using System.Globalization;
using LiteNetLib;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// The hub as a process of its own: every message of a client goes to all clients. Prints its port, then, for each line it reads, the CPU time it
/// has used and the bytes it has allocated; ends with its input.
/// </summary>
internal static class HubServer
{
    public const string Role = "hub-server";

    /// <summary>With <c>--kind bare</c> the hub is <see cref="BareHub"/>.</summary>
    public static int Run(Arguments arguments)
    {
        if (arguments.Text("kind", "") == "bare")
        {
            var bare = new BareHub();
            new Thread(bare.Run) { IsBackground = true }.Start();
            Console.WriteLine(bare.Port);
            AnswerUsage();
            return 0;
        }

        var events = new EventBasedNetListener();
        NetManager manager = Loopback.Manager(events, channels: 1);
        events.ConnectionRequestEvent += request => request.Accept();
        events.NetworkReceiveEvent += (_, reader, _, _) => manager.SendToAll(reader.GetRemainingBytesSpan(), 0, DeliveryMethod.ReliableOrdered);
        if (!manager.Start("127.0.0.1", "::1", 0))
            return 1;

        Console.WriteLine(manager.LocalPort);
        AnswerUsage();
        manager.Stop();
        return 0;
    }

    private static void AnswerUsage()
    {
        while (Console.ReadLine() is not null)
        {
            double microseconds = Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{microseconds} {GC.GetTotalAllocatedBytes(precise: false)}"));
        }
    }
}
