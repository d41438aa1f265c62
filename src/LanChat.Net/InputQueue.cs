using LanChat.Core;

namespace LanChat.Net;

/// <summary>
/// The one door into a node's loop: any thread posts, the loop takes all there is at once. Bounded: who posts beyond the bound waits until
/// the loop has taken what is there, so that a flood slows its sender's socket down and not the memory. Beacons beyond it are dropped:
/// they come again.
/// </summary>
/// <param name="capacity">Inputs that may wait.</param>
/// <param name="maxBytes">Bytes of links that may wait; one input more when none do, however long.</param>
internal sealed class InputQueue(int capacity, int maxBytes)
{
    private readonly object _gate = new();
    private List<NodeInput> _filling = [];
    private List<NodeInput> _taken = [];
    private long _bytes;
    private bool _isWaitedFor;
    private bool _isClosed;
    private bool _isAwake;

    /// <summary>Set once by the loop's thread: it must never wait for itself.</summary>
    public Thread? Owner { get; set; }

    /// <summary>Hands in one input; false once the queue is closed.</summary>
    public bool Post(NodeInput input)
    {
        lock (_gate)
        {
            var size = input is LinkBytes arrived ? arrived.Bytes.Length : 0;
            while ((_filling.Count >= capacity || (size > 0 && _bytes > 0 && _bytes + size > maxBytes)) && !_isClosed && Thread.CurrentThread != Owner)
            {
                _isWaitedFor = true;
                Monitor.Wait(_gate);
            }

            if (_isClosed) return false;
            _filling.Add(input);
            _bytes += size;
            Wake();
            return true;
        }
    }

    /// <summary>
    /// Hands in a store's answer; false once the queue is closed. It never waits: the loop may itself be waiting for the store's thread to
    /// make room. How many answers there can be is bounded by the requests that the store's own queue holds.
    /// </summary>
    public bool PostAnswer(NodeInput input)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _filling.Add(input);
            Wake();
            return true;
        }
    }

    /// <summary>Hands in one input unless the queue is full or closed.</summary>
    public bool TryPost(NodeInput input)
    {
        lock (_gate)
        {
            if (_filling.Count >= capacity || _isClosed) return false;
            _filling.Add(input);
            Wake();
            return true;
        }
    }

    /// <summary>Hands in one input, unless the queue is full or closed, without waking the loop: it is taken with the next one, or when the wait is over.</summary>
    public bool TryPostQuietly(NodeInput input)
    {
        lock (_gate)
        {
            if (_filling.Count >= capacity || _isClosed) return false;
            _filling.Add(input);
            return true;
        }
    }

    /// <summary>Waits for input at most this long, and takes all there is. The list is valid until the next call.</summary>
    public List<NodeInput> Take(TimeSpan timeout)
    {
        lock (_gate)
        {
            _taken.Clear();
            // A part of a millisecond would be cut to none, and the loop would turn without rest until it has passed.
            if (_filling.Count == 0 && !_isClosed && timeout > TimeSpan.Zero) Monitor.Wait(_gate, (int)Math.Ceiling(timeout.TotalMilliseconds));
            _isAwake = false;
            (_filling, _taken) = (_taken, _filling);
            _bytes = 0;
            if (_isWaitedFor) Monitor.PulseAll(_gate);
            _isWaitedFor = false;
            return _taken;
        }
    }

    /// <summary>Wakes everybody; nothing is taken in any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Wake()
    {
        if (_isAwake) return;
        _isAwake = true;
        Monitor.PulseAll(_gate);
    }
}
