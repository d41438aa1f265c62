namespace LanChat.EndToEnd.Tests;

/// <summary>The only places where these tests wait for time to pass.</summary>
internal static class Until
{
    /// <summary>Waits for a signal, no longer than the time left; whoever waits looks then at what there is.</summary>
    public static Task SignalledAsync(Task signal, TimeSpan left) => Task.WhenAny(signal, Task.Delay(left, TestContext.Current.CancellationToken));

    /// <summary>Lets time pass where its passing is what is tested: a cable that is out for so long, an idle program.</summary>
    public static Task PassedAsync(TimeSpan time) => Task.Delay(time, TestContext.Current.CancellationToken);
}
