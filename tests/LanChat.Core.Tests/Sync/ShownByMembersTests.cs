using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Sync;

/// <summary>What a member says it holds may be anything: what follows from it here stays within limits.</summary>
public sealed class ShownByMembersTests
{
    [Fact]
    public void A_want_fits_one_message_however_much_was_shown_in_several()
    {
        var shown = Lines(Limits.MaxAuthorsPerDigest, Limits.MaxRangesPerDigestLine);
        Assert.True(Size(shown) > Limits.MaxFrameBytes);
        var asked = SeqRanges.Fitting(shown);
        Assert.NotEmpty(asked);
        Assert.True(Size(asked) <= Limits.MaxForwardedFrameBytes);
        Assert.Equal(shown[..asked.Length], asked);
    }

    [Fact]
    public void A_want_names_no_more_ranges_of_an_author_than_a_line_may_have() =>
        Assert.Equal(Limits.MaxRangesPerDigestLine, Assert.Single(SeqRanges.Fitting(Lines(1, 3 * Limits.MaxRangesPerDigestLine))).Ranges.Length);

    [Fact]
    public void The_longest_digests_and_receipts_fit_a_frame_that_a_relay_forwards()
    {
        ImmutableArray<DigestLine> lines =
        [
            .. Enumerable.Range(0, SeqRanges.LinesPerMessage).Select(author => new DigestLine(
                new PeerId(UInt128.MaxValue - (UInt128)author), Limits.MaxSeq,
                [.. Enumerable.Range(1, Limits.MaxRangesPerDigestLine).Select(i => new SeqRange(Limits.MaxSeq - (1000 * i) - 5, Limits.MaxSeq - (1000 * i))).Reverse()],
                ulong.MaxValue)),
        ];
        var head = new StampHead(new PeerId(UInt128.MaxValue), new Epoch(long.MaxValue, ulong.MaxValue), Limits.MaxPlace, EntryHash.None);
        ImmutableArray<StampHead> heads = [.. Enumerable.Repeat(head, Limits.MaxStampHeadsPerDigest)];
        Assert.True(FrameCodec.MeasureUpperBound(new DigestMessage(default, lines, heads, true)) <= Limits.MaxForwardedFrameBytes);
        Assert.True(FrameCodec.MeasureUpperBound(new ReceiptMessage(default, lines)) <= Limits.MaxForwardedFrameBytes);
        Assert.True(FrameCodec.MeasureUpperBound(new RelayDigestMessage(default, lines, true)) <= Limits.MaxFrameBytes);
        ImmutableArray<MemberReceipt> receipts = [.. lines.Select(line => new MemberReceipt(line.Author, line))];
        Assert.True(FrameCodec.MeasureUpperBound(new RelayReceiptMessage(default, receipts)) <= Limits.MaxFrameBytes);
    }

    [Fact]
    public void A_member_that_shows_ever_more_authors_is_remembered_up_to_a_number_of_them()
    {
        var partner = new SyncPartner(null!);
        for (var i = 1; i <= SyncPartner.MaxAuthors + 1; i++) partner.Show(new DigestLine(new PeerId((UInt128)i), 1, [new SeqRange(1, 1)], 0));
        partner.Show(new DigestLine(new PeerId(1), 1, [new SeqRange(1, 9)], 0));
        Assert.Equal(SyncPartner.MaxAuthors, partner.Theirs.Count);
        Assert.Equal(9, partner.Theirs[new PeerId(1)].Ranges[0].Last);
    }

    [Fact]
    public void Questions_of_a_member_are_answered_up_to_a_number_of_them_in_a_second()
    {
        var partner = new SyncPartner(null!);
        var now = TimeSpan.FromSeconds(5);
        Assert.Equal(SyncPartner.RequestsPerSecond, Enumerable.Range(0, 1000).Count(_ => partner.TryRequest(now)));
        Assert.False(partner.TryRequest(now + TimeSpan.FromSeconds(0.9)));
        Assert.True(partner.TryRequest(now + TimeSpan.FromSeconds(1)));
    }

    private static int Size(ImmutableArray<WantLine> lines) => FrameCodec.MeasureUpperBound(new WantMessage(default, 1, lines, 1));

    private static ImmutableArray<WantLine> Lines(int authors, int ranges) =>
    [
        .. Enumerable.Range(1, authors).Select(author => new WantLine(
            new PeerId((UInt128)author), [.. Enumerable.Range(1, ranges).Select(i => new SeqRange((1_000_000 * i) + 1, (1_000_000 * i) + 5))])),
    ];
}
