using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// A handshake between two people who do not exist: the code of it is compiled and the cryptography loaded before the first neighbour
/// comes, who would otherwise wait for that.
/// </summary>
public static class Rehearsal
{
    /// <summary>Does all that a first link does, in memory. On any thread, a tenth of a second.</summary>
    /// <param name="crypto">The kind that the links will use; not the one a running node owns.</param>
    /// <param name="random">For throw-away keys.</param>
    /// <returns>Whether both understood each other.</returns>
    public static bool Run(ICryptography crypto, IRandomSource random)
    {
        var (one, other) = (PeerIdentity.Create(crypto, random), PeerIdentity.Create(crypto, random));
        using var initiator = SecureLink.Initiate(crypto, one, random);
        using var responder = SecureLink.TryRespond(crypto, other, random, initiator.FirstMessage, out _);
        if (responder is null || !initiator.TryReadHandshake(responder.SecondMessage(Payload(crypto, other)), Payload(crypto, one), out var third, out _)) return false;
        if (!responder.TryReadHandshake(third, Payload(crypto, other), out _, out _)) return false;
        Span<byte> frame = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
        Span<byte> opened = new byte[Limits.MaxFrameBytes];
        responder.Append(0, new ByeMessage());
        return responder.TryTakeFrame(frame, out var channel, out var length) && initiator.TryOpen(channel, frame[..length], opened, out _);
    }

    private static HandshakePayload Payload(ICryptography crypto, PeerIdentity identity) =>
        new(Profile.Create(crypto, identity, "rehearsal", 1).Encoded, 1, "");
}
