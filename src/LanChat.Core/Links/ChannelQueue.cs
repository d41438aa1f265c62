using System.Buffers;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// Encoded messages of one channel that wait to leave, cut into frames as they are appended: no frame exceeds its limits, no message is
/// split. The buffer is rented while something waits and given back when nothing does.
/// </summary>
internal sealed class ChannelQueue(int maxFrameBytes) : IBufferWriter<byte>
{
    private readonly Queue<int> _ends = new();
    private byte[] _buffer = [];
    private int _read;
    private int _written;
    private int _frameStart;
    private int _messages;

    /// <summary>Bytes that wait.</summary>
    public int Length => _written - _read;

    /// <summary>Takes note that a message ends here; it began where the last one ended.</summary>
    /// <param name="start">Result of <see cref="Begin"/>.</param>
    /// <exception cref="ArgumentException">The message alone is longer than a frame: whoever made it did not keep its limits.</exception>
    public void End(int start)
    {
        if (_written - start > maxFrameBytes)
        {
            var length = _written - start;
            _written = start;
            throw new ArgumentException($"A message of {length} bytes does not fit a frame of {maxFrameBytes}.");
        }
        if (_written - _frameStart > maxFrameBytes || _messages == Limits.MaxMessagesPerFrame)
        {
            _ends.Enqueue(start);
            _frameStart = start;
            _messages = 0;
        }
        _messages++;
    }

    /// <summary>Where the next message begins, to be handed to <see cref="End"/>.</summary>
    public int Begin() => _written;

    /// <summary>The next frame's plaintext; valid until the next call of any other member. False when nothing waits.</summary>
    public bool TryTake(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (_written == _read)
        {
            Release();
            return false;
        }
        var end = _ends.Count > 0 ? _ends.Dequeue() : _written;
        frame = _buffer.AsSpan(_read, end - _read);
        _read = end;
        if (_read == _written)
        {
            _frameStart = _read;
            _messages = 0;
        }
        return true;
    }

    /// <summary>Gives the buffer back when nothing waits in it.</summary>
    public void Release()
    {
        if (_written != _read) return;
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        Reset();
    }

    /// <summary>Drops what waits.</summary>
    public void Clear()
    {
        _read = _written;
        _ends.Clear();
        Release();
    }

    void IBufferWriter<byte>.Advance(int count) => _written += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    private void Reserve(int sizeHint)
    {
        var needed = _written + Math.Max(sizeHint, 256);
        if (needed <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _buffer.Length));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Reset()
    {
        _buffer = [];
        _read = _written = _frameStart = _messages = 0;
    }
}
