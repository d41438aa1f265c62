namespace LanChat.Core;

/// <summary>
/// Encoded groups of one room, so that clients which are behind together are served from one reading of the log, and those a little behind from
/// none. What was put in first goes first.
/// </summary>
internal sealed class GroupCache
{
    /// <summary>Bytes kept per room: what a fast room writes in a second or two.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How long they are kept in a room that nobody is behind in.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, OrderedGroup> _byFirst = [];
    private readonly Queue<OrderedGroup> _oldestFirst = [];
    private TimeSpan _lastUse;

    /// <summary>Bytes kept now.</summary>
    public int Bytes { get; private set; }

    /// <summary>Puts a group in.</summary>
    public void Add(OrderedGroup group, TimeSpan now)
    {
        _lastUse = now;
        if (!_byFirst.TryAdd(group.First, group)) return;
        _oldestFirst.Enqueue(group);
        Bytes += group.Encoded.Length;
        while (Bytes > MaxBytes)
        {
            var oldest = _oldestFirst.Dequeue();
            _byFirst.Remove(oldest.First);
            Bytes -= oldest.Encoded.Length;
        }
    }

    /// <summary>The group that begins right after a position.</summary>
    public OrderedGroup? After(long position) => _byFirst.GetValueOrDefault(position + 1);

    /// <summary>Lets go of everything when nothing was put in for a while.</summary>
    public void Tick(TimeSpan now)
    {
        if (Bytes > 0 && now - _lastUse >= KeepTime) Clear();
    }

    /// <summary>Forgets everything, as after a trim.</summary>
    public void Clear()
    {
        _byFirst.Clear();
        _oldestFirst.Clear();
        Bytes = 0;
    }
}
