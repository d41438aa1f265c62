using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Testing;

namespace LanChat.Net.Tests;

/// <summary>The thread that owns a node.</summary>
public sealed class NodeLoopTests
{
    [Fact]
    public async Task What_the_first_of_a_long_turn_wants_is_done_before_the_last_is_handed_in()
    {
        var node = new Worker();
        var driver = new Driver(node);
        using var loop = new NodeLoop("test", driver);
        for (var i = 0; i < 6; i++) Assert.True(loop.Post(new StoreCommitted(i)));

        loop.Run(_ => node);

        await Until.Holds("all is carried out", () => driver.Last == 5);
        loop.Stop();
        await loop.Completion;
        Assert.InRange(driver.TakenAtFirst, 1, 5);
        Assert.Single(node.Times.Distinct());
    }

    /// <summary>A node to which every input is 4 ms of work, and that wants one thing for each.</summary>
    private sealed class Worker : INode
    {
        private readonly Queue<NodeOutput> _outputs = [];

        public ConcurrentQueue<TimeSpan> Times { get; } = [];

        public TimeSpan? NextWakeup => null;

        public void Handle(NodeInput input, Timestamp now)
        {
            if (input is not StoreCommitted committed) return;
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(4)) Thread.SpinWait(100);
            Times.Enqueue(now.Monotonic);
            _outputs.Enqueue(new DropShare(committed.Ticket));
        }

        public bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output) => _outputs.TryDequeue(out output);
    }

    /// <summary>Notes how much its node had taken when the first thing was to be done, and what was done last.</summary>
    private sealed class Driver(Worker node) : INodeDriver
    {
        private double _last = -1;

        public int TakenAtFirst { get; private set; }

        public double Last => Volatile.Read(ref _last);

        public bool HasLinks => false;

        public TimeSpan MeasurePause => TimeSpan.FromSeconds(1);

        public bool Execute(NodeOutput output)
        {
            if (TakenAtFirst == 0) TakenAtFirst = node.Times.Count;
            Volatile.Write(ref _last, ((DropShare)output).Percent);
            return true;
        }

        public void EndTurn()
        {
        }

        public void MachineWoke()
        {
        }

        public IEnumerable<LinkMeasured> Measure() => [];
    }
}
