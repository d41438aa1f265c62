using System.Collections.Immutable;
using System.Text;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// Finds messages by their words: the store's index names those that may be meant, the room's order says where they stand, and what an
/// index does not know (signs between the letters) is looked up in the texts themselves.
/// </summary>
internal sealed class RoomSearch(NodeContext context, NodeParts parts, ChatRoom room)
{
    /// <summary>Messages read from disk at a time.</summary>
    private const int ReadCount = 64;

    /// <summary>Answers with the messages found, in room order.</summary>
    public void Find(SearchQuery query, long tag) => parts.Store.Search(room.Id, query.Words, found =>
    {
        if (found is null)
        {
            context.Tell(new ErrorEvent("bad-search", "A search needs a word with a letter, a digit or a symbol in it.", null), tag);
            return;
        }

        var words = query.Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => !IsPlain(word)).ToArray();
        Read(Place([.. found], query.Before), new Hits(words, query.Count, tag), 0);
    });

    private static bool IsPlain(string word) => word.EnumerateRunes().All(rune =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.OtherSymbol
            or System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark);

    /// <summary>What was found, with its place in the room's present order, the last first.</summary>
    private List<(EntryHash Hash, int Place)> Place(HashSet<EntryHash> found, int before)
    {
        var placed = new List<(EntryHash, int)>();
        for (var place = Math.Min(before, room.Log.Count) - 1; place >= 0 && placed.Count < found.Count; place--)
        {
            var hash = room.Log.At(place);
            if (found.Contains(hash) && room.Log.TryGet(hash, out var info) && EntryKinds.IsMessage(info.Kind) && !room.Meaning.IsHidden(hash))
                placed.Add((hash, place));
        }

        return placed;
    }

    private void Read(List<(EntryHash Hash, int Place)> placed, Hits hits, int done)
    {
        var part = placed.Skip(done).Take(hits.Words.Length == 0 ? Math.Min(ReadCount, hits.Wanted) : ReadCount).ToImmutableArray();
        if (part.IsEmpty || hits.Wanted == 0)
        {
            hits.Views.Reverse();
            context.Tell(new TranscriptEvent(room.Describe(parts.People), hits.First, [.. hits.Views]), hits.Tag);
            return;
        }

        parts.Shelf.Get(room.Id, [.. part.Select(each => each.Hash)], read =>
        {
            for (var i = 0; i < read.Length && hits.Wanted > 0; i++)
            {
                if (room.Display.ViewOf(read[i]) is { } view) hits.Take(view, part[i].Place);
            }

            Read(placed, hits, done + part.Length);
        });
    }

    private sealed class Hits(string[] words, int wanted, long tag)
    {
        public string[] Words { get; } = words;

        public long Tag { get; } = tag;

        public List<MessageView> Views { get; } = [];

        public int Wanted => wanted - Views.Count;

        public int First { get; private set; }

        public void Take(MessageView view, int place)
        {
            if (!Array.TrueForAll(Words, word => view.Text.Contains(word, StringComparison.OrdinalIgnoreCase))) return;
            Views.Add(view);
            First = place;
        }
    }
}
