using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LanChat.Protocol.Tests;

/// <summary>
/// A million damaged inputs over all decoders, the same on every run: each gives a value or a named rejection, throws nothing, allocates in
/// proportion to its input, and what is accepted is what its bytes say and no other bytes would.
/// </summary>
public sealed class FuzzTests
{
    private const int Inputs = 100_000;

    /// <summary>What one decoding may allocate besides <see cref="PerByte"/> times its input, bytes.</summary>
    private const long Base = 16 * 1024;

    /// <summary>The densest message: records and lists of two-byte messages, grown by doubling.</summary>
    private const long PerByte = 64;

    private readonly KeyedHashCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(4);
    private readonly PeerIdentity _ana;
    private readonly RoomSecret _lobby;

    public FuzzTests()
    {
        _ana = PeerIdentity.Create(_crypto, _random);
        _lobby = RoomSecret.Public(_crypto, "lan", "lobby");
    }

    [Fact]
    public void Frames_between_peers()
    {
        List<PeerMessage> messages = [];
        Fuzz(2 * Inputs, 1, [.. Samples.Peer.Select(sample => Samples.Encode(sample.Message)),
            [.. Samples.Peer.SelectMany(sample => Samples.Encode(sample.Message))]], input =>
        {
            messages.Clear();
            var isAccepted = FrameCodec.TryDecodePeerFrame(input, messages, out var unknown, out var rejection);
            return (isAccepted, rejection, isAccepted && unknown == 0 ? () => messages.SelectMany(Samples.Encode).ToArray() : null);
        });
    }

    [Fact]
    public void Frames_between_client_and_relay()
    {
        List<RelayMessage> messages = [];
        Fuzz(2 * Inputs, 2, [.. Samples.Relay.Select(sample => Samples.Encode(sample.Message)),
            [.. Samples.Relay.SelectMany(sample => Samples.Encode(sample.Message))]], input =>
        {
            messages.Clear();
            var isAccepted = FrameCodec.TryDecodeRelayFrame(input, messages, out var unknown, out var rejection);
            return (isAccepted, rejection, isAccepted && unknown == 0 ? () => messages.SelectMany(Samples.Encode).ToArray() : null);
        });
    }

    [Fact]
    public void Entries()
    {
        byte[][] corpus = [EntryCodec.Encode(NewEntry()), EntryCodec.Encode(EntrySeal.WithoutBody(NewEntry())),
            Specification.Bytes("entry-3")];
        Fuzz(Inputs, 3, corpus, input =>
        {
            EntryCodec.HashOf(input);
            EntryCodec.TryDecodeHeader(input, out _, out _);
            var isAccepted = EntryCodec.TryDecode(input, out var entry, out var rejection);
            return (isAccepted, rejection, isAccepted ? () => EntryCodec.Encode(entry!) : null);
        });
    }

    [Fact]
    public void Bodies() => Fuzz(Inputs, 4, [.. Samples.Bodies.Select(sample => EntryBodyCodec.Encode(sample.Body))], input =>
    {
        var body = EntryBodyCodec.Decode(input);
        var rejection = body is UnreadableBody unreadable ? unreadable.Reason : Rejection.None;
        return (body is not UnreadableBody, rejection, body is UnreadableBody or UnknownBody ? null : () => EntryBodyCodec.Encode(body));
    });

    [Fact]
    public void Profiles() =>
        Fuzz(Inputs, 5, [Profile.Create(_crypto, _ana, "ana", 1).Encoded.ToArray(), Specification.Bytes("bruno-profile")], input =>
    {
        var isAccepted = Profile.TryDecode(input, _crypto, out var profile, out var rejection);
        return (isAccepted, rejection, isAccepted ? () => profile!.Encoded.ToArray() : null);
    });

    [Fact]
    public void Beacons() => Fuzz(Inputs, 6, [Specification.Bytes("beacon-hello"), Specification.Bytes("beacon-reply")], input =>
        (Beacon.TryDecode(input, out _, out var rejection), rejection, null));

    [Fact]
    public void Repeated_beacons() => Fuzz(Inputs, 10, [Specification.Bytes("beacon-repeated")], input =>
        (RepeatedBeacon.TryDecode(input, out _, out var rejection), rejection, null));

    [Fact]
    public void Connection_requests_and_refusals()
    {
        byte[][] corpus = [Specification.Bytes("connect-request"), Specification.Bytes("refusal-retry")];
        Fuzz(Inputs / 2, 7, corpus, input =>
        {
            var isAccepted = ConnectRequestPayload.TryDecode(input, out var request, out var rejection);
            return (isAccepted, rejection, isAccepted ? () => request!.Encode() : null);
        });
        Fuzz(Inputs / 2, 8, corpus, input => (RefusalPayload.TryDecode(input, out _, out var rejection), rejection, null));
    }

    [Fact]
    public void Handshake_messages_and_payloads()
    {
        var payload = new HandshakePayload(Specification.Bytes("ana-profile"), 5, "token").Encode();
        Fuzz(Inputs - 10_000, 9, [payload], input =>
        {
            var isAccepted = HandshakePayload.TryDecode(input, out var read, out var rejection);
            return (isAccepted, rejection, isAccepted ? () => read!.Encode() : null);
        });
        using var initiator = NoiseHandshake.Initiator(_crypto, _ana, _random);
        var message1 = initiator.WriteMessage([]);
        using var responder = NoiseHandshake.Responder(_crypto, _ana, _random);
        responder.TryReadMessage(message1, out _, out _);
        byte[][] corpus = [message1, responder.WriteMessage(payload)];
        Fuzz(10_000, 10, corpus, input =>
        {
            using var reader = NoiseHandshake.Responder(_crypto, _ana, new SeededRandomSource(1));
            return (reader.TryReadMessage(input, out _, out var rejection), rejection, null);
        });
    }

    [Fact]
    public void Invites()
    {
        byte[][] corpus = [Encoding.UTF8.GetBytes(Specification.Text("invite")),
            Encoding.UTF8.GetBytes(Invite.To(Private(), null).ToString())];
        Fuzz(Inputs, 11, corpus, input =>
        {
            var isAccepted = Invite.TryParse(Encoding.UTF8.GetString(input.Span), out _, out var problem);
            Assert.Equal(isAccepted, problem is null);
            return (isAccepted, isAccepted ? Rejection.None : Rejection.BadText, null);
        });
    }

    [Fact]
    public void Invites_whose_checksum_is_right()
    {
        var content = Base64Url.DecodeFromChars(Specification.Text("invite").AsSpan(Invite.Scheme.Length))[..^4];
        Fuzz(Inputs / 2, 13, [content], input =>
        {
            byte[] checksum = SHA256.HashData([.. "LanChat/1 invite"u8, .. input.Span])[..4];
            var link = Invite.Scheme + Base64Url.EncodeToString([.. input.Span, .. checksum]);
            var isAccepted = Invite.TryParse(link, out var invite, out _);
            return (isAccepted, isAccepted ? Rejection.None : Rejection.BadText, isAccepted ? () => Again(invite!) : null);
        });

        static byte[] Again(Invite invite) => Base64Url.DecodeFromChars(invite.ToString().AsSpan(Invite.Scheme.Length))[..^4];
    }

    [Fact]
    public void Frames_of_a_link_open_only_as_they_were_sealed()
    {
        var (left, right) = Link();
        var frame = new byte[200];
        left.Seal(9, Samples.Sequence(0, 180), frame.AsSpan(0, 196));
        var opened = new byte[Limits.MaxFrameBytes];
        var mutation = new Mutation(12, [frame[..196]]);
        for (var i = 0; i < 1_000; i++)
        {
            var input = mutation.Next();
            if (!input.AsSpan().SequenceEqual(frame.AsSpan(0, 196))) Assert.False(right.TryOpen(9, input, opened, out _));
        }
        Assert.False(right.TryOpen(9, frame.AsSpan(0, 196), opened.AsSpan(0, 179), out _));
        Assert.False(right.TryOpen(8, frame.AsSpan(0, 196), opened, out _));
        Assert.False(right.TryOpen(64, frame.AsSpan(0, 196), opened, out _));
        Assert.True(right.TryOpen(9, frame.AsSpan(0, 196), opened, out _));
    }

    private static void Fuzz(
        int count, ulong seed, IReadOnlyList<byte[]> corpus, Func<ReadOnlyMemory<byte>, (bool, Rejection, Func<byte[]>?)> decode)
    {
        var mutation = new Mutation(seed, corpus);
        decode(corpus[0]);
        for (var i = 0; i < count; i++)
        {
            var input = mutation.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (isAccepted, rejection, encode) = decode(input);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > Base + (PerByte * input.Length))
                Assert.Fail($"{allocated} bytes allocated for input {i}: {Convert.ToHexString(input)}");
            if (isAccepted != (rejection == Rejection.None))
                Assert.Fail($"No reason, or one too many, for input {i}: {Convert.ToHexString(input)}");
            if (encode is not null && !encode().AsSpan().SequenceEqual(input))
                Assert.Fail($"Other bytes say the same as input {i}: {Convert.ToHexString(input)}");
        }
    }

    private RoomSecret Private() => RoomSecret.NewPrivate(_crypto, _random, "lan", "Ops", _ana.Id);

    private Entry NewEntry() => EntrySeal.Create(
        _crypto, _ana, _lobby, 2, EntryHash.Read(_random.Bytes(32)), [new EntryRef(new PeerId(7), 300, 5)],
        HybridClock.At(ExampleWorld.Milliseconds), new PeerId(9),
        new TextBody("hello"), _random);

    private (LinkCipher Left, LinkCipher Right) Link()
    {
        using var initiator = NoiseHandshake.Initiator(_crypto, _ana, _random);
        using var responder = NoiseHandshake.Responder(_crypto, PeerIdentity.Create(_crypto, _random), _random);
        responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
        initiator.TryReadMessage(responder.WriteMessage([]), out _, out _);
        responder.TryReadMessage(initiator.WriteMessage([]), out _, out _);
        return (initiator.Split(), responder.Split());
    }
}
