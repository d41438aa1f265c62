using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// A relay: keeps rooms alive, orders and forwards their entries, introduces peers to each other. Sans-IO: inputs by <see cref="Handle"/>,
/// outputs by <see cref="TryTakeOutput"/>, which seals what leaves for one client and channel in one turn as one frame: hand in all that has
/// come before taking outputs. Never holds a room key.
/// </summary>
public sealed class RelayNode : INode
{
    /// <summary>How often a relay with something waiting looks at the time.</summary>
    private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(50);

    /// <summary>How often one looks that only has rooms to let go of.</summary>
    private static readonly TimeSpan IdleTickTime = TimeSpan.FromSeconds(5);

    /// <summary>Frames or messages of a client that make no sense, before its link is ended.</summary>
    private const int MaxOffences = 100;

    private readonly RelayContext _context;
    private readonly RelayBans _bans;
    private readonly RelayEpochs _epochs;
    private readonly RelayAdmission _admission;
    private readonly RelayRooms _rooms;
    private readonly RelayStamping _stamping;
    private readonly RelayFanOut _fanOut;
    private readonly RelayPeers _peers;
    private readonly RelayReceipts _receipts;
    private readonly RelayConsole _console;
    private readonly RelayBeacons _beacons;
    private readonly DirectInvitations _invitations;
    private readonly Dictionary<LinkHandle, RelayClient> _links = [];
    private readonly List<RelayMessage> _messages = [];
    private readonly byte[] _plaintext = new byte[Limits.MaxFrameBytes];
    private readonly byte[] _sealed = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
    private RelaySnapshot? _snapshot;
    private RelayClient? _sending;
    private TimeSpan? _nextTick;
    private TimeSpan? _stopAt;
    private bool _isFinished;

    /// <summary>Makes a relay that goes on from what its store holds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RelayNode(RelayNodeOptions options, RelaySnapshot snapshot)
    {
        options.Validate();
        _snapshot = snapshot;
        _context = new RelayContext(options);
        var profile = Profile.Create(options.Cryptography, options.Identity, options.Name, 1);
        _bans = new RelayBans(_context);
        _epochs = new RelayEpochs(_context);
        _admission = new RelayAdmission(_context, _bans, profile);
        _invitations = new DirectInvitations(_context);
        _fanOut = new RelayFanOut(_context);
        _stamping = new RelayStamping(_context, _epochs, _fanOut, _invitations);
        _rooms = new RelayRooms(_context, _epochs, _fanOut, new RelayPublication(_context, _stamping, _bans), _stamping, _invitations);
        _peers = new RelayPeers(_context);
        _receipts = new RelayReceipts(_context);
        _console = new RelayConsole(_context, _bans, _rooms, (client, reason, change) => Remove(client, reason, change));
        _beacons = new RelayBeacons(_context, _admission);
    }

    /// <summary>Who the relay is.</summary>
    public PeerId Id => _context.Options.Identity.Id;

    /// <inheritdoc/>
    public TimeSpan? NextWakeup => _isFinished ? null : _nextTick;

    /// <summary>The numbers of this moment.</summary>
    public RelayMetrics Metrics
    {
        get
        {
            var counters = _context.Counters;
            return new RelayMetrics(
                _context.Clients.Count, _context.Rooms.Count, counters.EntriesIn, counters.Deliveries, counters.BytesIn, counters.BytesOut,
                counters.BytesForwarded, counters.HeldEntries, counters.HeldBytes, counters.WaitingEntries,
                _context.Clients.Values.Sum(client => client.Lagging.Count), _context.Clients.Values.Sum(client => client.QueuedBytes),
                counters.Commits, counters.CommitTime, counters.HandshakeFailures, counters.Drops(), _snapshot is null ? _epochs.Present : default);
        }
    }

    /// <inheritdoc/>
    public void Handle(NodeInput input, Timestamp now)
    {
        _context.Now = now;
        Start();
        switch (input)
        {
            case LinkBytes bytes:
                Received(bytes);
                break;
            case LinkMeasured measured:
                Measured(measured);
                break;
            case ConnectRequested request:
                _admission.Request(request);
                break;
            case LinkOpened opened:
                _admission.Opened(opened.Link);
                break;
            case LinkClosed closed:
                Closed(closed);
                break;
            case LogAppended appended:
                _stamping.Appended(appended);
                break;
            case LogRead read:
                _fanOut.Read(read);
                break;
            case LogIndexRead read:
                _rooms.IndexRead(read);
                break;
            case StoreFailed failed:
                _stamping.Failed(failed);
                _fanOut.Failed(failed);
                break;
            case BeaconReceived beacon:
                _beacons.Answer(beacon);
                break;
            case PunchRequested punch:
                _peers.Punch(punch);
                break;
            case RelayCommandGiven given:
                Command(given);
                break;
        }
        Tick();
    }

    /// <inheritdoc/>
    public bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output)
    {
        do
        {
            if (TrySeal(out output) || _context.TryTake(out output)) return true;
        }
        while (_stamping.Commit());
        if (!ShouldFinish()) return false;
        _isFinished = true;
        output = new Finished();
        return true;
    }

    private void Start()
    {
        if (_snapshot is null) return;
        _epochs.Load(_snapshot);
        _bans.Load(_snapshot);
        _rooms.Load(_snapshot);
        _invitations.Load(_snapshot);
        _snapshot = null;
    }

    private bool TrySeal([NotNullWhen(true)] out NodeOutput? output)
    {
        output = null;
        while (_sending is not null || _context.TryTakeOutgoing(out _sending))
        {
            var client = _sending!;
            var length = client.Outgoing.TakeFrame(_plaintext, out var channel);
            if (length < 0)
            {
                _sending = null;
                continue;
            }
            var bytes = client.Cipher.Seal(channel, _plaintext.AsSpan(0, length), _sealed);
            _context.Counters.BytesOut += bytes;
            output = new SendBytes(client.Link, channel, _sealed.AsMemory(0, bytes));
            return true;
        }
        return false;
    }

    private void Received(LinkBytes bytes)
    {
        if (!_links.TryGetValue(bytes.Link, out var client))
        {
            if (_admission.Received(bytes, out client) && client is not null) Admit(client);
            return;
        }
        _context.Counters.BytesIn += bytes.Bytes.Length;
        client.BytesReceived += bytes.Bytes.Length;

        // Entries stay slices of this array for as long as they wait, so every frame has its own.
        var frame = new byte[Math.Max(0, bytes.Bytes.Length - LinkCipher.Overhead)];
        if (bytes.Bytes.Length > Limits.MaxFrameBytes + LinkCipher.Overhead || !client.Cipher.TryOpen(bytes.Channel, bytes.Bytes.Span, frame, out _))
        {
            _context.Counters.Drop("frame-seal");
            Remove(client, RelayByes.Misbehaved, MemberChange.Lost);
            return;
        }
        _messages.Clear();
        if (!FrameCodec.TryDecodeRelayFrame(frame, _messages, out var unknown, out var rejection))
        {
            client.Offences++;
            if (rejection == Rejection.TooLong)
                _context.Refuse(client, RelayErrors.TooLarge, $"A frame with something over its size was not taken. An entry has at most {Limits.MaxEntryBytes} bytes.");
            else _context.Refuse(client, RelayErrors.Malformed, $"A frame was not understood: {rejection}.");
            _context.Counters.Drop("frame-" + rejection);
        }
        for (var i = 0; i < unknown; i++) _context.Counters.Drop("unknown-kind");
        foreach (var message in _messages)
        {
            if (client.IsGone) break;
            Dispatch(client, bytes.Channel, message);
        }
        if (client.Offences > MaxOffences && !client.IsGone) Remove(client, RelayByes.Misbehaved, MemberChange.Lost);
    }

    private void Dispatch(RelayClient client, byte channel, RelayMessage message)
    {
        switch (message)
        {
            case PublishMessage publish:
                _rooms.Handle(client, publish.Room, publish);
                break;
            case SubscribeMessage subscribe:
                _rooms.Subscribe(client, subscribe);
                break;
            case UnsubscribeMessage unsubscribe:
                _rooms.Handle(client, unsubscribe.Room, unsubscribe);
                break;
            case ShowStampsMessage show:
                _rooms.Handle(client, show.Room, show);
                break;
            case RelayDigestMessage digest:
                _rooms.Handle(client, digest.Room, digest);
                break;
            case FetchMessage fetch:
                _rooms.Handle(client, fetch.Room, fetch);
                break;
            case RelayReceiptMessage receipt:
                _receipts.Take(client, receipt);
                break;
            case ForwardMessage forward:
                _peers.Forward(client, channel, forward);
                break;
            case IntroduceMessage introduce:
                _peers.Introduce(client, introduce.Peer);
                break;
            case ProfileRequestMessage request:
                _peers.AnswerProfile(client, request.Peer);
                break;
            case ProfileUpdateMessage update:
                _peers.Update(client, update.Profile);
                break;
            case RelayByeMessage:
                Remove(client, RelayByes.Bye, MemberChange.Bye);
                break;
            default:
                client.Offences++;
                _context.Counters.Drop("not-for-a-relay");
                break;
        }
    }

    /// <summary>A client is past its handshake. An older link of the same identity makes room, without its rooms hearing of it.</summary>
    private void Admit(RelayClient client)
    {
        if (_context.Clients.TryGetValue(client.Id, out var older)) Remove(older, RelayByes.Replaced, null);
        _context.Clients[client.Id] = client;
        _links[client.Link] = client;
        _context.SendFirst(client);
        _invitations.Tell(client);
        _context.Tell(new ClientCame(client.Info, _context.Clients.Count));
    }

    private void Closed(LinkClosed closed)
    {
        if (_admission.Closed(closed.Link) || !_links.TryGetValue(closed.Link, out var client)) return;
        client.IsGone = true;
        Forget(client, "lost", MemberChange.Lost);
    }

    /// <summary>Ends a client's link with a word.</summary>
    private void Remove(RelayClient client, string reason, MemberChange? change)
    {
        _admission.SayBye(client, reason);
        Forget(client, reason, change);
    }

    private void Forget(RelayClient client, string reason, MemberChange? change)
    {
        var info = client.Info;
        _links.Remove(client.Link);
        _context.Clients.Remove(client.Id);
        _peers.Gone(client);
        _rooms.LeaveAll(client, change);
        client.Outgoing.Clear();
        client.Cipher.Dispose();
        if (_sending == client) _sending = null;
        _context.Tell(new ClientWent(info, reason, _context.Clients.Count));
    }

    private void Measured(LinkMeasured measured)
    {
        if (!_links.TryGetValue(measured.Link, out var client)) return;
        client.QueuedBytes = measured.QueuedBytes;
        if (client.QueuedBytes > 4L * _context.Options.MaxQueuedBytes)
        {
            _context.Counters.Drop("too-slow");
            Remove(client, RelayByes.Misbehaved, MemberChange.Lost);
            return;
        }
        _fanOut.Pump(client);
    }

    private void Command(RelayCommandGiven given)
    {
        switch (given.Command)
        {
            case AskStatistics:
                _context.Tell(new Statistics(Metrics), given.Tag);
                break;
            case StopRelay:
                Stop();
                break;
            default:
                _context.Tell(_console.Carry(given.Command), given.Tag);
                break;
        }
    }

    private void Stop()
    {
        if (_stopAt is not null) return;
        _admission.IsStopping = true;
        foreach (var client in _context.Clients.Values.ToArray()) Remove(client, RelayByes.Bye, null);
        _stopAt = _context.Now.Monotonic + RelayAdmission.LingerTime;
        _context.IsWaiting = true;
    }

    /// <summary>Whether the byes had their time and everything accepted is on disk.</summary>
    private bool ShouldFinish() =>
        !_isFinished && _stopAt is { } at && _context.Now.Monotonic >= at && _context.Rooms.Values.All(room => room.Append is null && room.Stamped.Count == 0);

    private void Tick()
    {
        var now = _context.Now.Monotonic;
        if (_nextTick is { } due && now < due)
        {
            if (_context.IsWaiting && due > now + TickTime) _nextTick = now + TickTime;
            _context.IsWaiting = false;
            return;
        }
        var isWaiting = _rooms.Tick() | _peers.Tick() | _receipts.Tick() | _admission.Tick() | _stopAt is not null;
        _nextTick = now + (isWaiting || _context.IsWaiting ? TickTime : IdleTickTime);
        _context.IsWaiting = false;
    }
}
