namespace LanChat.Protocol.Tests;

/// <summary>Every message goes over the wire as it was, in the bytes that PROTOCOL.md shows.</summary>
public sealed class MessageCodecTests
{
    public static TheoryData<string> PeerNames => [.. Samples.Peer.Select(sample => sample.Name)];

    public static TheoryData<string> RelayNames => [.. Samples.Relay.Select(sample => sample.Name)];

    public static TheoryData<string> BodyNames => [.. Samples.Bodies.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(PeerNames))]
    public void A_message_between_peers_has_the_bytes_of_the_specification(string name)
    {
        var message = Samples.Peer.Single(sample => sample.Name == name).Message;
        var encoded = Samples.Encode(message);
        Assert.Equal(Specification.Hex($"message-{name}"), Convert.ToHexStringLower(encoded));
        List<PeerMessage> decoded = [];
        Assert.True(FrameCodec.TryDecodePeerFrame(encoded, decoded, out var unknown, out _));
        Assert.Equal(0, unknown);
        Assert.Equal(Description.Of(message), Description.Of(Assert.Single(decoded)));
        Assert.InRange(encoded.Length, 1, FrameCodec.MeasureUpperBound(message));
    }

    [Theory]
    [MemberData(nameof(RelayNames))]
    public void A_message_between_client_and_relay_has_the_bytes_of_the_specification(string name)
    {
        var message = Samples.Relay.Single(sample => sample.Name == name).Message;
        var encoded = Samples.Encode(message);
        Assert.Equal(Specification.Hex($"message-{name}"), Convert.ToHexStringLower(encoded));
        List<RelayMessage> decoded = [];
        Assert.True(FrameCodec.TryDecodeRelayFrame(encoded, decoded, out var unknown, out _));
        Assert.Equal(0, unknown);
        Assert.Equal(Description.Of(message), Description.Of(Assert.Single(decoded)));
        Assert.InRange(encoded.Length, 1, FrameCodec.MeasureUpperBound(message));
    }

    [Theory]
    [MemberData(nameof(BodyNames))]
    public void A_body_has_the_bytes_of_the_specification(string name)
    {
        var body = Samples.Bodies.Single(sample => sample.Name == name).Body;
        var encoded = EntryBodyCodec.Encode(body);
        Assert.Equal(Specification.Hex($"body-{name}"), Convert.ToHexStringLower(encoded));
        Assert.Equal(body, EntryBodyCodec.Decode(encoded));
    }

    [Fact]
    public void Every_message_of_the_protocol_has_a_sample()
    {
        Assert.Equal(Concrete<PeerMessage>(), Samples.Peer.Select(sample => sample.Message.GetType().Name).Order());
        Assert.Equal(Concrete<RelayMessage>(), Samples.Relay.Select(sample => sample.Message.GetType().Name).Order());
    }

    [Fact]
    public void A_frame_holds_many_messages_and_steps_over_kinds_it_does_not_know()
    {
        byte[] unknown = [0x92, 0x7F, 0x93, 0xC0, 0x81, 0x01, 0x02, 0xC3];
        byte[] frame = [.. unknown, .. Samples.Encode(new ByeMessage()), .. unknown, .. Samples.Encode(new SupersededMessage())];
        List<PeerMessage> messages = [];
        Assert.True(FrameCodec.TryDecodePeerFrame(frame, messages, out var unknownKinds, out _));
        Assert.Equal(2, unknownKinds);
        Assert.Equal([new ByeMessage(), new SupersededMessage()], messages);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("ff")]
    [InlineData("c0")]
    [InlineData("c2")]
    [InlineData("a3616263")]
    [InlineData("d903616263")]
    [InlineData("da0003616263")]
    [InlineData("db00000003616263")]
    [InlineData("c403616263")]
    [InlineData("c50003616263")]
    [InlineData("c600000003616263")]
    [InlineData("c70305616263")]
    [InlineData("c8000305616263")]
    [InlineData("c90000000305616263")]
    [InlineData("ca00000000")]
    [InlineData("cb0000000000000000")]
    [InlineData("cc01")]
    [InlineData("cd0001")]
    [InlineData("ce00000001")]
    [InlineData("cf0000000000000001")]
    [InlineData("d001")]
    [InlineData("d10001")]
    [InlineData("d200000001")]
    [InlineData("d30000000000000001")]
    [InlineData("d40561")]
    [InlineData("d5056162")]
    [InlineData("d60561626364")]
    [InlineData("d7056162636465666768")]
    [InlineData("d80561626364656667686162636465666768")]
    [InlineData("9205a161")]
    [InlineData("dc000205a161")]
    [InlineData("dd0000000205a161")]
    [InlineData("8105a161")]
    [InlineData("de000105a161")]
    [InlineData("df0000000105a161")]
    [InlineData("919191818191c0c091c0")]
    public void An_unknown_message_is_stepped_over_whatever_is_in_it(string field)
    {
        List<PeerMessage> messages = [];
        byte[] frame = [0x92, 0x7F, .. Convert.FromHexString(field), 0x91, 0x04];
        Assert.True(FrameCodec.TryDecodePeerFrame(frame, messages, out var unknownKinds, out _));
        Assert.Equal(1, unknownKinds);
        Assert.IsType<ByeMessage>(Assert.Single(messages));
        Assert.False(FrameCodec.TryDecodePeerFrame(frame.AsMemory(0, frame.Length - 3), messages, out _, out var rejection));
        Assert.Equal(Rejection.Truncated, rejection);
    }

    [Fact]
    public void A_frame_with_something_wrong_at_its_end_delivers_nothing()
    {
        byte[] frame = [.. Samples.Encode(new ByeMessage()), 0xC1];
        List<PeerMessage> messages = [new SupersededMessage()];
        Assert.False(FrameCodec.TryDecodePeerFrame(frame, messages, out _, out var rejection));
        Assert.Equal(Rejection.WrongShape, rejection);
        Assert.IsType<SupersededMessage>(Assert.Single(messages));
    }

    [Fact]
    public void The_largest_entry_fits_a_frame_also_a_forwarded_one()
    {
        var message = new EntriesMessage(1, 1, true, [new byte[Limits.MaxEntryBytes]]);
        var sealedLength = Samples.Encode(message).Length + LinkCipher.Overhead;
        Assert.InRange(sealedLength, 1, Limits.MaxForwardBytes);
        var forward = new ForwardMessage(default, ForwardKind.Frame, new byte[Limits.MaxForwardBytes]);
        Assert.InRange(FrameCodec.MeasureUpperBound(forward), 1, Limits.MaxFrameBytes);
    }

    private static IEnumerable<string> Concrete<T>() =>
        typeof(T).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract).Select(type => type.Name).Order();
}
