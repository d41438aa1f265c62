using System.Diagnostics;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>
/// The thread that owns a node: waits for input or the node's next wake-up, hands in all that has come, carries out what the node wants.
/// Nothing else touches the node.
/// </summary>
public sealed class NodeLoop : IDisposable
{
    /// <summary>Inputs waiting for the loop; at 10,000 messages a second nearly a second's worth.</summary>
    private const int QueueCapacity = 8192;

    /// <summary>Bytes from the network waiting for the loop, so that what else comes waits for half a second's work at most.</summary>
    private const int QueueBytes = 4 * 1024 * 1024;

    /// <summary>
    /// How long inputs are handed in before what the node wants is carried out: what comes of the first of a long history is not to wait until the last
    /// of it has been taken. Long enough for what leaves together to be sealed together.
    /// </summary>
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Later than this the loop's own delay is told to the node (PROTOCOL.md, section 4).</summary>
    private static readonly TimeSpan LatenessTolerated = TimeSpan.FromMilliseconds(250);

    /// <summary>A gap this long, in the loop or between the two clocks, means that the machine was asleep.</summary>
    private static readonly TimeSpan SleepSuspected = TimeSpan.FromSeconds(5);

    private static readonly long Start = Stopwatch.GetTimestamp();

    private readonly InputQueue _inputs = new(QueueCapacity, QueueBytes);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly INodeDriver _driver;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private TimeSpan _lastMeasured;

    /// <summary>Prepares the loop; <see cref="Run"/> starts it.</summary>
    /// <param name="name">For debuggers.</param>
    /// <param name="driver">What carries out a node's outputs.</param>
    public NodeLoop(string name, INodeDriver driver)
    {
        _driver = driver;
        _thread = new Thread(Own) { Name = name, IsBackground = true };
    }

    /// <summary>Ends when the loop has ended; faulted when it ended by an error of ours.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Both clocks, now.</summary>
    public static Timestamp Now => new(Stopwatch.GetElapsedTime(Start), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    /// <summary>Starts the thread. The node is made on it, so that it belongs to it from its first moment.</summary>
    public void Run(Func<Timestamp, INode> create)
    {
        _inputs.Owner = _thread;
        Node = create;
        _thread.Start();
    }

    /// <summary>Hands in an input from any thread; waits while the loop is far behind. False once the loop has ended.</summary>
    public bool Post(NodeInput input) => _inputs.Post(input);

    /// <summary>Hands in a store's answer without ever waiting. False once the loop has ended.</summary>
    public bool PostAnswer(NodeInput input) => _inputs.PostAnswer(input);

    /// <summary>Hands in an input that may be dropped when the loop is far behind.</summary>
    public bool TryPost(NodeInput input) => _inputs.TryPost(input);

    /// <summary>
    /// Hands in an input that changes nothing, most likely: it waits for the loop's next turn, half a second or so, and is dropped
    /// when the loop is far behind.
    /// </summary>
    public bool TryPostQuietly(NodeInput input) => _driver.HasLinks ? _inputs.TryPostQuietly(input) : _inputs.TryPost(input);

    /// <summary>Ends the loop after what it is doing, without the node's goodbyes.</summary>
    public void Stop()
    {
        _isStopping = true;
        _inputs.Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join();
    }

    private Func<Timestamp, INode>? Node { get; set; }

    private void Own()
    {
        try
        {
            var node = Node!(Now);
            var wait = TimeSpan.Zero;
            var before = Now;
            Drain(node);
            while (!_isStopping)
            {
                var inputs = _inputs.Take(wait);
                var now = Now;
                ReportDelay(node, now, before, wait);
                before = now;
                HandIn(node, inputs, now);
                Measure(node, now);
                if (inputs.Count == 0) node.Handle(TimePassed.Instance, now);
                Drain(node);
                wait = NextWait(node);
            }

            _completion.TrySetResult();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A fault of ours in the loop ends the program with its message; nobody else may go on with half a node.
            _completion.TrySetException(error);
        }
        finally
        {
            _inputs.Close();
        }
    }

    /// <summary>
    /// One time holds for all that was waiting together: had it moved on between them, links whose word stands further back would be taken for silent.
    /// </summary>
    private void HandIn(INode node, List<NodeInput> inputs, Timestamp now)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var input in inputs)
        {
            node.Handle(input, now);
            if (Stopwatch.GetElapsedTime(start) < DrainPause) continue;
            Drain(node);
            start = Stopwatch.GetTimestamp();
        }
    }

    private void Drain(INode node)
    {
        while (node.TryTakeOutput(out var output))
        {
            if (!_driver.Execute(output)) _isStopping = true;
        }

        _driver.EndTurn();
    }

    private void Measure(INode node, Timestamp now)
    {
        if (now.Monotonic - _lastMeasured < _driver.MeasurePause) return;
        _lastMeasured = now.Monotonic;
        foreach (var measured in _driver.Measure()) node.Handle(measured, now);
    }

    /// <summary>
    /// From one turn to the next no more should pass than was to be waited. What is above that is this loop's own delay, or the machine's
    /// sleep, which the monotonic clock may not count: the wall clock does.
    /// </summary>
    private void ReportDelay(INode node, Timestamp now, Timestamp before, TimeSpan wait)
    {
        var passed = now.Monotonic - before.Monotonic;
        var late = passed - wait;
        if (late > LatenessTolerated) node.Handle(new LoopDelayed(late), now);
        var asleep = TimeSpan.FromMilliseconds(now.UtcMilliseconds - before.UtcMilliseconds) - passed;
        if (late > SleepSuspected || asleep > SleepSuspected) _driver.MachineWoke();
    }

    private TimeSpan NextWait(INode node)
    {
        var now = Now.Monotonic;
        var next = node.NextWakeup is { } wakeup ? wakeup - now : SleepSuspected;
        if (_driver.HasLinks)
        {
            var measure = _lastMeasured + _driver.MeasurePause - now;
            if (measure < next) next = measure;
        }

        return next < TimeSpan.Zero ? TimeSpan.Zero : next > SleepSuspected ? SleepSuspected : next;
    }
}

/// <summary>What carries out a node's outputs; called on the loop's thread only.</summary>
public interface INodeDriver
{
    /// <summary>Carries out one output; false to end the loop after this turn.</summary>
    bool Execute(NodeOutput output);

    /// <summary>All outputs of a turn have been carried out: what was gathered may leave.</summary>
    void EndTurn();

    /// <summary>The machine seems to have been asleep: other networks may be around it now.</summary>
    void MachineWoke();

    /// <summary>Whether there is anything to measure.</summary>
    bool HasLinks { get; }

    /// <summary>How long the node may go without hearing of its links' freshness.</summary>
    TimeSpan MeasurePause { get; }

    /// <summary>What the transport knows of each open link.</summary>
    IEnumerable<LinkMeasured> Measure();
}
