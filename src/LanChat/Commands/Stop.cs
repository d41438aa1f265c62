using System.Runtime.InteropServices;

namespace LanChat.Commands;

/// <summary>SIGTERM, SIGINT and SIGHUP end a command cleanly: whoever waits hears of it.</summary>
internal sealed class Stop : IDisposable
{
    /// <summary>Windows ends the process when the answer to a closed window returns, after 5 s at the latest.</summary>
    private static readonly TimeSpan WindowPatience = TimeSpan.FromSeconds(4.5);

    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <param name="then">What to do besides cancelling <see cref="Token"/>.</param>
    public Stop(Action? then = null)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _source.Cancel();
                then?.Invoke();
                if (OperatingSystem.IsWindows() && signal != PosixSignal.SIGINT) _over.Task.Wait(WindowPatience);
            }));
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _over.TrySetResult();
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }
}
