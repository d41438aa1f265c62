using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// What leaves for one client in this turn: encoded messages by channel, sealed as one frame per channel as far as the frame limit allows.
/// Holds references to messages shared by many clients. One owner.
/// </summary>
internal sealed class Outbox
{
    private const int KeptCapacity = 16;

    private readonly List<(byte Channel, ReadOnlyMemory<byte> Message)> _messages = [];
    private int _next;

    /// <summary>Whether a frame on channel 0 is due before all others, if need be an empty one.</summary>
    public bool IsFirstFrameDue { get; set; }

    /// <summary>Adds a message; true when it is the first that waits.</summary>
    public bool Add(byte channel, ReadOnlyMemory<byte> message)
    {
        _messages.Add((channel, message));
        return _messages.Count == 1;
    }

    /// <summary>Forgets everything, the frame that is due before all others too: the keys to seal it with may be gone.</summary>
    public void Clear()
    {
        IsFirstFrameDue = false;
        _messages.Clear();
        _next = 0;
    }

    /// <summary>
    /// Writes the next frame's plaintext: the oldest message and those of its channel that follow and fit. Returns its length; −1 when nothing waits.
    /// </summary>
    public int TakeFrame(Span<byte> plaintext, out byte channel)
    {
        channel = 0;
        if (IsFirstFrameDue)
        {
            IsFirstFrameDue = false;
            return Gather(plaintext, 0);
        }
        while (_next < _messages.Count && _messages[_next].Message.IsEmpty) _next++;
        if (_next == _messages.Count)
        {
            Clear();
            if (_messages.Capacity > KeptCapacity) _messages.Capacity = 0;
            return -1;
        }
        channel = _messages[_next].Channel;
        return Gather(plaintext, channel);
    }

    private int Gather(Span<byte> plaintext, byte channel)
    {
        var length = 0;
        var count = 0;
        for (var i = _next; i < _messages.Count; i++)
        {
            var (messageChannel, message) = _messages[i];
            if (messageChannel != channel || message.IsEmpty) continue;
            if (length + message.Length > Limits.MaxFrameBytes || count == Limits.MaxMessagesPerFrame) break;
            message.Span.CopyTo(plaintext[length..]);
            length += message.Length;
            count++;
            _messages[i] = (channel, default);
        }
        return length;
    }
}
