using System.Diagnostics;
using System.Net.Sockets;

namespace LanChat.Benchmarks.Transport;

/// <summary>
/// What the kernel does for datagrams of 1432 bytes when nothing is made of them: one thread sends 45 per call with UDP_SEGMENT, another receives
/// and sends a byte of credit back per batch, so that no buffer overflows. Linux only.
/// </summary>
internal static class BareUdp
{
    private const int SolUdp = 17;
    private const int UdpSegment = 103;
    private const int UdpGro = 104;
    private const int SegmentBytes = 1432;
    private const int BatchBytes = SegmentBytes * 45;

    /// <summary>Batches under way; three fit the receive buffer that an unprivileged process gets.</summary>
    private const int Window = 3;

    /// <summary>After this the rest of a window counts as lost.</summary>
    private const int StallMilliseconds = 50;

    /// <summary>Bytes per second at the receiver, or null where the kernel cannot do it.</summary>
    /// <param name="totalBytes">Payload to receive.</param>
    /// <param name="coalesce">Whether the receiver takes several datagrams in one call (UDP_GRO).</param>
    public static double? TryRun(long totalBytes, bool coalesce)
    {
        if (!OperatingSystem.IsLinux())
            return null;

        using Socket near = Loopback.Udp();
        using Socket far = Loopback.Udp();
        near.Connect(far.LocalEndPoint!);
        far.Connect(near.LocalEndPoint!);
        try
        {
            near.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(SegmentBytes));
            if (coalesce)
                far.SetRawSocketOption(SolUdp, UdpGro, BitConverter.GetBytes(1));
        }
        catch (SocketException)
        {
            return null;
        }

        near.ReceiveTimeout = StallMilliseconds;
        using var stop = new CancellationTokenSource();
        var sender = new Thread(() => Send(near, stop.Token));
        byte[] buffer = new byte[1 << 16];
        far.ReceiveTimeout = 10_000;
        long start = Stopwatch.GetTimestamp();
        sender.Start();
        long credited = 0;
        for (long received = 0; received < totalBytes;)
        {
            received += far.Receive(buffer);
            for (; received - credited >= BatchBytes; credited += BatchBytes)
                far.Send(buffer, 1, SocketFlags.None);
        }

        double seconds = Loopback.SecondsSince(start);
        stop.Cancel();
        sender.Join();
        return totalBytes / seconds;
    }

    private static void Send(Socket socket, CancellationToken stop)
    {
        byte[] batch = new byte[BatchBytes];
        byte[] credit = new byte[1];
        int underWay = 0;
        while (!stop.IsCancellationRequested)
        {
            for (; underWay < Window; underWay++)
                socket.Send(batch);
            socket.Receive(credit, 0, 1, SocketFlags.None, out SocketError error);
            underWay = error == SocketError.Success ? underWay - 1 : 0;
        }
    }
}
