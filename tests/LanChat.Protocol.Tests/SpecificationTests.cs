using System.Globalization;
using System.Reflection;

namespace LanChat.Protocol.Tests;

/// <summary>The examples of PROTOCOL.md are what this code makes and reads.</summary>
public sealed class SpecificationTests
{
    private static readonly HashSet<string> Given =
    [
        "ana-signing-private", "ana-agreement-private", "ana-ephemeral-private", "bruno-signing-private", "bruno-agreement-private",
        "bruno-ephemeral-private",
        "relay-signing-private", "relay-agreement-private",
    ];

    private readonly ExampleWorld _world = new(Specification.Bytes);

    public static TheoryData<string> Exact =>
    [
        "ana-signing-public", "ana-agreement-public", "ana-id", "bruno-signing-public", "bruno-agreement-public", "bruno-id",
        "relay-signing-public",
        "relay-agreement-public", "relay-id", "beacon-hello", "beacon-reply", "beacon-repeated", "connect-request", "refusal-retry", "noise-message-1",
        "noise-message-2",
        "noise-message-3", "handshake-hash", "frame-plaintext", "frame-of-ana", "frame-of-bruno", "lobby-key", "lobby-signing-public",
        "lobby-id", "direct-key",
        "direct-id", "private-id", "entry-1-header", "entry-1-body", "entry-1-hash", "entry-2-hash", "entry-3-hash", "stamp-1", "stamp-2",
        "stamp-3", "summary-hash",
    ];

    [Theory]
    [MemberData(nameof(Exact))]
    public void An_example_without_a_signature_comes_out_to_the_byte(string name) =>
        Assert.Equal(Specification.Hex(name), Convert.ToHexStringLower(Make(name)));

    [Theory]
    [InlineData("ana", 1)]
    [InlineData("bruno", 3)]
    public void A_profile_of_the_specification_reads_and_differs_from_ours_in_its_signature_alone(string who, int version)
    {
        var identity = who == "ana" ? _world.Ana : _world.Bruno;
        Assert.True(Profile.TryDecode(Specification.Bytes($"{who}-profile"), _world.Crypto, out var profile, out _));
        Assert.Equal((identity.Id, who, (long)version), (profile.Id, profile.Nick, profile.Version));
        var ours = Profile.Create(_world.Crypto, identity, who, version).Encoded.ToArray();
        Assert.Equal(ours[..^64], Specification.Bytes($"{who}-profile")[..^64]);
    }

    [Fact]
    public void The_entries_of_the_specification_verify_and_open()
    {
        Entry[] ours = [_world.Entry1, _world.Entry2, _world.Entry3];
        PeerIdentity[] authors = [_world.Ana, _world.Bruno, _world.Ana];
        for (var i = 0; i < ours.Length; i++)
        {
            Assert.True(EntryCodec.TryDecode(Specification.Bytes($"entry-{i + 1}"), out var entry, out _));
            Assert.Equal(Convert.ToHexStringLower(ours[i].Header.Span), Convert.ToHexStringLower(entry.Header.Span));
            Assert.Equal(Convert.ToHexStringLower(ours[i].Body.Span), Convert.ToHexStringLower(entry.Body.Span));
            Assert.True(EntryProof.VerifySignature(_world.Crypto, entry, authors[i].SigningKey.Span));
            Assert.Equal(EntrySeal.Open(_world.Lobby, ours[i]), EntrySeal.Open(_world.Lobby, entry));
        }
        Assert.Equal(new TextBody("hello"), EntrySeal.Open(_world.Lobby, ours[0]));
    }

    [Fact]
    public void The_stamp_run_of_the_specification_proves_itself()
    {
        List<PeerMessage> messages = [];
        Assert.True(FrameCodec.TryDecodePeerFrame(Specification.Bytes("stamp-run"), messages, out _, out _));
        var message = Assert.IsType<StampsMessage>(Assert.Single(messages));
        Assert.Equal(_world.Lobby.MemberTag(_world.Handshake.Hash), message.Tag);
        Assert.Equal(Rejection.None, StampChain.VerifyRun(_world.Crypto, message.Run));
        Assert.Equal(StampChain.End(_world.Stamps), StampChain.End(message.Run));
    }

    [Fact]
    public void The_rest_of_the_specifications_examples_holds()
    {
        Assert.True(RoomSecret.VerifyProof(
            _world.Crypto, _world.Lobby.Id, _world.Lobby.SigningPublicKey.Span, PeerId.None, _world.Handshake.Hash,
            Specification.Bytes("lobby-proof")));
        Assert.Equal(Specification.Bytes("passphrase-key"), Passphrases.DeriveKey("lan", "#ops", "four blue herons sing"));
        Assert.Equal(Specification.Text("invite"), _world.Invite.ToString());
        Assert.Equal(Specification.Text("fingerprint-digits"), Fingerprint.Digits(_world.Ana.Id));
        Assert.Equal(Specification.Text("fingerprint-words"), Fingerprint.Words(_world.Ana.Id));
    }

    [Fact]
    public void Every_example_of_the_specification_is_checked_by_some_test()
    {
        string[] others =
        [
            "ana-profile", "bruno-profile", "entry-1", "entry-2", "entry-3", "stamp-run", "lobby-proof", "passphrase-key", "invite",
            "fingerprint-digits",
            "fingerprint-words",
        ];
        var messages = Samples.Peer.Select(sample => $"message-{sample.Name}")
            .Concat(Samples.Relay.Select(sample => $"message-{sample.Name}"));
        var bodies = Samples.Bodies.Select(sample => $"body-{sample.Name}");
        Assert.Equal(Given.Concat(Exact.Select(row => row.Data)).Concat(others).Concat(messages).Concat(bodies)
            .Order(), Specification.Names.Order());
    }

    [Fact]
    public void The_limits_in_the_specification_are_those_of_the_code()
    {
        var text = File.ReadAllText(Specification.Path);
        foreach (var limit in typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var value = Convert.ToInt64(limit.GetRawConstantValue(), CultureInfo.InvariantCulture);
            Assert.Contains($"| {limit.Name} | {value.ToString("N0", CultureInfo.InvariantCulture)} |", text, StringComparison.Ordinal);
        }
    }

    private ReadOnlySpan<byte> Make(string name) => name switch
    {
        "ana-signing-public" => _world.Ana.SigningKey.Span,
        "ana-agreement-public" => _world.Ana.AgreementKey.Span,
        "ana-id" => _world.Ana.Id.ToArray(),
        "bruno-signing-public" => _world.Bruno.SigningKey.Span,
        "bruno-agreement-public" => _world.Bruno.AgreementKey.Span,
        "bruno-id" => _world.Bruno.Id.ToArray(),
        "relay-signing-public" => _world.Relay.SigningKey.Span,
        "relay-agreement-public" => _world.Relay.AgreementKey.Span,
        "relay-id" => _world.Relay.Id.ToArray(),
        "beacon-hello" => _world.Hello.Encode(),
        "beacon-reply" => _world.Reply.Encode(),
        "beacon-repeated" => new RepeatedBeacon(System.Net.IPAddress.Parse("192.0.2.7"), _world.Hello.Encode()).Encode(),
        "connect-request" => _world.ConnectRequest.Encode(),
        "refusal-retry" => _world.Refusal.Encode(),
        "noise-message-1" => _world.Handshake.Message1,
        "noise-message-2" => _world.Handshake.Message2,
        "noise-message-3" => _world.Handshake.Message3,
        "handshake-hash" => _world.Handshake.Hash,
        "frame-plaintext" => _world.FramePlaintext,
        "frame-of-ana" => _world.Handshake.FrameOfAna,
        "frame-of-bruno" => _world.Handshake.FrameOfBruno,
        _ => MakeRoomExample(name),
    };

    private ReadOnlySpan<byte> MakeRoomExample(string name) => name switch
    {
        "lobby-key" => _world.Lobby.Key.Span,
        "lobby-signing-public" => _world.Lobby.SigningPublicKey.Span,
        "lobby-id" => _world.Lobby.Id.ToArray(),
        "direct-key" => _world.Direct.Key.Span,
        "direct-id" => _world.Direct.Id.ToArray(),
        "private-id" => _world.Private.Id.ToArray(),
        "entry-1-header" => _world.Entry1.Header.Span,
        "entry-1-body" => _world.Entry1.Body.Span,
        "entry-1-hash" => _world.Entry1.Hash.ToArray(),
        "entry-2-hash" => _world.Entry2.Hash.ToArray(),
        "entry-3-hash" => _world.Entry3.Hash.ToArray(),
        "stamp-1" => Chain(1).ToArray(),
        "stamp-2" => Chain(2).ToArray(),
        "stamp-3" => Chain(3).ToArray(),
        "summary-hash" => new PeerId(_world.Summary).ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No example of this name."),
    };

    private EntryHash Chain(int place) => StampChain.End(_world.Stamps with { Entries = _world.Stamps.Entries[..place] });
}
