using System.Diagnostics;
using LanChat.Benchmarks.Relay;

namespace LanChat.Relay.Tests;

/// <summary>Waits for conditions, with a bound, and drives a client's transport meanwhile.</summary>
internal static class Until
{
    /// <summary>Long enough for a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, RelayLoadClient client)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            client.Turn();
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "Waited in vain.");
            await Task.Delay(2);
        }
    }
}
