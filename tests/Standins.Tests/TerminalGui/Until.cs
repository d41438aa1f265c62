using System.Diagnostics;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>Waits for what another process does, with a bound.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks again until the answer fits; fails with the last answer.</summary>
    public static async Task<T> Is<T>(Func<T> ask, Func<T, bool> fits, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        T answer = ask();
        while (!fits(answer))
        {
            Assert.True(watch.Elapsed < Patience, $"Still not so after {Patience.TotalSeconds} s:\n{answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
            answer = ask();
        }

        return answer;
    }
}
