namespace LiteNetLib;

/// <content>How long the timers of an idle peer may be left alone.</content>
public partial class LiteNetPeer
{
    /// <summary>Whether a ping is due once so many milliseconds more have passed.</summary>
    internal bool IsPingDue(float elapsed) => _state == ConnectionState.Connected && _pingTimer + elapsed >= NetManager.PingInterval;

    /// <summary>Milliseconds in which no timer of this peer is due; 0 while something is under way.</summary>
    internal float TimeToRest()
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

        return Math.Max(0, Math.Min(NetManager.PingInterval - _pingTimer, NetManager.DisconnectTimeout - _silence));
    }
}
