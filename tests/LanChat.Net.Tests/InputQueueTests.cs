using LanChat.Core;
using LanChat.Testing;

namespace LanChat.Net.Tests;

/// <summary>The door into a loop: bounded for those who can wait, open for those the loop itself may be waiting for.</summary>
public sealed class InputQueueTests
{
    [Fact]
    public async Task Who_posts_beyond_the_bound_waits_and_a_stores_answer_never_does()
    {
        var queue = new InputQueue(1, 1024);
        Assert.True(queue.Post(new StoreCommitted(1)));
        Assert.False(queue.TryPost(new StoreCommitted(2)));
        var waiting = Task.Run(() => queue.Post(new StoreCommitted(4)), TestContext.Current.CancellationToken);

        Assert.True(queue.PostAnswer(new StoreCommitted(3)));

        Assert.Equal([1L, 3], queue.Take(TimeSpan.Zero).Cast<StoreCommitted>().Select(input => input.Ticket));
        Assert.True(await waiting);
        Assert.Equal([4L], queue.Take(TimeSpan.Zero).Cast<StoreCommitted>().Select(input => input.Ticket));
        queue.Close();
        Assert.False(queue.PostAnswer(new StoreCommitted(5)));
    }

    [Fact]
    public async Task Who_brings_more_bytes_than_may_wait_waits_and_one_long_input_always_passes()
    {
        var queue = new InputQueue(100, 10);
        Assert.True(queue.Post(Bytes(25)));
        var waiting = Task.Run(() => queue.Post(Bytes(1)), TestContext.Current.CancellationToken);
        Assert.True(queue.TryPost(new StoreCommitted(1)));

        var first = await TakenAsync(queue, input => input is StoreCommitted);
        Assert.True(await waiting);
        var all = first.Concat(queue.Take(TimeSpan.Zero)).OfType<LinkBytes>().Select(input => input.Bytes.Length);

        Assert.Equal([25, 1], all);
        Assert.True(queue.Post(Bytes(9)));
        Assert.True(queue.Post(Bytes(1)));
    }

    [Fact]
    public void A_wait_of_part_of_a_millisecond_is_a_wait()
    {
        var queue = new InputQueue(1, 1024);
        for (var i = 0; i < 10; i++)
        {
            var before = NodeLoop.Now.Monotonic;
            Assert.Empty(queue.Take(TimeSpan.FromMicroseconds(300)));
            Assert.True(NodeLoop.Now.Monotonic - before >= TimeSpan.FromMicroseconds(300));
        }
    }

    private static LinkBytes Bytes(int count) => new(new LinkHandle(1), 0, new byte[count]);

    private static async Task<List<NodeInput>> TakenAsync(InputQueue queue, Predicate<NodeInput> last)
    {
        var taken = new List<NodeInput>();
        await Until.Holds("the input is taken", () =>
        {
            taken.AddRange(queue.Take(TimeSpan.Zero));
            return taken.Exists(last);
        });
        return taken;
    }
}
