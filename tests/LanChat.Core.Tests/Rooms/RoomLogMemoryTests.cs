using System.Collections.Immutable;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <summary>Run alone: they look at the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "run alone";
}

/// <summary>What a long history takes in memory.</summary>
[Collection(RunAlone.Name)]
public sealed class RoomLogMemoryTests
{
    [Fact]
    public void A_hundred_thousand_entries_take_about_a_hundred_bytes_each()
    {
        var script = new RoomScript(5, authors: 20, entries: 1000, forks: 0, skew: 0);
        GC.Collect();
        var before = GC.GetTotalMemory(true);
        var log = new RoomLog(RoomScript.Room, script.Authors[0], default, RoomKind.Public);
        var last = new Dictionary<PeerId, Entry>();
        Entry? newest = null;
        for (var i = 0; i < 100_000; i++)
        {
            var author = script.Authors[i % 20];
            last.TryGetValue(author, out var previous);
            ImmutableArray<EntryRef> after = newest is null || newest.Author == author ? [] : [newest.Ref];
            newest = RoomScript.Make(author, (previous?.Seq ?? 0) + 1, previous?.Hash ?? default, after, HybridClock.At(1_000_000 + i), i);
            last[author] = newest;
            Assert.Equal(AddResult.Added, log.Add(newest, 0, EntryFlags.Shown, new Timestamp(TimeSpan.FromSeconds(1), 2_000_000)).Result);
        }
        var perEntry = (GC.GetTotalMemory(true) - before) / 100_000.0;
        Assert.Equal(100_000, log.Count);
        Assert.InRange(perEntry, 50, 115);
    }
}
