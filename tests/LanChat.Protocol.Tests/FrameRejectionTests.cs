using static LanChat.Protocol.Tests.Packer;

namespace LanChat.Protocol.Tests;

/// <summary>What is refused inside a link, one case per rule.</summary>
public sealed class FrameRejectionTests
{
    private static readonly byte[] Tag = Samples.Sequence(1, 16);
    private static readonly byte[] Hash = Samples.Sequence(1, 32);
    private static readonly byte[] Short = new byte[8];
    private static readonly object?[] Epoch = [5, Short];

    public static TheoryData<RejectionCase> PeerFrames =>
    [
        RejectionCase.Raw("empty", Rejection.None, []),
        RejectionCase.Of("an unknown kind", Rejection.None, Array(9, null, "x")),
        RejectionCase.Of("a rooms message", Rejection.None, Array(1, Repeat(Tag, 256), 5)),
        RejectionCase.Raw("long", Rejection.TooLong, new byte[Limits.MaxFrameBytes + 1]),
        RejectionCase.Raw("many messages", Rejection.TooMany, Enumerable.Repeat(new byte[] { 0x91, 4 }, Limits.MaxMessagesPerFrame + 1)
            .SelectMany(bytes => bytes).ToArray()),
        RejectionCase.Of("no array", Rejection.WrongShape, 4),
        RejectionCase.Of("no kind", Rejection.WrongShape, Array("bye")),
        RejectionCase.Raw("an empty array", Rejection.WrongShape, [0x90, 0x09]),
        RejectionCase.Raw("kind not shortest", Rejection.NotShortest, [0x91, 0xCC, 0x04]),
        RejectionCase.Of("fields", Rejection.WrongShape, Array(4, 1)),
        RejectionCase.Raw("an unknown kind that is cut", Rejection.Truncated, [0x92, 0x09, 0xC4, 0x05]),
        RejectionCase.Raw("an unknown kind with the code nobody uses", Rejection.WrongShape, [0x92, 0x09, 0xC1]),
        RejectionCase.Of("many tags", Rejection.TooMany, Array(1, Repeat(Tag, 257), 5)),
        RejectionCase.Of("a clock after the year 10000", Rejection.OutOfRange, Array(1, Repeat(Tag, 1), 1L << 48)),
        RejectionCase.Of("an empty profile", Rejection.WrongShape, Array(2, System.Array.Empty<byte>())),
        RejectionCase.Of("a long profile", Rejection.TooLong, Array(2, new byte[Limits.MaxProfileBytes + 1])),
        RejectionCase.Of("many known peers", Rejection.TooMany, Array(3, Repeat(KnownPeer([10, 0, 0, 1], 5), 65))),
        RejectionCase.Of("an address of 5 bytes", Rejection.WrongShape, Array(3, Repeat(KnownPeer(new byte[5], 5), 1))),
        RejectionCase.Of("a port of 0", Rejection.OutOfRange, Array(3, Repeat(KnownPeer([10, 0, 0, 1], 0), 1))),
        RejectionCase.Of("a link-local address", Rejection.OutOfRange, Array(3, Repeat(KnownPeer([0xFE, 0x80, .. new byte[14]], 5), 1))),
        RejectionCase.Of("a mapped address", Rejection.OutOfRange,
            Array(3, Repeat(KnownPeer([.. new byte[10], 0xFF, 0xFF, 10, 0, 0, 1], 5), 1))),
        RejectionCase.Of("a flag that is a number", Rejection.WrongShape, Array(5, 1, 1)),
        RejectionCase.Of("a negative number", Rejection.OutOfRange, Array(5, new Raw(0xD0, 0x05), true)),
        RejectionCase.Of("many neighbours", Rejection.TooMany, Array(10, Tag, Repeat(Tag, Limits.MaxNeighbours + 1))),
        RejectionCase.Of("many profiles", Rejection.TooMany, Array(12, Tag, Repeat(new byte[1], Limits.MaxProfilesPerMessage + 1))),
        RejectionCase.Of("many entries", Rejection.TooMany, Array(13, Tag, 0, true, Repeat(new byte[1], Limits.MaxEntriesPerMessage + 1))),
        RejectionCase.Of("a long entry", Rejection.TooLong, Array(13, Tag, 0, true, Repeat(new byte[Limits.MaxEntryBytes + 1], 1))),
        RejectionCase.Of("an empty entry", Rejection.WrongShape, Array(13, Tag, 0, true, Repeat(System.Array.Empty<byte>(), 1))),
        RejectionCase.Of("more entries than there are bytes", Rejection.Truncated,
            Array(13, Tag, 0, true, new Raw(0xDC, 0x01, 0x00, 0xC4))),
        RejectionCase.Of("touching ranges", Rejection.Inconsistent, Digest(Array(Range(1, 5), Range(6, 9)))),
        RejectionCase.Of("ranges out of order", Rejection.Inconsistent, Digest(Array(Range(5, 9), Range(1, 2)))),
        RejectionCase.Of("a range that ends before it starts", Rejection.Inconsistent, Digest(Repeat(Range(5, 4), 1))),
        RejectionCase.Of("a range from 0", Rejection.OutOfRange, Digest(Repeat(Range(0, 4), 1))),
        RejectionCase.Of("a range beyond the highest seq", Rejection.OutOfRange, Digest(Repeat(Range(1, Limits.MaxSeq + 1), 1))),
        RejectionCase.Of("many ranges", Rejection.TooMany, Digest(Enumerable.Range(0, 9)
            .Select(i => (object?)Range((2 * i) + 1, (2 * i) + 1)).ToArray())),
        RejectionCase.Of("a floor of 0", Rejection.OutOfRange,
            Array(14, Tag, Repeat(Array(Tag, 0, Repeat(null, 0), Short), 1), Repeat(null, 0), true)),
        RejectionCase.Of("many digest lines", Rejection.TooMany,
            Array(17, Tag, Repeat(Array(Tag, 1, Repeat(null, 0), Short), Limits.MaxAuthorsPerDigest + 1))),
        RejectionCase.Of("many stamp heads", Rejection.TooMany,
            Array(14, Tag, Repeat(null, 0), Repeat(Array(Tag, Epoch, 1, Hash), 17), true)),
        RejectionCase.Of("a stamp head at 0", Rejection.OutOfRange,
            Array(14, Tag, Repeat(null, 0), Repeat(Array(Tag, Epoch, 0, Hash), 1), true)),
        RejectionCase.Of("a want without a number", Rejection.OutOfRange, Array(15, Tag, 0, Repeat(null, 0), 1)),
        RejectionCase.Of("a want for nothing", Rejection.OutOfRange, Array(15, Tag, 1, Repeat(null, 0), 0)),
        RejectionCase.Of("many want lines", Rejection.TooMany,
            Array(15, Tag, 1, Repeat(Array(Tag, Repeat(null, 0)), Limits.MaxAuthorsPerDigest + 1), 1)),
        RejectionCase.Of("probes out of order", Rejection.Inconsistent, Array(16, Tag, Tag, Array(Array(2, Short), Array(2, Short)))),
        RejectionCase.Of("many probes", Rejection.TooMany, Array(16, Tag, Tag, Enumerable.Range(1, 33)
            .Select(i => (object?)Array(i, Short)).ToArray())),
        RejectionCase.Of("pruned below 0", Rejection.OutOfRange, Array(19, Tag, Tag, 0)),
        RejectionCase.Of("a place no double holds", Rejection.OutOfRange, Array(20, Tag, Tag, Epoch, Limits.MaxPlace + 1)),
        RejectionCase.Of("an epoch of one number", Rejection.WrongShape, Array(20, Tag, Tag, Array(5), 1)),
        RejectionCase.Of("a run", Rejection.None, Array(21, Tag, Run())),
        RejectionCase.Of("a run from 1 after something", Rejection.Inconsistent, Array(21, Tag, Run(before: Hash))),
        RejectionCase.Of("a run from 2 after nothing", Rejection.Inconsistent, Array(21, Tag, Run(first: 2))),
        RejectionCase.Of("an empty run", Rejection.WrongShape, Array(21, Tag, Run(entries: 0))),
        RejectionCase.Of("a long run", Rejection.TooMany, Array(21, Tag, Run(entries: Limits.MaxStampsPerRun + 1))),
        RejectionCase.Of("a run beyond the highest place", Rejection.OutOfRange, Array(21, Tag, Run(first: Limits.MaxPlace, before: Hash))),
        RejectionCase.Of("a waived index behind the end", Rejection.OutOfRange, Array(21, Tag, Run(waived: [2]))),
        RejectionCase.Of("waived indexes twice", Rejection.Inconsistent, Array(21, Tag, Run(waived: [1, 1]))),
        RejectionCase.Of("a short relay key", Rejection.WrongShape, Array(21, Tag, Run(key: 129))),
    ];

    public static TheoryData<RejectionCase> RelayFrames =>
    [
        RejectionCase.Of("a peers' kind", Rejection.None, Array(4)),
        RejectionCase.Of("a short room key", Rejection.WrongShape, Array(64, Tag, new byte[64], Tag, new byte[64], Epoch, 0)),
        RejectionCase.Of("a short proof", Rejection.WrongShape, Array(64, Tag, new byte[65], Tag, new byte[63], Epoch, 0)),
        RejectionCase.Of("an epoch after the year 10000", Rejection.OutOfRange,
            Array(64, Tag, new byte[65], Tag, new byte[64], Array(1L << 48, Short), 0)),
        RejectionCase.Of("many stamp runs", Rejection.TooMany, Array(67, Tag, Repeat(Run(), Limits.MaxStampRunsPerMessage + 1))),
        RejectionCase.Of("a large fetch", Rejection.OutOfRange, Array(69, Tag, 1, true, Limits.MaxFetchBytes + 1)),
        RejectionCase.Of("a forward of a kind to come", Rejection.OutOfRange, Array(71, Tag, 4, new byte[1])),
        RejectionCase.Of("a long forward", Rejection.TooLong, Array(71, Tag, 2, new byte[Limits.MaxForwardBytes + 1])),
        RejectionCase.Of("many receipts", Rejection.TooMany, Array(74, Tag,
            Repeat(Array(Tag, Array(Tag, 1, Repeat(null, 0), Short)), Limits.MaxReceiptsPerMessage + 1))),
        RejectionCase.Of("many members", Rejection.TooMany, Array(81, Tag, Epoch, 1, 0, Repeat(Tag, Limits.MaxMembersPerMessage + 1))),
        RejectionCase.Of("an item", Rejection.None, Ordered(Array(Hash, null, false))),
        RejectionCase.Of("an item shorter than a hash", Rejection.WrongShape, Ordered(Array(new byte[31], null, false))),
        RejectionCase.Of("a kept stamp at 0", Rejection.OutOfRange, Ordered(Array(Hash, Array(Epoch, 0), false))),
        RejectionCase.Of("many items", Rejection.TooMany, Array(82, Tag, 1, Epoch, 1, Repeat(null, 0),
            Repeat(Array(Hash, null, false), Limits.MaxEntriesPerMessage + 1))),
        RejectionCase.Of("a log of five fields", Rejection.WrongShape, Array(83, Array(Tag, 1, Epoch, 1, Repeat(null, 0)), true)),
        RejectionCase.Of("a change of members to come", Rejection.OutOfRange, Array(85, Tag, Tag, new byte[1], 5)),
        RejectionCase.Of("a short token", Rejection.WrongShape, Array(86, Tag, new byte[15])),
        RejectionCase.Of("a notice that rings", Rejection.BadText, Array(88, "\a", true, Tag)),
        RejectionCase.Of("a long notice", Rejection.TooLong, Array(88, new string('n', Limits.MaxNoticeBytes + 1), true, Tag)),
        RejectionCase.Of("a long code", Rejection.TooLong, Array(89, new string('c', Limits.MaxErrorCodeBytes + 1), "", Tag, Hash, 0)),
        RejectionCase.Of("a wait of two days", Rejection.OutOfRange, Array(89, "c", "", Tag, Hash, 2 * Limits.MaxRetryAfterMilliseconds)),
        RejectionCase.Of("many wanted", Rejection.TooMany, Array(91, Tag, Repeat(Array(Tag, 1, Tag), Limits.MaxEntriesPerMessage + 1))),
    ];

    [Theory]
    [MemberData(nameof(PeerFrames))]
    public void A_frame_between_peers_is_refused_for(RejectionCase refused)
    {
        List<PeerMessage> messages = [];
        Assert.Equal(refused.Expected == Rejection.None, FrameCodec.TryDecodePeerFrame(refused.Input, messages, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
        Assert.True(rejection == Rejection.None || messages.Count == 0);
    }

    [Theory]
    [MemberData(nameof(RelayFrames))]
    public void A_frame_between_client_and_relay_is_refused_for(RejectionCase refused)
    {
        List<RelayMessage> messages = [];
        Assert.Equal(refused.Expected == Rejection.None, FrameCodec.TryDecodeRelayFrame(refused.Input, messages, out _, out var rejection));
        Assert.Equal(refused.Expected, rejection);
        Assert.True(rejection == Rejection.None || messages.Count == 0);
    }

    private static object?[] KnownPeer(byte[] address, int port) => [Tag, Array(address, port)];

    private static object?[] Range(int first, int last) => [first, last];

    private static object?[] Digest(object?[] ranges) => [14, Tag, Repeat(Array(Tag, 1, ranges, Short), 1), Repeat(null, 0), true];

    private static object?[] Ordered(object?[] item) => [82, Tag, 1, Epoch, 1, Repeat(null, 0), Repeat(item, 1)];

    private static object?[] Run(long first = 1, byte[]? before = null, int entries = 2, int[]? waived = null, int key = 130) =>
    [
        Tag, new byte[key], Tag, Epoch, first, before ?? new byte[32], Repeat(Hash, entries),
        (waived ?? []).Select(index => (object?)index).ToArray(), new byte[64],
    ];
}
