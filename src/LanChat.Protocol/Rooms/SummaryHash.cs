using System.Buffers.Binary;
using System.Security.Cryptography;
using MessagePack;

namespace LanChat.Protocol;

/// <summary>
/// What two members compare to know whether their histories of a room are equal: SHA-256("LanChat/1 summary" ‖ [author lines, stamp
/// heads])[..16], an author line being [author, ranges, head hash], in ascending order of author, and of relay and epoch. Floors are left
/// out: they say what is wanted, not what is held.
/// </summary>
public static class SummaryHash
{
    /// <summary>The hash over these lines, which may come in any order; lines without ranges count as absent.</summary>
    public static UInt128 Compute(IEnumerable<DigestLine> authors, IEnumerable<StampHead> stamps)
    {
        var buffer = Wire.NewBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteRaw(Domain.Summary);
        var lines = authors.Where(line => !line.Ranges.IsEmpty).OrderBy(line => line.Author).ToList();
        writer.WriteArrayHeader(2);
        writer.WriteArrayHeader(lines.Count);
        foreach (var line in lines)
        {
            writer.WriteArrayHeader(3);
            writer.WritePeer(line.Author);
            writer.WriteRanges(line.Ranges);
            writer.WriteShortHash(line.HeadHash);
        }
        var heads = stamps.OrderBy(head => head.Relay).ThenBy(head => head.Epoch).ToList();
        writer.WriteArrayHeader(heads.Count);
        foreach (var head in heads) writer.WriteStampHead(head);
        writer.Flush();
        Span<byte> hash = stackalloc byte[EntryHash.Size];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
