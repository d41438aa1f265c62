using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Turns what happens on links into presence, and hands messages to their rooms (PROTOCOL.md, section 12).</summary>
internal sealed class PeerPresence(NodeContext context, NodeParts parts, RoomBook rooms)
{
    private const string PinPrefix = "pin:";

    private static readonly TimeSpan ClockWarning = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LimitQuiet = TimeSpan.FromSeconds(30);

    private static readonly UInt128 SummaryOfNothing = SummaryHash.Compute([], []);

    private readonly HashSet<PeerId> _clockWarned = [];
    private string _relayAddress = "";
    private TimeSpan _limitToldUntil;

    /// <summary>The relays' identities as they were when first used.</summary>
    public void LoadPins()
    {
        foreach (var (name, value) in rooms.Values)
        {
            if (name.StartsWith(PinPrefix, StringComparison.Ordinal) && value.Length == PeerId.Size) parts.Links.PinRelay(name[PinPrefix.Length..], PeerId.Read(value.Span));
        }
    }

    public void Handle(LinkEvent happened)
    {
        switch (happened)
        {
            case PeerUp up: HandleUp(up.Peer); break;
            case PeerDown down: HandleDown(down.Peer, down.Reason); break;
            case PeerPathChanged changed: HandlePath(changed.Peer); break;
            case PeerRoomsChanged changed: HandleRooms(changed.Peer); break;
            case PeerProfileChanged changed: HandleProfile(changed.Peer); break;
            case PeerMessageArrived arrived: HandleMessage(arrived); break;
            case RelayUp up: HandleRelayUp(up.Relay); break;
            case RelayDown down: HandleRelayDown(down); break;
            case RelayRefused refused: HandleRelayRefused(refused); break;
            case RelayMessageArrived arrived: HandleRelayMessage(arrived.Message); break;
            case ClockOffset offset: HandleClock(offset.Peer, offset.Offset); break;
            case IdentityElsewhere elsewhere: HandleElsewhere(elsewhere); break;
            case LinkRefused refused: context.Count($"refused-{refused.Reason}"); break;
            case AddressWorked worked: parts.Store.Write(new PutAddress(worked.Peer, worked.Address.ToString())); break;
            default: throw new InvalidOperationException($"{happened.GetType().Name} has no handler.");
        }
    }

    /// <summary>A peer as shown.</summary>
    public PeerEvent Describe(PeerSession session, bool isUp, PresenceReason reason) => new(
        session.PeerId, parts.People.Nick(session.PeerId), isUp, session.Path, session.Address, session.RoundTrip, reason);

    private void HandleUp(PeerSession session)
    {
        parts.People.TryLearn(session.Profile);
        context.Tell(Describe(session, isUp: true, PresenceReason.None));
        parts.Links.SetDirectRoom(session, RoomSecret.Direct(context.Crypto, context.Identity, session.Profile));
        HandleRooms(session);
    }

    private void HandleDown(PeerSession session, PresenceReason reason)
    {
        foreach (var room in rooms.All)
        {
            if (room.Sync.Partners.GetValueOrDefault(session.PeerId)?.Session != session) continue;
            room.Sync.Leave(session.PeerId);
            room.Members.Unlinked(session.PeerId, reason);
            room.Outbox.Reconsider();
        }

        if (parts.Links.Sessions.Any(s => s.PeerId == session.PeerId)) return;
        parts.People.ForgetHearsayOf(session.PeerId);
        parts.Links.ForgetDirectRoom(session.PeerId);
        context.Tell(Describe(session, isUp: false, reason));
    }

    private void HandlePath(PeerSession session)
    {
        context.Tell(Describe(session, isUp: true, PresenceReason.Switched));
        foreach (var room in rooms.Active.Where(r => r.Sync.Partners.GetValueOrDefault(session.PeerId)?.Session == session)) room.Sync.Join(session);
    }

    private void HandleRooms(PeerSession session)
    {
        foreach (var room in rooms.Active)
        {
            var isShared = session.SharedRooms.Contains(room.Id);
            var isPartner = room.Sync.Partners.ContainsKey(session.PeerId);
            if (isShared)
            {
                room.Members.Linked(session.PeerId);
                room.Sync.Join(session);
                room.Outbox.Reconsider();
            }
            else if (isPartner)
            {
                room.Sync.Leave(session.PeerId);
                room.Members.Unlinked(session.PeerId, PresenceReason.Part);
            }
        }
    }

    private void HandleProfile(PeerSession session)
    {
        if (parts.People.TryLearn(session.Profile)) context.Tell(Describe(session, isUp: true, PresenceReason.None));
    }

    private void HandleMessage(PeerMessageArrived arrived)
    {
        if (arrived.Message is not RoomMessage message || arrived.Room is not { } id) return;
        var room = rooms.Find(id);
        if (room is null && RoomSecret.Direct(context.Crypto, context.Identity, arrived.Peer.Profile) is { } direct && direct.Id == id && IsAboutContent(message))
        {
            // Somebody writes to the room of two that was never opened here.
            if (MayOpen()) room = rooms.Join(direct, arrived.Peer.PeerId, null);
        }

        if (room is null || !room.IsActive)
        {
            context.Count("room-not-joined");
            if (room is { IsJoined: true }) room.Sync.Missed(arrived.Peer);
            return;
        }

        if (message is PartMessage)
        {
            room.Sync.Leave(arrived.Peer.PeerId);
            room.Members.Unlinked(arrived.Peer.PeerId, PresenceReason.Part);
            return;
        }

        room.Sync.Handle(arrived.Peer, message);
    }

    /// <summary>
    /// Whether a message shows that its sender holds something. A summary does, too: after a change of path it may be the first word of the room
    /// that arrives, what was pushed before having gone down with the old path.
    /// </summary>
    private static bool IsAboutContent(RoomMessage message) => message switch
    {
        EntriesMessage entries => !entries.Entries.IsEmpty,
        DigestMessage digest => !digest.Authors.IsEmpty,
        SummaryMessage summary => summary.Value != SummaryOfNothing,
        _ => false,
    };

    private void HandleRelayUp(RelaySession relay)
    {
        rooms.Relay = relay;
        _relayAddress = relay.Address;
        parts.People.TryLearn(relay.Profile);
        context.Tell(new RelayEvent(RelayState.Up, relay.Address, relay.Id, ""));
        Pin(relay);
        foreach (var room in rooms.Active) room.Feed.Connect(relay, rooms.Values);
    }

    private void Pin(RelaySession relay)
    {
        var name = PinPrefix + relay.Address;
        var id = relay.Id.ToArray();
        if (rooms.Values.TryGetValue(name, out var pinned) && pinned.Span.SequenceEqual(id)) return;
        rooms.Values[name] = id;
        parts.Store.Write(new PutValue(name, id));
        parts.Links.PinRelay(relay.Address, relay.Id);
    }

    private void HandleRelayDown(RelayDown down)
    {
        var id = rooms.Relay?.Id ?? PeerId.None;
        rooms.Relay = null;
        foreach (var room in rooms.All) room.Feed.Disconnect();
        parts.People.ForgetHearsayOf(id);
        context.Tell(new RelayEvent(RelayState.Down, down.Address.Length > 0 ? down.Address : _relayAddress, id, down.Reason));
    }

    private void HandleRelayRefused(RelayRefused refused)
    {
        var id = rooms.Relay?.Id ?? PeerId.None;
        rooms.Relay = null;
        foreach (var room in rooms.All) room.Feed.Disconnect();
        parts.People.ForgetHearsayOf(id);
        context.Tell(new RelayEvent(RelayState.Refused, refused.Address, refused.Id, refused.Reason));
    }

    /// <summary>A limit of the relay slows what is sent; said once while it lasts, since it is answered again and again.</summary>
    private void TellOfLimit(RelayErrorMessage error)
    {
        var now = context.Now.Monotonic;
        var isTold = now < _limitToldUntil;
        _limitToldUntil = now + LimitQuiet;
        if (isTold) return;
        var text = $"The relay slows this client down. {error.Text} Nothing is lost: it goes out by itself.";
        context.Tell(new WarningEvent($"relay-{error.Code}", text, rooms.Relay?.Id ?? PeerId.None));
    }

    private void HandleRelayMessage(RelayMessage message)
    {
        if (message is RelayErrorMessage { Code: RelayErrors.RetryAfter } slow) TellOfLimit(slow);
        if (RoomOf(message) is { } id)
        {
            if (rooms.Find(id) is { IsActive: true } room) room.Feed.Handle(message);
            else context.Count("relay-room-not-joined");
            return;
        }

        switch (message)
        {
            case NoticeMessage notice: context.Tell(new NoticeEvent(notice.Text, rooms.Relay?.Profile.Nick ?? "relay")); break;
            case InvitedMessage invited: HandleInvited(invited); break;
            case ProfileAnswerMessage answer: if (!answer.Profile.IsEmpty) parts.People.TryHear(rooms.Relay?.Id ?? PeerId.None, answer.Profile, out _); break;
            case RelayErrorMessage { Code: RelayErrors.RetryAfter }: break;
            // Whoever leaves while something is on the way to them: their going is told as such.
            case RelayErrorMessage { Code: RelayErrors.NoSuchPeer }: context.Count("relay-no-such-peer"); break;
            case RelayErrorMessage error: context.Tell(new WarningEvent($"relay-{error.Code}", $"The relay says: {error.Text}", rooms.Relay?.Id ?? PeerId.None)); break;
            default: context.Count("relay-message-unknown"); break;
        }
    }

    private static RoomId? RoomOf(RelayMessage message)
    {
        var room = message switch
        {
            SubscribedMessage m => m.Room,
            OrderedMessage m => m.Room,
            StampProofMessage m => m.Room,
            RelayDigestMessage m => m.Room,
            MemberMessage m => m.Room,
            RelayReceiptMessage m => m.Room,
            RelayWantMessage m => m.Room,
            ShowStampsMessage m => m.Room,
            RelayErrorMessage m => m.Room,
            _ => default,
        };
        return room == default ? null : room;
    }

    /// <summary>Rooms that others open leave some for the user: whoever makes up people cannot take all that a profile may have.</summary>
    private bool MayOpen() => rooms.All.Count < Limits.MaxRoomsPerPeer * 3 / 4;

    private void HandleInvited(InvitedMessage invited)
    {
        if (!parts.People.TryHear(rooms.Relay?.Id ?? PeerId.None, invited.SenderProfile, out var profile)) return;
        var secret = RoomSecret.Direct(context.Crypto, context.Identity, profile);
        if (secret.Id == invited.Room && (rooms.Find(secret.Id) is not null || MayOpen())) rooms.Join(secret, profile.Id, null);
        else context.Count("invited", Rejection.Misdirected);
    }

    private void HandleClock(PeerSession session, TimeSpan offset)
    {
        if (offset.Duration() < ClockWarning || !_clockWarned.Add(session.PeerId)) return;
        var direction = offset > TimeSpan.Zero ? "ahead of" : "behind";
        context.Tell(new WarningEvent(
            "clock-offset", $"The clock of {parts.People.Nick(session.PeerId)} is {offset.Duration().TotalMinutes:0} min {direction} this one; set the one that is wrong.",
            session.PeerId));
    }

    private void HandleElsewhere(IdentityElsewhere elsewhere) => context.Tell(new WarningEvent(
        "identity-elsewhere",
        $"This profile also runs at {elsewhere.Address}: a cloned disk or a restored backup. Run `lanchat id --new` on one of the two.", context.Self));
}
