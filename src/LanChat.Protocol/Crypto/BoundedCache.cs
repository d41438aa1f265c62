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
    private readonly LinkedList<TKey> _order = [];

    public BoundedCache(int capacity) => _capacity = capacity;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>Adds a value whose key is not there yet; the cache disposes of it from now on.</summary>
    public void Add(TKey key, TValue value)
    {
        if (_order.Count >= _capacity) Remove(_order.First!.Value);
        _values.Add(key, value);
        _order.AddLast(key);
    }

    /// <summary>Disposes of a value now, if it is there.</summary>
    public void Remove(TKey key)
    {
        if (!_values.Remove(key, out var value)) return;
        value.Dispose();
        _order.Remove(key);
    }

    public void Dispose()
    {
        foreach (var value in _values.Values) value.Dispose();
        _values.Clear();
        _order.Clear();
    }
}
