namespace LanChat.Tui;

/// <summary>What was sent before, the newest last; bounded, the oldest goes first.</summary>
internal sealed class InputHistory
{
    /// <summary>As many lines are kept.</summary>
    public const int Capacity = 500;

    private readonly List<string> _lines = [];
    private int _at;
    private string _draft = string.Empty;

    /// <summary>The lines, the newest last.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Remembers a line; one equal to the last is not remembered twice.</summary>
    public void Add(string line)
    {
        if (line.Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
        {
            _lines.Add(line);
            if (_lines.Count > Capacity)
            {
                _lines.RemoveAt(0);
            }
        }

        _at = _lines.Count;
    }

    /// <summary>The line before the one shown; what was being typed comes back by <see cref="Newer"/>. Null at the oldest.</summary>
    public string? Older(string typed)
    {
        if (_at == 0)
        {
            return null;
        }

        if (_at == _lines.Count)
        {
            _draft = typed;
        }

        return _lines[--_at];
    }

    /// <summary>The line after the one shown; null if none is shown.</summary>
    public string? Newer() => _at >= _lines.Count ? null : ++_at == _lines.Count ? _draft : _lines[_at];
}
