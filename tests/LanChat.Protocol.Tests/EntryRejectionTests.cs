using System.Security.Cryptography;
using static LanChat.Protocol.Tests.Packer;

namespace LanChat.Protocol.Tests;

/// <summary>What is refused of entries, bodies, runs and stamps, one case per rule.</summary>
public sealed class EntryRejectionTests
{
    private static readonly byte[] Room = Samples.Sequence(1, 16);
    private static readonly byte[] Author = Samples.Sequence(0x60, 16);
    private static readonly byte[] Hash = Samples.Sequence(1, 32);
    private static readonly byte[] Body = new byte[17];
    private static readonly object?[] GoodHeader =
        [Room, Author, 1, new byte[32], Repeat(Parent(0x10), 1), 1UL << 63, new byte[12], new byte[16], SHA256.HashData(Body)];

    private readonly KeyedHashCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(5);

    public static TheoryData<RejectionCase> Entries =>
    [
        RejectionCase.Raw("none", Rejection.None, Entry(GoodHeader)),
        RejectionCase.Raw("a dropped body", Rejection.None, Entry(GoodHeader, body: [])),
        RejectionCase.Raw("length", Rejection.TooLong, new byte[Limits.MaxEntryBytes + 1]),
        RejectionCase.Raw("domain", Rejection.WrongMagic, Entry(GoodHeader, domain: "LanChat/1 profile")),
        RejectionCase.Raw("a short signature", Rejection.WrongShape, Entry(GoodHeader, signature: 63)),
        RejectionCase.Raw("a body without content", Rejection.WrongShape, Entry(GoodHeader, body: new byte[16])),
        RejectionCase.Raw("another body", Rejection.BadHash, Entry(GoodHeader, body: new byte[18])),
        RejectionCase.Raw("trailing", Rejection.TrailingBytes, [.. Entry(GoodHeader), 0]),
        RejectionCase.Raw("trailing inside", Rejection.TrailingBytes, Entry(GoodHeader, trailing: [0])),
        RejectionCase.Raw("seq 0", Rejection.OutOfRange, Entry(With(2, 0))),
        RejectionCase.Raw("a high seq", Rejection.OutOfRange, Entry(With(2, Limits.MaxSeq + 1))),
        RejectionCase.Raw("a first entry after another", Rejection.Inconsistent, Entry(With(3, Hash))),
        RejectionCase.Raw("a second entry after none", Rejection.Inconsistent, Entry(With(2, 2))),
        RejectionCase.Raw("5 parents", Rejection.TooMany, Entry(With(4, Enumerable.Range(1, 5).Select(i => (object?)Parent(i)).ToArray()))),
        RejectionCase.Raw("parents out of order", Rejection.Inconsistent, Entry(With(4, Array(Parent(3), Parent(2))))),
        RejectionCase.Raw("two parents of one author", Rejection.Inconsistent, Entry(With(4, Array(Parent(3), Parent(3))))),
        RejectionCase.Raw("a parent of one's own", Rejection.Inconsistent, Entry(With(4, Repeat(Parent(0x60), 1)))),
        RejectionCase.Raw("a parent without seq", Rejection.WrongShape, Entry(With(4, Repeat(Array(Author, Room), 1)))),
        RejectionCase.Raw("a short nonce", Rejection.WrongShape, Entry(With(6, new byte[11]))),
        RejectionCase.Raw("a negative clock", Rejection.OutOfRange, Entry(With(5, new Raw(0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0)))),
        RejectionCase.Raw("more fields", Rejection.WrongShape, Entry([.. GoodHeader, 1])),
    ];

    public static TheoryData<RejectionCase> Bodies =>
    [
        RejectionCase.Of("none", Rejection.None, Array(1, "hello", false)),
        RejectionCase.Of("an unknown kind", Rejection.None, Array(77, Array(null, true), "x")),
        RejectionCase.Of("joiners, tabs and newlines", Rejection.None, Array(1, "a\u200D\tb\n\u202Ec", false)),
        RejectionCase.Of("no text", Rejection.BadText, Array(1, "", false)),
        RejectionCase.Of("a bell", Rejection.BadText, Array(1, "a\a", false)),
        RejectionCase.Of("a carriage return", Rejection.BadText, Array(1, "a\r\n", false)),
        RejectionCase.Of("a C1 control character", Rejection.BadText, Array(2, "\u0085", false)),
        RejectionCase.Of("a long text", Rejection.TooLong, Array(1, new string('a', Limits.MaxTextBytes + 1), false)),
        RejectionCase.Of("bad UTF-8", Rejection.BadText, Array(1, new Raw(0xA1, 0xFF), false)),
        RejectionCase.Of("a surrogate in UTF-8", Rejection.BadText, Array(1, new Raw(0xA3, 0xED, 0xA0, 0x80), false)),
        RejectionCase.Of("fields", Rejection.WrongShape, Array(1, "hello")),
        RejectionCase.Of("a short target", Rejection.WrongShape, Array(4, new byte[31])),
        RejectionCase.Of("two emoji", Rejection.BadText, Array(5, Hash, "👍👍", false)),
        RejectionCase.Of("a blank emoji", Rejection.BadText, Array(5, Hash, " ", false)),
        RejectionCase.Of("a long emoji", Rejection.TooLong, Array(5, Hash, new string('e', Limits.MaxEmojiBytes + 1), false)),
        RejectionCase.Of("a long topic", Rejection.TooLong, Array(6, new string('t', Limits.MaxTopicBytes + 1))),
        RejectionCase.Of("a room with a blank", Rejection.BadText, Array(7, "a b", "", null)),
        RejectionCase.Of("a long name of a room", Rejection.BadText, Array(7, new string('r', Limits.MaxRoomNameLength + 1), "", null)),
        RejectionCase.Of("a name of a room in many bytes", Rejection.TooLong, Array(7, new string('r', (4 * Limits.MaxRoomNameLength) + 2), "", null)),
        RejectionCase.Of("a created room's long topic", Rejection.TooLong, Array(7, "room", new string('t', Limits.MaxTopicBytes + 1), null)),
        RejectionCase.Of("a relay at port 0", Rejection.OutOfRange, Array(9, Array(Room, "host", 0))),
        RejectionCase.Of("a relay without host", Rejection.BadText, Array(9, Array(Room, "", 1))),
        RejectionCase.Of("a relay's long host", Rejection.TooLong, Array(9, Array(Room, new string('h', Limits.MaxHostLength + 1), 1))),
        RejectionCase.Of("a relay's host with a blank", Rejection.BadText, Array(9, Array(Room, "a b", 1))),
        RejectionCase.Of("a file with a folder", Rejection.BadText, Array(10, "../x", 1, Hash)),
        RejectionCase.Of("a file named after its folder", Rejection.BadText, Array(10, "..", 1, Hash)),
        RejectionCase.Of("a long name of a file", Rejection.TooLong, Array(10, new string('f', Limits.MaxFileNameBytes + 1), 1, Hash)),
        RejectionCase.Of("a large file", Rejection.OutOfRange, Array(10, "x", Limits.MaxFileBytes + 1, Hash)),
        RejectionCase.Raw("an array of nothing", Rejection.WrongShape, [0x90, 0x4D]),
        RejectionCase.Raw("trailing", Rejection.TrailingBytes, [0x91, 0x08, 0x00]),
        RejectionCase.Raw("an unknown kind that is cut", Rejection.Truncated, [0x92, 0x4D, 0xC4, 0x05]),
    ];

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_is_refused_for(RejectionCase refused)
    {
        Assert.Equal(refused.Expected == Rejection.None, EntryCodec.TryDecode(refused.Input, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_is_unreadable_for(RejectionCase refused) =>
        Assert.Equal(refused.Expected, EntryBodyCodec.Decode(refused.Input) is UnreadableBody unreadable ? unreadable.Reason
            : Rejection.None);

    [Fact]
    public void A_body_opens_for_members_only_and_under_its_own_header_only()
    {
        var room = RoomSecret.Public(_crypto, "lan", "lobby");
        var entry = EntrySeal.Create(
            _crypto, PeerIdentity.Create(_crypto, _random), room, 1, EntryHash.None, [], default, PeerId.None, new TextBody("hello"),
            _random);
        var otherKey = RoomSecret.FromKey(_crypto, RoomKind.Passphrase, new byte[32], "lan", "lobby", PeerId.None);
        Assert.Equal(new UnreadableBody(Rejection.Misdirected), EntrySeal.Open(otherKey, entry));
        Assert.Equal(new UnreadableBody(Rejection.Truncated), EntrySeal.Open(room, EntrySeal.WithoutBody(entry)));

        var header = entry.Header.ToArray();
        header[Specification.Bytes("entry-1-header").Length - 60] ^= 1;
        Assert.Equal(new UnreadableBody(Rejection.BadSeal), EntrySeal.Open(room, Replace(entry, header)));
    }

    [Fact]
    public void A_run_with_a_changed_predecessor_is_refused()
    {
        var room = RoomSecret.Public(_crypto, "lan", "lobby");
        var author = PeerIdentity.Create(_crypto, _random);
        Entry Next(int seq, EntryHash previous) =>
            EntrySeal.Create(_crypto, author, room, seq, previous, [], default, PeerId.None, new TextBody("x"), _random);
        var first = Next(1, EntryHash.None);
        var forked = Next(1, EntryHash.None);
        Assert.Equal(Rejection.None, EntryProof.VerifyRun(_crypto, [first, Next(2, first.Hash)], author.SigningKey.Span));
        Assert.Equal(Rejection.BadHash, EntryProof.VerifyRun(_crypto, [forked, Next(2, first.Hash)], author.SigningKey.Span));
    }

    [Fact]
    public void A_stamp_run_is_refused_for_another_relays_key_and_for_another_order()
    {
        var relay = PeerIdentity.Create(_crypto, _random);
        var other = PeerIdentity.Create(_crypto, _random);
        EntryHash[] entries = [EntryHash.Read(Hash), EntryHash.Read(Samples.Sequence(9, 32))];
        var run = StampChain.CreateRun(_crypto, relay, new RoomId(7), new Epoch(1, 2), 1, EntryHash.None, [.. entries], []);
        Assert.Equal(Rejection.None, StampChain.VerifyRun(_crypto, run));
        Assert.Equal(Rejection.BadKey, StampChain.VerifyRun(_crypto, run with { RelayKey = StampChain.RelayKey(other) }));
        Assert.Equal(Rejection.BadKey, StampChain.VerifyRun(_crypto, run with { Relay = other.Id }));
        Assert.Equal(Rejection.BadSignature, StampChain.VerifyRun(_crypto, run with { Entries = [entries[1], entries[0]] }));
        Assert.Equal(Rejection.BadSignature, StampChain.VerifyRun(_crypto, run with { Epoch = new Epoch(1, 3) }));
        Assert.Equal(Rejection.BadSignature, StampChain.VerifyRun(_crypto, run with { First = 2 }));
        Assert.Equal(Rejection.BadSignature, StampChain.VerifyRun(_crypto, run with { Room = new RoomId(8) }));
        Assert.Equal(Rejection.WrongShape, StampChain.VerifyRun(_crypto, run with { Entries = [] }));
    }

    [Fact]
    public void What_every_reader_would_refuse_is_not_written()
    {
        var room = RoomSecret.Public(_crypto, "lan", "lobby");
        var author = PeerIdentity.Create(_crypto, _random);
        void Write(int seq, EntryHash previous, EntryBody body, params EntryRef[] after) =>
            EntrySeal.Create(_crypto, author, room, seq, previous, [.. after], default, PeerId.None, body, _random);
        var (text, parent) = (new TextBody("x"), new EntryRef(new PeerId(1), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(0, EntryHash.None, text));
        Assert.Throws<ArgumentException>(() => Write(2, EntryHash.None, text));
        Assert.Throws<ArgumentException>(() => Write(1, EntryHash.None, text, parent, parent));
        Assert.Throws<ArgumentException>(() => Write(1, EntryHash.None, new TextBody("")));
        Assert.Throws<ArgumentException>(() => Write(1, EntryHash.None, new UnknownBody(77)));
        Write(1, EntryHash.None, text, parent, new EntryRef(author.Id, 1, 1));
    }

    private static object?[] Parent(int author) => [Samples.Sequence(author, 16), 1, Room];

    private static object?[] With(int index, object? item)
    {
        object?[] changed = [.. GoodHeader];
        changed[index] = item;
        return changed;
    }

    private static byte[] Entry(object?[] header, byte[]? body = null, int signature = 64, string domain = "LanChat/1 entry",
        byte[]? trailing = null) => Pack(Array(
        (byte[])[.. System.Text.Encoding.UTF8.GetBytes(domain), .. Pack(header), .. trailing ?? []], new byte[signature], body ?? Body));

    private static Entry Replace(Entry entry, byte[] header) => new()
    {
        Room = entry.Room,
        Author = entry.Author,
        Seq = entry.Seq,
        Previous = entry.Previous,
        After = entry.After,
        Clock = entry.Clock,
        Nonce = entry.Nonce,
        Recipient = entry.Recipient,
        BodyHash = entry.BodyHash,
        Header = header,
        Signature = entry.Signature,
        Body = entry.Body,
        Hash = entry.Hash,
    };
}
