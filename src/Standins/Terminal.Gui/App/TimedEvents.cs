using System.Diagnostics;
using Terminal.Gui.Time;

namespace Terminal.Gui.App;

/// <summary>
/// Timers by due time, and invocations as timers due at once. Any thread may add and remove; callbacks run on the loop's thread, outside the lock,
/// so that a dialog opened from one keeps nobody waiting.
/// </summary>
internal sealed class TimedEvents : ITimedEvents
{
    private readonly ITimeProvider _time;
    private readonly Action _wake;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Entry, (long Due, long Sequence)> _queue = new();
    private readonly HashSet<Entry> _live = [];
    private long _sequence;

    public TimedEvents(ITimeProvider time, Action wake)
    {
        _time = time;
        _wake = wake;
    }

    // Setting the wall clock must neither fire nor starve a timer.
    private long Ticks => _time is SystemTimeProvider ? Stopwatch.GetElapsedTime(0).Ticks : _time.Now.Ticks;

    public object Add(TimeSpan time, Func<bool> callback)
    {
        var entry = new Entry(time, callback);
        Enqueue(entry, Ticks + time.Ticks);
        _wake();
        return entry;
    }

    public bool Remove(object token)
    {
        lock (_lock)
        {
            return token is Entry entry && _live.Remove(entry);
        }
    }

    public void RunTimers()
    {
        // What callbacks add waits for the next turn: a callback that always adds another must not stop the loop.
        long last;
        long now = Ticks;
        lock (_lock)
        {
            last = _sequence;
        }

        while (TryTakeDue(now, last) is { } entry)
        {
            if (entry.Callback() && Remove(entry))
            {
                Enqueue(entry, Ticks + entry.Period.Ticks);
            }
            else
            {
                Remove(entry);
            }
        }
    }

    /// <summary>How long until the next is due; null without any.</summary>
    internal TimeSpan? UntilNext()
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out Entry? entry, out (long Due, long Sequence) key))
            {
                if (_live.Contains(entry))
                {
                    return TimeSpan.FromTicks(Math.Max(0, key.Due - Ticks));
                }

                _queue.Dequeue();
            }

            return null;
        }
    }

    private void Enqueue(Entry entry, long due)
    {
        lock (_lock)
        {
            _live.Add(entry);
            _queue.Enqueue(entry, (due, ++_sequence));
        }
    }

    private Entry? TryTakeDue(long now, long last)
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out Entry? entry, out (long Due, long Sequence) key) && key.Due <= now && key.Sequence <= last)
            {
                _queue.Dequeue();
                if (_live.Contains(entry))
                {
                    return entry;
                }
            }

            return null;
        }
    }

    private sealed class Entry(TimeSpan period, Func<bool> callback)
    {
        public TimeSpan Period { get; } = period;

        public Func<bool> Callback { get; } = callback;
    }
}
