using System.Buffers.Binary;
using System.Collections.Immutable;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// One room's side of the link to a relay (PROTOCOL.md, sections 10 and 11): subscribes from where it left off, takes what the relay orders,
/// publishes what the relay lacks, follows who is there.
/// </summary>
internal sealed partial class RoomFeed(NodeContext context, NodeParts parts, ChatRoom room)
{
    private static readonly TimeSpan ReceiptDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Others' entries are published only if their authors have not done it within this time, plus up to as much again.</summary>
    private static readonly TimeSpan OthersDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Authors of a room of whom it is known what the relay holds. What is of others is published though the relay may have it, which costs an
    /// answer; a relay that names authors without end does not fill the memory.
    /// </summary>
    private const int MaxAuthorsFollowed = 16384;

    private readonly Dictionary<PeerId, DigestLine> _held = new();
    private readonly HashSet<PeerId> _receiptsDue = [];
    private readonly HashSet<(PeerId, long)> _profilesSent = [];
    private RelaySession? _relay;
    private Dictionary<string, ReadOnlyMemory<byte>> _values = new();
    private ReadOnlyMemory<byte> _relayKey;
    private Epoch _epoch;
    private long _cursor;
    private long _head;
    private bool _isSubscribed;
    private bool _hasToldTwoOrders;
    private bool _isSubscribing;
    private bool _hasDigest;
    private bool _isClosed;
    private TimeSpan? _publishAt;
    private TimeSpan? _receiptsAt;
    private TimeSpan? _subscribeAt;
    private TimeSpan _pausedUntil;
    private bool _isDigestRefused;
    private long _askedFrom;
    private (Stamp Stamp, bool IsWaived)? _base;

    /// <summary>Whether the relay keeps and forwards this room now.</summary>
    public bool IsLive => _isSubscribed && !_isClosed;

    /// <summary>Whether the relay, if there is one, has shown all it had when this client subscribed.</summary>
    public bool HasHeard => _relay is null || _isClosed || (_isSubscribed && _cursor >= _head);

    public TimeSpan? NextWakeup => Earlier(Earlier(PublishDue, _receiptsAt), _subscribeAt);

    /// <summary>When something is published: not while the relay asked for a pause, or the loop would be woken again and again for nothing.</summary>
    private TimeSpan? PublishDue => _publishAt < _pausedUntil ? _pausedUntil : _publishAt;

    private string CursorName => $"cursor:{_relay!.Id}:{room.Id}";

    /// <summary>The relay's link came up: subscribe.</summary>
    public void Connect(RelaySession relay, Dictionary<string, ReadOnlyMemory<byte>> values)
    {
        Disconnect();
        _values = values;
        _relayKey = StampChain.RelayKey(relay.Profile);
        _relay = relay;
        _isClosed = false;
        _isSubscribing = false;
        if (values.TryGetValue(CursorName, out var stored) && stored.Length == 24)
        {
            _epoch = new Epoch(BinaryPrimitives.ReadInt64BigEndian(stored.Span), BinaryPrimitives.ReadUInt64BigEndian(stored.Span[8..]));
            _cursor = BinaryPrimitives.ReadInt64BigEndian(stored.Span[16..]);
        }
        else
        {
            (_epoch, _cursor) = (default, 0);
        }

        Subscribe();
    }

    /// <summary>The relay's link is gone.</summary>
    public void Disconnect()
    {
        _relay = null;
        _isSubscribed = false;
        _isSubscribing = false;
        _hasDigest = false;
        _held.Clear();
        if (!context.Guards.LoseTailOnPathSwitch) _unacknowledged.Clear();
        _unacknowledgedBytes = 0;
        _profilesSent.Clear();
        _publishAt = null;
        _subscribeAt = null;
        _pausedUntil = default;
        _isDigestRefused = false;
        _base = null;
        room.Members.RelayLost();
    }

    /// <summary>Leaves the room at the relay.</summary>
    public void Part()
    {
        if (_relay is not null && (_isSubscribed || _isSubscribing)) Send(new UnsubscribeMessage(room.Id));
        Disconnect();
    }

    public void Subscribe()
    {
        if (_relay is null || _isSubscribing || !room.IsActive) return;
        _isSubscribing = true;
        _subscribeAt = null;
        _base = null;
        _askedFrom = _cursor;
        Send(new SubscribeMessage(
            room.Id, room.Secret.SigningPublicKey, room.Secret.Creator, room.Secret.Prove(context.Crypto, _relay.HandshakeHash.Span), _epoch, _cursor));
    }

    /// <summary>New entries are in the log: own ones go to the relay at once, others' if their authors have not sent them shortly.</summary>
    public void EntriesArrived(List<Entry> entries, bool isOwn)
    {
        if (!IsLive) return;
        if (isOwn && _hasDigest && _publishAt is null && _unacknowledged.Count < MaxUnacknowledged)
        {
            foreach (var entry in entries)
            {
                if (IsLacking(entry) && parts.Shelf.TryGet(entry.Hash, out var encoded)) Publish([(entry, encoded)]);
            }
            return;
        }

        var delay = isOwn ? TimeSpan.Zero : OthersDelay + TimeSpan.FromMilliseconds(context.NextInt(250));
        var due = context.Now.Monotonic + delay;
        if (_publishAt is null || due < _publishAt) _publishAt = due;
    }

    public void Handle(RelayMessage message)
    {
        switch (message)
        {
            case SubscribedMessage subscribed: HandleSubscribed(subscribed); break;
            case OrderedMessage ordered: HandleOrdered(ordered); break;
            case StampProofMessage proof: HandleProof(proof); break;
            case RelayDigestMessage digest: HandleDigest(digest); break;
            case MemberMessage member: HandleMember(member); break;
            case RelayReceiptMessage receipt: HandleReceipts(receipt); break;
            case RelayWantMessage want: HandleWant(want); break;
            case ShowStampsMessage show: foreach (var run in show.Runs) TakeRun(run); break;
            case RelayErrorMessage error: HandleError(error); break;
            default: context.Count("relay-message-unknown"); break;
        }
    }

    public void Tick()
    {
        var now = context.Now.Monotonic;
        if (_receiptsAt <= now) SendReceipts();
        if (_stalledAt <= now) StartOver();
        if (_subscribeAt <= now)
        {
            _subscribeAt = null;
            Subscribe();
        }

        if (_publishAt <= now && _pausedUntil <= now)
        {
            _publishAt = null;
            if (_isDigestRefused && IsLive) AskForDigest();
            else PublishMissing();
        }
    }

    private static TimeSpan? Earlier(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right ?? left : left;

    private void Send(RelayMessage message) => parts.Links.SendRelay(message, room.Id.Channel);

    private void HandleSubscribed(SubscribedMessage message)
    {
        _isSubscribing = false;
        _isSubscribed = true;
        if (message.Epoch != _epoch || message.ResumeAfter != _cursor) ShowStamps(message.Epoch);
        (_epoch, _cursor, _head) = (message.Epoch, message.ResumeAfter, message.Head);
        foreach (var peer in message.Members) MemberJoined(peer);
        AskForDigest();
        room.Outbox.Reconsider();
    }

    /// <summary>A relay with another store than the one this client knew may lack stamps it once gave: show it those.</summary>
    private void ShowStamps(Epoch present)
    {
        foreach (var epoch in room.Log.EpochsOf(_relay!.Id).ToList())
        {
            var after = 0L;
            while (room.Log.TryStampRun(_relay.Id, epoch, after, out var run))
            {
                Send(new ShowStampsMessage(room.Id, [run]));
                after = run.First + run.Entries.Length - 1;
            }
        }

        if (present != _epoch) context.Count("relay-store-changed");
    }

    private void HandleDigest(RelayDigestMessage digest)
    {
        foreach (var line in digest.Authors)
        {
            if (line.Floor > 1) room.Log.SetPruned(line.Author, line.Floor);
            if (_held.Count < MaxAuthorsFollowed || _held.ContainsKey(line.Author)) _held[line.Author] = line;
            else context.Count("relay-digest-too-long");
        }

        _hasDigest = true;
        _isDigestRefused = false;
        _publishAt = context.Now.Monotonic;
    }

    private void HandleOrdered(OrderedMessage message)
    {
        foreach (var profile in message.Profiles) parts.People.TryHear(_relay!.Id, profile, out _);
        if (message.Items.IsEmpty) return;
        if (message.FirstPosition != _cursor + 1 && !context.Guards.IgnorePositionGaps)
        {
            if (message.FirstPosition <= _cursor) return;
            // Something between is missing: start again from what is known.
            context.Count("relay-position-gap");
            _isSubscribed = false;
            Subscribe();
            return;
        }

        var hashes = new EntryHash[message.Items.Length];
        var taken = room.Intake.Accept([.. message.Items.Where(i => !i.Entry.IsEmpty).Select(i => i.Entry)], hashes: hashes);
        foreach (var entry in taken) _receiptsDue.Add(entry.Author);
        PlaceItems(message, hashes);
        _cursor = message.FirstPosition + message.Items.Length - 1;
        SaveCursor();
        if (taken.Count > 0)
        {
            parts.Store.AfterCommit(() => _receiptsAt ??= context.Now.Monotonic + ReceiptDelay);
            room.Sync.Changed();
        }

        room.Display.Pump();
        room.Display.OrderChanged();
        if (_cursor >= _head) room.Outbox.Reconsider();
        if (_unacknowledged.Count <= MaxUnacknowledged / 2 && _publishAt is null && HasMore) _publishAt = context.Now.Monotonic;
    }

    /// <param name="message">What the relay has ordered.</param>
    /// <param name="decoded">The hashes of those items that carry an entry, in their order.</param>
    private void PlaceItems(OrderedMessage message, ReadOnlySpan<EntryHash> decoded)
    {
        var hashes = decoded;
        var place = message.FirstPlace;
        var isKnown = room.Log.TryChainAt(_relay!.Id, message.Epoch, place - 1, out var chain);
        foreach (var item in message.Items)
        {
            var hash = item.Hash;
            if (!item.Entry.IsEmpty)
            {
                hash = decoded[0].IsNone ? EntryCodec.HashOf(item.Entry) : decoded[0];
                decoded = decoded[1..];
            }

            if (item.Kept is { } kept)
            {
                PlaceKept(kept, hash, item.IsWaived);
            }
            else
            {
                if (isKnown)
                {
                    chain = StampChain.Next(chain, _relay.Id, room.Id, message.Epoch, place, hash);
                    Place(_relay.Id, _relayKey, new Stamp(message.Epoch, place, hash), item.IsWaived, chain, default);
                }

                place++;
            }

            Acknowledge(hash);
        }

        if (isKnown) return;
        context.Count("relay-chain-unknown");
        if (_askedFrom == 0)
        {
            // Its log begins later than its order does: what it signs for the first that is left is where the chain goes on from.
            _base = BaseOf(message, hashes);
            return;
        }

        // Places this client was told of before are not in its store: take the whole log again.
        (_epoch, _cursor, _isSubscribed) = (default, 0, false);
        Subscribe();
    }

    /// <summary>The one stamp of a message that may begin a chain; null when there are several, or none.</summary>
    private static (Stamp, bool)? BaseOf(OrderedMessage message, ReadOnlySpan<EntryHash> decoded)
    {
        (Stamp, bool)? found = null;
        foreach (var item in message.Items)
        {
            var hash = item.Hash;
            if (!item.Entry.IsEmpty)
            {
                hash = decoded[0].IsNone ? EntryCodec.HashOf(item.Entry) : decoded[0];
                decoded = decoded[1..];
            }

            if (item.Kept is not null) continue;
            if (found is not null) return null;
            found = (new Stamp(message.Epoch, message.FirstPlace, hash), item.IsWaived);
        }

        return found;
    }

    /// <summary>A stamp of an earlier epoch. Its chain is known where the places before it are; else its run comes by <see cref="ShowStampsMessage"/>.</summary>
    private void PlaceKept(KeptStamp kept, EntryHash hash, bool isWaived)
    {
        if (!room.Log.TryChainAt(_relay!.Id, kept.Epoch, kept.Place - 1, out var before)) return;
        var chain = StampChain.Next(before, _relay.Id, room.Id, kept.Epoch, kept.Place, hash);
        Place(_relay.Id, _relayKey, new Stamp(kept.Epoch, kept.Place, hash), isWaived, chain, default);
    }

    private void HandleProof(StampProofMessage proof)
    {
        if (!StampChain.VerifySignature(context.Crypto, _relay!.Profile.SigningKey.Span, proof.Chain, proof.Signature.Span))
        {
            context.Count("stamp-proof", Rejection.BadSignature);
            return;
        }

        if (_base is { } found && found.Stamp.Epoch == proof.Epoch && found.Stamp.Place == proof.Place)
        {
            _base = null;
            Place(_relay.Id, _relayKey, found.Stamp, found.IsWaived, proof.Chain, proof.Signature.ToArray());
            room.Display.OrderChanged();
            return;
        }

        if (!room.Log.TryProveStamps(_relay.Id, proof.Epoch, proof.Place, proof.Chain, proof.Signature)) TellTwoOrders(_relay.Id);
        else if (room.Log.TryStampAt(_relay.Id, proof.Epoch, proof.Place, out var stamp, out var isWaived))
            parts.Store.Write(new PutStamp(room.Id, new StoredStamp(_relay.Id, _relayKey, stamp, isWaived, proof.Chain, proof.Signature.ToArray())));
    }

    private void SaveCursor()
    {
        var value = new byte[24];
        BinaryPrimitives.WriteInt64BigEndian(value, _epoch.UtcMilliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(value.AsSpan(8), _epoch.Random);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(16), _cursor);
        _values[CursorName] = value;
        parts.Store.Write(new PutValue(CursorName, value));
    }

    private void HandleMember(MemberMessage message)
    {
        if (!message.Profile.IsEmpty) parts.People.TryHear(_relay!.Id, message.Profile, out _);
        if (message.State == MemberChange.Joined) MemberJoined(message.Peer);
        else
        {
            room.Members.OffRelay(message.Peer, message.State switch
            {
                MemberChange.Bye => PresenceReason.Bye,
                MemberChange.Parted => PresenceReason.Part,
                MemberChange.Kicked => PresenceReason.Kicked,
                _ => PresenceReason.Lost,
            });
            parts.MemberLeftRelay(message.Peer, message.State == MemberChange.Bye ? PresenceReason.Bye : PresenceReason.Lost);
        }
    }

    private void MemberJoined(PeerId peer)
    {
        if (peer == context.Self) return;
        room.Members.OnRelay(peer);
        parts.Links.OpenForwarded(peer);
    }

    private void HandleReceipts(RelayReceiptMessage message)
    {
        foreach (var receipt in message.Receipts)
        {
            if (receipt.Line.Author == context.Self) room.Outbox.Receipt(receipt.Member, receipt.Line);
        }
    }

    private void HandleError(RelayErrorMessage error)
    {
        context.Count($"relay-error-{error.Code}");
        Settle(error.Entry);
        switch (error.Code)
        {
            case RelayErrors.RetryAfter or RelayErrors.Storage:
                // What followed the entry that was refused was not taken either: all of it is sent again.
                ForgetUnacknowledged();

                // So are the profiles that came with it.
                _profilesSent.Clear();
                _pausedUntil = context.Now.Monotonic + error.RetryAfter;
                _publishAt = _pausedUntil;
                _isDigestRefused = _isSubscribed && !_hasDigest;
                HasMore = true;
                if (_isSubscribed && error.Code != RelayErrors.Storage) break;

                // It was the subscription that was refused, or the relay reads the room's log again and has dropped it.
                _isSubscribed = _isSubscribing = false;
                _subscribeAt = _pausedUntil;
                break;
            case RelayErrors.UnknownAuthor:
                _profilesSent.Clear();
                context.Tell(new WarningEvent($"relay-{error.Code}", $"{room.Label}: {error.Text}", _relay?.Id ?? PeerId.None));
                break;
            case RelayErrors.Gap:
                AskForDigest();
                break;
            case RelayErrors.Closed:
                _isClosed = true;
                room.Members.RelayLost();
                room.Sync.CompareWithAll();
                context.Tell(new WarningEvent($"relay-{error.Code}", $"{room.Label}: {error.Text}", _relay?.Id ?? PeerId.None));
                break;
            case RelayErrors.NotSubscribed:
                _isSubscribed = false;
                _isSubscribing = false;
                Subscribe();
                break;
            default:
                context.Tell(new WarningEvent($"relay-{error.Code}", $"{room.Label}: {error.Text}", _relay?.Id ?? PeerId.None));
                break;
        }
    }

    private void SendReceipts()
    {
        _receiptsAt = null;
        if (!IsLive) return;
        foreach (var authors in _receiptsDue.Order().Chunk(SeqRanges.LinesPerMessage))
            Send(new RelayReceiptMessage(room.Id, [.. authors.Select(a => new MemberReceipt(context.Self, room.Log.LineOf(a)))]));
        _receiptsDue.Clear();
    }
}
