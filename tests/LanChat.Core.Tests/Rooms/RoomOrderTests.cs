using LanChat.Core;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

public sealed class RoomOrderTests
{
    private static readonly PeerId Self = new(1);
    private static readonly PeerId Relay = new(500);
    private static readonly PeerId LesserRelay = new(400);
    private static readonly Timestamp Now = new(TimeSpan.FromSeconds(1), 2_000_000);

    [Theory]
    [InlineData(0.0, 0.0, 0.0)]
    [InlineData(0.0, 0.5, 0.0)]
    [InlineData(0.0, 0.3, 0.6)]
    [InlineData(0.15, 0.3, 0.0)]
    [InlineData(0.15, 0.5, 0.5)]
    public void Order_is_a_function_of_entries_and_stamps_held(double forks, double skew, double stamped)
    {
        for (var seed = 0; seed < 100; seed++) Compare(seed, forks, skew, stamped);
    }

    [Fact]
    public void Any_arrival_order_ends_in_the_same_order()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var script = new RoomScript(seed, forks: 0.1, skew: 0.5);
            script.StampSome(Relay, 0.4, 2);
            var first = Build(script, new Random(seed));
            var second = Build(script, new Random(seed + 1000));
            Assert.Equal(Order(first), Order(second));
            Assert.Equal(first.Summary(), second.Summary());
        }
    }

    [Fact]
    public void Removing_leaves_the_order_of_what_is_left()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var script = new RoomScript(seed, forks: 0.05, skew: 0.4);
            if (seed % 2 == 0) script.StampSome(Relay, 0.5, 1);
            var log = Build(script, new Random(seed));
            var naive = new NaiveRoom(RoomKind.Public, default);
            script.Entries.ForEach(naive.Add);
            script.Stamps.ForEach(naive.Add);
            foreach (var author in script.Authors.Take(3))
            {
                var outcome = log.Prune(author, 4, hash => hash.A % 5 == 0);
                foreach (var hash in outcome.Removed) naive.Remove(hash);
                Assert.All(outcome.Kept, hash => Assert.True(log.Contains(hash)));
                AssertSame(naive, log, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void A_lesser_relay_that_stamps_takes_over_and_the_order_follows()
    {
        var script = new RoomScript(7, skew: 0.4);
        script.StampSome(Relay, 0.5, 1);
        var taken = script.Stamps.Count;
        script.StampSome(LesserRelay, 0.3, 1);
        var naive = new NaiveRoom(RoomKind.Public, default);
        var log = new RoomLog(RoomScript.Room, Self, default, RoomKind.Public);
        foreach (var entry in script.Entries)
        {
            log.Add(entry, 0, EntryFlags.None, Now);
            naive.Add(entry);
        }
        for (var i = 0; i < script.Stamps.Count; i++)
        {
            log.LoadStamp(script.Stamps[i]);
            naive.Add(script.Stamps[i]);
            Assert.Equal(i < taken ? Relay : LesserRelay, log.OrderingRelay);
            AssertSame(naive, log, $"stamp {i}");
        }
    }

    [Fact]
    public void In_a_private_room_only_the_relay_that_is_named_counts()
    {
        var script = new RoomScript(8);
        script.StampSome(Relay, 0.5, 1);
        script.StampSome(LesserRelay, 0.5, 1);
        var log = new RoomLog(RoomScript.Room, Self, script.Authors[0], RoomKind.Private);
        foreach (var entry in script.Entries) log.Add(entry, 0, EntryFlags.None, Now);
        foreach (var stamp in script.Stamps) log.LoadStamp(stamp);
        Assert.Equal(0, log.StampedCount);
        foreach (var named in new[] { Relay, LesserRelay, default })
        {
            log.NameRelay(named);
            var naive = new NaiveRoom(RoomKind.Private, named);
            script.Entries.ForEach(naive.Add);
            script.Stamps.ForEach(naive.Add);
            AssertSame(naive, log, named.ToString());
        }
    }

    /// <summary>Whoever makes up relays can fill the book; whose stamps count must not depend on who was met first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_relays_those_with_the_least_ids_are_kept_whoever_was_met_first(int seed)
    {
        var random = new Random(seed);
        var script = new RoomScript(seed);
        foreach (var id in Enumerable.Range(0, 40).OrderBy(_ => random.Next())) script.StampSome(new PeerId((UInt128)(1000 + id)), 0.3, 1);
        var naive = new NaiveRoom(RoomKind.Public, default);
        script.Entries.ForEach(naive.Add);
        script.Stamps.Where(stamp => stamp.Relay < new PeerId(1016)).ToList().ForEach(naive.Add);
        var log = Build(script, random);

        Assert.Equal(new PeerId(1000), log.OrderingRelay);
        for (var id = 0; id < 40; id++) Assert.Equal(id < 16, log.EpochsOf(new PeerId((UInt128)(1000 + id))).Any());
        AssertSame(naive, log, $"seed {seed}");
        Assert.Equal(-1, log.StampsWantedAfter(new StampHead(new PeerId(1016), new Epoch(1, 1), 5, default)));
        Assert.Equal(0, log.StampsWantedAfter(new StampHead(new PeerId(999), new Epoch(1, 1), 5, default)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_relay_that_is_named_finds_room_among_many_also_when_it_is_named_after_the_room_was_loaded(bool isStored)
    {
        var script = new RoomScript(10);
        for (var id = 0; id < 16; id++) script.StampSome(new PeerId((UInt128)(100 + id)), 0.3, 1);
        script.StampSome(Relay, 0.5, 1);
        var log = new RoomLog(RoomScript.Room, Self, script.Authors[0], RoomKind.Private);
        foreach (var entry in script.Entries) log.Add(entry, 0, EntryFlags.None, Now);
        if (!isStored) log.NameRelay(Relay);
        foreach (var stamp in script.Stamps)
        {
            if (isStored) log.LoadStamp(stamp);
            else Stamp(log, stamp);
        }
        log.NameRelay(Relay);
        var known = script.Stamps.Count;
        for (var id = 20; id < 30; id++) script.StampSome(new PeerId((UInt128)(100 - id)), 0.3, 1);
        foreach (var stamp in script.Stamps.Skip(known)) Stamp(log, stamp);

        var naive = new NaiveRoom(RoomKind.Private, Relay);
        script.Entries.ForEach(naive.Add);
        script.Stamps.Where(stamp => stamp.Relay == Relay).ToList().ForEach(naive.Add);
        AssertSame(naive, log, "named");
        Assert.True(log.StampedCount > 0);
        Assert.True(log.TryTakePutOutRelay(out var gone));
        Assert.NotEqual(Relay, gone);
    }

    [Fact]
    public void Two_orders_of_one_relay_are_noticed()
    {
        var script = new RoomScript(9);
        script.StampSome(Relay, 0.9, 1);
        var log = Build(script, new Random(1));
        var shown = script.Stamps[4];
        var other = shown with { Stamp = shown.Stamp with { Entry = script.Stamps[5].Stamp.Entry } };
        Assert.Equal(StampOutcome.TwoOrders, Stamp(log, other));
        Assert.Equal(StampOutcome.Duplicate, Stamp(log, shown));
        var end = script.Stamps[^1];
        var forged = StampChain.Next(end.Chain, end.Relay, RoomScript.Room, end.Stamp.Epoch, 1, default);
        Assert.Equal(StampOutcome.TwoOrders, Stamp(log, end with { Stamp = end.Stamp with { Place = end.Stamp.Place + 1 }, Chain = forged }));
        Assert.False(log.TryProveStamps(end.Relay, end.Stamp.Epoch, 3, forged, new byte[64]));
    }

    [Fact]
    public void Stamps_are_passed_on_in_runs_that_prove_themselves()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var script = new RoomScript(seed, entries: 400);
            script.StampSome(Relay, 0.9, 1);
            var from = Build(script, new Random(seed));
            var to = new RoomLog(RoomScript.Room, Self, default, RoomKind.Public);
            var head = from.StampHeads().Single();
            for (long after; (after = to.StampsWantedAfter(head)) >= 0;)
            {
                Assert.True(from.TryStampRun(head.Relay, head.Epoch, after, out var run), $"seed {seed} after {after}");
                var chain = run.ChainBefore;
                for (var i = 0; i < run.Entries.Length; i++)
                {
                    chain = StampChain.Next(chain, run.Relay, run.Room, run.Epoch, run.First + i, run.Entries[i]);
                    var signature = i == run.Entries.Length - 1 ? run.Signature : default;
                    Assert.Equal(StampOutcome.Added, to.AddStamp(
                        run.Relay, run.RelayKey, new Stamp(run.Epoch, run.First + i, run.Entries[i]), run.Waived.Contains(i), chain, signature));
                }
            }
            Assert.Equal(head, to.StampHeads().Single());
        }
    }

    private static void Compare(int seed, double forks, double skew, double stamped)
    {
        var random = new Random(seed);
        var script = new RoomScript(seed, 2 + seed % 5, 35, forks, skew);
        if (stamped > 0) script.StampSome(Relay, stamped, 1 + seed % 2);
        var log = new RoomLog(RoomScript.Room, Self, default, RoomKind.Public);
        var naive = new NaiveRoom(RoomKind.Public, default);
        foreach (var step in Shuffle(script, random))
        {
            if (step is Entry entry)
            {
                log.Add(entry, 0, EntryFlags.None, Now);
                naive.Add(entry);
            }
            else
            {
                log.LoadStamp((StoredStamp)step);
                naive.Add((StoredStamp)step);
            }
            if (random.Next(3) > 0) AssertSame(naive, log, $"seed {seed}");
        }
        AssertSame(naive, log, $"seed {seed}");
    }

    private static RoomLog Build(RoomScript script, Random random)
    {
        var log = new RoomLog(RoomScript.Room, Self, default, RoomKind.Public);
        foreach (var step in Shuffle(script, random))
        {
            if (step is Entry entry) log.Add(entry, 0, EntryFlags.None, Now);
            else Stamp(log, (StoredStamp)step);
        }
        return log;
    }

    /// <summary>Everything once, some twice, displaced by up to twenty steps or, now and then, by any number.</summary>
    private static List<object> Shuffle(RoomScript script, Random random)
    {
        var steps = script.Entries.Cast<object>().Concat(script.Stamps).ToList();
        steps.AddRange(steps.Where(_ => random.Next(10) == 0).ToList());
        var reach = random.Next(4) switch { 0 => steps.Count, 1 => 1, _ => 20 };
        var scattered = script.Stamps.Count > 0 && random.Next(2) == 0 ? script.Entries.Count : 0;
        return [.. steps.Select((step, i) => (Step: step, Key: (i >= script.Entries.Count ? i - scattered : i) + random.NextDouble() * reach))
            .OrderBy(pair => pair.Key).Select(pair => pair.Step)];
    }

    private static StampOutcome Stamp(RoomLog log, StoredStamp stamp) =>
        log.AddStamp(stamp.Relay, stamp.RelayKey, stamp.Stamp, stamp.IsWaived, stamp.Chain, stamp.Signature);

    private static List<EntryHash> Order(RoomLog log) => [.. Enumerable.Range(0, log.Count).Select(log.At)];

    private static void AssertSame(NaiveRoom naive, RoomLog log, string hint)
    {
        var (order, stamped, aside) = naive.Compute();
        Assert.True(order.SequenceEqual(Order(log)), $"Another order, {hint}");
        Assert.True(stamped == log.StampedCount, $"Another number of stamped entries, {hint}");
        for (var i = 0; i < order.Count; i++) Assert.Equal(i, log.PositionOf(order[i]));
        foreach (var hash in aside) Assert.True(log.TryGet(hash, out var info) && info.IsSetAside, $"Not set aside, {hint}");
    }
}
