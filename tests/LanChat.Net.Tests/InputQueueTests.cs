using LanChat.Core;

namespace LanChat.Net.Tests;

/// <summary>The door into a loop: bounded for those who can wait, open for those the loop itself may be waiting for.</summary>
public sealed class InputQueueTests
{
    [Fact]
    public async Task Who_posts_beyond_the_bound_waits_and_a_stores_answer_never_does()
    {
        var queue = new InputQueue(1, 1000);
        Assert.True(queue.Post(Bytes(1, 1)));
        Assert.False(queue.TryPost(Bytes(2, 1)));
        var waiting = Task.Run(() => queue.Post(Bytes(4, 1)), TestContext.Current.CancellationToken);

        Assert.True(queue.PostAnswer(new StoreCommitted(3)));

        Assert.Equal(new StoreCommitted(3), Take(queue));
        Assert.Equal(1, Channel(Take(queue)));
        Assert.True(await waiting);
        Assert.Equal(4, Channel(Take(queue)));
        Assert.Null(Take(queue));
        queue.Close();
        Assert.False(queue.PostAnswer(new StoreCommitted(5)));
        Assert.False(queue.Post(Bytes(6, 1)));
    }

    [Fact]
    public async Task Bytes_are_bounded_as_well_and_one_input_always_fits()
    {
        var queue = new InputQueue(100, 1000);
        Assert.True(queue.Post(Bytes(1, 5000)));
        Assert.False(queue.TryPost(Bytes(2, 1)));
        var waiting = Task.Run(() => queue.Post(Bytes(3, 600)), TestContext.Current.CancellationToken);
        Assert.Equal(1, Channel(Take(queue)));
        Assert.True(await waiting);
        Assert.True(queue.TryPost(Bytes(4, 400)));
        Assert.False(queue.TryPost(Bytes(5, 1)));
        Assert.True(queue.TryPost(TimePassed.Instance));
    }

    [Fact]
    public void What_arrives_holds_up_neither_a_stores_answer_nor_a_command()
    {
        var queue = new InputQueue(10, 1000);
        for (byte i = 1; i <= 3; i++) queue.Post(Bytes(i, 1));
        for (var i = 1; i <= 2; i++) queue.Post(new CommandGiven(i, new RoomsQuery()));
        queue.PostAnswer(new StoreCommitted(1));
        string[] taken = [.. Enumerable.Range(0, 6).Select(_ => Take(queue) switch
        {
            StoreCommitted => "answer",
            CommandGiven command => $"command {command.Tag}",
            LinkBytes bytes => $"bytes {bytes.Channel}",
            _ => "nothing",
        })];
        Assert.Equal(["answer", "command 1", "bytes 1", "command 2", "bytes 2", "bytes 3"], taken);
    }

    [Fact]
    public void A_wait_of_part_of_a_millisecond_is_a_wait()
    {
        var queue = new InputQueue(1, 1000);
        for (var i = 0; i < 10; i++)
        {
            var before = NodeLoop.Now.Monotonic;
            queue.Wait(TimeSpan.FromMicroseconds(300));
            Assert.Null(Take(queue));
            Assert.True(NodeLoop.Now.Monotonic - before >= TimeSpan.FromMicroseconds(300));
        }
    }

    private static NodeInput? Take(InputQueue queue) => queue.TryTake(out var input) ? input : null;

    private static LinkBytes Bytes(byte channel, int count) => new(new LinkHandle(1), channel, new byte[count]);

    private static int Channel(NodeInput? input) => Assert.IsType<LinkBytes>(input).Channel;
}
