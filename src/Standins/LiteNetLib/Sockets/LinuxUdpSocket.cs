using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LiteNetLib.Sockets.LinuxCalls;

namespace LiteNetLib.Sockets;

/// <summary>
/// A UDP socket with the kernel's offloads: many datagrams of one size leave in one call (UDP_SEGMENT, Linux 4.18) and arrive
/// in one call (UDP_GRO, Linux 5.0). Both are tried when the socket is made; without them everything works, datagram by datagram.
/// </summary>
internal sealed unsafe class LinuxUdpSocket : UdpSocket
{
    private const int IPv6SocketAddressSize = 28;
    private const int SegmentControlSize = 2;
    private const int CoalesceControlSpace = 64;
    private const int ErrorPermission = 1;
    private const int ErrorInterrupted = 4;
    private const int ErrorWouldBlock = 11;
    private const int ErrorMessageSize = 90;
    private const int ErrorNetworkUnreachable = 101;
    private const int ErrorNoBufferSpace = 105;
    private const int ErrorConnectionRefused = 111;
    private const int ErrorHostUnreachable = 113;
    private const int ErrorInvalidArgument = 22;
    private const int ErrorInputOutput = 5;

    private readonly int _descriptor;
    private readonly byte[] _sender = GC.AllocateArray<byte>(IPv6SocketAddressSize, pinned: true);
    private int _senderSize;
    private volatile bool _canSegment;

    public LinuxUdpSocket(Socket socket)
        : base(socket)
    {
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        socket.ReceiveTimeout = ReceiveTimeoutMilliseconds;
        _canSegment = TryOption(UdpSegment, 0);
        TryOption(UdpGro, 1);
    }

    public override bool CanSegment => _canSegment;

    public override ReadOnlySpan<byte> Sender => _sender.AsSpan(0, _senderSize);

    public (bool First, bool Second) WaitReadable(LinuxUdpSocket second, int microseconds)
    {
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = _descriptor, Events = PollIn };
        if (second != null)
            descriptors[1] = new PollDescriptor { Descriptor = second._descriptor, Events = PollIn };
        Poll(descriptors, (nuint)(second == null ? 1 : 2), Math.Max(1, (microseconds + 999) / 1000));
        return (descriptors[0].ReturnedEvents != 0, descriptors[1].ReturnedEvents != 0);
    }

    public override void Nap(int microseconds)
    {
        var duration = new TimeSpec { Nanoseconds = microseconds * 1000 };
        Sleep(&duration, null);
    }

    public override int Receive(byte[] buffer, bool mayWait, out int segmentSize)
    {
        var control = stackalloc byte[CoalesceControlSpace];
        fixed (byte* data = buffer)
        {
            var vector = new IoVector { Base = data, Length = (nuint)buffer.Length };
            var message = new MessageHeader
            {
                Name = Unsafe.AsPointer(ref _sender[0]),
                NameLength = IPv6SocketAddressSize,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = CoalesceControlSpace,
            };
            nint received = ReceiveMessage(Socket.SafeHandle, &message, mayWait ? 0 : MsgDontWait);
            segmentSize = (int)received;
            if (received < 0)
                return -1;
            _senderSize = (int)message.NameLength;
            var header = (ControlHeader*)control;
            if (message.ControlLength >= (nuint)sizeof(ControlHeader) && header->Level == SolUdp && header->Type == UdpGro)
                segmentSize = *(int*)(header + 1);
            bool hasSender = _senderSize >= sizeof(uint) * 2;
            return hasSender && segmentSize > 0 && (message.Flags & MsgTruncated) == 0 ? (int)received : 0;
        }
    }

    public override SocketError Send(ReadOnlySpan<byte> datagram, SocketAddress target)
    {
        fixed (byte* data = datagram)
        fixed (byte* name = target.Buffer.Span)
            return Send(new Outgoing(data, (nuint)datagram.Length, name, (uint)target.Size, null));
    }

    public override SocketError SendSegments(ReadOnlySpan<byte> datagrams, int segmentSize, SocketAddress target)
    {
        var result = Send(datagrams, (ushort)segmentSize, target);
        if (result != SocketError.InvalidArgument)
            return result;

        // The route does not take segmented sends (a tunnel, an old driver): plain sends work everywhere.
        _canSegment = false;
        return SocketError.OperationNotSupported;
    }

    /// <summary>A shutdown reports "not connected", and wakes who waits for the socket all the same.</summary>
    public override void Interrupt()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            return;
        }
    }

    private SocketError Send(ReadOnlySpan<byte> datagrams, ushort segmentSize, SocketAddress target)
    {
        var control = stackalloc byte[sizeof(ControlHeader) + sizeof(ulong)];
        *(ControlHeader*)control = new ControlHeader
        {
            Length = (nuint)(sizeof(ControlHeader) + SegmentControlSize),
            Level = SolUdp,
            Type = UdpSegment,
        };
        *(ushort*)(control + sizeof(ControlHeader)) = segmentSize;
        fixed (byte* data = datagrams)
        fixed (byte* name = target.Buffer.Span)
        {
            var vector = new IoVector { Base = data, Length = (nuint)datagrams.Length };
            var message = new MessageHeader
            {
                Name = name,
                NameLength = (uint)target.Size,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = (nuint)(sizeof(ControlHeader) + sizeof(ulong)),
            };
            return Send(new Outgoing(data, (nuint)datagrams.Length, name, (uint)target.Size, &message));
        }
    }

    /// <summary>
    /// The handle is held during the call: a closed descriptor's number may belong to another file already. A plain datagram takes the
    /// simpler call, which costs the kernel less.
    /// </summary>
    private SocketError Send(in Outgoing outgoing)
    {
        try
        {
            while (true)
            {
                nint sent = outgoing.Message != null
                    ? SendMessage(Socket.SafeHandle, outgoing.Message, MsgNoSignal)
                    : SendTo(Socket.SafeHandle, outgoing.Data, outgoing.Length, MsgNoSignal, outgoing.Name, outgoing.NameLength);
                if (sent >= 0)
                    return SocketError.Success;
                int error = Marshal.GetLastPInvokeError();
                if (error != ErrorInterrupted)
                    return Translate(error);
            }
        }
        catch (ObjectDisposedException)
        {
            return SocketError.Shutdown;
        }
    }

    private static SocketError Translate(int error) => error switch
    {
        ErrorPermission => SocketError.AccessDenied,
        ErrorWouldBlock => SocketError.WouldBlock,
        ErrorMessageSize => SocketError.MessageSize,
        ErrorNetworkUnreachable => SocketError.NetworkUnreachable,
        ErrorNoBufferSpace => SocketError.NoBufferSpaceAvailable,
        ErrorConnectionRefused => SocketError.ConnectionRefused,
        ErrorHostUnreachable => SocketError.HostUnreachable,
        ErrorInvalidArgument or ErrorInputOutput => SocketError.InvalidArgument,
        _ => SocketError.SocketError,
    };

    private bool TryOption(int option, int value)
    {
        try
        {
            Socket.SetRawSocketOption(SolUdp, option, BitConverter.GetBytes(value));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>One call to the kernel: a datagram, or with a message the segments it describes.</summary>
    private readonly struct Outgoing(void* data, nuint length, void* name, uint nameLength, MessageHeader* message)
    {
        public readonly void* Data = data;
        public readonly nuint Length = length;
        public readonly void* Name = name;
        public readonly uint NameLength = nameLength;
        public readonly MessageHeader* Message = message;
    }
}
