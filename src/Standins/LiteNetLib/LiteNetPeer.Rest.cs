using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>
/// How long the timers of an idle peer may be left alone. A ping and its answer show both sides that the other is there, so that two who ping each
/// other do twice what is needed: who was connected to leaves it to who connected, while those pings come without a gap.
/// </content>
public partial class LiteNetPeer
{
    /// <summary>So many pings of the other side must have come in a row: where any are lost both sides ping.</summary>
    private const int SteadyAfter = 8;

    /// <summary>After so many that were spared one is sent all the same, for the round trip as it is from here and for losses on the way there.</summary>
    private const int SparedInRow = 9;

    /// <summary>A ping that is spared is due when the other side's next one has stayed out.</summary>
    private const int SparedIntervals = 2;

    private volatile int _steadyPings;
    private volatile int _sparedPings;
    private long _pingedAt;

    /// <summary>Whether the other side's pings do for both.</summary>
    internal bool IsPingSpared =>
        _connectPacket == null && _steadyPings >= SteadyAfter && _sparedPings < SparedInRow && !Volatile.Read(ref _isPingOpen);

    /// <summary>Whether a ping is due once so many milliseconds more have passed.</summary>
    internal bool IsPingDue(float elapsed, long now) =>
        _state == ConnectionState.Connected && SincePing(elapsed, now) >= (IsPingSpared ? SparedIntervals : 1) * NetManager.PingInterval;

    /// <summary>Milliseconds in which no timer of this peer is due; 0 while something is under way.</summary>
    internal float TimeToRest(long now)
    {
        if (_state == ConnectionState.Disconnected)
            return NetManager.PingInterval;
        if (_state != ConnectionState.Connected || !_isMtuFinished)
            return 0;
        lock (Gate)
        {
            bool isUnderWay = _unacknowledged.Exists(channel => channel.HasUnacknowledged);
            if (isUnderWay || _queuedBytes > 0 || _active.Count > 0 || _isFlushing || _isFlushScheduled)
                return 0;
        }

        float untilPing = ((IsPingSpared ? SparedIntervals : 1) * NetManager.PingInterval) - SincePing(0, now);
        return Math.Max(0, Math.Min(untilPing, NetManager.DisconnectTimeout - _silence));
    }

    /// <summary>Milliseconds since the last ping that counts here: one of ours, or where ours are spared one of the other side's.</summary>
    private float SincePing(float elapsed, long now)
    {
        float own = _pingTimer + elapsed;
        return IsPingSpared ? Math.Min(own, (float)Clock.Milliseconds(now - Volatile.Read(ref _pingedAt))) : own;
    }

    /// <summary>Takes note of a ping of the other side.</summary>
    /// <param name="ahead">How far its number is ahead of the last one.</param>
    /// <param name="now">In clock ticks.</param>
    private void NotePinged(int ahead, long now)
    {
        Volatile.Write(ref _pingedAt, now);
        _steadyPings = ahead == 1 ? Math.Min(_steadyPings + 1, SteadyAfter) : 0;
        if (IsPingSpared)
            _sparedPings++;
    }
}
