using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

public sealed partial class RoomLogTests
{
    private static readonly PeerId Ana = new(10);
    private static readonly PeerId Bruno = new(20);
    private static readonly Timestamp Now = At(0);

    [Fact]
    public void What_one_lacks_of_the_other_brings_both_to_equal_summaries()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var script = new RoomScript(seed, entries: 80, forks: 0, skew: 0.2);
            var random = new Random(seed);
            var (one, two) = (New(), New());
            foreach (var entry in script.Entries)
            {
                if (random.Next(3) > 0) one.Add(entry, 0, EntryFlags.None, Now);
                if (random.Next(3) > 0 || !one.Contains(entry.Hash)) two.Add(entry, 0, EntryFlags.None, Now);
            }
            for (var round = 0; round < 80 && one.Summary() != two.Summary(); round++)
            {
                Pull(script, one, two, 2000);
                Pull(script, two, one, 2000);
            }
            Assert.Equal(one.Summary(), two.Summary());
            Assert.Equal(script.Entries.Count, one.Count);
            Assert.Empty(one.Missing());
        }
    }

    [Fact]
    public void Nothing_below_a_floor_is_selected_or_wanted()
    {
        var log = New();
        var chain = Chain(Ana, 10);
        foreach (var entry in chain) log.Add(entry, 0, EntryFlags.None, Now);
        var theirs = new DigestLine(Ana, 6, [new SeqRange(8, 8)], 0);
        Assert.Equal([new SeqRange(6, 7), new SeqRange(9, 10)], Assert.Single(log.MissingAt([theirs])).Ranges);
        log.Prune(Ana, 5, _ => false);
        Assert.Equal(6, log.Count);
        Assert.Empty(log.MissingFrom([new DigestLine(Ana, 1, [new SeqRange(1, 10)], 0)]));
        Assert.Equal(AddRefusal.BelowFloor, log.Add(chain[2], 0, EntryFlags.None, Now).Refusal);
        Assert.Empty(log.Missing());
    }

    [Fact]
    public void However_little_is_kept_the_own_chain_goes_on_where_it_was()
    {
        var log = New();
        var chain = Chain(Ana, 10);
        foreach (var entry in chain) log.Add(entry, 0, EntryFlags.None, Now);

        Assert.Equal([(Ana, 10)], log.FloorsByAge(long.MaxValue));
        Assert.Equal([(Ana, 10)], log.FloorsBySize(0));
        log.Prune(Ana, 10, _ => false);

        Assert.Equal(1, log.Count);
        Assert.Empty(log.FloorsByAge(long.MaxValue));
        Assert.Empty(log.FloorsBySize(0));
        var next = log.Next(Ana, HybridClock.At(1));
        Assert.Equal((11, chain[^1].Hash), (next.Seq, next.Previous));
    }

    [Fact]
    public void Selection_is_in_room_order_and_bounded_by_bytes_whichever_way_it_is_found()
    {
        var script = new RoomScript(3, authors: 3, entries: 3000, forks: 0, skew: 0);
        var log = New();
        foreach (var entry in script.Entries) log.Add(entry, 0, EntryFlags.None, Now);
        var all = log.MissingAt([]);
        var found = new List<EntryHash>();
        log.Select(all, found, int.MaxValue, out var more);
        Assert.False(more);
        Assert.Equal(Enumerable.Range(0, log.Count).Select(log.At), found);
        var some = new List<EntryHash>();
        log.Select(all, some, 3000, out more);
        Assert.True(more);
        Assert.Equal(found.Take(10), some);
    }

    [Fact]
    public void Entries_past_a_gap_are_bounded_and_the_farthest_goes_first()
    {
        var log = New();
        var chain = Chain(Ana, RoomLog.MaxPastGap + 20);
        foreach (var entry in chain.Skip(10)) log.Add(entry, 0, EntryFlags.None, Now);
        Assert.Equal(RoomLog.MaxPastGap, log.PastGapCount);
        Assert.Equal(AddRefusal.PastGapBound, log.Add(chain[^1], 0, EntryFlags.None, Now).Refusal);
        var outcome = log.Add(chain[5], 0, EntryFlags.None, Now);
        Assert.Equal([chain[10 + RoomLog.MaxPastGap - 1].Hash], outcome.Dropped);
        Assert.Equal(10, log.Missing()[Ana]);
        foreach (var entry in chain.Take(10)) log.Add(entry, 0, EntryFlags.None, Now);
        Assert.Equal(0, log.PastGapCount);
    }

    [Fact]
    public void Past_a_gap_bytes_are_bounded_too()
    {
        var log = New();
        var chain = Chain(Ana, 200, size: 30_000);
        var taken = chain.Skip(1).Count(entry => log.Add(entry, 0, EntryFlags.None, Now).Result == AddResult.Added);
        Assert.Equal(RoomLog.MaxPastGapBytes / 30_000, taken);
    }

    [Fact]
    public void What_starts_where_others_have_pruned_is_past_no_gap()
    {
        var log = New();
        var chain = Chain(Ana, 50);
        log.SetPruned(Ana, 41);
        foreach (var entry in chain.Skip(40)) Assert.False(log.Add(entry, 0, EntryFlags.None, Now).IsPastGap);
        Assert.Empty(log.Missing());
        Assert.True(log.TryTakeShowable(Now, out var shown));
        Assert.False(shown.IsMissing);
        Assert.Equal(chain[^1].Hash.Prefix, log.Next(Bruno, HybridClock.At(5)).After.Single().HashPrefix);
    }

    [Fact]
    public void Seq_and_predecessor_have_to_fit()
    {
        var log = New();
        var chain = Chain(Ana, 3);
        foreach (var entry in chain) log.Add(entry, 0, EntryFlags.None, Now);
        Assert.Equal(AddResult.Duplicate, log.Add(chain[0], 0, EntryFlags.None, Now).Result);
        Assert.Equal(AddRefusal.Inconsistent, Refusal(log, RoomScript.Make(Ana, 1, chain[0].Hash, [], default, 90)));
        Assert.Equal(AddRefusal.Inconsistent, Refusal(log, RoomScript.Make(Ana, 2, default, [], default, 91)));
        Assert.Equal(AddRefusal.Inconsistent, Refusal(log, RoomScript.Make(Ana, 5, chain[2].Hash, [], default, 92)));
        Assert.Equal(AddRefusal.Inconsistent, Refusal(log, RoomScript.Make(Bruno, 4, chain[2].Hash, [], default, 93)));
        Assert.Equal(AddRefusal.Misdirected, new RoomLog(new RoomId(1), Ana, default, RoomKind.Public).Add(chain[0], 0, EntryFlags.None, Now).Refusal);
    }

    [Fact]
    public void A_new_entry_names_heads_whose_own_past_is_held_and_no_other()
    {
        var log = New();
        var ana = Chain(Ana, 3, start: 100);
        var bruno = Chain(Bruno, 3, start: 200);
        foreach (var entry in ana) log.Add(entry, 0, EntryFlags.None, Now);
        log.Add(bruno[0], 0, EntryFlags.None, Now);
        log.Add(bruno[2], 0, EntryFlags.None, Now);
        var next = log.Next(Ana, HybridClock.At(1));
        Assert.Equal((4, ana[2].Hash), (next.Seq, next.Previous));
        Assert.Equal([bruno[0].Ref], next.After);
        Assert.Equal(Max(ana[2], bruno[0]).Next, next.Clock);
        log.Add(bruno[1], 0, EntryFlags.None, Now);
        Assert.Equal([bruno[2].Ref], log.Next(Ana, HybridClock.At(1)).After);
    }

    [Fact]
    public void At_most_four_heads_are_named_those_with_the_highest_clocks()
    {
        var log = New();
        for (var i = 0; i < 9; i++) log.Add(RoomScript.Make(new PeerId((UInt128)(100 + i)), 1, default, [], HybridClock.At(1000 + i), i), 0, EntryFlags.None, Now);
        Assert.Equal([108, 107, 106, 105], log.Next(Ana, HybridClock.At(1)).After.Select(parent => (int)(ulong)parent.Author.Value));
    }

    [Fact]
    public void A_clock_far_ahead_is_marked_and_not_followed()
    {
        var log = New();
        var wall = Now.UtcMilliseconds;
        log.Add(RoomScript.Make(Ana, 1, default, [], HybridClock.At(wall + RoomLog.MaxClockLeadMilliseconds), 1), 0, EntryFlags.None, Now);
        var next = log.Next(Bruno, HybridClock.At(wall));
        Assert.Equal(wall + RoomLog.MaxClockLeadMilliseconds, next.Clock.Milliseconds);
        log.Add(RoomScript.Make(new PeerId(30), 1, default, [], HybridClock.At(wall + 10 * RoomLog.MaxClockLeadMilliseconds), 2), 0, EntryFlags.None, Now);
        Assert.Equal(next.Clock, log.Next(Bruno, HybridClock.At(wall)).Clock);
        var shown = TakeAll(log, Now);
        Assert.Equal([false, true], shown.Select(s => s.IsClockWrong));
    }

    [Fact]
    public void Display_waits_for_what_the_author_had_seen_and_no_longer_than_five_seconds()
    {
        var log = New();
        var ana = Chain(Ana, 2, start: 100);
        var answer = RoomScript.Make(Bruno, 1, default, [ana[1].Ref], HybridClock.At(300), 7);
        log.Add(answer, 0, EntryFlags.None, At(1));
        Assert.Empty(TakeAll(log, At(1)));
        Assert.Equal(TimeSpan.FromSeconds(6), log.NextWakeup);
        log.Add(ana[1], 0, EntryFlags.None, At(2));
        Assert.Empty(TakeAll(log, At(2)));
        log.Add(ana[0], 0, EntryFlags.None, At(3));
        var shown = TakeAll(log, At(3));
        Assert.Equal([ana[0].Hash, ana[1].Hash, answer.Hash], shown.Select(s => s.Hash));
        Assert.DoesNotContain(shown, s => s.IsLate || s.IsMissing);
        Assert.Null(log.NextWakeup);
    }

    [Fact]
    public void After_five_seconds_it_is_shown_with_a_mark_and_what_comes_then_is_late()
    {
        var log = New();
        var ana = Chain(Ana, 2, start: 100);
        log.Add(ana[1], 0, EntryFlags.None, At(1));
        Assert.Empty(TakeAll(log, At(5.9)));
        var shown = Assert.Single(TakeAll(log, At(6)));
        Assert.True(shown.IsMissing);
        Assert.False(shown.IsLate);
        log.Add(ana[0], 0, EntryFlags.None, At(7));
        shown = Assert.Single(TakeAll(log, At(7)));
        Assert.True(shown.IsLate);
        Assert.False(shown.IsMissing);
    }

    [Fact]
    public void Each_entry_is_shown_once_and_after_what_it_names()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var script = new RoomScript(seed, entries: 60, forks: 0.05);
            var random = new Random(seed);
            var log = New();
            var shown = new List<EntryHash>();
            foreach (var entry in script.Entries.OrderBy(_ => random.Next()))
            {
                log.Add(entry, 0, EntryFlags.None, Now);
                shown.AddRange(TakeAll(log, Now).Select(s => s.Hash));
            }
            Assert.Equal(script.Entries.Count, shown.Distinct().Count());
            Assert.Equal(script.Entries.Count, shown.Count);
            foreach (var entry in script.Entries)
            {
                Assert.True(entry.Previous.IsNone || shown.IndexOf(entry.Previous) < shown.IndexOf(entry.Hash));
                foreach (var parent in entry.After)
                    Assert.True(shown.FindIndex(hash => hash.Prefix == parent.HashPrefix) < shown.IndexOf(entry.Hash));
            }
        }
    }

    /// <summary>
    /// Both hold the same last entry, and one of them another one below it that counts there: the last entry's hash alone would not tell.
    /// </summary>
    [Theory]
    [InlineData(5, 6)]
    [InlineData(5, 400)]
    [InlineData(1, 400)]
    [InlineData(399, 400)]
    public void A_fork_below_a_common_head_is_found(int at, int length)
    {
        var (one, two) = (New(), New());
        var chain = Chain(Ana, length);
        var rival = Branch(chain, at, at)[at - 1];
        foreach (var entry in chain)
        {
            one.Add(entry, 0, EntryFlags.None, Now);
            two.Add(entry, 0, EntryFlags.None, Now);
        }
        two.Add(rival, 0, EntryFlags.None, Now);
        Assert.NotEqual(one.Summary(), two.Summary());
        Assert.True(one.IsForked(two.LineOf(Ana)));
        Assert.True(two.IsForked(one.LineOf(Ana)));
        // Each side probes once it has seen the other's digest; one of the two searches ends with the rival on its way.
        Assert.Contains(rival.Hash, Search(one, two, length).Concat(Search(two, one, length)));
        one.Add(rival, 0, EntryFlags.None, Now);
        Assert.Equal(one.Summary(), two.Summary());
        Assert.False(one.IsForked(two.LineOf(Ana)));
    }

    /// <summary>A digest's line names eight ranges; what lies in further ones is found by comparing values.</summary>
    [Fact]
    public void What_lies_between_more_holes_than_a_line_can_name_is_found()
    {
        var chain = Chain(Ana, 60);
        bool IsInHole(Entry entry) => entry.Seq % 5 == 0 && entry.Seq < 60;
        var (one, two) = (New(), New());
        foreach (var entry in chain.Where(entry => !IsInHole(entry)))
        {
            if (entry.Seq != 48) one.Add(entry, 0, EntryFlags.None, Now);
            if (entry.Seq != 53) two.Add(entry, 0, EntryFlags.None, Now);
        }
        Assert.Empty(one.MissingFrom([two.LineOf(Ana)]));
        Assert.Empty(two.MissingFrom([one.LineOf(Ana)]));
        Assert.NotEqual(one.Summary(), two.Summary());
        Assert.True(one.IsForked(two.LineOf(Ana)));
        var sent = Search(one, two, 60).Concat(Search(two, one, 60)).ToHashSet();
        Assert.Contains(chain[47].Hash, sent);
        Assert.Contains(chain[52].Hash, sent);
        one.Add(chain[47], 0, EntryFlags.None, Now);
        two.Add(chain[52], 0, EntryFlags.None, Now);
        Assert.Equal(one.Summary(), two.Summary());
        Assert.False(one.IsForked(two.LineOf(Ana)));
    }

    /// <summary>What is sent in the end when the first of two compares its entries of Ana with the second.</summary>
    private static ImmutableArray<EntryHash> Search(RoomLog first, RoomLog second, int length)
    {
        var probes = first.Probes(Ana, 1, length);
        var answering = second;
        for (var rounds = 0; rounds < 10; rounds++)
        {
            var step = answering.CompareProbes(Ana, probes);
            if (step.Next.IsEmpty) return step.Send;
            probes = step.Next;
            answering = answering == first ? second : first;
        }
        return [];
    }

    [Fact]
    public void Halving_finds_where_two_chains_part()
    {
        foreach (var at in new[] { 2, 3, 17, 400, 999, 1000 })
        {
            var (one, two) = (New(), New());
            var chain = Chain(Ana, 1000);
            var branch = Branch(chain, at, 1000);
            foreach (var entry in chain) one.Add(entry, 0, EntryFlags.None, Now);
            foreach (var entry in branch) two.Add(entry, 0, EntryFlags.None, Now);
            Assert.True(one.IsForked(two.LineOf(Ana)));
            var probes = one.Probes(Ana, 1, 1000);
            var (asking, answering) = (one, two);
            ForkSearch step;
            var rounds = 0;
            for (; (step = answering.CompareProbes(Ana, probes)).Send.IsEmpty && rounds < 10; rounds++)
            {
                probes = step.Next;
                (asking, answering) = (answering, asking);
            }
            Assert.InRange(rounds, 0, 3);
            var sent = answering == one ? chain : branch;
            Assert.InRange(sent.FindIndex(entry => entry.Hash == step.Send[0]), Math.Max(0, at - 1 - Limits.MaxForkProbes), at - 1);
            Assert.Equal(sent.SkipWhile(entry => entry.Hash != step.Send[0]).Take(512).Select(entry => entry.Hash), step.Send);
            foreach (var entry in chain.Concat(branch)) { one.Add(entry, 0, EntryFlags.None, Now); two.Add(entry, 0, EntryFlags.None, Now); }
            Assert.Equal(one.Summary(), two.Summary());
            Assert.Equal(1000 - at + 1, one.SetAsideOf(Ana).Length);
            Assert.Equal(Ana, Assert.Single(one.ForkedAuthors));
        }
    }

    [Fact]
    public void Entries_of_one_number_are_kept_up_to_four_the_least_hashes()
    {
        var log = New();
        var all = Enumerable.Range(0, 30).Select(i => RoomScript.Make(Ana, 1, default, [], HybridClock.At(5), 1000 + i)).ToList();
        foreach (var entry in all) log.Add(entry, 0, EntryFlags.None, Now);
        var least = all.Select(entry => entry.Hash).Order().Take(4).ToList();
        Assert.Equal(least[0], log.At(0));
        Assert.Equal(least.Skip(1).ToHashSet(), log.SetAsideOf(Ana).ToHashSet());
        Assert.Equal(1, log.Count);
    }

    [Fact]
    public void A_body_that_comes_later_is_asked_for()
    {
        var log = New();
        var whole = Chain(Ana, 1)[0];
        var bare = RoomScript.Make(Ana, 1, default, [], whole.Clock, 0, size: 264);
        Assert.Equal(whole.Hash, bare.Hash);
        Assert.Equal(AddResult.Added, log.Add(bare, -1, EntryFlags.None, Now).Result);
        Assert.False(log.TryTakeShowable(Now, out _), "it waits for its body");
        Assert.True(log.TryTakeShowable(new Timestamp(Now.Monotonic + TimeSpan.FromSeconds(5), Now.UtcMilliseconds), out _), "for five seconds");
        Assert.Equal(AddResult.BodyFilled, log.Add(whole, 0, EntryFlags.None, Now).Result);
        log.FillBody(whole.Hash, 3, whole.Size, false, Now.Monotonic);
        Assert.Equal(AddResult.Duplicate, log.Add(whole, 0, EntryFlags.None, Now).Result);
        Assert.True(log.TryGet(whole.Hash, out var info));
        Assert.Equal((3, whole.Size, EntryFlags.None), (info.Kind, info.Size, info.Flags));
        Assert.True(log.TryTakeShowable(Now, out var shown), "what could not be shown without its body is shown with it");
        Assert.Equal(whole.Hash, shown.Hash);
        Assert.False(log.TryTakeShowable(Now, out _));
    }

    [Fact]
    public void What_follows_an_entry_without_its_body_waits_with_it_until_the_body_comes_or_it_is_known_to_be_taken_back()
    {
        foreach (var isFilled in (bool[])[true, false])
        {
            var log = New();
            var chain = Chain(Ana, 2);
            var bare = RoomScript.Make(Ana, 1, default, [], chain[0].Clock, 0, size: 264);
            log.Add(bare, -1, EntryFlags.None, Now);
            log.Add(chain[1], 0, EntryFlags.None, Now);
            Assert.False(log.TryTakeShowable(Now, out _));
            if (isFilled) log.FillBody(bare.Hash, 0, chain[0].Size, false, Now.Monotonic);
            else log.BodyWasDropped(bare.Hash);
            Assert.True(log.TryTakeShowable(Now, out var first));
            Assert.True(log.TryTakeShowable(Now, out var second));
            Assert.Equal((bare.Hash, chain[1].Hash, false), (first.Hash, second.Hash, second.IsMissing));
        }
    }

    [Fact]
    public void What_follows_a_body_that_nobody_had_is_shown_with_the_gap_marked()
    {
        var log = New();
        var chain = Chain(Ana, 2);
        log.Add(RoomScript.Make(Ana, 1, default, [], chain[0].Clock, 0, size: 264), -1, EntryFlags.None, Now);
        log.Add(chain[1], 0, EntryFlags.None, Now);
        var later = new Timestamp(Now.Monotonic + TimeSpan.FromSeconds(5), Now.UtcMilliseconds);
        Assert.True(log.TryTakeShowable(later, out _));
        Assert.True(log.TryTakeShowable(later, out var second));
        Assert.True(second.IsMissing);
    }

    private static Timestamp At(double seconds) => new(TimeSpan.FromSeconds(seconds), 2_000_000 + (long)(seconds * 1000));

    private static RoomLog New() => new(RoomScript.Room, Ana, default, RoomKind.Public);

    private static AddRefusal Refusal(RoomLog log, Entry entry) => log.Add(entry, 0, EntryFlags.None, Now).Refusal;

    private static HybridClock Max(Entry one, Entry two) => HybridClock.Max(one.Clock, two.Clock);

    private static List<Entry> Chain(PeerId author, int count, int start = 1000, int size = 300) => Branch([], 1, count, author, start, size, 0);

    private static List<Entry> Branch(List<Entry> chain, int at, int count) => Branch(chain, at, count, chain[0].Author, 1000, 300, 50_000);

    private static List<Entry> Branch(List<Entry> chain, int at, int count, PeerId author, int start, int size, int salt)
    {
        var result = chain.Take(at - 1).ToList();
        while (result.Count < count)
        {
            var previous = result.Count == 0 ? default : result[^1].Hash;
            result.Add(RoomScript.Make(author, result.Count + 1, previous, [], HybridClock.At(start + result.Count), salt, size));
        }
        return result;
    }

    private static List<Shown> TakeAll(RoomLog log, Timestamp now)
    {
        var all = new List<Shown>();
        while (log.TryTakeShowable(now, out var shown)) all.Add(shown);
        return all;
    }

    private static void Pull(RoomScript script, RoomLog to, RoomLog from, int maxBytes)
    {
        var found = new List<EntryHash>();
        from.Select(to.MissingFrom(from.Digest()), found, maxBytes, out _);
        foreach (var hash in found) to.Add(script.Entries.Find(entry => entry.Hash == hash)!, 0, EntryFlags.None, Now);
    }
}
