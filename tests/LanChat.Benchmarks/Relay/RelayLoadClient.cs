using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using LanChat.Protocol;
using LiteNetLib;

namespace LanChat.Benchmarks.Relay;

/// <summary>
/// A client of the relay as a load needs it: connects, subscribes to one room, publishes, opens every frame and checks that positions come without a
/// gap. It verifies no signatures. One thread owns it and drives its transport by hand.
/// </summary>
internal sealed class RelayLoadClient : INetEventListener, IDisposable
{
    private static readonly long UpdateTicks = Stopwatch.Frequency / 1000;

    private readonly ICryptography _crypto;
    private readonly IRandomSource _random;
    private readonly RoomSecret _room;
    private readonly IPEndPoint _relay;
    private readonly NetManager _manager;
    private readonly byte[] _plaintext = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
    private readonly byte[] _sealed = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
    private readonly ArrayBufferWriter<byte> _frame = new(Limits.MaxFrameBytes);
    private readonly List<RelayMessage> _messages = [];
    private NoiseHandshake _noise;
    private NetPeer? _peer;
    private LinkCipher? _cipher;
    private bool _hasAsked;
    private bool _hasSent;
    private long _lastTurn = Stopwatch.GetTimestamp();

    public RelayLoadClient(ICryptography crypto, IRandomSource random, RoomSecret room, IPEndPoint relay, int index)
    {
        (_crypto, _random, _room, _relay) = (crypto, random, room, relay);
        Identity = PeerIdentity.Create(crypto, random);
        Profile = Profile.Create(crypto, Identity, "load" + index, 1);
        _noise = NoiseHandshake.Initiator(crypto, Identity, random);
        _manager = new NetManager(this) { ChannelsCount = 64, MtuDiscovery = true, AutoRecycle = true, IPv6Enabled = false, PingInterval = 300, DisconnectTimeout = 20_000 };
        _manager.StartInManualMode(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
        Connect(default);
    }

    public PeerIdentity Identity { get; }

    public Profile Profile { get; }

    /// <summary>Whether the relay has confirmed the subscription.</summary>
    public bool IsSubscribed { get; private set; }

    /// <summary>The last position received.</summary>
    public long Position { get; private set; }

    /// <summary>Called for each entry received, if set.</summary>
    public Action<ReadOnlyMemory<byte>>? Received { get; set; }

    /// <summary>Takes what has come, and sends what is due: own messages at once, all else once a millisecond, as a client with threads would.</summary>
    public void Turn()
    {
        _manager.PollEvents();
        long now = Stopwatch.GetTimestamp();
        if (!_hasSent && now - _lastTurn < UpdateTicks)
            return;
        _hasSent = false;
        _manager.ManualUpdate((float)Stopwatch.GetElapsedTime(_lastTurn, now).TotalMilliseconds);
        _lastTurn = now;
    }

    /// <summary>Puts entries into one message and one frame.</summary>
    public void Publish(IEnumerable<ReadOnlyMemory<byte>> entries) => Send(_room.Id.Channel, new PublishMessage(_room.Id, [], [.. entries]));

    public void Dispose()
    {
        if (_cipher is not null)
            Send(0, new RelayByeMessage(RelayByes.Bye));
        _manager.ManualUpdate(1);
        _manager.Stop();
        _cipher?.Dispose();
    }

    public void OnPeerConnected(NetPeer peer) => _peer = peer;

    public void OnPeerDisconnected(NetPeer peer, DisconnectInfo info)
    {
        if (info.Reason != DisconnectReason.ConnectionRejected || !RefusalPayload.TryDecode(info.AdditionalData.GetRemainingBytes(), out var refusal, out _)
            || refusal.Reason != RefusalReason.Retry)
            throw new InvalidOperationException($"The relay ended a link: {info.Reason}.");
        _noise = NoiseHandshake.Initiator(_crypto, Identity, _random);
        Connect(refusal.Cookie);
    }

    public void OnNetworkReceive(NetPeer peer, NetPacketReader reader, byte channel, DeliveryMethod deliveryMethod)
    {
        if (_cipher is null)
        {
            Finish(reader.GetRemainingBytes());
            return;
        }

        if (!_cipher.TryOpen(channel, reader.GetRemainingBytesSpan(), _plaintext, out int length))
            throw new InvalidOperationException("A frame does not open.");
        if (!_hasAsked)
            Subscribe();
        _messages.Clear();
        if (!FrameCodec.TryDecodeRelayFrame(_plaintext.AsMemory(0, length), _messages, out _, out var rejection))
            throw new InvalidOperationException($"A frame does not decode: {rejection}.");
        foreach (RelayMessage message in _messages)
            Take(message);
    }

    public void OnNetworkError(IPEndPoint endPoint, System.Net.Sockets.SocketError socketError) => throw new InvalidOperationException($"Socket error {socketError}.");

    public void OnNetworkReceiveUnconnected(IPEndPoint remoteEndPoint, NetPacketReader reader, UnconnectedMessageType messageType)
    {
        // Nothing unconnected belongs to the load.
    }

    public void OnNetworkLatencyUpdate(NetPeer peer, int latency)
    {
        // Latency is measured from message to message.
    }

    public void OnConnectionRequest(ConnectionRequest request) => request.RejectForce();

    /// <summary>The first 8 bytes of an entry's signature: names it without hashing.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> entry)
    {
        int header = entry[1] == 0xC4 ? 3 + entry[2] : 4 + BinaryPrimitives.ReadUInt16BigEndian(entry[2..]);
        return BinaryPrimitives.ReadUInt64BigEndian(entry[(header + 2)..]);
    }

    private void Connect(ReadOnlyMemory<byte> cookie) =>
        _manager.Connect(_relay, new ConnectRequestPayload(cookie, _noise.WriteMessage([])).Encode());

    private void Finish(byte[] message)
    {
        if (!_noise.TryReadMessage(message, out _, out var rejection))
            throw new InvalidOperationException($"The handshake failed: {rejection}.");
        _peer!.Send(_noise.WriteMessage(new HandshakePayload(Profile.Encoded, 1, "").Encode()), 0, DeliveryMethod.ReliableOrdered);
        _cipher = _noise.Split();
    }

    private void Subscribe()
    {
        _hasAsked = true;
        byte[] proof = _room.Prove(_crypto, _noise.HandshakeHash.Span);
        Send(_room.Id.Channel, new SubscribeMessage(_room.Id, _room.SigningPublicKey, _room.Creator, proof, default, 0));
    }

    private void Take(RelayMessage message)
    {
        switch (message)
        {
            case OrderedMessage { Items.Length: > 0 } ordered:
                if (ordered.FirstPosition != Position + 1)
                    throw new InvalidOperationException($"Position {ordered.FirstPosition} came after {Position}.");
                Position += ordered.Items.Length;
                if (Received is { } received)
                    foreach (OrderedItem item in ordered.Items)
                        received(item.Entry);
                break;
            case SubscribedMessage:
                IsSubscribed = true;
                break;
            case RelayErrorMessage error:
                throw new InvalidOperationException($"The relay refused: {error.Code}, {error.Text}");
            case RelayByeMessage bye:
                throw new InvalidOperationException($"The relay said bye: {bye.Reason}.");
        }
    }

    private void Send(byte channel, RelayMessage message)
    {
        _frame.ResetWrittenCount();
        FrameCodec.Write(_frame, message);
        int length = _cipher!.Seal(channel, _frame.WrittenSpan, _sealed);
        _peer!.Send(_sealed.AsSpan(0, length), channel, DeliveryMethod.ReliableOrdered);
        _hasSent = true;
    }
}
