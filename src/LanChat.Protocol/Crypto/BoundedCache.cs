using System.Diagnostics.CodeAnalysis;

namespace LanChat.Protocol;

/// <summary>
/// A cache of disposable values that holds at most a given number and lets go of the one that came first. Owned by one thread.
/// </summary>
internal sealed class BoundedCache<TKey, TValue> : IDisposable
    where TKey : notnull
    where TValue : IDisposable
{
    private readonly int _capacity;
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();

    public BoundedCache(int capacity) => _capacity = capacity;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>Adds a value whose key is not there yet; the cache disposes of it from now on.</summary>
    public void Add(TKey key, TValue value)
    {
        if (_order.Count >= _capacity)
        {
            var oldest = _order.Dequeue();
            _values[oldest].Dispose();
            _values.Remove(oldest);
        }
        _values.Add(key, value);
        _order.Enqueue(key);
    }

    public void Dispose()
    {
        foreach (var value in _values.Values) value.Dispose();
        _values.Clear();
        _order.Clear();
    }
}
