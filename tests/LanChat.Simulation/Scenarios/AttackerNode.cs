using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Core;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Simulation.Scenarios;

/// <summary>
/// A member of the lobby and of #dev with keys of its own that keeps the protocol only as far as it serves: it forges, replays, truncates, forks, floods
/// and lies. It has what every member has, and nothing more.
/// </summary>
internal sealed class AttackerNode : INode
{
    /// <summary>Ways to misbehave.</summary>
    public const int Kinds = 12;

    /// <summary>The way of misbehaving in which entries of others are passed on without what they say.</summary>
    public const int StripBodies = 10;

    /// <summary>The one in which it claims to hold what nobody has written.</summary>
    public const int ShowWhatIsNot = 5;

    private readonly PeerIdentity _identity;
    private readonly ICryptography _crypto;
    private readonly SeededRandomSource _random;
    private readonly ImmutableArray<IPEndPoint> _victims;
    private readonly RoomSecret _lobby;
    private readonly RoomSecret _dev;
    private readonly HandshakePayload _own;
    private readonly Dictionary<int, Victim> _links = [];
    private readonly List<Entry> _captured = [];
    private readonly List<Entry> _written = [];
    private readonly Queue<NodeOutput> _outputs = new();
    private int _lastHandle;

    public AttackerNode(PeerIdentity identity, ICryptography crypto, SeededRandomSource random, ImmutableArray<IPEndPoint> victims)
    {
        _identity = identity;
        _crypto = crypto;
        _random = random;
        _victims = victims;
        _lobby = RoomSecret.Public(crypto, "lan", "#lobby");
        _dev = RoomSecret.Public(crypto, "lan", "#dev");
        _own = new HandshakePayload(Profile.Create(crypto, identity, "mallory", 1).Encoded, random.Next(), "");
    }

    public TimeSpan? NextWakeup => null;

    public bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output) => _outputs.TryDequeue(out output);

    public void Handle(NodeInput input, Timestamp now)
    {
        switch (input)
        {
            case InterfacesChanged:
                foreach (var victim in _victims) Open(victim, default);
                break;
            case ConnectRequested request:
                _outputs.Enqueue(new RefuseLink(request.Link, new RefusalPayload(RefusalReason.Full, default).Encode(), true));
                break;
            case LinkClosed closed when _links.Remove(closed.Link.Value, out var lost):
                if (RefusalPayload.TryDecode(closed.Data, out var refusal, out _) && refusal.Reason == RefusalReason.Retry) Open(lost.EndPoint, refusal.Cookie.ToArray());
                break;
            case LinkBytes bytes when _links.TryGetValue(bytes.Link.Value, out var victim):
                Received(victim, bytes, now);
                break;
        }
    }

    public void Attack(int kind, Timestamp now)
    {
        foreach (var endPoint in _victims.Where(v => _links.Values.All(link => !link.EndPoint.Equals(v)))) Open(endPoint, default);
        var ready = _links.Values.Where(link => link.Secure.IsConfirmed).ToList();
        if (ready.Count == 0) return;
        var victim = ready[_random.Next(ready.Count)];
        switch (kind % Kinds)
        {
            case 0: _outputs.Enqueue(new SendBytes(victim.Handle, (byte)_random.Next(64), _random.Bytes(1 + _random.Next(200)))); break;
            case 1: if (victim.LastFrame is { } frame) _outputs.Enqueue(new SendBytes(victim.Handle, frame.Channel, frame.Bytes)); break;
            case 2: ready.ForEach(link => Push(link, Forge())); break;
            case 3: Fork(ready, now); break;
            case 4: Flood(victim, now); break;
            case ShowWhatIsNot: Send(victim, new DigestMessage(Tag(victim), [new DigestLine(new PeerId(_random.Next()), 1, [new SeqRange(1, 900_000_000)], 7)], [], true)); break;
            case 6: Want(victim); break;
            case 7: ready.ForEach(link => Push(link, Meddle(now))); break;
            case 8: Lie(victim); break;
            case 9: ready.ForEach(Misdirect); break;
            case StripBodies: ready.ForEach(PushWithoutBodies); break;
            default: ready.ForEach(link => Push(link, Write(_written.LastOrDefault(), now, new TextBody("hello")))); break;
        }
        foreach (var link in ready) Flush(link);
    }

    private void Open(IPEndPoint endPoint, byte[]? cookie)
    {
        var secure = SecureLink.Initiate(_crypto, _identity, _random);
        var handle = new LinkHandle(--_lastHandle);
        _links[handle.Value] = new Victim(handle, endPoint, secure);
        _outputs.Enqueue(new OpenLink(handle, endPoint, new ConnectRequestPayload(cookie ?? [], secure.FirstMessage).Encode(), 2));
    }

    private void Received(Victim victim, LinkBytes bytes, Timestamp now)
    {
        var own = bytes.Bytes.ToArray();
        if (!victim.Secure.IsEstablished)
        {
            if (!victim.Secure.TryReadHandshake(own, _own, out var reply, out _)) return;
            _outputs.Enqueue(new SendBytes(victim.Handle, 0, reply));
            return;
        }
        var wasConfirmed = victim.Secure.IsConfirmed;
        var plaintext = new byte[own.Length];
        if (!victim.Secure.TryOpen(bytes.Channel, own, plaintext, out var length)) return;
        if (!wasConfirmed) victim.Secure.Append(0, new RoomsMessage([Tag(victim), Tag(victim, _dev)], now.UtcMilliseconds));
        var messages = new List<PeerMessage>();
        if (FrameCodec.TryDecodePeerFrame(plaintext.AsMemory(0, length), messages, out _, out _)) Capture(messages.OfType<EntriesMessage>());
        Flush(victim);
    }

    private void Capture(IEnumerable<EntriesMessage> messages)
    {
        foreach (var encoded in messages.SelectMany(message => message.Entries))
        {
            if (EntryCodec.TryDecode(encoded, out var entry, out _) && entry.Room == _lobby.Id && entry.Author != _identity.Id && _captured.Count < 300) _captured.Add(entry);
        }
    }

    /// <summary>Somebody else's entry with a bit changed: another entry in the same place of the same author's chain.</summary>
    private Entry? Forge()
    {
        if (_captured.Count == 0) return null;
        var entry = _captured[_random.Next(_captured.Count)];
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var bytes = EntryCodec.Encode(entry);
            bytes[_random.Next(bytes.Length - entry.Body.Length)] ^= (byte)(1 << _random.Next(8));
            if (EntryCodec.TryDecode(bytes, out var forged, out _) && forged.Author == entry.Author && forged.Seq == entry.Seq && forged.Hash != entry.Hash) return forged;
        }
        return null;
    }

    /// <summary>Two entries with one number, each to one half of the room.</summary>
    private void Fork(List<Victim> ready, Timestamp now)
    {
        var before = _written.LastOrDefault();
        var (one, two) = (Write(before, now, new TextBody("yes")), Write(before, now, new TextBody("no")));
        for (var i = 0; i < ready.Count; i++) Push(ready[i], i % 2 == 0 ? one : two);
    }

    private void Flood(Victim victim, Timestamp now)
    {
        var at = Write(_written.LastOrDefault(), now, new TextBody("skipped"));
        for (var i = 0; i < 60; i++)
        {
            at = Write(at, now, new TextBody("flood"));
            Push(victim, at);
        }
    }

    private void Want(Victim victim)
    {
        var authors = _captured.Select(entry => entry.Author).Distinct().Select(author => new WantLine(author, [new SeqRange(1, 1_000_000)])).ToImmutableArray();
        for (var i = 1; i < 40; i++) Send(victim, new WantMessage(Tag(victim), i, authors, int.MaxValue));
    }

    /// <summary>An entry of its own, rightly signed, that changes what another has said.</summary>
    private Entry? Meddle(Timestamp now)
    {
        if (_captured.Count == 0) return null;
        var target = _captured[_random.Next(_captured.Count)].Hash;
        return Write(_written.LastOrDefault(), now, _random.Next(2) == 0 ? new EditBody(target, "[0] put in his mouth") : new DeleteBody(target));
    }

    /// <summary>What somebody said in one room, unchanged, in another.</summary>
    private void Misdirect(Victim victim)
    {
        if (_captured.Count == 0) return;
        var entry = EntryCodec.Encode(_captured[_random.Next(_captured.Count)]);
        victim.Secure.Append(_dev.Id.Channel, new EntriesMessage(Tag(victim, _dev), 0, true, [entry]));
    }

    private void Lie(Victim victim)
    {
        var author = _captured.Count == 0 ? _identity.Id : _captured[_random.Next(_captured.Count)].Author;
        Send(victim, new NeighboursMessage(Tag(victim), [.. Enumerable.Range(0, 50).Select(_ => new PeerId(_random.Next()))]));
        Send(victim, new ReceiptMessage(Tag(victim), [new DigestLine(author, 1, [new SeqRange(1, 500_000_000)], 1)]));
        Send(victim, new ForkProbeMessage(Tag(victim), author, [.. Enumerable.Range(1, 20).Select(seq => new ForkProbe(seq, _random.Next()))]));
        Send(victim, new SummaryMessage(Tag(victim), _random.Next()));
        var run = new StampRun(
            _identity.Id, StampChain.RelayKey(_identity), _lobby.Id, new Epoch(1, 1), 1, default, [.. _captured.Take(5).Select(e => e.Hash)], [], _random.Bytes(64));
        if (run.Entries.Length > 0) Send(victim, new StampsMessage(Tag(victim), run));
    }

    private Entry Write(Entry? before, Timestamp now, EntryBody body)
    {
        var entry = EntrySeal.Create(
            _crypto, _identity, _lobby, (before?.Seq ?? 0) + 1, before?.Hash ?? default, [], HybridClock.At(now.UtcMilliseconds), default, body, _random);
        if (before == _written.LastOrDefault()) _written.Add(entry);
        return entry;
    }

    private void Push(Victim victim, Entry? entry)
    {
        if (entry is not null) Send(victim, new EntriesMessage(Tag(victim), 0, true, [EntryCodec.Encode(entry)]));
    }

    private void PushWithoutBodies(Victim victim)
    {
        foreach (var entry in _captured) Push(victim, EntrySeal.WithoutBody(entry));
    }

    private void Send(Victim victim, RoomMessage message) => victim.Secure.Append(_lobby.Id.Channel, message);

    private UInt128 Tag(Victim victim, RoomSecret? room = null) => (room ?? _lobby).MemberTag(victim.Secure.HandshakeHash.Span);

    private void Flush(Victim victim)
    {
        var destination = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
        while (victim.Secure.TryTakeFrame(destination, out var channel, out var length))
        {
            var bytes = destination[..length];
            victim.LastFrame = (channel, bytes);
            _outputs.Enqueue(new SendBytes(victim.Handle, channel, bytes));
        }
    }

    private sealed class Victim(LinkHandle handle, IPEndPoint endPoint, SecureLink secure)
    {
        public LinkHandle Handle => handle;

        public IPEndPoint EndPoint => endPoint;

        public SecureLink Secure => secure;

        public (byte Channel, byte[] Bytes)? LastFrame { get; set; }
    }
}
