using System.Drawing;
using Terminal.Gui.App;

namespace Terminal.Gui.Drivers;

/// <summary>No terminal: what is written is dropped, and the loop turns a few times a second so that tests can act from its Iteration event.</summary>
internal sealed class HeadlessTerminal : Terminal
{
    private readonly AutoResetEvent _wake = new(false);

    public override Size Size => new(80, 25);

    public override int Wait(TimeSpan? timeout, Span<byte> buffer)
    {
        var turn = TimeSpan.FromSeconds(1.0 / Math.Max(1, (int)Application.MaximumIterationsPerSecond));
        _wake.WaitOne(timeout is { } time && time < turn ? time : turn);
        return 0;
    }

    public override void Wake() => _wake.Set();

    public override void RequestSuspend()
    {
    }

    public override void Suspend()
    {
    }

    protected override void SetRaw()
    {
    }

    protected override void Restore()
    {
    }

    protected override void WriteBytes(ReadOnlySpan<byte> bytes)
    {
    }

    protected override void Close() => _wake.Dispose();
}
