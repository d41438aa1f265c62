namespace LiteNetLib;

/// <summary>Traffic counters. They run only while <see cref="LiteNetManager.EnableStatistics"/> is set; bytes are UDP payload.</summary>
public sealed class NetStatistics
{
    private long _packetsSent;
    private long _packetsReceived;
    private long _bytesSent;
    private long _bytesReceived;
    private long _packetLoss;

    /// <summary>Datagrams sent.</summary>
    public long PacketsSent => Interlocked.Read(ref _packetsSent);

    /// <summary>Datagrams received.</summary>
    public long PacketsReceived => Interlocked.Read(ref _packetsReceived);

    /// <summary>Bytes sent.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes received.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Packets sent again because no acknowledgement came in time.</summary>
    public long PacketLoss => Interlocked.Read(ref _packetLoss);

    /// <summary><see cref="PacketLoss"/> in per cent of <see cref="PacketsSent"/>.</summary>
    public long PacketLossPercent => PacketsSent == 0 ? 0 : PacketLoss * 100 / PacketsSent;

    /// <summary>Sets every counter to zero.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _packetsSent, 0);
        Interlocked.Exchange(ref _packetsReceived, 0);
        Interlocked.Exchange(ref _bytesSent, 0);
        Interlocked.Exchange(ref _bytesReceived, 0);
        Interlocked.Exchange(ref _packetLoss, 0);
    }

    /// <summary>Counts a datagram sent.</summary>
    public void IncrementPacketsSent() => Interlocked.Increment(ref _packetsSent);

    /// <summary>Counts a datagram received.</summary>
    public void IncrementPacketsReceived() => Interlocked.Increment(ref _packetsReceived);

    /// <summary>Counts bytes sent.</summary>
    public void AddBytesSent(long bytesSent) => Interlocked.Add(ref _bytesSent, bytesSent);

    /// <summary>Counts bytes received.</summary>
    public void AddBytesReceived(long bytesReceived) => Interlocked.Add(ref _bytesReceived, bytesReceived);

    /// <summary>Counts a lost packet.</summary>
    public void IncrementPacketLoss() => Interlocked.Increment(ref _packetLoss);

    /// <summary>Counts lost packets.</summary>
    public void AddPacketLoss(long packetLoss) => Interlocked.Add(ref _packetLoss, packetLoss);

    /// <summary>All counters in one line.</summary>
    public override string ToString() =>
        $"sent {PacketsSent} datagrams, {BytesSent} bytes; received {PacketsReceived} datagrams, {BytesReceived} bytes; " +
        $"lost {PacketLoss} ({PacketLossPercent} %)";

    internal void CountSent(int datagrams, long bytes)
    {
        Interlocked.Add(ref _packetsSent, datagrams);
        AddBytesSent(bytes);
    }
}
