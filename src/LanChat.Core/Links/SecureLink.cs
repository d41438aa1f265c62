using System.Numerics;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// One side of one encrypted link, above whatever carries its bytes: the handshake, the ciphers, and per channel the messages that wait
/// to leave in the next frame (PROTOCOL.md, sections 3 and 4). Order of use:
/// <code>
/// initiator: Initiate · FirstMessage goes into the request · TryReadHandshake(message 2) gives message 3 · frames
/// responder: TryRespond(message 1) · SecondMessage once the connection stands · TryReadHandshake(message 3) · frames
/// </code>
/// Until the initiator has opened a frame of the responder's, <see cref="TryTakeFrame"/> gives it frames of channel 0 only;
/// the responder's first frame is due at once, if need be an empty one. One owner.
/// </summary>
internal sealed class SecureLink : IDisposable
{
    private const ulong ChannelZero = 1;

    private readonly ICryptography _crypto;
    private readonly int _maxFrameBytes;
    private readonly ChannelQueue?[] _queues = new ChannelQueue?[LinkCipher.Channels];
    private NoiseHandshake? _noise;
    private LinkCipher? _cipher;
    private ulong _waiting;
    private bool _isFirstFrameDue;

    private SecureLink(ICryptography crypto, NoiseHandshake noise, bool isInitiator, int maxFrameBytes)
    {
        _crypto = crypto;
        _noise = noise;
        _maxFrameBytes = maxFrameBytes;
        IsInitiator = isInitiator;
    }

    /// <summary>Whether this side connected.</summary>
    public bool IsInitiator { get; }

    /// <summary>The initiator's first handshake message, for the connection request.</summary>
    public ReadOnlyMemory<byte> FirstMessage { get; private init; }

    /// <summary>Whether the handshake is done on this side.</summary>
    public bool IsEstablished => _cipher is not null;

    /// <summary>Whether the other side has proved that it finished the handshake, too: by message 3, or by its first frame.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>The other side's profile, checked; null before it is established.</summary>
    public Profile? RemoteProfile { get; private set; }

    /// <summary>The other side's instance nonce.</summary>
    public UInt128 RemoteNonce { get; private set; }

    /// <summary>The admission token that came in message 3.</summary>
    public string RemoteToken { get; private set; } = "";

    /// <summary>32 bytes that name the finished link.</summary>
    public ReadOnlyMemory<byte> HandshakeHash { get; private set; }

    /// <summary>The initiator's ephemeral key: with its id this decides which of several links stays.</summary>
    public ReadOnlyMemory<byte> InitiatorEphemeral { get; private init; }

    /// <summary>Bytes appended and not yet taken as frames.</summary>
    public int WaitingBytes { get; private set; }

    /// <summary>Whether <see cref="TryTakeFrame"/> has something to give now.</summary>
    public bool HasFrames => _cipher is not null && (_isFirstFrameDue || (_waiting & Allowed) != 0);

    // Nothing orders channels: what overtook message 3 on another one could not be opened.
    private ulong Allowed => IsConfirmed ? ulong.MaxValue : ChannelZero;

    /// <summary>Begins as the side that connects.</summary>
    public static SecureLink Initiate(
        ICryptography crypto, PeerIdentity identity, IRandomSource random, int maxFrameBytes = Limits.MaxFrameBytes)
    {
        var noise = NoiseHandshake.Initiator(crypto, identity, random);
        var first = noise.WriteMessage([]);
        return new SecureLink(crypto, noise, true, maxFrameBytes) { FirstMessage = first, InitiatorEphemeral = noise.LocalEphemeralPublicKey };
    }

    /// <summary>Begins as the side that is connected to; null when message 1 is refused.</summary>
    public static SecureLink? TryRespond(
        ICryptography crypto, PeerIdentity identity, IRandomSource random, ReadOnlyMemory<byte> firstMessage, out Rejection rejection,
        int maxFrameBytes = Limits.MaxFrameBytes)
    {
        var noise = NoiseHandshake.Responder(crypto, identity, random);
        if (noise.TryReadMessage(firstMessage, out _, out rejection))
            return new SecureLink(crypto, noise, false, maxFrameBytes) { InitiatorEphemeral = noise.RemoteEphemeralPublicKey };
        noise.Dispose();
        return null;
    }

    /// <summary>The responder's message 2, to be sent once the connection stands.</summary>
    /// <exception cref="InvalidOperationException">It is not this side's turn.</exception>
    public byte[] SecondMessage(HandshakePayload own) =>
        _noise?.WriteMessage(own.Encode()) ?? throw new InvalidOperationException("The handshake is over.");

    /// <summary>Takes the other side's message 2 or 3. After a refusal the link is to be ended.</summary>
    /// <param name="message">As received on channel 0.</param>
    /// <param name="own">What this side says; the initiator's goes into message 3.</param>
    /// <param name="reply">Message 3, to be sent at once; empty on the responder's side.</param>
    /// <param name="rejection">Why it is refused.</param>
    public bool TryReadHandshake(ReadOnlyMemory<byte> message, HandshakePayload own, out ReadOnlyMemory<byte> reply, out Rejection rejection)
    {
        reply = default;
        if (_noise is null)
        {
            rejection = Rejection.Inconsistent;
            return false;
        }
        if (!_noise.TryReadMessage(message, out var payload, out rejection)) return false;
        if (!HandshakePayload.TryDecode(payload, out var said, out rejection)) return false;
        if (!Profile.TryDecode(said.Profile, _crypto, out var profile, out rejection)) return false;
        if (!profile.AgreementKey.Span.SequenceEqual(_noise.RemoteStaticKey.Span))
        {
            rejection = Rejection.Misdirected;
            return false;
        }
        if (IsInitiator) reply = _noise.WriteMessage(own.Encode());
        HandshakeHash = _noise.HandshakeHash.ToArray();
        RemoteProfile = profile;
        RemoteNonce = said.InstanceNonce;
        RemoteToken = said.Token;
        _cipher = _noise.Split();
        _noise.Dispose();
        _noise = null;
        IsConfirmed = _isFirstFrameDue = !IsInitiator;
        return true;
    }

    /// <summary>Opens a frame into the destination; false for one that does not open, which ends the link.</summary>
    /// <param name="channel">Where it came in.</param>
    /// <param name="frame">The sealed frame.</param>
    /// <param name="destination">As long as the frame; may not overlap it.</param>
    /// <param name="length">Bytes of plaintext.</param>
    public bool TryOpen(byte channel, ReadOnlySpan<byte> frame, Span<byte> destination, out int length)
    {
        length = 0;
        if (_cipher is null || !_cipher.TryOpen(channel, frame, destination, out length)) return false;
        // Whatever the channel: who seals frames has taken message 3. Its later frames may overtake its first one on channel 0.
        IsConfirmed = true;
        return true;
    }

    /// <summary>Appends a message to what leaves on a channel in the next frame.</summary>
    /// <exception cref="ArgumentException">The message is longer than a frame.</exception>
    public void Append(byte channel, PeerMessage message)
    {
        var queue = Queue(channel);
        var start = queue.Begin();
        FrameCodec.Write(queue, message);
        End(channel, queue, start);
    }

    /// <inheritdoc cref="Append(byte, PeerMessage)"/>
    public void Append(byte channel, RelayMessage message)
    {
        var queue = Queue(channel);
        var start = queue.Begin();
        FrameCodec.Write(queue, message);
        End(channel, queue, start);
    }

    /// <summary>Appends a message that is encoded already, for what goes to many at once.</summary>
    public void Append(byte channel, ReadOnlySpan<byte> encoded)
    {
        var queue = Queue(channel);
        var start = queue.Begin();
        System.Buffers.BuffersExtensions.Write(queue, encoded);
        End(channel, queue, start);
    }

    /// <summary>
    /// Seals the next frame into the destination. Lower channels come first; what leaves on one channel in one turn is one frame, up to the
    /// frame limit.
    /// </summary>
    /// <param name="destination">At least the frame limit and <see cref="LinkCipher.Overhead"/> long.</param>
    /// <param name="channel">Where it goes out.</param>
    /// <param name="length">Bytes written.</param>
    public bool TryTakeFrame(Span<byte> destination, out byte channel, out int length)
    {
        channel = 0;
        length = 0;
        if (_cipher is null) return false;
        while (true)
        {
            var candidates = _waiting & Allowed;
            if (candidates == 0 || (_isFirstFrameDue && (candidates & ChannelZero) == 0)) break;
            channel = (byte)BitOperations.TrailingZeroCount(candidates);
            if (_queues[channel]!.TryTake(out var plaintext))
            {
                WaitingBytes -= plaintext.Length;
                _isFirstFrameDue &= channel != 0;
                length = _cipher.Seal(channel, plaintext, destination);
                return true;
            }
            _waiting &= ~(1UL << channel);
        }
        if (!_isFirstFrameDue) return false;
        _isFirstFrameDue = false;
        channel = 0;
        length = _cipher.Seal(0, [], destination);
        return true;
    }

    /// <summary>Lets go of keys and of what waits.</summary>
    public void Dispose()
    {
        _noise?.Dispose();
        _noise = null;
        _cipher?.Dispose();
        _cipher = null;
        foreach (var queue in _queues) queue?.Clear();
        _waiting = 0;
        WaitingBytes = 0;
    }

    private ChannelQueue Queue(byte channel) => _queues[channel] ??= new ChannelQueue(_maxFrameBytes);

    private void End(byte channel, ChannelQueue queue, int start)
    {
        queue.End(start);
        WaitingBytes += queue.Begin() - start;
        _waiting |= 1UL << channel;
    }
}
