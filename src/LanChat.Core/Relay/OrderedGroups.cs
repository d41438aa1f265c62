using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Cuts runs of log entries into the messages that carry them: signed groups on the way in, <see cref="OrderedGroup"/>s on the way out.</summary>
internal static class OrderedGroups
{
    /// <summary>Bytes of entries in one message: with the largest entry on top it still fits a frame.</summary>
    public const int MaxGroupBytes = 24 * 1024;

    /// <summary>Where the group that begins at an index ends, exclusive.</summary>
    public static int End(IReadOnlyList<LogEntry> entries, int start)
    {
        var bytes = 0;
        var end = start;
        while (end < entries.Count && end - start < Limits.MaxEntriesPerMessage && bytes < MaxGroupBytes) bytes += entries[end++].Encoded.Length + 16;
        return end;
    }

    /// <summary>The same for the first group of a log whose beginning was trimmed: it ends with its first native stamp, from which the chain goes on.</summary>
    public static int EndOfBase(IReadOnlyList<LogEntry> entries, int start)
    {
        var end = End(entries, start);
        for (var i = start; i < end; i++)
            if (!entries[i].IsKept) return i + 1;
        return end;
    }

    /// <summary>The message for a run of consecutive positions. Places are counted up from the first native stamp; whatever does not follow is named.</summary>
    public static OrderedMessage ToMessage(RoomId room, long firstPosition, IReadOnlyList<LogEntry> entries, int start, int end)
    {
        var native = -1;
        for (var i = start; i < end && native < 0; i++)
            if (!entries[i].IsKept) native = i;
        var epoch = native < 0 ? default : entries[native].Epoch;
        var firstPlace = native < 0 ? 1 : entries[native].Place;
        var place = firstPlace;
        var items = ImmutableArray.CreateBuilder<OrderedItem>(end - start);
        for (var i = start; i < end; i++)
        {
            var entry = entries[i];
            var follows = native >= 0 && !entry.IsKept && entry.Epoch == epoch && entry.Place == place;
            if (follows) place++;
            KeptStamp? kept = follows ? null : new KeptStamp(entry.Epoch, entry.Place);
            items.Add(new OrderedItem(entry.Encoded, EntryHash.None, kept, entry.IsWaived));
        }
        return new OrderedMessage(room, firstPosition, epoch, firstPlace, [], items.MoveToImmutable());
    }

    /// <summary>The proof of the last signed entry of a run, if there is one.</summary>
    public static StampProofMessage? Proof(RoomId room, IReadOnlyList<LogEntry> entries, int start, int end)
    {
        for (var i = end - 1; i >= start; i--)
        {
            var entry = entries[i];
            if (!entry.Signature.IsEmpty && !entry.IsKept) return new StampProofMessage(room, entry.Epoch, entry.Place, entry.Chain, entry.Signature);
        }
        return null;
    }
}
