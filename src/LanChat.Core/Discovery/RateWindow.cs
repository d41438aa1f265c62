namespace LanChat.Core.Discovery;

/// <summary>Lets through so many in each second, counted from the first one.</summary>
internal struct RateWindow(int perSecond)
{
    private TimeSpan _start = TimeSpan.MinValue;
    private int _taken;

    /// <summary>Whether one more may pass now.</summary>
    public bool TryTake(TimeSpan now)
    {
        if (_start == TimeSpan.MinValue || now - _start >= TimeSpan.FromSeconds(1)) (_start, _taken) = (now, 0);
        return _taken++ < perSecond;
    }
}
