using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace LanChat.Protocol.Tests;

/// <summary>
/// Damaged inputs for every decoder, the same on every run: each gives a value or a named rejection, throws nothing, allocates in
/// proportion to its input, and what is accepted is what its bytes say and no other bytes would. A million inputs in all;
/// LANCHAT_FUZZ_INPUTS=1000000 in the environment gives every decoder a million of its own.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>Names the environment variable with the number of inputs for each decoder.</summary>
    private const string InputsVariable = "LANCHAT_FUZZ_INPUTS";

    private static readonly int Inputs =
        int.TryParse(Environment.GetEnvironmentVariable(InputsVariable), CultureInfo.InvariantCulture, out var inputs) ? inputs : 100_000;

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
        Fuzz(Inputs, 1, [.. Samples.Peer.Select(sample => Samples.Encode(sample.Message)),
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
        Fuzz(Inputs, 2, [.. Samples.Relay.Select(sample => Samples.Encode(sample.Message)),
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
            var isAccepted = EntryCodec.TryDecode(input, out var entry, out var rejection);
            return (isAccepted, rejection, isAccepted ? () => EntryCodec.Encode(entry!) : null);
        });
    }

    [Fact]
    public void Headers_of_entries() => Fuzz(Inputs, 14, [Specification.Bytes("entry-1-header"), NewEntry().Header.ToArray()], input =>
        (EntryCodec.TryDecodeHeader(input, out _, out var rejection), rejection, null));

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
        Fuzz(Inputs, 7, corpus, input =>
        {
            var isAccepted = ConnectRequestPayload.TryDecode(input, out var request, out var rejection);
            return (isAccepted, rejection, isAccepted ? () => request!.Encode() : null);
        });
        Fuzz(Inputs, 8, corpus, input => (RefusalPayload.TryDecode(input, out _, out var rejection), rejection, null));
    }

    [Fact]
    public void Payloads_of_handshakes() =>
        Fuzz(Inputs, 9, [new HandshakePayload(Specification.Bytes("ana-profile"), 5, "token").Encode()], input =>
    {
        var isAccepted = HandshakePayload.TryDecode(input, out var read, out var rejection);
        return (isAccepted, rejection, isAccepted ? () => read!.Encode() : null);
    });

    /// <summary>A message that is not accepted leaves a handshake useless, so each is read by one of its own.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Messages_of_handshakes(int number)
    {
        byte[] payload = [.. Samples.Sequence(0, 100)];
        using var initiator = NoiseHandshake.Initiator(_crypto, _ana, new SeededRandomSource(20));
        using var responder = NoiseHandshake.Responder(_crypto, _ana, new SeededRandomSource(21));
        List<byte[]> messages = [initiator.WriteMessage([])];
        Assert.True(responder.TryReadMessage(messages[0], out _, out _));
        messages.Add(responder.WriteMessage(payload));
        Assert.True(initiator.TryReadMessage(messages[1], out _, out _));
        messages.Add(initiator.WriteMessage(payload));
        Fuzz(Inputs / 4, 20 + (ulong)number, messages.GetRange(number - 1, 1), input =>
        {
            using var reader = number == 2
                ? NoiseHandshake.Initiator(_crypto, _ana, new SeededRandomSource(20)) : NoiseHandshake.Responder(_crypto, _ana, new SeededRandomSource(21));
            if (number == 2) reader.WriteMessage([]);
            else if (number == 3)
            {
                Assert.True(reader.TryReadMessage(messages[0], out _, out _));
                reader.WriteMessage(payload);
            }
            var isAccepted = reader.TryReadMessage(input, out _, out var rejection);
            Assert.False(isAccepted && number > 1 && !input.Span.SequenceEqual(messages[number - 1]));
            return (isAccepted, rejection, null);
        });
    }

    [Fact]
    public void Ids_as_text() => Fuzz(Inputs, 15, [Encoding.UTF8.GetBytes(_ana.Id.ToString()), Encoding.UTF8.GetBytes(NewEntry().Hash.ToString())], input =>
    {
        var text = Encoding.UTF8.GetString(input.Span);
        var isPeer = PeerId.TryParse(text, out var peer);
        var isRoom = RoomId.TryParse(text, out var room);
        var isHash = EntryHash.TryParse(text, out var hash);
        Assert.True(!isPeer || peer.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
        Assert.True(!isRoom || room.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
        Assert.True(!isHash || hash.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
        return (isPeer || isRoom || isHash, isPeer || isRoom || isHash ? Rejection.None : Rejection.BadText, null);
    });

    /// <summary>The platform's own parser of numbers takes zero characters at the end for nothing.</summary>
    [Fact]
    public void An_id_has_all_its_digits()
    {
        Assert.False(PeerId.TryParse(new string('a', 31) + '\0', out _));
        Assert.False(RoomId.TryParse(new string('a', 31) + '\0', out _));
        Assert.False(EntryHash.TryParse(new string('a', 63) + '\0', out _));
        Assert.True(PeerId.TryParse(new string('A', 32), out _));
    }

    /// <summary>Whatever reads bytes or text of others by these names. A new one belongs into a test above, and then into this list.</summary>
    [Fact]
    public void No_decoder_is_left_out()
    {
        string[] fuzzed =
        [
            "Beacon.TryDecode", "ConnectRequestPayload.TryDecode", "EntryBodyCodec.Decode", "EntryCodec.TryDecode", "EntryCodec.TryDecodeHeader",
            "EntryHash.TryParse", "FrameCodec.TryDecodePeerFrame", "FrameCodec.TryDecodeRelayFrame", "HandshakePayload.TryDecode", "Invite.TryParse",
            "LinkCipher.TryOpen", "NoiseHandshake.TryReadMessage", "PeerId.TryParse", "Profile.TryDecode", "RefusalPayload.TryDecode",
            "RepeatedBeacon.TryDecode", "RoomId.TryParse",
        ];
        const BindingFlags All = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        string[] names = ["TryDecode", "Decode", "TryParse", "Parse", "TryReadMessage", "TryOpen"];
        var found = typeof(FrameCodec).Assembly.GetTypes().Where(type => type.IsPublic)
            .SelectMany(type => type.GetMethods(All).Where(method => names.Any(name => method.Name.StartsWith(name, StringComparison.Ordinal)))
                .Select(method => $"{type.Name}.{method.Name}"));
        Assert.Equal(fuzzed, found.Distinct().Order(StringComparer.Ordinal));
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
        Fuzz(Inputs, 13, [content], input =>
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
