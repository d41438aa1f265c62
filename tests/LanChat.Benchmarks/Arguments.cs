using System.Globalization;

namespace LanChat.Benchmarks;

/// <summary>The options of a subcommand: <c>--name value</c>.</summary>
internal sealed class Arguments(string[] words)
{
    public string Text(string option, string otherwise)
    {
        int at = Array.IndexOf(words, "--" + option);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : otherwise;
    }

    /// <exception cref="FormatException">The value is not a number.</exception>
    public double Number(string option, double otherwise) =>
        double.Parse(Text(option, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
