using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>One encrypted link by itself: the handshake's order, the first frames, frames within their limits.</summary>
public sealed class SecureLinkTests
{
    private readonly KeyedHashCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(11);
    private readonly byte[] _sealed = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
    private readonly byte[] _opened = new byte[Limits.MaxFrameBytes];

    [Fact]
    public void Both_ends_know_each_other_and_name_the_link_alike()
    {
        var (initiator, responder, ana, bruno) = Shaken();
        Assert.Equal(bruno.Id, initiator.RemoteProfile!.Id);
        Assert.Equal(ana.Id, responder.RemoteProfile!.Id);
        Assert.True(initiator.HandshakeHash.Span.SequenceEqual(responder.HandshakeHash.Span));
        Assert.True(initiator.InitiatorEphemeral.Span.SequenceEqual(responder.InitiatorEphemeral.Span));
        Assert.Equal("token", responder.RemoteToken);
        Assert.Equal((UInt128)2, initiator.RemoteNonce);
    }

    [Fact]
    public void A_rehearsal_goes_through_to_the_first_frame()
    {
        Assert.True(Rehearsal.Run(_crypto, _random));
        using var real = new P256Cryptography();
        Assert.True(Rehearsal.Run(real, _random));
    }

    [Fact]
    public void The_initiator_uses_other_channels_only_after_the_responders_first_frame_which_comes_even_when_it_says_nothing()
    {
        var (initiator, responder, _, _) = Shaken();
        initiator.Append(8, new SummaryMessage(1, 2));
        Assert.False(initiator.HasFrames);
        initiator.Append(0, new ByeMessage());
        Assert.True(initiator.TryTakeFrame(_sealed, out var channel, out _));
        Assert.Equal(0, channel);
        Assert.False(initiator.TryTakeFrame(_sealed, out _, out _));

        Assert.True(responder.TryTakeFrame(_sealed, out channel, out var length));
        Assert.Equal((0, LinkCipher.Overhead), (channel, length));
        Assert.False(responder.TryTakeFrame(_sealed, out _, out _));
        Assert.True(initiator.TryOpen(0, _sealed.AsSpan(0, length), _opened, out var plain));
        Assert.Equal(0, plain);
        Assert.True(initiator.TryTakeFrame(_sealed, out channel, out _));
        Assert.Equal(8, channel);
    }

    [Fact]
    public void The_responders_first_frame_goes_ahead_of_other_channels()
    {
        var (_, responder, _, _) = Shaken();
        responder.Append(8, new SummaryMessage(1, 2));
        Assert.True(responder.TryTakeFrame(_sealed, out var channel, out _));
        Assert.Equal(0, channel);
        Assert.True(responder.TryTakeFrame(_sealed, out channel, out _));
        Assert.Equal(8, channel);
    }

    [Fact]
    public void No_frame_exceeds_its_limit_and_no_message_is_split()
    {
        var (initiator, responder, _, _) = Shaken();
        for (var i = 0; i < 5; i++) responder.Append(8, new EntriesMessage(1, i, false, [new byte[30_000]]));
        var messages = new List<PeerMessage>();
        var frames = 0;
        while (responder.TryTakeFrame(_sealed, out var channel, out var length))
        {
            Assert.True(initiator.TryOpen(channel, _sealed.AsSpan(0, length), _opened, out var plain));
            Assert.InRange(plain, 0, Limits.MaxFrameBytes);
            Assert.True(FrameCodec.TryDecodePeerFrame(_opened.AsMemory(0, plain), messages, out _, out _));
            frames++;
        }
        Assert.Equal([0, 1, 2, 3, 4], messages.Cast<EntriesMessage>().Select(message => message.WantId));
        Assert.Equal(4, frames);
        Assert.Equal(0, responder.WaitingBytes);
    }

    [Fact]
    public void A_message_longer_than_a_frame_is_the_callers_fault_and_changes_nothing()
    {
        var (initiator, responder, _, _) = Shaken();
        Assert.Throws<ArgumentException>(() => responder.Append(8, new EntriesMessage(1, 1, true, [new byte[40_000], new byte[40_000]])));
        responder.Append(8, new SummaryMessage(1, 2));
        Assert.True(responder.TryTakeFrame(_sealed, out _, out var length));
        Assert.True(initiator.TryOpen(0, _sealed.AsSpan(0, length), _opened, out _));
        Assert.True(responder.TryTakeFrame(_sealed, out _, out length));
        Assert.True(initiator.TryOpen(8, _sealed.AsSpan(0, length), _opened, out var plain));
        Assert.True(FrameCodec.TryDecodePeerFrame(_opened.AsMemory(0, plain), [], out _, out _));
    }

    [Fact]
    public void More_messages_than_a_frame_may_hold_are_cut_into_frames()
    {
        var (_, responder, _, _) = Shaken();
        for (var i = 0; i <= Limits.MaxMessagesPerFrame; i++) responder.Append(0, new ByeMessage());
        var frames = 0;
        while (responder.TryTakeFrame(_sealed, out _, out _)) frames++;
        Assert.Equal(2, frames);
    }

    [Fact]
    public void Another_identitys_profile_in_the_handshake_is_refused()
    {
        var (ana, bruno, carla) = (NewIdentity(), NewIdentity(), NewIdentity());
        var initiator = SecureLink.Initiate(_crypto, ana, _random);
        var responder = SecureLink.TryRespond(_crypto, bruno, _random, initiator.FirstMessage, out _)!;
        var second = responder.SecondMessage(new HandshakePayload(Profile.Create(_crypto, carla, "carla", 0).Encoded, 2, ""));
        Assert.False(initiator.TryReadHandshake(second, Payload(ana, 1, ""), out _, out var rejection));
        Assert.Equal(Rejection.Misdirected, rejection);
        Assert.False(initiator.IsEstablished);
    }

    [Fact]
    public void A_first_message_that_is_no_key_is_refused()
    {
        Assert.Null(SecureLink.TryRespond(_crypto, NewIdentity(), _random, new byte[65], out var rejection));
        Assert.Equal(Rejection.BadKey, rejection);
    }

    private PeerIdentity NewIdentity() => PeerIdentity.Create(_crypto, _random);

    private HandshakePayload Payload(PeerIdentity identity, UInt128 nonce, string token) =>
        new(Profile.Create(_crypto, identity, "x", 0).Encoded, nonce, token);

    private (SecureLink Initiator, SecureLink Responder, PeerIdentity Ana, PeerIdentity Bruno) Shaken()
    {
        var (ana, bruno) = (NewIdentity(), NewIdentity());
        var initiator = SecureLink.Initiate(_crypto, ana, _random);
        var responder = SecureLink.TryRespond(_crypto, bruno, _random, initiator.FirstMessage, out _)!;
        Assert.True(initiator.TryReadHandshake(responder.SecondMessage(Payload(bruno, 2, "")), Payload(ana, 1, "token"), out var third, out _));
        Assert.False(initiator.IsConfirmed);
        Assert.True(responder.TryReadHandshake(third, Payload(bruno, 2, ""), out _, out _));
        Assert.True(responder.IsConfirmed);
        return (initiator, responder, ana, bruno);
    }
}
