namespace LanChat.Tui;

/// <summary>Tab: completes what is before the caret to a command, a room or a nickname; pressed again, goes on to the next that fits.</summary>
internal sealed class Completion
{
    private List<string> _fits = [];
    private string _result = string.Empty;
    private int _at;
    private int _length;

    /// <summary>Completes in the composer; false if nothing fits.</summary>
    public bool Press(Composer composer, IEnumerable<string> commands, IEnumerable<string> rooms, IEnumerable<string> nicks)
    {
        string before = composer.BeforeCaret;
        if (_fits.Count > 0 && before == _result)
        {
            _at = (_at + 1) % _fits.Count;
        }
        else if (!Begin(before, commands, rooms, nicks))
        {
            return false;
        }

        composer.ReplaceBefore(_length, _fits[_at]);
        _length = _fits[_at].Length;
        _result = composer.BeforeCaret;
        return true;
    }

    private bool Begin(string before, IEnumerable<string> commands, IEnumerable<string> rooms, IEnumerable<string> nicks)
    {
        int start = before.LastIndexOfAny([' ', '\n']) + 1;
        string word = before[start..];
        string suffix = start == 0 ? ": " : " ";
        IEnumerable<string> fits = word switch
        {
            "" => [],
            _ when word[0] == '/' && start == 0 => commands.Select(name => $"/{name} "),
            _ when word[0] == '#' => rooms.Select(name => $"{name} "),
            _ when word[0] == '@' => nicks.Select(nick => $"@{nick} "),
            _ => nicks.Select(nick => nick + (before.StartsWith('/') ? " " : suffix)),
        };
        _fits = [.. fits.Where(fit => fit.StartsWith(word, StringComparison.CurrentCultureIgnoreCase)).Distinct()];
        (_at, _length) = (0, word.Length);
        return _fits.Count > 0;
    }
}
