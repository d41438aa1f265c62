using System.Diagnostics.CodeAnalysis;
using LanChat.Core;

namespace LanChat.Net;

/// <summary>
/// The one door into a node's loop: any thread posts, the loop takes one input after the other. What the store answers comes first, then what
/// the user commands and what arrives from the network, in turn: a long history that arrives holds up neither what of it is on disk already nor
/// whoever types. Bounded: who posts beyond the bound waits until the loop has made room, so that a flood slows its sender's socket down and
/// not the memory. Beacons beyond it are dropped: they come again.
/// </summary>
/// <param name="capacity">Commands, and inputs of the network, that may wait.</param>
/// <param name="maxBytes">Bytes of the network that may wait.</param>
internal sealed class InputQueue(int capacity, int maxBytes)
{
    private readonly object _gate = new();
    private readonly Queue<NodeInput> _answers = [];
    private readonly Queue<NodeInput> _commands = [];
    private readonly Queue<NodeInput> _arrived = [];
    private long _arrivedBytes;
    private int _waiting;
    private bool _isClosed;
    private bool _isAwake;
    private bool _tookCommand;

    /// <summary>Set once by the loop's thread: it must never wait for itself.</summary>
    public Thread? Owner { get; set; }

    private int Count => _answers.Count + _commands.Count + _arrived.Count;

    /// <summary>Hands in one input; false once the queue is closed.</summary>
    public bool Post(NodeInput input)
    {
        lock (_gate)
        {
            while (IsFull(input) && !_isClosed && Thread.CurrentThread != Owner)
            {
                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }

            return Add(input, isQuiet: false);
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
            _answers.Enqueue(input);
            Wake();
            return true;
        }
    }

    /// <summary>Hands in one input unless the queue is full or closed.</summary>
    public bool TryPost(NodeInput input)
    {
        lock (_gate) return !IsFull(input) && Add(input, isQuiet: false);
    }

    /// <summary>Hands in one input, unless the queue is full or closed, without waking the loop: it is taken with the next one, or when the wait is over.</summary>
    public bool TryPostQuietly(NodeInput input)
    {
        lock (_gate) return !IsFull(input) && Add(input, isQuiet: true);
    }

    /// <summary>Waits for input at most this long.</summary>
    public void Wait(TimeSpan timeout)
    {
        lock (_gate)
        {
            _isAwake = false;
            // A part of a millisecond would be cut to none, and the loop would turn without rest until it has passed.
            if (Count == 0 && !_isClosed && timeout > TimeSpan.Zero) Monitor.Wait(_gate, (int)Math.Ceiling(timeout.TotalMilliseconds));
            _isAwake = true;
        }
    }

    /// <summary>Takes the next input; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out NodeInput? input)
    {
        lock (_gate)
        {
            if (!_answers.TryDequeue(out input))
            {
                _tookCommand = !_tookCommand && _commands.Count > 0;
                if (!(_tookCommand ? _commands : _arrived).TryDequeue(out input) && !_commands.TryDequeue(out input)) return false;
                if (input is LinkBytes arrived) _arrivedBytes -= arrived.Bytes.Length;
            }

            if (_waiting > 0) Monitor.PulseAll(_gate);
            return true;
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

    private bool IsFull(NodeInput input)
    {
        if (IsCommand(input)) return _commands.Count >= capacity;
        return _arrived.Count >= capacity || (_arrivedBytes > 0 && input is LinkBytes arrived && _arrivedBytes + arrived.Bytes.Length > maxBytes);
    }

    private bool Add(NodeInput input, bool isQuiet)
    {
        if (_isClosed) return false;
        (IsCommand(input) ? _commands : _arrived).Enqueue(input);
        if (input is LinkBytes arrived) _arrivedBytes += arrived.Bytes.Length;
        if (!isQuiet) Wake();
        return true;
    }

    private static bool IsCommand(NodeInput input) => input is CommandGiven or RelayCommandGiven;

    private void Wake()
    {
        if (_isAwake) return;
        _isAwake = true;
        Monitor.PulseAll(_gate);
    }
}
