namespace LanChat.Relay;

/// <summary>
/// Keeps the youngest generation of the heap small. By itself the runtime lets it grow to the size of the processor's cache, tens of megabytes on a
/// server, before it collects for the first time; nearly all of that is what past messages have left. There is no setting for it but an environment
/// variable (DOTNET_GCgen0size), which a program cannot give itself.
/// </summary>
internal sealed class YoungHeap : IDisposable
{
    private const long AllowedBytes = 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Timer _timer;
    private long _allocated;
    private int _collections;

    public YoungHeap() => _timer = new Timer(_ => Look(), null, Interval, Interval);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>Collects when much was allocated and the runtime has not collected meanwhile. Takes well under a millisecond: hardly anything survives.</summary>
    private void Look()
    {
        var collections = GC.CollectionCount(0);
        var allocated = GC.GetTotalAllocatedBytes(precise: false);
        if (collections == _collections && allocated - _allocated < AllowedBytes) return;
        if (collections == _collections) GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        (_allocated, _collections) = (allocated, GC.CollectionCount(0));
    }
}
