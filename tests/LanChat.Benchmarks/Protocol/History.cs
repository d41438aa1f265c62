using LanChat.Protocol;

namespace LanChat.Benchmarks.Protocol;

/// <summary>A room's history as it would be stored: entries of authors in turn, each after the one before it.</summary>
internal sealed class History
{
    private readonly Dictionary<PeerId, ReadOnlyMemory<byte>> _signingKeys = [];

    private History()
    {
    }

    /// <summary>In the order they were written.</summary>
    public List<byte[]> Encoded { get; } = [];

    public static History Make(ICryptography crypto, RoomSecret room, int count, int authorCount)
    {
        var random = new SeededRandomSource(1);
        PeerIdentity[] authors = [.. Enumerable.Range(0, authorCount).Select(_ => PeerIdentity.Create(crypto, random))];
        var last = new Entry?[authorCount];
        var history = new History();
        foreach (PeerIdentity author in authors)
            history._signingKeys.Add(author.Id, author.SigningKey);

        Entry? head = null;
        for (int i = 0; i < count; i++)
        {
            int who = i % authorCount;
            var body = new TextBody($"Message {i}, of about the length that people write in a chat.");
            Entry entry = EntrySeal.Create(
                crypto, authors[who], room, (last[who]?.Seq ?? 0) + 1, last[who]?.Hash ?? EntryHash.None, head is null ? [] : [head.Ref],
                HybridClock.At(1_700_000_000_000 + i), PeerId.None, body, random);
            history.Encoded.Add(EntryCodec.Encode(entry));
            head = last[who] = entry;
        }

        return history;
    }

    /// <summary>Decodes, indexes by hash and by author, and verifies each author's run, so many entries at a time.</summary>
    public List<Entry> Verify(ICryptography crypto, int batch)
    {
        var byHash = new Dictionary<EntryHash, Entry>(Encoded.Count);
        foreach (byte[][] part in Encoded.Chunk(batch))
        {
            var runs = new Dictionary<PeerId, List<Entry>>();
            foreach (byte[] encoded in part)
            {
                if (!EntryCodec.TryDecode(encoded, out Entry? entry, out Rejection rejection))
                    throw new InvalidOperationException($"An entry of one's own is refused: {rejection}.");
                byHash.Add(entry.Hash, entry);
                if (!runs.TryGetValue(entry.Author, out List<Entry>? run))
                    runs.Add(entry.Author, run = []);
                run.Add(entry);
            }

            foreach ((PeerId author, List<Entry> run) in runs)
            {
                Rejection rejection = EntryProof.VerifyRun(crypto, run, _signingKeys[author].Span);
                if (rejection != Rejection.None)
                    throw new InvalidOperationException($"A run of one's own is refused: {rejection}.");
            }
        }

        return [.. byHash.Values];
    }

    public static void Open(RoomSecret room, List<Entry> entries)
    {
        foreach (Entry entry in entries)
        {
            if (EntrySeal.Open(room, entry) is not TextBody)
                throw new InvalidOperationException("A body of one's own does not open.");
        }
    }
}
