using System.Buffers;
using System.Collections.Immutable;

namespace LanChat.Protocol.Tests;

/// <summary>A client in another language, written from PROTOCOL.md alone, agrees with its examples and talks with this one.</summary>
public sealed class SecondClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken);
    private readonly P256Cryptography _crypto = new();
    private readonly SeededRandomSource _random = new(6);
    private readonly PeerIdentity _identity;
    private readonly RoomSecret _lobby;

    public SecondClientTests()
    {
        _timeout.CancelAfter(Patience);
        _identity = PeerIdentity.Create(_crypto, _random);
        _lobby = RoomSecret.Public(_crypto, "lan", "lobby");
    }

    private CancellationToken Cancelled => _timeout.Token;

    public void Dispose() => _timeout.Dispose();

    [Fact]
    public async Task It_comes_to_the_same_bytes_as_the_examples()
    {
        using var client = SecondClient.Start("check.mjs", Specification.Path);
        var expected = Specification.Names.Count - 1;
        Assert.Equal($"checked {expected} of {expected + 1}", await client.LineAsync(Cancelled));
        Assert.Equal(0, await client.ExitAsync(Cancelled));
    }

    [Theory]
    [InlineData("lobby-id")]
    [InlineData("noise-message-3")]
    [InlineData("entry-2")]
    [InlineData("stamp-run")]
    public async Task It_notices_a_wrong_digit_in_an_example(string name)
    {
        var page = await File.ReadAllTextAsync(Specification.Path, Cancelled);
        var at = page.IndexOf($"```hex {name}\n", StringComparison.Ordinal) + $"```hex {name}\n".Length + 20;
        var copy = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.md");
        await File.WriteAllTextAsync(copy, page[..at] + (page[at] == '0' ? '1' : '0') + page[(at + 1)..], Cancelled);
        try
        {
            using var client = SecondClient.Start("check.mjs", copy);
            Assert.Equal(1, await client.ExitAsync(Cancelled));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public async Task It_connects_to_us_and_talks()
    {
        using var client = SecondClient.Start("talk.mjs", "initiator");
        var hello = ReadBeacon(await client.HearAsync("beacon", Cancelled), BeaconKind.Hello);
        await client.SayAsync("beacon", OwnBeacon(BeaconKind.Reply, 77), Cancelled);
        Assert.True(ConnectRequestPayload.TryDecode(await client.HearAsync("request", Cancelled), out var request, out _));
        Assert.Equal(new PeerId(77), PeerId.Read(request.Cookie.Span));
        using var handshake = NoiseHandshake.Responder(_crypto, _identity, _random);
        Assert.True(handshake.TryReadMessage(request.Noise, out _, out _));
        await client.SayAsync("noise", handshake.WriteMessage(OwnPayload()), Cancelled);
        Assert.True(handshake.TryReadMessage(await client.HearAsync("noise", Cancelled), out var payload, out _));
        await TalkAsync(client, handshake, payload, hello);
    }

    [Fact]
    public async Task It_is_connected_to_by_us_and_talks()
    {
        using var client = SecondClient.Start("talk.mjs", "responder");
        await client.SayAsync("beacon", OwnBeacon(BeaconKind.Hello, 0), Cancelled);
        var reply = ReadBeacon(await client.HearAsync("beacon", Cancelled), BeaconKind.Reply);
        using var handshake = NoiseHandshake.Initiator(_crypto, _identity, _random);
        var request = new ConnectRequestPayload(new PeerId(reply.Cookie).ToArray(), handshake.WriteMessage([]));
        await client.SayAsync("request", request.Encode(), Cancelled);
        Assert.True(handshake.TryReadMessage(await client.HearAsync("noise", Cancelled), out var payload, out _));
        await client.SayAsync("noise", handshake.WriteMessage(OwnPayload()), Cancelled);
        await TalkAsync(client, handshake, payload, reply);
    }

    /// <summary>Both name #lobby; it writes, we answer and stamp both, it reacts and stamps all three.</summary>
    private async Task TalkAsync(SecondClient client, NoiseHandshake handshake, byte[] payload, Beacon beacon)
    {
        var other = ReadPayload(payload, handshake, beacon);
        using var link = handshake.Split();
        var tag = _lobby.MemberTag(handshake.HandshakeHash.Span);
        var rooms = Assert.IsType<RoomsMessage>(Assert.Single(Open(link, 0, await client.HearAsync("frame-0", Cancelled))));
        Assert.Equal(tag, Assert.Single(rooms.Tags));
        await client.SayAsync("frame-0", Seal(link, 0, new RoomsMessage([tag], ExampleWorld.Milliseconds)), Cancelled);

        var word = $"frame-{_lobby.Id.Channel}";
        var first = ReadEntry(Assert.Single(Open(link, _lobby.Id.Channel, await client.HearAsync(word, Cancelled))), other);
        Assert.Equal(new TextBody("hello from the second client"), EntrySeal.Open(_lobby, first));
        var answer = EntrySeal.Create(
            _crypto, _identity, _lobby, 1, EntryHash.None, [first.Ref], first.Clock.Next, PeerId.None,
            new TextBody("hello from the first"), _random);
        var stamps = StampChain.CreateRun(_crypto, _identity, _lobby.Id, ExampleWorld.Epoch, 1, EntryHash.None, [first.Hash, answer.Hash],
            []);
        await client.SayAsync(
            word, Seal(link, _lobby.Id.Channel, new EntriesMessage(tag, 0, true, [EntryCodec.Encode(answer)]),
            new StampsMessage(tag, stamps)), Cancelled);

        var messages = Open(link, _lobby.Id.Channel, await client.HearAsync(word, Cancelled));
        var second = ReadEntry(messages[0], other);
        Assert.Equal(new ReactionBody(answer.Hash, "👍"), EntrySeal.Open(_lobby, second));
        Assert.Equal(answer.Ref, Assert.Single(second.After));
        Assert.Equal(Rejection.None, EntryProof.VerifyRun(_crypto, [first, second], other.SigningKey.Span));
        var run = Assert.IsType<StampsMessage>(messages[1]).Run;
        Assert.Equal(Rejection.None, StampChain.VerifyRun(_crypto, run));
        Assert.Equal(ImmutableArray.Create(first.Hash, answer.Hash, second.Hash), run.Entries);
        Assert.Equal("done hello from the first", await client.LineAsync(Cancelled));
        Assert.Equal(0, await client.ExitAsync(Cancelled));
    }

    private static Beacon ReadBeacon(byte[] bytes, BeaconKind kind)
    {
        Assert.True(Beacon.TryDecode(bytes, out var beacon, out _));
        Assert.Equal((kind, 44050, Beacon.HashOf("lan")), (beacon.Kind, beacon.LinkPort, beacon.NetworkHash));
        return beacon;
    }

    private Profile ReadPayload(byte[] bytes, NoiseHandshake handshake, Beacon beacon)
    {
        Assert.True(HandshakePayload.TryDecode(bytes, out var payload, out _));
        Assert.True(Profile.TryDecode(payload.Profile, _crypto, out var profile, out _));
        Assert.Equal(Convert.ToHexString(handshake.RemoteStaticKey.Span), Convert.ToHexString(profile.AgreementKey.Span));
        Assert.Equal((beacon.Peer, beacon.InstanceNonce, "node"), (profile.Id, payload.InstanceNonce, profile.Nick));
        return profile;
    }

    private Entry ReadEntry(PeerMessage message, Profile author)
    {
        Assert.True(EntryCodec.TryDecode(Assert.Single(Assert.IsType<EntriesMessage>(message).Entries), out var entry, out _));
        Assert.Equal(author.Id, entry.Author);
        Assert.True(EntryProof.VerifySignature(_crypto, entry, author.SigningKey.Span));
        return entry;
    }

    private byte[] OwnBeacon(BeaconKind kind, UInt128 cookie) =>
        new Beacon(kind, _identity.Id, 44042, 5, Beacon.HashOf("lan"), false, cookie).Encode();

    private byte[] OwnPayload() => new HandshakePayload(Profile.Create(_crypto, _identity, "dotnet", 1).Encoded, 5, "").Encode();

    private static byte[] Seal(LinkCipher link, byte channel, params PeerMessage[] messages)
    {
        var plaintext = new ArrayBufferWriter<byte>();
        foreach (var message in messages) FrameCodec.Write(plaintext, message);
        var frame = new byte[plaintext.WrittenCount + LinkCipher.Overhead];
        link.Seal(channel, plaintext.WrittenSpan, frame);
        return frame;
    }

    private static List<PeerMessage> Open(LinkCipher link, byte channel, byte[] frame)
    {
        var plaintext = new byte[frame.Length];
        Assert.True(link.TryOpen(channel, frame, plaintext, out var written));
        List<PeerMessage> messages = [];
        Assert.True(FrameCodec.TryDecodePeerFrame(plaintext.AsMemory(0, written), messages, out _, out _));
        return messages;
    }
}
