using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <content>Two histories full of holes that are to become one.</content>
public sealed partial class RoomLogTests
{
    /// <summary>
    /// Histories with more holes than a digest can name, of an author who has written two entries with one number, as two members may hold them: they
    /// come into step by what digests, wants and probes bring, whichever side asks.
    /// </summary>
    [Fact]
    public void Whatever_two_hold_of_a_chain_full_of_holes_they_come_to_hold_the_same()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (one, two) = (New(), New());
            var chain = Chain(Ana, 100 + random.Next(600));
            var runs = new List<List<Entry>>();
            for (var at = 0; at < chain.Count; at += runs[^1].Count + 1) runs.Add(chain.GetRange(at, Math.Min(1 + random.Next(80), chain.Count - at)));
            var branch = Branch(chain, 1 + random.Next(chain.Count), chain.Count);
            runs.Add(branch.GetRange(branch.Count - 1, 1));
            foreach (var run in runs)
            {
                var whose = random.Next(5);
                foreach (var entry in run)
                {
                    if (whose != 0) one.Add(entry, 0, EntryFlags.None, Now);
                    if (whose != 1) two.Add(entry, 0, EntryFlags.None, Now);
                }
            }

            var all = runs.SelectMany(run => run).ToDictionary(entry => entry.Hash);
            var rounds = 0;
            for (; one.Summary() != two.Summary() && rounds < 40; rounds++)
            {
                Exchange(one, two, all);
                Exchange(two, one, all);
            }
            Assert.InRange(rounds, 0, 10);
        }
    }

    /// <summary>What the first does with a digest of the second.</summary>
    private static void Exchange(RoomLog first, RoomLog second, Dictionary<EntryHash, Entry> all)
    {
        var line = second.LineOf(Ana);
        var wanted = new List<EntryHash>();
        second.Select(first.MissingFrom([line]), wanted, int.MaxValue, out _);
        foreach (var hash in wanted) first.Add(all[hash], 0, EntryFlags.None, Now);
        if (!first.IsForked(line)) return;
        var (asking, answering) = (first, second);
        var probes = first.Probes(Ana, 1, line.Ranges[^1].Last);
        for (var steps = 0; !probes.IsEmpty; steps++)
        {
            Assert.InRange(steps, 0, 20);
            var step = answering.CompareProbes(Ana, probes);
            foreach (var hash in step.Send) asking.Add(all[hash], 0, EntryFlags.None, Now);
            probes = step.Next;
            (asking, answering) = (answering, asking);
        }
    }
}
