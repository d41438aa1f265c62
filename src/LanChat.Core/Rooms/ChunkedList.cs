namespace LanChat.Core.Rooms;

/// <summary>
/// A list in fixed chunks: growing copies nothing and wastes at most one chunk, so that a room of a hundred thousand entries costs what it
/// holds. Elements are handed out by reference.
/// </summary>
internal sealed class ChunkedList<T> where T : struct
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<T[]> _chunks = [];

    /// <summary>Elements added.</summary>
    public int Count { get; private set; }

    /// <summary>The element at an index below <see cref="Count"/>.</summary>
    public ref T this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    /// <summary>Appends and returns the index.</summary>
    public int Add(T value)
    {
        var index = Count++;
        if (index >> ChunkBits == _chunks.Count) _chunks.Add(new T[_chunks.Count == 0 ? 16 : ChunkSize]);
        var chunk = _chunks[index >> ChunkBits];
        if ((index & (ChunkSize - 1)) >= chunk.Length) chunk = GrowFirst(chunk);
        chunk[index & (ChunkSize - 1)] = value;
        return index;
    }

    /// <summary>Small rooms are many: the first chunk alone grows by doubling.</summary>
    private T[] GrowFirst(T[] chunk)
    {
        Array.Resize(ref chunk, Math.Min(ChunkSize, chunk.Length * 2));
        _chunks[0] = chunk;
        return chunk;
    }
}
