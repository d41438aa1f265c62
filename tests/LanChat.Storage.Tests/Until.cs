using System.Diagnostics;

namespace LanChat.Storage.Tests;

/// <summary>Waits for a condition of another process, with a bound: these tests' only way to wait.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds; fails naming <paramref name="what"/> when it does not in time.</summary>
    public static async Task TrueAsync(string what, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Patience) Assert.Fail($"Gave up waiting until {what}.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }
}
