using System.Collections.Immutable;

namespace LanChat.Protocol;

/// <summary>Upper bounds of what the parts of a message take, bytes.</summary>
internal static class MessageSizes
{
    public static int Of(ImmutableArray<ReadOnlyMemory<byte>> blobs)
    {
        var size = 0;
        foreach (var blob in blobs) size += blob.Length + 5;
        return size;
    }

    public static int Of(ImmutableArray<DigestLine> lines)
    {
        var size = 0;
        foreach (var line in lines) size += Of(line);
        return size;
    }

    public static int Of(DigestLine line) => 35 + (11 * line.Ranges.Length);

    public static int Of(StampRun run) => 340 + (34 * run.Entries.Length) + (3 * run.Waived.Length);

    public static int Of(OrderedMessage ordered)
    {
        var size = 80 + Of(ordered.Profiles);
        foreach (var item in ordered.Items) size += Math.Max(item.Entry.Length, EntryHash.Size) + 40;
        return size;
    }
}
