using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LanChat.Commands;

/// <summary>stdout of the one-shot commands: UTF-8 without a byte-order mark whatever the locale, flushed per line.</summary>
internal static class ScriptOutput
{
    public static StreamWriter Open() => new(new StandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    /// <summary>A message as a line of text; further lines of it are indented.</summary>
    public static string Line(JsonElement message, bool withDate)
    {
        var sent = message.GetProperty("sentAt").GetDateTimeOffset().ToLocalTime();
        var time = sent.ToString(withDate ? "yyyy-MM-dd HH:mm:ss" : "HH:mm:ss", CultureInfo.InvariantCulture);
        var text = Printable(message.GetProperty("text").GetString()!).Replace("\n", "\n    ", StringComparison.Ordinal);
        var nick = Printable(message.GetProperty("nick").GetString()!);
        return message.GetProperty("kind").GetString() == "me" ? $"{time} * {nick} {text}" : $"{time} {nick}: {text}";
    }

    /// <summary>What strangers write must not steer a terminal.</summary>
    private static string Printable(string text) =>
        text.Any(IsUnprintable) ? string.Concat(text.Select(c => IsUnprintable(c) ? '\uFFFD' : c)) : text;

    private static bool IsUnprintable(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
