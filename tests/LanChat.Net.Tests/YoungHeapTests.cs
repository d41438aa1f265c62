namespace LanChat.Net.Tests;

/// <summary>What lies uncollected stays small.</summary>
public sealed class YoungHeapTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_was_allocated_beyond_the_limit_is_collected()
    {
        var heap = new YoungHeap(allowedBytes: 1024 * 1024);
        var before = GC.CollectionCount(0);
        await Until.Holds("a collection", Patience, () =>
        {
            // Small pieces, large ones are of another generation; few at a time, or the runtime collects by itself.
            for (var i = 0; i < 32; i++) GC.KeepAlive(new byte[4096]);
            return heap.Look();
        });
        Assert.True(GC.CollectionCount(0) > before);
    }

    [Fact]
    public async Task Below_the_limit_nothing_is_done()
    {
        var heap = new YoungHeap(allowedBytes: long.MaxValue);
        var start = Environment.TickCount64;
        await Until.Holds("a second", Patience, () =>
        {
            Assert.False(heap.Look());
            return Environment.TickCount64 - start > 1000;
        });
    }
}
