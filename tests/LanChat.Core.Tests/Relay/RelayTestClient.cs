using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>A client of the relay under test: the initiator's side of the link, written from the protocol and not from the relay's code.</summary>
internal sealed class RelayTestClient
{
    private readonly RelayWorld _world;
    private readonly SeededRandomSource _random;
    private NoiseHandshake? _noise;
    private LinkCipher? _cipher;
    private ReadOnlyMemory<byte> _handshakeHash;

    public RelayTestClient(RelayWorld world, string nick, ulong seed)
    {
        _world = world;
        _random = new SeededRandomSource(seed * 7919 + 5);
        Identity = PeerIdentity.Create(world.Crypto, _random);
        Profile = Profile.Create(world.Crypto, Identity, nick, 1);
        Address = new IPEndPoint(new IPAddress([10, 0, (byte)(seed >> 8), (byte)seed]), 44042);
    }

    public PeerIdentity Identity { get; }

    public Profile Profile { get; set; }

    public PeerId Id => Identity.Id;

    public IPEndPoint Address { get; set; }

    public string Token { get; set; } = "";

    public LinkHandle Link { get; private set; }

    public bool IsConnected => _cipher is not null;

    public RefusalPayload? Refusal { get; private set; }

    /// <summary>Everything received on the present link, in order.</summary>
    public List<RelayMessage> Messages { get; } = [];

    /// <summary>Frames received on the present link, the handshake's included.</summary>
    public int Frames { get; private set; }

    /// <summary>Per room: (stamp, entry) in the order received, over all links.</summary>
    public Dictionary<RoomId, List<(Epoch Epoch, long Place, Entry Entry, bool IsWaived)>> Ordered { get; } = [];

    public Dictionary<RoomId, (Epoch Epoch, long Position)> Cursors { get; } = [];

    public IEnumerable<T> Got<T>() => Messages.OfType<T>();

    public void Connect(ReadOnlyMemory<byte> cookie = default)
    {
        Messages.Clear();
        Frames = 0;
        Refusal = null;
        _cipher = null;
        _noise = NoiseHandshake.Initiator(_world.Crypto, Identity, _random);
        Link = _world.NewLink(this);
        _world.Hand(new ConnectRequested(Link, Address, new ConnectRequestPayload(cookie, _noise.WriteMessage([])).Encode()));
    }

    public void Refused(ReadOnlyMemory<byte> data)
    {
        Assert.True(RefusalPayload.TryDecode(data, out var refusal, out _));
        Refusal = refusal;
        if (refusal.Reason == RefusalReason.Retry) Connect(refusal.Cookie.ToArray());
    }

    public void LinkLost() => _cipher = null;

    /// <summary>Vanishes without a word.</summary>
    public void Vanish()
    {
        _cipher = null;
        _world.Hand(new LinkClosed(Link, LinkEnd.TimedOut, default));
        _world.Run();
    }

    public void Received(byte channel, byte[] bytes)
    {
        Frames++;
        if (_cipher is null)
        {
            FinishHandshake(bytes);
            return;
        }
        var plaintext = new byte[bytes.Length];
        Assert.True(_cipher.TryOpen(channel, bytes, plaintext, out var length));
        var messages = new List<RelayMessage>();
        Assert.True(FrameCodec.TryDecodeRelayFrame(plaintext.AsMemory(0, length), messages, out _, out var rejection), rejection.ToString());
        Messages.AddRange(messages);
        foreach (var message in messages) Note(message);
    }

    public void Send(RoomId room, params RelayMessage[] messages) => Send(room.Channel, messages);

    public void Send(byte channel, params RelayMessage[] messages)
    {
        var frame = new ArrayBufferWriter<byte>();
        foreach (var message in messages) FrameCodec.Write(frame, message);
        SendPlaintext(channel, frame.WrittenSpan);
    }

    public void SendPlaintext(byte channel, ReadOnlySpan<byte> plaintext)
    {
        var bytes = new byte[plaintext.Length + LinkCipher.Overhead];
        _cipher!.Seal(channel, plaintext, bytes);
        _world.Hand(new LinkBytes(Link, channel, bytes));
    }

    public SubscribeMessage Subscription(RoomSecret room)
    {
        var cursor = Cursors.GetValueOrDefault(room.Id);
        return new SubscribeMessage(
            room.Id, room.SigningPublicKey, room.Creator, room.Prove(_world.Crypto, _handshakeHash.Span), cursor.Epoch, cursor.Position);
    }

    public void Subscribe(RoomSecret room)
    {
        Send(room.Id, Subscription(room));
        _world.Run();
    }

    public void Publish(RoomSecret room, params Entry[] entries)
    {
        SendEntries(room, entries);
        _world.Run();
    }

    public void SendEntries(RoomSecret room, params Entry[] entries) => Send(
        room.Id, new PublishMessage(room.Id, [], [.. entries.Select(entry => (ReadOnlyMemory<byte>)EntryCodec.Encode(entry))]));

    public ImmutableArray<EntryHash> Order(RoomSecret room) => [.. Ordered.GetValueOrDefault(room.Id, []).Select(item => item.Entry.Hash)];

    private void FinishHandshake(byte[] bytes)
    {
        Assert.True(_noise!.TryReadMessage(bytes, out var encoded, out _));
        Assert.True(HandshakePayload.TryDecode(encoded, out var payload, out _));
        Assert.True(Profile.TryDecode(payload.Profile, _world.Crypto, out var relay, out _));
        Assert.Equal(RelayWorld.RelayIdentity.Id, relay.Id);
        var last = _noise.WriteMessage(new HandshakePayload(Profile.Encoded, 1, Token).Encode());
        _handshakeHash = _noise.HandshakeHash.ToArray();
        _cipher = _noise.Split();
        _world.Hand(new LinkBytes(Link, 0, last));
    }

    private void Note(RelayMessage message)
    {
        switch (message)
        {
            case SubscribedMessage subscribed:
                Cursors[subscribed.Room] = (subscribed.Epoch, subscribed.ResumeAfter);
                break;
            case OrderedMessage { Items.IsEmpty: false } ordered:
                Note(ordered);
                break;
            case StampProofMessage proof:
                Assert.True(StampChain.VerifySignature(_world.Crypto, RelayWorld.RelayIdentity.SigningKey.Span, proof.Chain, proof.Signature.Span));
                break;
        }
    }

    private void Note(OrderedMessage ordered)
    {
        var (epoch, position) = Cursors[ordered.Room];
        Assert.True(ordered.FirstPosition > position, "A position came twice.");
        Cursors[ordered.Room] = (epoch, ordered.FirstPosition + ordered.Items.Length - 1);
        if (!Ordered.TryGetValue(ordered.Room, out var order)) Ordered.Add(ordered.Room, order = []);
        var place = ordered.FirstPlace;
        foreach (var item in ordered.Items)
        {
            Assert.True(EntryCodec.TryDecode(item.Entry, out var entry, out _));
            var stamp = item.Kept is { } kept ? (kept.Epoch, kept.Place) : (ordered.Epoch, place++);
            order.Add((stamp.Item1, stamp.Item2, entry, item.IsWaived));
        }
    }
}
