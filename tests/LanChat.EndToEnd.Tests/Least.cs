namespace LanChat.EndToEnd.Tests;

/// <summary>
/// Costs that are promised of the program, measured on a machine with neighbours, who can only add to them: the least of several measurements, taken
/// until one holds what is promised.
/// </summary>
internal static class Least
{
    private const int MostTries = 4;

    /// <summary>Long enough for a clock of 10 ms to tell tenths of a percent.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    /// <summary>Percent of a core that a program takes while nothing happens. The runtime compiles for a while after the start what has been used by then.</summary>
    public static Task<double> IdleShareAsync(Func<TimeSpan> processorTime, double promised) => OfAsync(promised, async () =>
    {
        var before = processorTime();
        await Until.PassedAsync(IdleTime);
        return (processorTime() - before) / IdleTime * 100;
    });

    /// <summary>The least of up to four measurements; the first that is at most what is promised ends it.</summary>
    public static async Task<double> OfAsync(double promised, Func<Task<double>> measure)
    {
        var least = double.MaxValue;
        for (var tried = 0; tried < MostTries && least > promised; tried++)
        {
            var measured = await measure();
            TestContext.Current.SendDiagnosticMessage($"measured {measured:0.00}, promised {promised:0.00}");
            least = Math.Min(least, measured);
        }

        return least;
    }
}
