using System.Diagnostics;

namespace LanChat.Net;

/// <summary>
/// Keeps the youngest generation of the heap small. By itself the runtime lets it grow to the size of the processor's cache, tens of megabytes on a
/// server, before it collects for the first time; nearly all of that is what past messages and measurements have left. There is no setting for it but an
/// environment variable (DOTNET_GCgen0size), which a program cannot give itself. Used by one thread.
/// </summary>
/// <param name="allowedBytes">Allocated bytes that may lie uncollected.</param>
public sealed class YoungHeap(long allowedBytes)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private long _lookedAt;
    private long _allocated;
    private int _collections;

    /// <summary>
    /// Collects when much was allocated and the runtime has not collected meanwhile, five times a second at most. Takes well under a millisecond: hardly
    /// anything survives. To be called now and then.
    /// </summary>
    /// <returns>Whether it has collected.</returns>
    public bool Look()
    {
        if (Stopwatch.GetElapsedTime(_lookedAt) < Interval) return false;
        _lookedAt = Stopwatch.GetTimestamp();
        var collections = GC.CollectionCount(0);
        var allocated = GC.GetTotalAllocatedBytes(precise: false);
        if (collections == _collections && allocated - _allocated < allowedBytes) return false;
        var isDue = collections == _collections;
        if (isDue) GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        (_allocated, _collections) = (allocated, GC.CollectionCount(0));
        return isDue;
    }
}
