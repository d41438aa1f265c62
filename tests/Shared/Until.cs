using System.Diagnostics;
using Xunit;

namespace LanChat.Testing;

/// <summary>Waits for what other threads or processes bring about, with a bound: the tests' only way to wait.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when the condition holds; fails naming <paramref name="what"/> when it does not in time.</summary>
    public static Task Holds(string what, Func<bool> condition) => Holds(what, Patience, condition);

    /// <summary>Returns when the condition holds; fails naming <paramref name="what"/> when it does not within the limit.</summary>
    public static async Task Holds(string what, TimeSpan limit, Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit) Assert.Fail($"Not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
