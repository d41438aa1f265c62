using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// Seals and opens the frames of one link: AES-256-GCM, one key per direction, nonce = channel (4, big-endian) ‖ counter of the channel
/// (8, big-endian), both implicit. Every channel is ordered and reliable, so a frame that does not open ends the link. Allocates
/// nothing per frame. One owner.
/// </summary>
public sealed class LinkCipher : IDisposable
{
    /// <summary>What sealing adds, bytes.</summary>
    public const int Overhead = 16;

    /// <summary>Channels of a link.</summary>
    public const int Channels = 64;

    private readonly AesGcm _sendCipher;
    private readonly AesGcm _receiveCipher;
    private readonly ulong[] _sent = new ulong[Channels];
    private readonly ulong[] _received = new ulong[Channels];

    internal LinkCipher(ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey)
    {
        _sendCipher = new AesGcm(sendKey, Overhead);
        _receiveCipher = new AesGcm(receiveKey, Overhead);
    }

    /// <summary>Seals the next frame of a channel; returns its length, <see cref="Overhead"/> more than the plaintext's.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Seal(byte channel, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        var length = plaintext.Length + Overhead;
        if (destination.Length < length)
            throw new ArgumentException("A sealed frame needs 16 bytes more than its plaintext.", nameof(destination));
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, channel, _sent[channel]++);
        _sendCipher.Encrypt(nonce, plaintext, destination[..plaintext.Length], destination[plaintext.Length..length]);
        return length;
    }

    /// <summary>Opens the next frame of a channel; false for one that is not, after which the link is to be ended.</summary>
    /// <param name="channel">Where it came in.</param>
    /// <param name="frame">The sealed frame.</param>
    /// <param name="destination">At least <see cref="Overhead"/> bytes shorter than the frame may be; too short a one is refused,
    /// too.</param>
    /// <param name="written">Bytes of plaintext.</param>
    public bool TryOpen(byte channel, ReadOnlySpan<byte> frame, Span<byte> destination, out int written)
    {
        written = 0;
        var length = frame.Length - Overhead;
        if (length < 0 || length > destination.Length || channel >= Channels) return false;
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, channel, _received[channel]);
        try
        {
            _receiveCipher.Decrypt(nonce, frame[..length], frame[length..], destination[..length]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        _received[channel]++;
        written = length;
        return true;
    }

    /// <summary>Lets go of the keys.</summary>
    public void Dispose()
    {
        _sendCipher.Dispose();
        _receiveCipher.Dispose();
    }

    private static void WriteNonce(Span<byte> nonce, byte channel, ulong counter)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce, channel);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], counter);
    }
}
