using System.Diagnostics;

namespace Standins.Tests.LiteNetLib;

/// <summary>Waits for a condition, with a bound: the tests' only way to wait.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Calls <paramref name="poll"/> until <paramref name="condition"/> holds; fails naming <paramref name="what"/>.</summary>
    public static void True(string what, Func<bool> condition, Action? poll = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            poll?.Invoke();
            if (condition())
                return;
            if (clock.Elapsed > Patience)
                Assert.Fail($"Gave up waiting until {what}.");
            Thread.Yield();
            Thread.Sleep(1);
        }
    }
}
