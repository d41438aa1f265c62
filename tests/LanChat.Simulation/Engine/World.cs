using LanChat.Protocol;

namespace LanChat.Simulation.Engine;

/// <summary>
/// Virtual time and everything that waits for it. One thread; events of one moment happen in the order in which they were put in. The
/// world's own randomness comes from the seed alone.
/// </summary>
internal sealed class World
{
    private readonly PriorityQueue<Action, (long Ticks, long Number)> _events = new();
    private long _number;

    public World(ulong seed, bool keepText)
    {
        Random = new SeededRandomSource(seed);
        Log = new RunLog(keepText);
        Network = new Network(this);
    }

    public TimeSpan Now { get; private set; }

    public SeededRandomSource Random { get; }

    public RunLog Log { get; }

    public Network Network { get; }

    public List<Host> Hosts { get; } = [];

    /// <summary>UTC milliseconds of a clock that is right.</summary>
    public long Utc => Start + (long)Now.TotalMilliseconds;

    /// <summary>When every run begins.</summary>
    public const long Start = 1_800_000_000_000;

    public long Events { get; private set; }

    public void At(TimeSpan time, Action action)
    {
        var at = time < Now ? Now : time;
        _events.Enqueue(action, (at.Ticks, _number++));
    }

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>A number from 0 to just under 1.</summary>
    public double Chance() => (Random.Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A time between two.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + (most - least) * Chance();

    /// <summary>Lets everything happen up to a time.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var next) && next.Ticks <= end.Ticks)
        {
            var action = _events.Dequeue();
            Now = TimeSpan.FromTicks(next.Ticks);
            Events++;
            action();
        }
        Now = end;
    }
}
