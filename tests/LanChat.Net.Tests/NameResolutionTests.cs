using System.Net;
using System.Net.Sockets;

namespace LanChat.Net.Tests;

/// <summary>A name server that answers, refuses or is silent.</summary>
public sealed class NameResolutionTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_name_stands_for_is_found() =>
        Assert.Equal([IPAddress.Loopback], await NameResolution.FindAsync("here", (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), Ample, Test));

    [Fact]
    public async Task A_lookup_that_heeds_no_token_is_left_alone_after_a_while()
    {
        var silent = new TaskCompletionSource<IPAddress[]>();
        Assert.Empty(await NameResolution.FindAsync("there", (_, _) => silent.Task, TimeSpan.FromMilliseconds(1), Test).WaitAsync(Ample, Test));
        silent.SetResult([IPAddress.Loopback]);
    }

    [Fact]
    public async Task A_name_that_is_unknown_or_malformed_has_no_address()
    {
        Assert.Empty(await NameResolution.FindAsync("nowhere", (_, _) => throw new SocketException((int)SocketError.HostNotFound), Ample, Test));
        Assert.Empty(await NameResolution.FindAsync("no where", (_, _) => throw new ArgumentException("malformed"), Ample, Test));
    }

    [Fact]
    public async Task Whoever_asked_may_cancel_it()
    {
        using var cancelled = new CancellationTokenSource();
        var silent = new TaskCompletionSource<IPAddress[]>();
        var asked = NameResolution.FindAsync("there", (_, _) => silent.Task, Ample, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }
}
