using System.Collections.Immutable;
using System.Net;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>Reads the shapes that several messages share.</summary>
internal static class SharedShapeReader
{
    public static RelayAddress? RelayAddressOrNil(this ref WireReader reader) => reader.Nil() ? null : reader.RelayAddress();

    public static RelayAddress RelayAddress(this ref WireReader reader)
    {
        reader.Array(3);
        var id = reader.Peer();
        var host = reader.Text(Limits.MaxHostLength);
        reader.Require(host.Length > 0 && host.All(c => c is > ' ' and < '\u007F'), Rejection.BadText);
        return new RelayAddress(id, host, reader.Int(1, ushort.MaxValue));
    }

    public static Epoch Epoch(this ref WireReader reader)
    {
        reader.Array(2);
        return new Epoch(reader.Long(0, HybridClock.MaxMilliseconds), reader.ShortHash());
    }

    public static ImmutableArray<SeqRange> Ranges(this ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxRangesPerDigestLine);
        if (count == 0) return [];
        var ranges = ImmutableArray.CreateBuilder<SeqRange>(count);
        var end = -1L;
        for (var i = 0; i < count && reader.IsOk; i++)
        {
            reader.Array(2);
            var range = new SeqRange(reader.Int(1, Limits.MaxSeq), reader.Int(1, Limits.MaxSeq));
            // Ranges that touch would be one: every history has one digest.
            reader.Require(range.First > end + 1 && range.Last >= range.First, Rejection.Inconsistent);
            end = range.Last;
            ranges.Add(range);
        }
        return reader.IsOk ? ranges.MoveToImmutable() : [];
    }

    public static DigestLine DigestLine(this ref WireReader reader)
    {
        reader.Array(4);
        return new DigestLine(reader.Peer(), reader.Int(1, Limits.MaxSeq), reader.Ranges(), reader.ShortHash());
    }

    public static ImmutableArray<DigestLine> DigestLines(this ref WireReader reader)
    {
        var count = reader.AnyArray(Limits.MaxAuthorsPerDigest);
        var lines = ImmutableArray.CreateBuilder<DigestLine>();
        for (var i = 0; i < count && reader.IsOk; i++) lines.Add(reader.DigestLine());
        return lines.ToImmutable();
    }

    /// <summary>Byte strings of which each and whose number has a limit; slices of the input.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Blobs(this ref WireReader reader, int maxCount, int maxBytes)
    {
        var count = reader.AnyArray(maxCount);
        var blobs = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        for (var i = 0; i < count && reader.IsOk; i++) blobs.Add(reader.Bytes(1, maxBytes));
        return blobs.ToImmutable();
    }

    public static ImmutableArray<PeerId> Peers(this ref WireReader reader, int maxCount)
    {
        var count = reader.AnyArray(maxCount);
        var peers = ImmutableArray.CreateBuilder<PeerId>();
        for (var i = 0; i < count && reader.IsOk; i++) peers.Add(reader.Peer());
        return peers.ToImmutable();
    }

    /// <summary>[address of 4 or 16 bytes, port].</summary>
    public static IPEndPoint EndPoint(this ref WireReader reader)
    {
        reader.Array(2);
        var bytes = reader.Bytes(4, 16);
        reader.Require(bytes.Length is 4 or 16, Rejection.WrongShape);
        var port = reader.Int(1, ushort.MaxValue);
        if (!reader.IsOk) return new IPEndPoint(IPAddress.None, 0);
        var address = new IPAddress(bytes.Span);
        reader.Require(!address.IsIPv4MappedToIPv6 && !address.IsIPv6LinkLocal, Rejection.OutOfRange);
        return new IPEndPoint(address, port);
    }

    public static EntryRef EntryRef(this ref WireReader reader)
    {
        reader.Array(3);
        return new EntryRef(reader.Peer(), reader.Int(1, Limits.MaxSeq), reader.Number128());
    }

    public static StampHead StampHead(this ref WireReader reader)
    {
        reader.Array(4);
        return new StampHead(reader.Peer(), reader.Epoch(), reader.Long(1, Limits.MaxPlace), reader.Hash());
    }

    public static StampRun StampRun(this ref WireReader reader)
    {
        reader.Array(9);
        var relay = reader.Peer();
        var relayKey = reader.Bytes(2 * P256.PublicKeyBytes);
        var room = reader.Room();
        var epoch = reader.Epoch();
        var first = reader.Long(1, Limits.MaxPlace);
        var before = reader.Hash();
        reader.Require(before.IsNone == (first == 1), Rejection.Inconsistent);
        var count = reader.AnyArray(Limits.MaxStampsPerRun);
        reader.Require(count > 0, Rejection.WrongShape);
        reader.Require(first <= Limits.MaxPlace - count, Rejection.OutOfRange);
        var entries = ImmutableArray.CreateBuilder<EntryHash>();
        for (var i = 0; i < count && reader.IsOk; i++) entries.Add(reader.Hash());
        var waivedCount = reader.AnyArray(count);
        var waived = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < waivedCount && reader.IsOk; i++)
        {
            var index = reader.Int(0, count - 1);
            reader.Require(i == 0 || index > waived[i - 1], Rejection.Inconsistent);
            waived.Add(index);
        }
        return new StampRun(
            relay, relayKey, room, epoch, first, before, entries.ToImmutable(), waived.ToImmutable(), reader.Bytes(P256.SignatureBytes));
    }
}

/// <summary>Writes the shapes that several messages share.</summary>
internal static class SharedShapeWriter
{
    public static void WriteRelayAddress(this ref MessagePackWriter writer, RelayAddress? relay)
    {
        if (relay is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(3);
        writer.WritePeer(relay.Id);
        writer.Write(relay.Host);
        writer.Write(relay.Port);
    }

    public static void WriteEpoch(this ref MessagePackWriter writer, Epoch epoch)
    {
        writer.WriteArrayHeader(2);
        writer.WriteMilliseconds(epoch.UtcMilliseconds);
        writer.WriteShortHash(epoch.Random);
    }

    public static void WriteRanges(this ref MessagePackWriter writer, ImmutableArray<SeqRange> ranges)
    {
        writer.WriteArrayHeader(ranges.Length);
        foreach (var range in ranges)
        {
            writer.WriteArrayHeader(2);
            writer.Write(range.First);
            writer.Write(range.Last);
        }
    }

    public static void WriteDigestLine(this ref MessagePackWriter writer, DigestLine line)
    {
        writer.WriteArrayHeader(4);
        writer.WritePeer(line.Author);
        writer.Write(line.Floor);
        writer.WriteRanges(line.Ranges);
        writer.WriteShortHash(line.HeadHash);
    }

    public static void WriteDigestLines(this ref MessagePackWriter writer, ImmutableArray<DigestLine> lines)
    {
        writer.WriteArrayHeader(lines.Length);
        foreach (var line in lines) writer.WriteDigestLine(line);
    }

    public static void WriteBlobs(this ref MessagePackWriter writer, ImmutableArray<ReadOnlyMemory<byte>> blobs)
    {
        writer.WriteArrayHeader(blobs.Length);
        foreach (var blob in blobs) writer.Write(blob.Span);
    }

    public static void WritePeers(this ref MessagePackWriter writer, ImmutableArray<PeerId> peers)
    {
        writer.WriteArrayHeader(peers.Length);
        foreach (var peer in peers) writer.WritePeer(peer);
    }

    public static void WriteEndPoint(this ref MessagePackWriter writer, IPEndPoint endPoint)
    {
        var address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        writer.WriteArrayHeader(2);
        writer.Write(bytes[..length]);
        writer.Write(endPoint.Port);
    }

    public static void WriteEntryRef(this ref MessagePackWriter writer, EntryRef entry)
    {
        writer.WriteArrayHeader(3);
        writer.WritePeer(entry.Author);
        writer.Write(entry.Seq);
        writer.Write128(entry.HashPrefix);
    }

    public static void WriteStampHead(this ref MessagePackWriter writer, StampHead head)
    {
        writer.WriteArrayHeader(4);
        writer.WritePeer(head.Relay);
        writer.WriteEpoch(head.Epoch);
        writer.Write(head.Place);
        writer.WriteHash(head.Chain);
    }

    public static void WriteStampRun(this ref MessagePackWriter writer, StampRun run)
    {
        writer.WriteArrayHeader(9);
        writer.WritePeer(run.Relay);
        writer.Write(run.RelayKey.Span);
        writer.WriteRoom(run.Room);
        writer.WriteEpoch(run.Epoch);
        writer.Write(run.First);
        writer.WriteHash(run.ChainBefore);
        writer.WriteArrayHeader(run.Entries.Length);
        foreach (var entry in run.Entries) writer.WriteHash(entry);
        writer.WriteArrayHeader(run.Waived.Length);
        foreach (var index in run.Waived) writer.Write(index);
        writer.Write(run.Signature.Span);
    }
}
