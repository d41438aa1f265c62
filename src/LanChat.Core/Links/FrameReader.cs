using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>Opens frames and decodes what is in them; what does not decode is counted and changes nothing.</summary>
internal sealed class FrameReader(LinkContext context)
{
    private readonly List<PeerMessage> _peerMessages = [];
    private readonly List<RelayMessage> _relayMessages = [];

    /// <summary>
    /// Opens into memory of its own, since messages are slices of it; false for a frame that does not open, and for any on a link that had too many
    /// that did not decode.
    /// </summary>
    public bool TryOpen(Link link, byte channel, ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> plaintext)
    {
        plaintext = default;
        if (link.Offences >= LinkTimings.MaxOffences)
        {
            context.Count("too-many-offences");
            return false;
        }
        if (frame.Length > Limits.MaxFrameBytes + LinkCipher.Overhead)
        {
            context.Count("frame-too-long");
            return false;
        }
        var destination = new byte[Math.Max(0, frame.Length - LinkCipher.Overhead)];
        if (!link.Secure.TryOpen(channel, frame.Span, destination, out var length)) return false;
        plaintext = destination.AsMemory(0, length);
        return true;
    }

    /// <summary>The messages of a peer's frame; valid until the next call.</summary>
    public List<PeerMessage> DecodePeer(Link link, ReadOnlyMemory<byte> plaintext)
    {
        _peerMessages.Clear();
        if (!FrameCodec.TryDecodePeerFrame(plaintext, _peerMessages, out var unknown, out var rejection)) Refuse(link, rejection);
        if (unknown > 0) context.Count("unknown-kinds");
        return _peerMessages;
    }

    /// <summary>The messages of a relay's frame; valid until the next call.</summary>
    public List<RelayMessage> DecodeRelay(Link link, ReadOnlyMemory<byte> plaintext)
    {
        _relayMessages.Clear();
        if (!FrameCodec.TryDecodeRelayFrame(plaintext, _relayMessages, out var unknown, out var rejection)) Refuse(link, rejection);
        if (unknown > 0) context.Count("unknown-kinds");
        return _relayMessages;
    }

    private void Refuse(Link link, Rejection rejection)
    {
        link.Offences++;
        context.Count("frame-" + rejection);
    }
}
