using System.Collections.Immutable;
using System.Net;

namespace LanChat.Protocol.Tests;

/// <summary>One of each message, small enough to be read as hexadecimal; PROTOCOL.md shows them by these names.</summary>
internal static class Samples
{
    private static readonly UInt128 Tag = PeerId.Read(Sequence(0x10, 16)).Value;
    private static readonly PeerId Ana = PeerId.Read(Sequence(0xA0, 16));
    private static readonly PeerId Bruno = PeerId.Read(Sequence(0xB0, 16));
    private static readonly RoomId Room = RoomId.Read(Sequence(0x20, 16));
    private static readonly EntryHash Hash = EntryHash.Read(Sequence(0x30, 32));
    private static readonly Epoch Epoch = new(1_700_000_000_000, 0x0102030405060708);
    private static readonly DigestLine Line = new(Ana, 1, [new SeqRange(1, 5), new SeqRange(7, 300)], 0x3031323334353637);
    private static readonly ReadOnlyMemory<byte> Signature = Sequence(0x40, 64);
    private static readonly ReadOnlyMemory<byte> Blob = Sequence(0xE0, 4);
    private static readonly StampRun Run = new(Bruno, Sequence(0x04, 130), Room, Epoch, 1, EntryHash.None, [Hash, Hash], [1], Signature);
    private static readonly OrderedMessage Ordered = new(
        Room, 17, Epoch, 12, [Blob],
        [
            new OrderedItem(Sequence(0x50, 40), EntryHash.None, null, false),
            new OrderedItem(default, Hash, new KeptStamp(Epoch, 3), true),
        ]);

    public static IReadOnlyList<(string Name, PeerMessage Message)> Peer { get; } =
    [
        ("rooms", new RoomsMessage([Tag], 1_700_000_000_000)),
        ("profile", new ProfileMessage(Blob)),
        ("known-peers", new KnownPeersMessage(
            [new KnownPeer(Bruno, new IPEndPoint(IPAddress.Parse("192.168.1.7"), 44042)),
            new KnownPeer(Ana, new IPEndPoint(IPAddress.Parse("2001:db8::7"), 44043))])),
        ("bye", new ByeMessage()),
        ("alive", new AliveMessage(200, true)),
        ("superseded", new SupersededMessage()),
        ("neighbours", new NeighboursMessage(Tag, [Bruno])),
        ("part", new PartMessage(Tag)),
        ("profiles", new ProfilesMessage(Tag, [Blob])),
        ("entries", new EntriesMessage(Tag, 3, true, [Blob])),
        ("digest", new DigestMessage(Tag, [Line], [new StampHead(Bruno, Epoch, 12, Hash)], true)),
        ("want", new WantMessage(Tag, 3, [new WantLine(Ana, [new SeqRange(6, 6)])], 65536)),
        ("fork-probe", new ForkProbeMessage(Tag, Ana, [new ForkProbe(1, 1), new ForkProbe(8, 0xFFEEDDCCBBAA9988)])),
        ("receipt", new ReceiptMessage(Tag, [Line])),
        ("summary", new SummaryMessage(Tag, Tag)),
        ("pruned", new PrunedMessage(Tag, Ana, 100)),
        ("want-stamps", new WantStampsMessage(Tag, Bruno, Epoch, 12)),
        ("stamps", new StampsMessage(Tag, Run)),
    ];

    public static IReadOnlyList<(string Name, RelayMessage Message)> Relay { get; } =
    [
        ("subscribe", new SubscribeMessage(Room, Sequence(0x04, 65), PeerId.None, Signature, default, 0)),
        ("unsubscribe", new UnsubscribeMessage(Room)),
        ("publish", new PublishMessage(Room, [Blob], [Blob, Blob])),
        ("show-stamps", new ShowStampsMessage(Room, [Run])),
        ("relay-digest", new RelayDigestMessage(Room, [Line], false)),
        ("fetch", new FetchMessage(Room, 4711, true, 65536)),
        ("introduce", new IntroduceMessage(Bruno)),
        ("forward", new ForwardMessage(Bruno, ForwardKind.Frame, Blob)),
        ("profile-request", new ProfileRequestMessage(Bruno)),
        ("profile-update", new ProfileUpdateMessage(Blob)),
        ("relay-receipt", new RelayReceiptMessage(Room, [new MemberReceipt(Bruno, Line)])),
        ("profile-answer", new ProfileAnswerMessage(Bruno, default)),
        ("subscribed", new SubscribedMessage(Room, Epoch, 17, 0, [Ana, Bruno])),
        ("ordered", Ordered),
        ("fetched", new FetchedMessage(Ordered with { Profiles = [] }, true)),
        ("stamp-proof", new StampProofMessage(Room, Epoch, 12, Hash, Signature)),
        ("member", new MemberMessage(Room, Ana, Blob, MemberChange.Joined)),
        ("introduction", new IntroductionMessage(Bruno, Sequence(0x60, 16))),
        ("invited", new InvitedMessage(Room, Blob)),
        ("notice", new NoticeMessage("back at 5 pm", false, default)),
        ("error", new RelayErrorMessage(RelayErrors.RetryAfter, "20 entries a second", Room, Hash, TimeSpan.FromMilliseconds(1500))),
        ("relay-bye", new RelayByeMessage("kicked")),
        ("relay-want", new RelayWantMessage(Room, [new EntryRef(Ana, 6, Tag)])),
    ];

    public static IReadOnlyList<(string Name, EntryBody Body)> Bodies { get; } =
    [
        ("text", new TextBody("hello, world")),
        ("action", new ActionBody("waves", Rewritten: true)),
        ("edit", new EditBody(Hash, "hello, World")),
        ("delete", new DeleteBody(Hash)),
        ("reaction", new ReactionBody(Hash, "👍")),
        ("topic", new TopicBody("")),
        ("room-created", new RoomCreatedBody("Ops", "on call", new RelayAddress(Bruno, "relay.example", 42043))),
        ("room-closed", new RoomClosedBody()),
        ("relay", new RelayBody(new RelayAddress(Bruno, "192.168.1.9", 42043))),
        ("file-offer", new FileOfferBody("notes.txt", 1_000_000, Hash)),
    ];

    public static byte[] Encode(PeerMessage message)
    {
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        FrameCodec.Write(frame, message);
        return frame.WrittenSpan.ToArray();
    }

    public static byte[] Encode(RelayMessage message)
    {
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        FrameCodec.Write(frame, message);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>Bytes that count up from a first one.</summary>
    public static byte[] Sequence(int first, int count) => Enumerable.Range(first, count).Select(i => unchecked((byte)i)).ToArray();
}
