using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>
/// Rest: while nothing is under way the logic thread sleeps until the next ping is due instead of waking every
/// <see cref="UpdateTime"/>, and pings leave together, so that an idle program costs next to nothing.
/// </content>
public partial class LiteNetManager
{
    /// <summary>Pings leave together with up to this many peers; beyond it they are spread, so that a hub sends no bursts.</summary>
    private const int MostInRound = 64;

    /// <summary>Slower paths keep their own time: answering late pings with pings would only make more of them.</summary>
    private const int NearMilliseconds = 20;

    /// <summary>For so long after pings have left those of the neighbours and all the answers come in.</summary>
    private static readonly long RoundTime = 16 * Clock.TicksPerMillisecond;

    /// <summary>The answers come first, and how long they took is looked at.</summary>
    private static readonly long AnswerTime = 2 * Clock.TicksPerMillisecond;

    /// <summary>How long answers are left to gather.</summary>
    private const int AnswerNapMicroseconds = 1000;

    /// <summary>How long pings are: so much longer may a round trip seem to the neighbour, and so long waits a message that comes just then.</summary>
    private const int RoundNapMicroseconds = 2000;

    /// <summary>With fewer peers there is nothing to gather.</summary>
    private const int FewestInRound = 6;

    /// <summary>With nothing at all to do the logic thread looks as seldom as this, in intervals between pings.</summary>
    private const int LongestRestIntervals = 2;

    /// <summary>The logic thread works out how long it may rest.</summary>
    private const int Undecided = int.MaxValue;

    /// <summary>Milliseconds the logic thread sleeps; 0 while it wakes every <see cref="UpdateTime"/>.</summary>
    private int _rest;

    private long _lastRoundAt;
    private volatile bool _isRoundWanted;

    /// <summary>Whether any peer's pings are left to us.</summary>
    private volatile bool _hasPingsToSend = true;

    /// <summary>Something needs timers now: a resting logic thread wakes. After the change itself, under no lock.</summary>
    internal void Disturb()
    {
        if (Volatile.Read(ref _rest) > 0 && Interlocked.Exchange(ref _rest, 0) > 0)
            _logicSignal.Set();
    }

    /// <summary>
    /// A ping came from nearby: if our own are due soon they leave now. So neighbours come to ping each other at the same moment, and each
    /// wakes for all of them at once (pulse-coupled oscillators, Mirollo and Strogatz 1990).
    /// </summary>
    internal void OnPinged(LiteNetPeer peer, long now)
    {
        if (_isManual || _isRoundWanted || !_hasPingsToSend || peer.RoundTripTime > NearMilliseconds || ConnectedPeersCount > MostInRound)
            return;
        if (Clock.Milliseconds(now - Volatile.Read(ref _lastRoundAt)) < PingInterval / 2)
            return;
        _isRoundWanted = true;
        _logicSignal.Set();
    }

    private int RoundNap(long now) => now - Volatile.Read(ref _lastRoundAt) < AnswerTime ? AnswerNapMicroseconds : RoundNapMicroseconds;

    private bool IsInRound(long now) =>
        now - Volatile.Read(ref _lastRoundAt) < RoundTime && ConnectedPeersCount is >= FewestInRound and <= MostInRound;

    /// <summary>Whether all peers ping now that have not done so for half an interval: one of them has to anyway.</summary>
    private bool IsRound(float elapsed, long now)
    {
        bool isRound = _isRoundWanted;
        _isRoundWanted = false;
        if (_isManual || ConnectedPeersCount > MostInRound)
            return false;
        if (!isRound)
        {
            foreach (var peer in this)
                isRound |= peer.IsPingDue(elapsed, now);
        }

        if (isRound)
            Volatile.Write(ref _lastRoundAt, now);
        return isRound;
    }

    /// <summary>
    /// Decides how long the logic thread may sleep. What is said first is that it rests: who sends something after its peer was looked at
    /// wakes it, and what was sent before is seen.
    /// </summary>
    private void DecideRest()
    {
        Interlocked.Exchange(ref _rest, Undecided);
        float rest = LongestRestIntervals * PingInterval;
        long now = Now;
        bool hasPingsToSend = false;
        foreach (var peer in this)
        {
            hasPingsToSend |= !peer.IsPingSpared;
            rest = Math.Min(rest, peer.TimeToRest(now));
            if (rest <= UpdateTime)
                break;
        }

        _hasPingsToSend = hasPingsToSend || rest <= UpdateTime;

        Interlocked.CompareExchange(ref _rest, rest > UpdateTime ? (int)Math.Ceiling(rest) : 0, Undecided);
    }
}
