using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>Encoded entries that were used lately, so that what has just come in or gone out is not read from disk. Oldest go first.</summary>
internal sealed class EntryShelf(StoreQueue store)
{
    /// <summary>Bytes kept: some seconds of the busiest room, and small beside the rest of a client.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Dictionary<EntryHash, ReadOnlyMemory<byte>> _entries = new();
    private readonly Queue<EntryHash> _order = new();
    private int _bytes;

    public void Put(EntryHash hash, ReadOnlyMemory<byte> encoded)
    {
        if (!_entries.TryAdd(hash, encoded)) return;
        _order.Enqueue(hash);
        _bytes += encoded.Length;
        while (_bytes > MaxBytes && _order.TryDequeue(out var oldest)) Remove(oldest);
    }

    /// <summary>Forgets one, because its body was dropped.</summary>
    public void Remove(EntryHash hash)
    {
        if (_entries.Remove(hash, out var encoded)) _bytes -= encoded.Length;
    }

    public bool TryGet(EntryHash hash, out ReadOnlyMemory<byte> encoded) => _entries.TryGetValue(hash, out encoded);

    /// <summary>Hands over the encoded entries in the order asked for, at once when all are here, else when the store has read them. Those not found are empty.</summary>
    public void Get(RoomId room, ImmutableArray<EntryHash> hashes, Action<ImmutableArray<ReadOnlyMemory<byte>>> onRead)
    {
        var found = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(hashes.Length);
        foreach (var hash in hashes)
        {
            if (!_entries.TryGetValue(hash, out var encoded)) break;
            found.Add(encoded);
        }

        if (found.Count == hashes.Length) onRead(found.MoveToImmutable());
        else store.Read(room, hashes, onRead);
    }
}
