using LanChat.Core;

namespace LanChat.Net.Tests;

/// <summary>The door into a loop: bounded for those who can wait, open for those the loop itself may be waiting for.</summary>
public sealed class InputQueueTests
{
    [Fact]
    public async Task Who_posts_beyond_the_bound_waits_and_a_stores_answer_never_does()
    {
        var queue = new InputQueue(1);
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
    public void A_wait_of_part_of_a_millisecond_is_a_wait()
    {
        var queue = new InputQueue(1);
        for (var i = 0; i < 10; i++)
        {
            var before = NodeLoop.Now.Monotonic;
            Assert.Empty(queue.Take(TimeSpan.FromMicroseconds(300)));
            Assert.True(NodeLoop.Now.Monotonic - before >= TimeSpan.FromMicroseconds(300));
        }
    }
}
