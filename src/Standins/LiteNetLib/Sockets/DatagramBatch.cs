using System.Net;
using System.Net.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib.Sockets;

/// <summary>
/// Lays out the packets for one peer as datagrams, small ones merged, and sends them in as few calls as the system allows.
/// Belongs to one thread. The bytes are copies, so no lock is held while the kernel reads them.
/// </summary>
internal sealed class DatagramBatch
{
    /// <summary>Room for one full segmented send.</summary>
    private const int Capacity = 65536;

    /// <summary>Packets this close below the MTU leave alone: nothing useful fits beside them.</summary>
    private const int AloneMargin = 23;

    private const int MergedHeaderSize = 1;
    private const int MergedLengthSize = 2;
    private const int MaxDatagrams = 512;

    /// <summary>The kernel takes 64 segments in one call (128 since 6.9), of at most one IP packet's size together.</summary>
    private const int MaxSegments = 64;
    private const int MaxSegmentedBytes = 65000;

    [ThreadStatic]
    private static DatagramBatch Current;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);
    private readonly int[] _sizes = new int[MaxDatagrams];
    private int _count;
    private int _length;
    private int _packetsInLast;
    private int _mtu;
    private int _number;

    /// <summary>The batch of the calling thread.</summary>
    public static DatagramBatch OfThread => Current ??= new DatagramBatch();

    public bool IsEmpty => _count == 0;

    public void Begin(int mtu, int connectionNumber)
    {
        _count = 0;
        _length = 0;
        _packetsInLast = 0;
        _mtu = mtu;
        _number = connectionNumber;
    }

    /// <summary>Whether a packet of that size can still be added before the batch must be sent.</summary>
    public bool HasRoomFor(int size) =>
        _count < MaxDatagrams && _length + size + MergedHeaderSize + (2 * MergedLengthSize) <= Capacity;

    public void Add(ReadOnlySpan<byte> packet)
    {
        if (!TryMerge(packet))
        {
            packet.CopyTo(_buffer.AsSpan(_length));
            _sizes[_count++] = packet.Length;
            _length += packet.Length;
            _packetsInLast = 1;
        }
    }

    /// <summary>Sends everything and is empty afterwards.</summary>
    public void Transmit(LiteNetManager manager, IPEndPoint target, SocketAddress address)
    {
        if (_count == 0)
            return;
        manager.CountSent(_count, _length);
        if (manager.HasPacketLayer)
            TransmitThroughLayer(manager, target, address);
        else
            TransmitDirectly(manager, target, address);
        _count = 0;
    }

    private bool TryMerge(ReadOnlySpan<byte> packet)
    {
        // A run of equal datagrams is one segmented send; merging something small into its last would break the run.
        if (_count == 0 || packet.Length >= _mtu - AloneMargin || (_count > 1 && _sizes[_count - 1] == _sizes[_count - 2]))
            return false;
        int last = _sizes[_count - 1];
        int start = _length - last;
        int header = _packetsInLast == 1 ? MergedHeaderSize + MergedLengthSize : 0;
        if (last + header + MergedLengthSize + packet.Length > _mtu)
            return false;
        if (_packetsInLast == 1)
        {
            _buffer.AsSpan(start, last).CopyTo(_buffer.AsSpan(start + header));
            _buffer[start] = PacketHeader.Make(PacketProperty.Merged, _number);
            BitConverter.TryWriteBytes(_buffer.AsSpan(start + MergedHeaderSize), (ushort)last);
            _length += header;
        }

        BitConverter.TryWriteBytes(_buffer.AsSpan(_length), (ushort)packet.Length);
        packet.CopyTo(_buffer.AsSpan(_length + MergedLengthSize));
        _length += MergedLengthSize + packet.Length;
        _sizes[_count - 1] = _length - start;
        _packetsInLast++;
        return true;
    }

    private void TransmitDirectly(LiteNetManager manager, IPEndPoint target, SocketAddress address)
    {
        var socket = manager.SocketFor(address.Family);
        if (socket == null)
            return;
        int offset = 0;
        for (int i = 0; i < _count;)
        {
            int run = socket.CanSegment ? RunFrom(i, out int bytes) : SingleAt(i, out bytes);
            var datagrams = _buffer.AsSpan(offset, bytes);
            var result = run == 1 ? socket.Send(datagrams, address) : socket.SendSegments(datagrams, _sizes[i], address);
            if (result is SocketError.OperationNotSupported && run > 1)
                result = SendSingly(socket, datagrams, _sizes[i], address);
            if (result != SocketError.Success)
                manager.OnSendFailed(target, result);
            offset += bytes;
            i += run;
        }
    }

    private static SocketError SendSingly(UdpSocket socket, ReadOnlySpan<byte> datagrams, int segmentSize, SocketAddress address)
    {
        var result = SocketError.Success;
        while (!datagrams.IsEmpty && result == SocketError.Success)
        {
            int size = Math.Min(segmentSize, datagrams.Length);
            result = socket.Send(datagrams[..size], address);
            datagrams = datagrams[size..];
        }

        return result;
    }

    /// <summary>How many datagrams from an index on one call can take: all of one size, the last may be shorter.</summary>
    private int RunFrom(int index, out int bytes)
    {
        int size = _sizes[index];
        bytes = size;
        int next = index + 1;
        while (next < _count && next - index < MaxSegments && _sizes[next] <= size && bytes + size <= MaxSegmentedBytes)
        {
            bytes += _sizes[next];
            if (_sizes[next++] < size)
                break;
        }

        return next - index;
    }

    private int SingleAt(int index, out int bytes)
    {
        bytes = _sizes[index];
        return 1;
    }

    private void TransmitThroughLayer(LiteNetManager manager, IPEndPoint target, SocketAddress address)
    {
        int offset = 0;
        for (int i = 0; i < _count; i++)
        {
            manager.SendThroughLayer(_buffer.AsSpan(offset, _sizes[i]), target, address);
            offset += _sizes[i];
        }
    }
}
