using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Ordering;

/// <summary>
/// A room's order as a list of rows in chunks, so that inserting anywhere and asking for a row's position both cost about the same small
/// amount whatever the room's size. Every row names its chunk; every chunk knows where it starts and the highest clock in it.
/// </summary>
internal sealed class OrderList(EntryTable table)
{
    private const int ChunkSize = 512;

    private readonly List<Chunk> _chunks = [];
    private readonly List<Chunk> _byId = [];
    private readonly List<int> _freeIds = [];

    public int Count { get; private set; }

    public int RowAt(int position)
    {
        var chunk = ChunkAt(position);
        return chunk.Rows[position - chunk.Start];
    }

    /// <summary>Position of a row that is in the list.</summary>
    public int PositionOf(int row)
    {
        var chunk = _byId[table[row].Chunk];
        return chunk.Start + Array.IndexOf(chunk.Rows, row, 0, chunk.Count);
    }

    public void Insert(int position, int row)
    {
        var chunk = position == Count ? LastWithRoom() : ChunkAt(position);
        if (chunk.Count == chunk.Rows.Length && (chunk = MakeRoom(chunk)).Start + chunk.Count < position) chunk = _chunks[chunk.Ordinal + 1];
        var index = position - chunk.Start;
        Array.Copy(chunk.Rows, index, chunk.Rows, index + 1, chunk.Count - index);
        chunk.Rows[index] = row;
        chunk.Count++;
        Count++;
        chunk.MaxClock = HybridClock.Max(chunk.MaxClock, table[row].Clock);
        table[row].Chunk = chunk.Id;
        Shift(chunk.Ordinal + 1, 1);
    }

    public void RemoveAt(int position)
    {
        var chunk = ChunkAt(position);
        var index = position - chunk.Start;
        var row = chunk.Rows[index];
        chunk.Count--;
        Count--;
        Array.Copy(chunk.Rows, index + 1, chunk.Rows, index, chunk.Count - index);
        table[row].Chunk = -1;
        if (chunk.Count == 0) Drop(chunk.Ordinal);
        else
        {
            if (table[row].Clock == chunk.MaxClock) chunk.Measure(table);
            Shift(chunk.Ordinal + 1, -1);
        }
    }

    /// <summary>Takes everything from a position on off the list, appending it to <paramref name="rows"/>.</summary>
    public void Truncate(int position, List<int> rows)
    {
        for (var p = position; p < Count;)
        {
            var chunk = ChunkAt(p);
            for (; p < chunk.Start + chunk.Count; p++)
            {
                var row = chunk.Rows[p - chunk.Start];
                table[row].Chunk = -1;
                rows.Add(row);
            }
        }
        while (_chunks.Count > 0 && _chunks[^1].Start >= position) Drop(_chunks.Count - 1);
        Count = position;
        if (_chunks.Count == 0 || _chunks[^1].Start + _chunks[^1].Count <= position) return;
        _chunks[^1].Count = position - _chunks[^1].Start;
        _chunks[^1].Measure(table);
    }

    /// <summary>The first position from <paramref name="from"/> on whose row <paramref name="isAfter"/> the given clock's row; the end when there is none.</summary>
    public int FirstAfter(int from, HybridClock clock, Func<int, bool> isAfter)
    {
        if (from >= Count) return Count;
        for (var c = ChunkAt(from).Ordinal; c < _chunks.Count; c++)
        {
            var chunk = _chunks[c];
            if (chunk.MaxClock.Value < clock.Value) continue;
            for (var i = Math.Max(0, from - chunk.Start); i < chunk.Count; i++)
            {
                var row = chunk.Rows[i];
                if (table[row].Clock.Value >= clock.Value && isAfter(row)) return chunk.Start + i;
            }
        }
        return Count;
    }

    /// <summary>Rows from a position on, in order; the list must not change meanwhile.</summary>
    public IEnumerable<int> From(int position)
    {
        while (position < Count)
        {
            var chunk = ChunkAt(position);
            for (var i = position - chunk.Start; i < chunk.Count; i++) yield return chunk.Rows[i];
            position = chunk.Start + chunk.Count;
        }
    }

    private Chunk ChunkAt(int position)
    {
        var low = 0;
        var high = _chunks.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_chunks[middle].Start <= position) low = middle;
            else high = middle - 1;
        }
        return _chunks[low];
    }

    private Chunk LastWithRoom()
    {
        if (_chunks.Count == 0 || _chunks[^1].Count == ChunkSize) NewChunk(_chunks.Count, Count);
        return _chunks[^1];
    }

    /// <summary>A small chunk grows; a full one is halved. Returns the chunk that kept the beginning.</summary>
    private Chunk MakeRoom(Chunk chunk)
    {
        if (chunk.Rows.Length < ChunkSize)
        {
            Array.Resize(ref chunk.Rows, Math.Min(ChunkSize, chunk.Rows.Length * 2));
            return chunk;
        }
        const int Half = ChunkSize / 2;
        var next = NewChunk(chunk.Ordinal + 1, chunk.Start + Half);
        Array.Resize(ref next.Rows, ChunkSize);
        Array.Copy(chunk.Rows, Half, next.Rows, 0, chunk.Count - Half);
        next.Count = chunk.Count - Half;
        chunk.Count = Half;
        for (var i = 0; i < next.Count; i++) table[next.Rows[i]].Chunk = next.Id;
        chunk.Measure(table);
        next.Measure(table);
        return chunk;
    }

    private Chunk NewChunk(int ordinal, int start)
    {
        var chunk = new Chunk { Start = start, Ordinal = ordinal, Rows = new int[_chunks.Count == 0 ? 16 : ChunkSize] };
        if (_freeIds.Count > 0)
        {
            chunk.Id = _freeIds[^1];
            _freeIds.RemoveAt(_freeIds.Count - 1);
            _byId[chunk.Id] = chunk;
        }
        else
        {
            chunk.Id = _byId.Count;
            _byId.Add(chunk);
        }
        _chunks.Insert(ordinal, chunk);
        for (var i = ordinal + 1; i < _chunks.Count; i++) _chunks[i].Ordinal = i;
        return chunk;
    }

    private void Drop(int ordinal)
    {
        _freeIds.Add(_chunks[ordinal].Id);
        _chunks.RemoveAt(ordinal);
        for (var i = ordinal; i < _chunks.Count; i++)
        {
            _chunks[i].Ordinal = i;
            _chunks[i].Start = i == 0 ? 0 : _chunks[i - 1].Start + _chunks[i - 1].Count;
        }
    }

    private void Shift(int ordinal, int by)
    {
        for (var i = ordinal; i < _chunks.Count; i++) _chunks[i].Start += by;
    }

    private sealed class Chunk
    {
        public int[] Rows = [];
        public int Count;
        public int Start;
        public int Ordinal;
        public int Id;
        public HybridClock MaxClock;

        public void Measure(EntryTable table)
        {
            MaxClock = default;
            for (var i = 0; i < Count; i++) MaxClock = HybridClock.Max(MaxClock, table[Rows[i]].Clock);
        }
    }
}
