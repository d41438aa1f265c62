namespace LanChat.Net.Tests;

/// <summary>Waits for what other threads bring about, with a bound.</summary>
internal static class Until
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>Looks every few milliseconds; fails with the name of what did not come about.</summary>
    public static async Task Holds(string what, Func<bool> condition)
    {
        var start = NodeLoop.Now.Monotonic;
        while (!condition())
        {
            if (NodeLoop.Now.Monotonic - start > Bound) Assert.Fail($"Not within {Bound.TotalSeconds} s: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
