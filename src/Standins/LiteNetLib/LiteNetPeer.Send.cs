using LiteNetLib.Channels;
using LiteNetLib.Sockets;
using LiteNetLib.Utils;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>
/// Sending. A message is packed under the gate and leaves at once if nothing else is busy sending to this peer; otherwise whoever is
/// busy, the end of the current batch of received datagrams or events, or the logic thread takes it along.
/// </content>
public partial class LiteNetPeer
{
    /// <summary>A peer may send alone this often on average; more often than that, messages are gathered.</summary>
    private static readonly long AloneInterval = 20 * Clock.TicksPerMicrosecond;

    private static readonly long AloneBurst = 5 * AloneInterval;

    /// <summary>Flush rounds a sending thread does for others before the logic thread has to go on.</summary>
    private const int MaxRounds = 16;

    private readonly List<Channel> _active = [];
    private readonly List<Channel> _unacknowledged = [];
    private PacketQueue _unreliable;
    private ushort _fragmentId;
    private long _queuedBytes;
    private long _aloneUntil;
    private bool _isFlushing;
    private bool _flushAgain;
    private bool _isFlushScheduled;
    private bool _isHolding;
    private long _heldSince;

    /// <summary>Sends a message on channel 0. Does nothing unless connected.</summary>
    /// <exception cref="TooBigPacketException">The delivery method does not fragment and the message is too big, or it would need
    /// more than <see cref="LiteNetManager.MaxFragmentsCount"/> fragments.</exception>
    public void Send(ReadOnlySpan<byte> data, DeliveryMethod deliveryMethod) => SendInternal(data, 0, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void Send(byte[] data, DeliveryMethod deliveryMethod) => SendInternal(data, 0, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void Send(NetDataWriter dataWriter, DeliveryMethod deliveryMethod) =>
        SendInternal(dataWriter.AsReadOnlySpan(), 0, deliveryMethod, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte},DeliveryMethod)"/>
    public void Send(byte[] data, int start, int length, DeliveryMethod options) =>
        SendInternal(data.AsSpan(start, length), 0, options, null);

    /// <summary>Sends a message on channel 0 and raises a delivery event with <paramref name="userData"/> when it has arrived.</summary>
    /// <exception cref="ArgumentException">The delivery method is not ReliableOrdered or ReliableUnordered.</exception>
    public void SendWithDeliveryEvent(ReadOnlySpan<byte> data, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data, 0, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(byte[] data, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data, 0, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(byte[] data, int start, int length, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(data.AsSpan(start, length), 0, deliveryMethod, userData);

    /// <inheritdoc cref="SendWithDeliveryEvent(ReadOnlySpan{byte},DeliveryMethod,object)"/>
    public void SendWithDeliveryEvent(NetDataWriter dataWriter, DeliveryMethod deliveryMethod, object userData) =>
        SendConfirmed(dataWriter.AsReadOnlySpan(), 0, deliveryMethod, userData);

    /// <summary>Queues a message and sees to it that it leaves.</summary>
    protected void SendInternal(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod, object userData)
    {
        if (_state != ConnectionState.Connected || channelNumber >= ChannelsCount)
            return;
        CheckSize(data.Length, deliveryMethod);
        bool isOverLimit = false;
        bool needsFlush = false;
        lock (Gate)
        {
            if (_state != ConnectionState.Connected)
                return;
            if (_queuedBytes + data.Length > NetManager.MaxQueuedBytesPerPeer)
                isOverLimit = true;
            else
                needsFlush = Queue(data, channelNumber, deliveryMethod, userData);
        }

        if (isOverLimit)
            NetManager.OnQueueOverflow(this, deliveryMethod);
        else if (needsFlush)
            NetManager.RequestFlush(this);
    }

    internal void SendOn(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod) =>
        SendInternal(data, channelNumber, deliveryMethod, null);

    internal void SendConfirmed(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod, object userData)
    {
        if (deliveryMethod is not (DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered))
            throw new ArgumentException("Delivery events exist for ReliableOrdered and ReliableUnordered only.", nameof(deliveryMethod));
        SendInternal(data, channelNumber, deliveryMethod, userData);
    }

    internal void OnQueued(int bytes) => _queuedBytes += bytes;

    internal void OnDequeued(int bytes) => _queuedBytes -= bytes;

    /// <summary>Notes that a channel has sent what will be acknowledged: the timers look at such channels alone. Under the gate.</summary>
    internal void OnAwaitingAck(Channel channel)
    {
        if (channel.IsListedUnacknowledged)
            return;
        channel.IsListedUnacknowledged = true;
        _unacknowledged.Add(channel);
    }

    internal void Activate(Channel channel)
    {
        if (channel.IsActive)
            return;
        channel.IsActive = true;
        _active.Add(channel);
    }

    /// <summary>Marks that the peer stands in a list of peers to flush. Under no lock.</summary>
    /// <returns>False if it stands in one already.</returns>
    internal bool TrySchedule()
    {
        lock (Gate)
        {
            bool wasScheduled = _isFlushScheduled;
            _isFlushScheduled = true;
            return !wasScheduled;
        }
    }

    /// <summary>Whether a message may leave alone: a generic cell rate test, so that short bursts pass and floods are gathered.</summary>
    internal bool TryPassAlone(long now)
    {
        lock (Gate)
        {
            if (_aloneUntil - now > AloneBurst)
                return false;
            _aloneUntil = Math.Max(_aloneUntil, now) + AloneInterval;
            return true;
        }
    }

    /// <summary>Sends everything that may leave now. If another thread is doing that, it is told to go on.</summary>
    /// <param name="mayHold">Whether a half-empty packet may wait for company; the caller comes back within a millisecond.</param>
    /// <returns>Whether something was held back.</returns>
    internal bool Flush(bool mayHold = false)
    {
        var batch = DatagramBatch.OfThread;
        bool more;
        lock (Gate)
        {
            _isFlushScheduled = false;
            if (_isFlushing)
            {
                _flushAgain = true;
                return false;
            }

            more = Collect(batch, mayHold);
            if (batch.IsEmpty)
                return _isHolding;
            _isFlushing = true;
        }

        for (int round = 0; ; round++)
        {
            batch.Transmit(NetManager, this, _socketAddress);
            NetManager.Disturb();
            lock (Gate)
            {
                bool goOn = more || _flushAgain;
                if (!goOn || round == MaxRounds)
                {
                    _isFlushing = false;
                    if (!goOn)
                        return _isHolding;
                    break;
                }

                more = Collect(batch, mayHold);
            }
        }

        NetManager.ScheduleFlush(this);
        return false;
    }

    private bool Queue(ReadOnlySpan<byte> data, byte channelNumber, DeliveryMethod deliveryMethod, object userData)
    {
        if (deliveryMethod == DeliveryMethod.Unreliable)
        {
            var packet = NetManager.RentPacket();
            packet.Data[0] = PacketHeader.Make(PacketProperty.Unreliable, ConnectionNumber);
            data.CopyTo(packet.Data.AsSpan(NetConstants.HeaderSize));
            packet.Size = data.Length + NetConstants.HeaderSize;
            _unreliable.Enqueue(packet);
            OnQueued(packet.Size);
        }
        else
        {
            var channel = GetChannel(Channel.IdOf(channelNumber, deliveryMethod));
            channel.Enqueue(data, userData == null ? null : new DeliveryReceipt(userData, 1));
            Activate(channel);
        }

        if (_isFlushing)
            _flushAgain = true;
        return !_isFlushing && !_isFlushScheduled;
    }

    private void CheckSize(int length, DeliveryMethod deliveryMethod)
    {
        int maximum = GetMaxSinglePacketSize(deliveryMethod);
        if (length <= maximum)
            return;
        if (deliveryMethod is not (DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered))
            throw new TooBigPacketException($"{deliveryMethod} takes at most {maximum} bytes, this message has {length}.");
        int chunk = maximum - NetConstants.FragmentHeaderSize;
        if ((length + chunk - 1) / chunk > NetManager.MaxFragmentsCount)
            throw new TooBigPacketException($"A message of {length} bytes needs more than {NetManager.MaxFragmentsCount} fragments.");
    }

    /// <summary>Fills a batch from the active channels, then the unreliable messages. Under the gate.</summary>
    /// <returns>Whether something remains that did not fit.</returns>
    private bool Collect(DatagramBatch batch, bool mayHold)
    {
        _flushAgain = false;
        batch.Begin(_mtu, ConnectionNumber);
        long now = NetManager.Now;
        bool more = false;
        int kept = 0;
        for (int i = 0; i < _active.Count; i++)
        {
            var channel = _active[i];
            more = more || !channel.Collect(batch, now, mayHold);
            if (more || channel.IsHolding)
                _active[kept++] = channel;
            else
                channel.IsActive = false;
        }

        _active.RemoveRange(kept, _active.Count - kept);
        bool isHolding = !more && kept > 0;
        if (isHolding && !_isHolding)
            _heldSince = now;
        _isHolding = isHolding;
        while (!more && _unreliable.Count > 0)
        {
            more = !batch.HasRoomFor(_unreliable.Peek().Size);
            if (more)
                break;
            var packet = _unreliable.Dequeue();
            batch.Add(packet.Bytes);
            OnDequeued(packet.Size);
            NetManager.ReturnPacket(packet);
        }

        if (!more)
            OnAcksSent(now);
        return more;
    }
}
