using System.Diagnostics;

namespace Standins.Tests;

/// <summary>Waits for what another thread brings about.</summary>
internal static class Until
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns as soon as the condition holds; fails the test, saying what was waited for, when it does not within the limit.</summary>
    public static async Task Holds(string what, TimeSpan limit, Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                Assert.Fail($"{what} did not happen within {limit.TotalSeconds} s.");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
