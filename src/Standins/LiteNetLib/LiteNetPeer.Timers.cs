using System.Buffers.Binary;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Connecting, pings, path MTU discovery, resends and the end. Driven by the logic thread, or by ManualUpdate.</content>
public partial class LiteNetPeer
{
    private const int ShutdownRepeatMilliseconds = 300;
    private const int MtuCheckRepeatMilliseconds = 1000;
    private const int MaxMtuAttempts = 4;
    private const int FirstPing = 2;

    /// <summary>Round trips are averaged over this many ping intervals before the sum is condensed.</summary>
    private const int RoundTripResetIntervals = 3;

    /// <summary>Assumed round trip before one was measured, in milliseconds.</summary>
    private const double AssumedRoundTrip = 2.0 / 2.1;

    /// <summary>Share of a new acknowledgement time in the smoothed one (RFC 6298: 1/8).</summary>
    private const int AckTimeWeight = 8;

    /// <summary>The same of a ping's, which are few.</summary>
    private const int PongTimeWeight = 2;

    private const int MaxResendBackoff = 8;

    /// <summary>Beyond it doubling goes no further, in milliseconds: what is lost at random must have many tries before a connection times out.</summary>
    private const double LongestBackoff = 400;

    /// <summary>The same for a path on which even the delay itself is about as long.</summary>
    private const int SlowBackoff = 2;

    /// <summary>Pings whose answers are still taken for what they are when they come late.</summary>
    private const int RememberedPings = 8;

    private readonly long[] _pingTimes = new long[RememberedPings];
    private double _averageRoundTrip;
    private double _pongTime;
    private long _ackTime;
    private long _backedOffAt;
    private int _resendBackoff = 1;
    private double _roundTripSum;
    private int _roundTripCount;
    private float _roundTripResetTimer;
    private float _pingTimer;
    private float _connectTimer;
    private float _shutdownTimer;
    private float _shutdownAge;
    private float _mtuTimer = MtuCheckRepeatMilliseconds;
    private float _silence;
    private long _silentSince;
    private int _connectAttempts;
    private int _mtuAttempts;
    private bool _isMtuFinished;
    private ushort _pingSequence = FirstPing - 1;
    private long _pingSentAt;
    private bool _isPingOpen;
    private byte[] _shutdownPacket;

    /// <summary>Advances every timer.</summary>
    /// <param name="elapsedMilliseconds">Since the last time.</param>
    /// <param name="now">In clock ticks.</param>
    /// <param name="isRound">Whether others ping now: then so does this peer, half an interval after its last time at the earliest.</param>
    internal void Update(float elapsedMilliseconds, long now, bool isRound)
    {
        long heard = Volatile.Read(ref _lastHeard);
        _silence = heard == _silentSince ? _silence + elapsedMilliseconds : (float)Math.Clamp(Clock.Milliseconds(now - heard), 0, elapsedMilliseconds);
        _silentSince = heard;
        switch (_state)
        {
            case ConnectionState.Outgoing:
                UpdateOutgoing(elapsedMilliseconds);
                break;
            case ConnectionState.Connected when _silence > NetManager.DisconnectTimeout:
                NetManager.DisconnectForced(this, DisconnectReason.Timeout);
                break;
            case ConnectionState.Connected:
                UpdateConnected(elapsedMilliseconds, now, isRound);
                break;
            case ConnectionState.ShutdownRequested:
                UpdateShutdown(elapsedMilliseconds);
                break;
            case ConnectionState.Disconnected when _silence > NetManager.DisconnectTimeout:
                NetManager.RemovePeer(this);
                break;
        }
    }

    /// <summary>Sends the first connection request.</summary>
    internal void StartConnecting() => NetManager.SendToPeer(_connectPacket, this);

    /// <summary>Takes the time a packet sent once needed until its acknowledgement came. Under the gate.</summary>
    internal void AddAckTime(long ticks)
    {
        _ackTime += (ticks - _ackTime) / AckTimeWeight;
        _resendBackoff = 1;
    }

    /// <summary>Tells the other side that its request was accepted; also the answer to a repeated request.</summary>
    internal void SendAccept()
    {
        Span<byte> packet = stackalloc byte[PacketHeader.ConnectAcceptSize];
        new ConnectAccept(ConnectTime, ConnectionNumber, 0, Id).Write(packet, PacketProperty.ConnectAccept);
        NetManager.SendToPeer(packet, this);
    }

    /// <summary>Answers "peer not found" with who we are, so that the other side can find the peer at our new address.</summary>
    internal void SendIdentity()
    {
        ResetMtu();
        Span<byte> packet = stackalloc byte[PacketHeader.ConnectAcceptSize];
        new ConnectAccept(ConnectTime, ConnectionNumber, 1, RemoteId).Write(packet, PacketProperty.PeerNotFound);
        NetManager.SendToPeer(packet, this);
    }

    /// <summary>Takes the answer to our request.</summary>
    internal bool TryAccept(ConnectAccept accept)
    {
        lock (Gate)
        {
            if (_state != ConnectionState.Outgoing || accept.Time != ConnectTime)
                return false;
            ConnectionNumber = accept.Number;
            RemoteId = accept.PeerId;
            Volatile.Write(ref _lastHeard, NetManager.Now);
            _state = ConnectionState.Connected;
            return true;
        }
    }

    /// <summary>Begins, or with <paramref name="force"/> completes, the end. Queued messages are dropped.</summary>
    /// <returns>The state before; Disconnected if there was nothing to end.</returns>
    internal ConnectionState Shutdown(ReadOnlySpan<byte> data, bool force, int headerNumber)
    {
        ConnectionState before;
        lock (Gate)
        {
            before = _state;
            if (before is ConnectionState.Disconnected or ConnectionState.ShutdownRequested)
                return ConnectionState.Disconnected;
            DropQueues();
            _state = force ? ConnectionState.Disconnected : ConnectionState.ShutdownRequested;
        }

        if (!force)
            StartShutdown(data, headerNumber);
        return before;
    }

    /// <summary>Sends the goodbye and keeps it for repetition.</summary>
    internal void StartShutdown(ReadOnlySpan<byte> data, int headerNumber)
    {
        int size = PacketHeader.DisconnectSize + data.Length;
        if (size >= _mtu)
        {
            NetDebug.Error($"Disconnect data of {data.Length} bytes is too big for one datagram; zeros are sent.");
            size = Math.Min(size, _mtu);
            data = default;
        }

        byte[] packet = new byte[size];
        packet[0] = PacketHeader.Make(PacketProperty.Disconnect, headerNumber);
        BinaryPrimitives.WriteInt64LittleEndian(packet.AsSpan(NetConstants.HeaderSize), ConnectTime);
        data.CopyTo(packet.AsSpan(PacketHeader.DisconnectSize));
        Volatile.Write(ref _shutdownPacket, packet);
        NetManager.SendToPeer(packet, this);
        NetManager.Disturb();
    }

    /// <summary>The other side said goodbye.</summary>
    /// <returns>The state before if the goodbye is meant for this connection, otherwise Disconnected.</returns>
    internal ConnectionState HandleDisconnect(ReadOnlySpan<byte> packet)
    {
        long time = BinaryPrimitives.ReadInt64LittleEndian(packet[NetConstants.HeaderSize..]);
        lock (Gate)
        {
            var before = _state;
            bool isOpen = before is ConnectionState.Connected or ConnectionState.Outgoing;

            // An original that remembers an earlier connection rejects with a raised number: the time alone says whom it means.
            bool isNumberRight = before == ConnectionState.Outgoing || PacketHeader.Number(packet[0]) == ConnectionNumber;
            if (!isOpen || time != ConnectTime || !isNumberRight)
                return ConnectionState.Disconnected;
            DropQueues();
            Volatile.Write(ref _lastHeard, NetManager.Now);
            _state = ConnectionState.Disconnected;
            return before;
        }
    }

    /// <summary>Moves between states that do not end the connection.</summary>
    internal bool TryChangeState(ConnectionState from, ConnectionState to)
    {
        lock (Gate)
        {
            if (_state != from)
                return false;
            _state = to;
            return true;
        }
    }

    private void DropQueues()
    {
        foreach (var ofMethod in _channels)
        {
            foreach (var channel in ofMethod ?? [])
                channel?.DropQueue();
        }

        while (_unreliable.Count > 0)
            NetManager.ReturnPacket(_unreliable.Dequeue());
        _queuedBytes = 0;
    }

    private void UpdateOutgoing(float elapsed)
    {
        _connectTimer += elapsed;
        if (_connectTimer < NetManager.ReconnectDelay)
            return;
        _connectTimer = 0;
        if (++_connectAttempts > NetManager.MaxConnectAttempts)
            NetManager.DisconnectForced(this, DisconnectReason.ConnectionFailed);
        else
            NetManager.SendToPeer(_connectPacket, this);
    }

    private void UpdateShutdown(float elapsed)
    {
        _shutdownAge += elapsed;
        if (_shutdownAge >= NetManager.DisconnectTimeout)
        {
            _state = ConnectionState.Disconnected;
            return;
        }

        _shutdownTimer += elapsed;
        byte[] packet = Volatile.Read(ref _shutdownPacket);
        if (_shutdownTimer < ShutdownRepeatMilliseconds || packet == null)
            return;
        _shutdownTimer = 0;
        NetManager.SendToPeer(packet, this);
    }

    private void UpdateConnected(float elapsed, long now, bool isRound)
    {
        UpdatePing(elapsed, now, isRound);
        UpdateMtu(elapsed);
        bool needsFlush;
        lock (Gate)
        {
            // Acknowledgements have a time of their own.
            needsFlush = MarkExpired(now) || _queuedBytes > 0;
        }

        if (needsFlush)
            Flush();
    }

    /// <summary>
    /// Marks what has waited too long for an acknowledgement. The delay is the original's, but follows the acknowledgements of data and
    /// not only the pings, and doubles, up to a bound, while nothing first sent comes through: a peer that is slow must not be flooded with repetitions.
    /// A ping that gets no answer says nothing of the way's length here: counted as the original counts it, as long as the pause between two pings, it
    /// would keep a lossy link from repeating anything for seconds.
    /// </summary>
    /// <returns>Whether there is something to repeat.</returns>
    private bool MarkExpired(long now)
    {
        double measured = Math.Max(_pongTime, Clock.Milliseconds(_ackTime));
        double plain = ResendFixedDelay + (ResendRttMultiplier * (measured > 0 ? measured : AssumedRoundTrip));
        long delay = (long)(Math.Min(plain * _resendBackoff, Math.Max(LongestBackoff, SlowBackoff * plain)) * Clock.TicksPerMillisecond);
        int expired = 0;
        for (int i = _unacknowledged.Count - 1; i >= 0; i--)
        {
            var channel = _unacknowledged[i];
            int inChannel = channel.MarkExpired(now, delay);
            if (inChannel > 0)
                Activate(channel);
            expired += inChannel;
            if (channel.HasUnacknowledged)
                continue;
            channel.IsListedUnacknowledged = false;
            _unacknowledged.RemoveAt(i);
        }

        if (expired == 0)
            return false;
        if (now - _backedOffAt >= delay)
        {
            _backedOffAt = now;
            _resendBackoff = Math.Min(_resendBackoff * 2, MaxResendBackoff);
        }

        return true;
    }

    private void UpdatePing(float elapsed, long now, bool isRound)
    {
        _roundTripResetTimer += elapsed;
        if (_roundTripResetTimer >= RoundTripResetIntervals * NetManager.PingInterval)
        {
            _roundTripResetTimer = 0;
            lock (Gate)
            {
                _roundTripSum = _averageRoundTrip;
                _roundTripCount = _averageRoundTrip > 0 ? 1 : 0;
            }
        }

        bool isDue = isRound && !IsPingSpared ? _pingTimer + elapsed >= NetManager.PingInterval / 2 : IsPingDue(elapsed, now);
        _pingTimer = SincePing(elapsed, now);
        if (!isDue)
            return;
        _pingTimer = 0;
        _sparedPings = 0;
        Span<byte> ping = stackalloc byte[PacketHeader.PingSize];
        lock (Gate)
        {
            if (_isPingOpen)
                AddRoundTrip(Clock.Milliseconds(now - _pingSentAt));

            // A number is left out after a ping without an answer: so the other side learns that something is lost, and pings as well.
            if (_isPingOpen && _connectPacket != null)
                LeaveOutPing();
            _pingSequence = Sequence.Next(_pingSequence);
            _pingSentAt = NetManager.Now;
            _pingTimes[_pingSequence % RememberedPings] = _pingSentAt;
            _isPingOpen = true;
            ping[0] = PacketHeader.Make(PacketProperty.Ping, ConnectionNumber);
            BinaryPrimitives.WriteUInt16LittleEndian(ping[1..], _pingSequence);
        }

        NetManager.SendToPeer(ping, this);
    }

    /// <summary>Its place held the time of an older ping, which an answer to this number, which was never asked, must not be measured by.</summary>
    private void LeaveOutPing()
    {
        _pingSequence = Sequence.Next(_pingSequence);
        _pingTimes[_pingSequence % RememberedPings] = 0;
    }

    private void HandlePong(ReadOnlySpan<byte> packet, long now)
    {
        double elapsed;
        lock (Gate)
        {
            NotePong(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]), now);
            if (!_isPingOpen || BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) != _pingSequence)
                return;
            _isPingOpen = false;
            elapsed = Math.Max(0, Clock.Milliseconds(now - _pingSentAt));
            AddRoundTrip(elapsed);
        }

        long remoteTicks = BinaryPrimitives.ReadInt64LittleEndian(packet[3..]);
        RemoteTimeDelta = remoteTicks + (long)(elapsed * TimeSpan.TicksPerMillisecond / 2) - DateTime.UtcNow.Ticks;
        NetManager.RaiseLatency(this, Ping);
    }

    /// <summary>Takes how long the answer to a ping took, also one that comes after later pings have left. Each counts once.</summary>
    private void NotePong(ushort sequence, long now)
    {
        ref long sentAt = ref _pingTimes[sequence % RememberedPings];
        if (sentAt == 0 || Sequence.Ahead(_pingSequence, sequence) is < 0 or >= RememberedPings)
            return;
        double elapsed = Math.Max(0, Clock.Milliseconds(now - sentAt));
        sentAt = 0;
        _pongTime = _pongTime == 0 ? elapsed : _pongTime + ((elapsed - _pongTime) / PongTimeWeight);
    }

    private void AddRoundTrip(double milliseconds)
    {
        _roundTripSum += milliseconds;
        _roundTripCount++;
        Volatile.Write(ref _averageRoundTrip, _roundTripSum / _roundTripCount);
    }

    private void ResetMtu()
    {
        int fixedMtu = NetManager.MtuOverride;
        _mtuStep = 0;
        _mtu = fixedMtu > 0 ? Math.Min(fixedMtu, MtuLadder.Steps[^1]) : MtuLadder.Steps[0];
        _mtu -= NetManager.ExtraPacketSizeForLayer;
        _isMtuFinished = fixedMtu > 0 || !NetManager.MtuDiscovery;
        _mtuAttempts = 0;
    }

    private void UpdateMtu(float elapsed)
    {
        if (_isMtuFinished)
            return;
        _mtuTimer += elapsed;
        if (_mtuTimer < MtuCheckRepeatMilliseconds)
            return;
        _mtuTimer = 0;
        if (++_mtuAttempts >= MaxMtuAttempts || _mtuStep + 1 >= MtuLadder.Steps.Length)
            _isMtuFinished = true;
        else
            SendMtuCheck();
    }

    private void SendMtuCheck()
    {
        int size = MtuLadder.Steps[_mtuStep + 1] - NetManager.ExtraPacketSizeForLayer;
        Span<byte> packet = stackalloc byte[size];
        packet.Clear();
        packet[0] = PacketHeader.Make(PacketProperty.MtuCheck, ConnectionNumber);
        BinaryPrimitives.WriteInt32LittleEndian(packet[1..], size);
        BinaryPrimitives.WriteInt32LittleEndian(packet[^4..], size);
        NetManager.SendToPeer(packet, this);
    }

    private void HandleMtu(PacketProperty property, ReadOnlySpan<byte> packet)
    {
        int size = packet.Length;
        bool isWellFormed = size >= MtuLadder.Steps[0] - NetManager.ExtraPacketSizeForLayer && size <= MtuLadder.Steps[^1]
            && BinaryPrimitives.ReadInt32LittleEndian(packet[1..]) == size
            && BinaryPrimitives.ReadInt32LittleEndian(packet[^4..]) == size;
        if (!isWellFormed)
            return;
        if (property == PacketProperty.MtuCheck)
        {
            _mtuAttempts = 0;
            Span<byte> answer = stackalloc byte[size];
            packet.CopyTo(answer);
            answer[0] = PacketHeader.Make(PacketProperty.MtuOk, ConnectionNumber);
            NetManager.SendToPeer(answer, this);
            return;
        }

        if (_isMtuFinished || _mtuStep + 1 >= MtuLadder.Steps.Length
            || size != MtuLadder.Steps[_mtuStep + 1] - NetManager.ExtraPacketSizeForLayer)
            return;
        lock (Gate)
        {
            _mtuStep++;
            _mtu = size;
        }

        // The next step is tried at once: the answer shows that the path is alive, waiting a second per step would gain nothing.
        _mtuAttempts = 0;
        _mtuTimer = 0;
        if (_mtuStep + 1 < MtuLadder.Steps.Length)
            SendMtuCheck();
        else
            _isMtuFinished = true;
    }
}
