namespace LanChat.Protocol.Tests;

/// <summary>The handshake between two peers, with the real and the simulated cryptography.</summary>
public sealed class NoiseHandshakeTests
{
    private readonly SeededRandomSource _random = new(1);

    public static TheoryData<bool> RealOrSimulated => [true, false];

    [Theory]
    [MemberData(nameof(RealOrSimulated))]
    public void Three_messages_make_a_link_that_both_sides_can_talk_over(bool real)
    {
        var crypto = Crypto(real);
        var (ana, bruno) = (PeerIdentity.Create(crypto, _random), PeerIdentity.Create(crypto, _random));
        using var initiator = NoiseHandshake.Initiator(crypto, ana, _random);
        using var responder = NoiseHandshake.Responder(crypto, bruno, _random);

        Pass(initiator, responder, "");
        Pass(responder, initiator, "profile of bruno");
        Pass(initiator, responder, "profile of ana");

        Assert.True(initiator.IsComplete && responder.IsComplete);
        Assert.Equal(initiator.HandshakeHash.ToArray(), responder.HandshakeHash.ToArray());
        Assert.Equal(ana.AgreementKey.ToArray(), responder.RemoteStaticKey.ToArray());
        Assert.Equal(bruno.AgreementKey.ToArray(), initiator.RemoteStaticKey.ToArray());
        using var left = initiator.Split();
        using var right = responder.Split();
        AssertCarries(left, right, channel: 0);
        AssertCarries(left, right, channel: 63);
        AssertCarries(right, left, channel: 0);
    }

    [Theory]
    [MemberData(nameof(RealOrSimulated))]
    public void A_changed_byte_anywhere_ends_the_handshake(bool real)
    {
        var crypto = Crypto(real);
        var (ana, bruno) = (PeerIdentity.Create(crypto, _random), PeerIdentity.Create(crypto, _random));
        for (var changed = 0; changed < 3; changed++)
        {
            using var initiator = NoiseHandshake.Initiator(crypto, ana, _random);
            using var responder = NoiseHandshake.Responder(crypto, bruno, _random);
            var (writer, reader) = (initiator, responder);
            var refused = false;
            for (var i = 0; i < 3 && !refused; i++)
            {
                var message = writer.WriteMessage("payload"u8);
                if (i == changed) message[^1] ^= 1;
                refused = !reader.TryReadMessage(message, out _, out var rejection);
                Assert.Equal(refused, rejection != Rejection.None);
                (writer, reader) = (reader, writer);
            }
            // A changed payload of message 1 shows when message 2 does not open: it is hashed, not sealed.
            Assert.True(refused);
        }
    }

    [Fact]
    public void A_point_off_the_curve_is_refused_when_it_is_read()
    {
        var crypto = new P256Cryptography();
        using var responder = NoiseHandshake.Responder(crypto, PeerIdentity.Create(crypto, _random), _random);
        var message = new byte[65];
        message[0] = 4;
        message[64] = 9;
        Assert.False(responder.TryReadMessage(message, out _, out var rejection));
        Assert.Equal(Rejection.BadKey, rejection);
        Assert.False(responder.IsOurTurn);
    }

    [Fact]
    public void A_message_out_of_turn_is_refused()
    {
        var crypto = new KeyedHashCryptography();
        using var initiator = NoiseHandshake.Initiator(crypto, PeerIdentity.Create(crypto, _random), _random);
        Assert.False(initiator.TryReadMessage(new byte[65], out _, out var rejection));
        Assert.Equal(Rejection.Inconsistent, rejection);
    }

    [Fact]
    public void A_long_message_is_refused_before_anything_is_computed()
    {
        var crypto = new KeyedHashCryptography();
        using var responder = NoiseHandshake.Responder(crypto, PeerIdentity.Create(crypto, _random), _random);
        Assert.False(responder.TryReadMessage(new byte[Limits.MaxHandshakeBytes + 1], out _, out var rejection));
        Assert.Equal(Rejection.TooLong, rejection);
        Assert.True(responder.RemoteEphemeralPublicKey.IsEmpty);
    }

    private static ICryptography Crypto(bool real) => real ? new P256Cryptography() : new KeyedHashCryptography();

    private static void Pass(NoiseHandshake from, NoiseHandshake to, string payload)
    {
        var message = from.WriteMessage(System.Text.Encoding.UTF8.GetBytes(payload));
        Assert.True(to.TryReadMessage(message, out var read, out _));
        Assert.Equal(payload, System.Text.Encoding.UTF8.GetString(read));
    }

    private static void AssertCarries(LinkCipher from, LinkCipher to, byte channel)
    {
        var (frame, opened) = (new byte[100], new byte[100]);
        for (byte i = 0; i < 3; i++)
        {
            var sealedLength = from.Seal(channel, new byte[] { i, 2, 3 }, frame);
            Assert.Equal(3 + LinkCipher.Overhead, sealedLength);
            Assert.True(to.TryOpen(channel, frame.AsSpan(0, sealedLength), opened, out var written));
            Assert.Equal(new byte[] { i, 2, 3 }, opened[..written]);
            Assert.False(to.TryOpen(channel, frame.AsSpan(0, sealedLength), opened, out _));
        }
    }
}
