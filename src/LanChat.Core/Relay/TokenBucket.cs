namespace LanChat.Core;

/// <summary>A token bucket: a rate with a burst. May go into debt by one taking, so that a taking larger than the burst still gets through.</summary>
internal struct TokenBucket
{
    private readonly double _perSecond;
    private readonly double _burst;
    private double _tokens;
    private TimeSpan _at;

    /// <summary>Starts full.</summary>
    public TokenBucket(double perSecond, double burst, TimeSpan now)
    {
        (_perSecond, _burst, _tokens, _at) = (perSecond, burst, burst, now);
    }

    /// <summary>Whether nothing is missing; such a bucket need not be kept.</summary>
    public bool IsFull(TimeSpan now) => Refill(now) >= _burst;

    /// <summary>Whether one may take now.</summary>
    public bool MayTake(TimeSpan now) => Refill(now) > 0;

    /// <summary>How long until one may take again; zero for now.</summary>
    public TimeSpan Wait(TimeSpan now) => Refill(now) > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / _perSecond);

    /// <summary>Takes, whatever is there.</summary>
    public void Take(double amount, TimeSpan now)
    {
        Refill(now);
        _tokens -= amount;
    }

    /// <summary>Takes when one may.</summary>
    public bool TryTake(double amount, TimeSpan now)
    {
        if (!MayTake(now)) return false;
        _tokens -= amount;
        return true;
    }

    private double Refill(TimeSpan now)
    {
        if (now > _at) _tokens = Math.Min(_burst, _tokens + (now - _at).TotalSeconds * _perSecond);
        _at = now;
        return _tokens;
    }
}
