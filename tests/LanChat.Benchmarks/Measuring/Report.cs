using System.Globalization;

namespace LanChat.Benchmarks.Measuring;

/// <summary>
/// Collects what every run measured and prints one line per measure: the median, the range, and, where a measure is compared with another of the
/// same run, the median of the ratios.
/// </summary>
internal sealed class Report
{
    private readonly List<Line> _lines = [];

    /// <summary>Adds one run's value.</summary>
    /// <param name="name">What was measured; the same in every run.</param>
    /// <param name="value">The value.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="goal">What is aimed at, as text; empty where nothing is.</param>
    public void Add(string name, double value, string unit, string goal = "") => Of(name, unit, goal).Values.Add(value);

    /// <summary>Adds one run's value divided by another value of that run.</summary>
    public void AddRatio(string name, double value, double by, string goal = "") => Add(name, by == 0 ? 0 : value / by, "x", goal);

    public void Print(TextWriter output)
    {
        int width = _lines.Max(line => line.Name.Length);
        output.WriteLine($"{"measure".PadRight(width)}  {"median",12}  {"least",12}  {"most",12}  {"unit",-12} goal");
        output.WriteLine(new string('-', width + 66));
        foreach (Line line in _lines)
        {
            double[] sorted = [.. line.Values.Order()];
            string numbers = string.Join("  ", new[] { sorted[sorted.Length / 2], sorted[0], sorted[^1] }.Select(value => Show(value).PadLeft(12)));
            output.WriteLine($"{line.Name.PadRight(width)}  {numbers}  {line.Unit,-12} {line.Goal}".TrimEnd());
        }
    }

    private static string Show(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 1000 => "#,0",
        >= 10 => "0.0",
        _ => "0.00",
    }, CultureInfo.InvariantCulture);

    private Line Of(string name, string unit, string goal)
    {
        Line? line = _lines.Find(line => line.Name == name);
        if (line is null)
            _lines.Add(line = new Line(name, unit, goal, []));
        return line;
    }

    private sealed record Line(string Name, string Unit, string Goal, List<double> Values);
}
