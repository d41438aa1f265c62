using System.Net;
using System.Net.Sockets;

namespace LiteNetLib.Sockets;

/// <summary>
/// One bound UDP socket. Receiving belongs to one thread at a time; sending is safe from any. Uses .NET's sockets alone;
/// <see cref="LinuxUdpSocket"/> replaces the hot paths where the kernel offers more.
/// </summary>
internal class UdpSocket : IDisposable
{
    /// <summary>Windows answers an ICMP "port unreachable" with an error on the next receive unless this control code is cleared.</summary>
    private const int SioUdpConnReset = -1744830452;

    /// <summary>How long a read may wait before the receiving thread looks whether to stop.</summary>
    protected const int ReceiveTimeoutMilliseconds = 50;

    private readonly SocketAddress _sender;

    protected UdpSocket(Socket socket)
    {
        Socket = socket;
        _sender = new SocketAddress(socket.AddressFamily);
    }

    public Socket Socket { get; }

    /// <summary>Whether <see cref="SendSegments"/> may be used.</summary>
    public virtual bool CanSegment => false;

    /// <summary>The bytes of the sockaddr the last received datagram came from.</summary>
    public virtual ReadOnlySpan<byte> Sender => _sender.Buffer.Span[.._sender.Size];

    public int Port => ((IPEndPoint)Socket.LocalEndPoint).Port;

    /// <summary>Binds a socket; <paramref name="isPlain"/> does without what only some systems offer.</summary>
    public static UdpSocket Bind(IPEndPoint local, bool reuseAddress, bool dontRoute, bool isPlain)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Configure(socket, reuseAddress, dontRoute);
            socket.Bind(local);
            return OperatingSystem.IsLinux() && !isPlain ? new LinuxUdpSocket(socket) : new UdpSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until one of the sockets has something to read or the time is over.</summary>
    /// <param name="first">The socket that always exists.</param>
    /// <param name="second">The other address family's, or null.</param>
    /// <param name="microseconds">How long to wait at most.</param>
    /// <returns>Which of the two has something to read.</returns>
    public static (bool First, bool Second) WaitReadable(UdpSocket first, UdpSocket second, int microseconds)
    {
        if (first is LinuxUdpSocket linux)
            return linux.WaitReadable((LinuxUdpSocket)second, microseconds);
        if (second == null)
            return (first.Socket.Poll(microseconds, SelectMode.SelectRead), false);
        var readable = new List<Socket>(2) { first.Socket, second.Socket };
        Socket.Select(readable, null, null, microseconds);
        return (readable.Contains(first.Socket), readable.Contains(second.Socket));
    }

    /// <summary>Takes what has arrived, or with <paramref name="mayWait"/> what arrives soon. A result of several
    /// segments holds datagrams of one sender.</summary>
    /// <returns>The bytes stored in <paramref name="buffer"/>, or -1 if nothing is there.</returns>
    public virtual int Receive(byte[] buffer, bool mayWait, out int segmentSize)
    {
        segmentSize = buffer.Length;
        try
        {
            if (Socket.Available == 0 && !(mayWait && Socket.Poll(ReceiveTimeoutMilliseconds * 1000, SelectMode.SelectRead)))
                return -1;
            return Socket.ReceiveFrom(buffer, SocketFlags.None, _sender);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionReset)
        {
            return 0;
        }
        catch (SocketException)
        {
            return -1;
        }
    }

    /// <summary>Sends one datagram.</summary>
    public virtual SocketError Send(ReadOnlySpan<byte> datagram, SocketAddress target)
    {
        try
        {
            Socket.SendTo(datagram, SocketFlags.None, target);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.Shutdown;
        }
    }

    /// <summary>Sends many datagrams of one size, the last may be shorter, in one call.</summary>
    public virtual SocketError SendSegments(ReadOnlySpan<byte> datagrams, int segmentSize, SocketAddress target) =>
        SocketError.OperationNotSupported;

    /// <summary>Lets datagrams gather for a moment shorter than .NET's timers know, where the system can.</summary>
    public virtual void Nap(int microseconds)
    {
    }

    /// <summary>Ends the wait of the receiving thread early, where that is possible.</summary>
    public virtual void Interrupt()
    {
    }

    public void Dispose() => Socket.Dispose();

    private static void Configure(Socket socket, bool reuseAddress, bool dontRoute)
    {
        socket.ReceiveBufferSize = NetConstants.SocketBufferSize;
        socket.SendBufferSize = NetConstants.SocketBufferSize;
        if (OperatingSystem.IsWindows())
            socket.IOControl(SioUdpConnReset, [0], null);
        socket.ExclusiveAddressUse = !reuseAddress;
        if (reuseAddress)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (dontRoute)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.DontRoute, true);
        if (socket.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.EnableBroadcast = true;
            TryForbidFragments(socket);
        }
        else
        {
            socket.DualMode = false;
        }

        socket.Ttl = NetConstants.SocketTTL;
    }

    /// <summary>Not every system can; then MTU discovery may settle on datagrams that travel in pieces, which works too.</summary>
    private static void TryForbidFragments(Socket socket)
    {
        try
        {
            socket.DontFragment = true;
        }
        catch (SocketException)
        {
            return;
        }
    }
}
