using System.Collections.Immutable;
using System.Net;
using LanChat.Core.Links;
using LanChat.Core.Ordering;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Carries out what the user asks for. Whatever is wrong is answered with a sentence that says what is allowed.</summary>
internal sealed class PeerCommands(NodeContext context, NodeParts parts, RoomBook rooms, PeerPresence presence)
{
    private const string ReadPrefix = "read:";

    private bool _isQuitting;
    private bool _hasFinished;

    public void Handle(CommandGiven given)
    {
        var tag = given.Tag;
        switch (given.Command)
        {
            case SendCommand send: Send(send, tag); break;
            case DirectCommand direct: Direct(direct, tag); break;
            case OpenDirectCommand open: if (TryDirectRoom(open.To, null, tag, out _)) Done(tag); break;
            case JoinCommand join: Join(join, tag); break;
            case InviteCommand invite: JoinByInvite(invite, tag); break;
            case CreateCommand create: Create(create, tag); break;
            case PartCommand part: if (TryRoom(part.Room, null, tag, out var parted)) Run(tag, () => rooms.Part(parted)); break;
            case ForgetCommand forget: Forget(forget, tag); break;
            case RemoveCommand remove: Remove(remove, tag); break;
            case TopicCommand topic: Topic(topic, tag); break;
            case NickCommand nick: Rename(nick, tag); break;
            case EditCommand edit: Edit(edit, tag); break;
            case DeleteCommand delete: TakeBack(delete.Id, tag); break;
            case WithdrawCommand withdraw: TakeBack(withdraw.Id, tag); break;
            case ReactCommand react: React(react, tag); break;
            case MuteCommand mute: if (TryPerson(mute.Peer, null, tag, out var muted)) Run(tag, () => parts.People.SetMuted(muted, mute.IsMuted)); break;
            case VerifyCommand verify:
                if (TryPerson(verify.Peer, null, tag, out var verified)) Run(tag, () => parts.People.SetVerified(verified, verify.IsVerified));
                break;
            case TrustRelayCommand trust: Run(tag, () => parts.Links.TrustRelay(trust.Address)); break;
            case FaultCommand fault: Fault(fault, tag); break;
            case QuitCommand: Quit(); break;
            default: Query(given.Command, tag); break;
        }
    }

    /// <summary>Ends the program once the goodbyes are among the outputs and everything said is on disk.</summary>
    public void Finish()
    {
        if (_isQuitting && parts.Store.OpenBatches == 0)
        {
            _isQuitting = false;
            parts.Links.Quit(context.Now);
        }

        if (!parts.Links.IsQuitComplete || _hasFinished) return;
        _hasFinished = true;
        context.Emit(new Finished());
    }

    private void Query(ChatCommand command, long tag)
    {
        switch (command)
        {
            case RoomsQuery: context.Tell(new RoomsEvent([.. rooms.All.Select(r => r.Describe(parts.People))]), tag); break;
            case PeersQuery: context.Tell(PeersNow(), tag); break;
            case MembersQuery members: if (TryRoom(members.Room, null, tag, out var room)) context.Tell(MembersOf(room), tag); break;
            case TranscriptQuery transcript: if (TryRoom(transcript.Room, null, tag, out var shown)) shown.Display.Transcript(transcript.Last, tag); break;
            case SearchQuery search: if (TryRoom(search.Room, null, tag, out var searched)) searched.Search.Find(search, tag); break;
            case PageQuery page:
                if (rooms.Find(page.Room) is { } paged) paged.Display.Page(page.From, page.Count, tag);
                else Error("no-such-room", "That room is not known here; `join` it first.", null, tag);
                break;
            case UnreadQuery unread: Unread(unread.Room, tag); break;
            case AcquaintancesQuery: context.Tell(new AcquaintancesEvent([.. parts.People.Acquaintances()]), tag); break;
            case MarkReadCommand read:
                parts.Store.Write(new PutValue(ReadPrefix + read.Room, read.UpTo.ToArray()));
                rooms.Values[ReadPrefix + read.Room] = read.UpTo.ToArray();
                Done(tag);
                break;
            default: throw new InvalidOperationException($"{command.GetType().Name} has no handler.");
        }
    }

    private void Unread(RoomId id, long tag)
    {
        if (rooms.Find(id) is not { } room)
        {
            Error("no-such-room", "That room is not known here; `join` it first.", null, tag);
            return;
        }

        var seen = rooms.Values.TryGetValue(ReadPrefix + id, out var value) && value.Length == EntryHash.Size ? EntryHash.Read(value.Span) : EntryHash.None;
        var unread = room.Display.Unread(seen);
        // What is shown before this is told is told before it: whoever hears both counts nothing twice.
        parts.Store.AfterCommit(() => context.Tell(unread, tag));
    }

    private PeersEvent PeersNow() =>
        new([.. parts.Links.Sessions.OrderBy(s => s.PeerId).Select(s => presence.Describe(s, true, PresenceReason.None))]);

    private MembersEvent MembersOf(ChatRoom room)
    {
        var members = ImmutableArray.CreateBuilder<MemberInfo>();
        if (room.IsJoined) members.Add(new MemberInfo(context.Self, parts.People.Own.Nick, PeerPath.Lan, TimeSpan.Zero, true));
        foreach (var id in room.Members.Others)
        {
            var session = parts.Links.Sessions.FirstOrDefault(s => s.PeerId == id);
            members.Add(new MemberInfo(id, parts.People.Nick(id), session?.Path ?? PeerPath.Relay, session?.RoundTrip ?? TimeSpan.Zero, parts.People.IsVerified(id)));
        }

        return new MembersEvent(room.Describe(parts.People), members.ToImmutable());
    }

    private void Send(SendCommand send, long tag)
    {
        if (!Texts.IsValid(send.Text, out var problem)) Error("bad-text", problem, send.Ref, tag);
        else if (send.Room.StartsWith('@'))
        {
            if (TryDirectRoom(send.Room, send.Ref, tag, out var direct)) Write(direct, send, tag);
        }
        else if (TryRoom(send.Room, send.Ref, tag, out var room)) Write(room, send, tag);
    }

    private void Write(ChatRoom room, SendCommand send, long tag)
    {
        if (CanWrite(room, send.Ref, tag)) room.Outbox.Write(send.IsAction ? new ActionBody(send.Text) : new TextBody(send.Text), send.Ref, tag);
    }

    private bool CanWrite(ChatRoom room, string? reference, long tag)
    {
        if (!room.IsJoined) Error("not-joined", $"You do not take part in {room.Label}; `join` it first.", reference, tag);
        else if (room.Meaning.IsClosed) Error("closed", $"{room.Label} was closed by its creator and can only be read.", reference, tag);
        else return true;
        return false;
    }

    private void Direct(DirectCommand direct, long tag)
    {
        if (!Texts.IsValid(direct.Text, out var problem)) Error("bad-text", problem, direct.Ref, tag);
        else if (TryDirectRoom(direct.To, direct.Ref, tag, out var room)) room.Outbox.Write(new TextBody(direct.Text), direct.Ref, tag);
    }

    private void Join(JoinCommand join, long tag)
    {
        if (!RoomNames.TryFold(join.Room, out _, out var problem))
        {
            Error("bad-room", problem, null, tag);
            return;
        }

        var secret = join.Passphrase is null
            ? RoomSecret.Public(context.Crypto, context.Options.Network, join.Room)
            : RoomSecret.FromKey(context.Crypto, RoomKind.Passphrase, join.DerivedKey.Span, context.Options.Network, join.Room, PeerId.None);
        if ((rooms.Find(secret.Id) is null && IsFull(tag)) || IsNameTaken(secret, tag)) return;
        rooms.Join(secret, PeerId.None, null);
        Done(tag);
    }

    /// <summary>Rooms are called by their names: of two that are joined and have the same one neither could be meant.</summary>
    private bool IsNameTaken(RoomSecret secret, long tag)
    {
        var other = rooms.All.FirstOrDefault(r => r.IsJoined && r.Id != secret.Id && r.Secret.Kind != RoomKind.Direct && r.Secret.FoldedName == secret.FoldedName);
        if (other is null) return false;
        Error("name-taken", $"You are in another room called {other.Label}; `part` it first.", null, tag);
        return true;
    }

    private bool IsFull(long tag)
    {
        if (rooms.All.Count < Limits.MaxRoomsPerPeer) return false;
        Error("too-many-rooms", $"This profile knows {Limits.MaxRoomsPerPeer} rooms, which is the limit; `forget` one first.", null, tag);
        return true;
    }

    private void JoinByInvite(InviteCommand command, long tag)
    {
        if (!Invite.TryParse(command.Link, out var invite, out var problem))
        {
            Error("bad-invite", problem, null, tag);
            return;
        }

        var secret = invite.Open(context.Crypto);
        if (IsFull(tag) || IsNameTaken(secret, tag)) return;
        rooms.Join(secret, PeerId.None, invite.Relay);
        Done(tag);
    }

    private void Create(CreateCommand create, long tag)
    {
        if (!RoomNames.TryFold(create.Room, out _, out var problem) || (create.Topic.Length > 0 && !Texts.IsValidTopic(create.Topic, out problem)))
        {
            Error("bad-room", problem, null, tag);
            return;
        }

        if (IsFull(tag)) return;
        var secret = create switch
        {
            { IsPrivate: true } => RoomSecret.NewPrivate(context.Crypto, context.Random, context.Options.Network, create.Room, context.Self),
            { Passphrase: not null } => RoomSecret.FromKey(
                context.Crypto, RoomKind.Passphrase, create.DerivedKey.Span, context.Options.Network, create.Room, PeerId.None),
            _ => RoomSecret.Public(context.Crypto, context.Options.Network, create.Room),
        };
        if (IsNameTaken(secret, tag)) return;
        var relay = create.IsPrivate && rooms.Relay is { } link ? AddressOf(link) : null;
        var room = rooms.Join(secret, PeerId.None, relay);
        if (create.IsPrivate) room.Outbox.OpenAtOnce();
        if (room.Meaning.Creator.IsNone || create.IsPrivate) room.Outbox.Write(new RoomCreatedBody(create.Room.TrimStart('#'), create.Topic, relay), null, 0);
        parts.Store.AfterCommit(() => context.Tell(new CreatedEvent(room.Describe(parts.People), Invite.To(secret, relay).ToString()), tag));
    }

    private static RelayAddress AddressOf(RelaySession relay)
    {
        var colon = relay.Address.LastIndexOf(':');
        return colon > 0 && int.TryParse(relay.Address[(colon + 1)..], out var port)
            ? new RelayAddress(relay.Id, relay.Address[..colon], port)
            : new RelayAddress(relay.Id, relay.EndPoint.Address.ToString(), relay.EndPoint.Port);
    }

    private void Forget(ForgetCommand forget, long tag)
    {
        if (!TryRoom(forget.Room, null, tag, out var room)) return;
        rooms.Forget(room);
        Done(tag);
    }

    private void Remove(RemoveCommand remove, long tag)
    {
        if (!TryRoom(remove.Room, null, tag, out var room) || !CanWrite(room, null, tag)) return;
        if (room.Meaning.Creator != context.Self)
        {
            Error("not-creator", $"Only its creator can close {room.Label}; `part` leaves it, `forget` deletes it here.", null, tag);
            return;
        }

        room.Outbox.Write(new RoomClosedBody(), null, 0);
        Done(tag);
    }

    private void Topic(TopicCommand topic, long tag)
    {
        if (!TryRoom(topic.Room, null, tag, out var room) || !CanWrite(room, null, tag)) return;
        if (topic.Text.Length > 0 && !Texts.IsValidTopic(topic.Text, out var problem))
        {
            Error("bad-text", problem, null, tag);
            return;
        }

        room.Outbox.Write(new TopicBody(topic.Text), null, 0);
        Done(tag);
    }

    private void Rename(NickCommand nick, long tag)
    {
        if (!Nicknames.IsValid(nick.Nick, out var problem))
        {
            Error("bad-nick", problem, null, tag);
            return;
        }

        parts.People.Rename(nick.Nick);
        parts.Links.SetProfile(parts.People.Own);
        Done(tag);
    }

    private void Edit(EditCommand edit, long tag)
    {
        if (!Texts.IsValid(edit.Text, out var problem)) Error("bad-text", problem, null, tag);
        else if (TryOwnMessage(edit.Id, "edit", tag, out var room)) WriteAndSayDone(room, new EditBody(edit.Id, edit.Text), tag);
    }

    private void TakeBack(EntryHash id, long tag)
    {
        if (TryOwnMessage(id, "delete", tag, out var room)) WriteAndSayDone(room, new DeleteBody(id), tag);
    }

    private void React(ReactCommand react, long tag)
    {
        if (!Texts.IsValidEmoji(react.Emoji, out var problem)) Error("bad-emoji", problem, null, tag);
        else if (rooms.FindByEntry(react.Id) is not { } room) NoSuchMessage(tag);
        else if (CanWrite(room, null, tag))
        {
            var isThere = room.Meaning.Reactions(react.Id).Any(r => r.PeerId == context.Self && r.Emoji == react.Emoji);
            WriteAndSayDone(room, new ReactionBody(react.Id, react.Emoji, isThere), tag);
        }
    }

    private void WriteAndSayDone(ChatRoom room, EntryBody body, long tag)
    {
        room.Outbox.Write(body, null, 0);
        Done(tag);
    }

    private bool TryOwnMessage(EntryHash id, string verb, long tag, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatRoom? room)
    {
        room = rooms.FindByEntry(id);
        if (room is null || !room.Log.TryGet(id, out var info))
        {
            NoSuchMessage(tag);
            return false;
        }

        if (info.Author == context.Self) return CanWrite(room, null, tag);
        Error("not-yours", $"You can {verb} only your own messages.", null, tag);
        return false;
    }

    private void NoSuchMessage(long tag) => Error("no-such-message", "No message with that id is known here.", null, tag);

    private bool TryRoom(string name, string? reference, long tag, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatRoom? room)
    {
        room = null;
        if (name.StartsWith('@')) return TryDirectRoom(name, reference, tag, out room);
        if (!RoomNames.TryFold(name, out var folded, out var problem))
        {
            Error("bad-room", problem, reference, tag);
            return false;
        }

        var matches = rooms.All.Where(r => r.Secret.Kind != RoomKind.Direct && r.Secret.FoldedName == folded).OrderByDescending(r => r.IsJoined).ToList();
        room = matches.FirstOrDefault();
        if (room is not null && (matches.Count == 1 || !matches[1].IsJoined)) return true;
        if (room is null) Error("no-such-room", $"No room #{folded} here; `join` it first.", reference, tag);
        else if (matches[1].IsJoined) Error("ambiguous", $"Several rooms are named #{folded}; `part` the one you do not mean.", reference, tag);
        return false;
    }

    private bool TryDirectRoom(string to, string? reference, long tag, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatRoom? room)
    {
        room = null;
        if (!TryPerson(to, reference, tag, out var id)) return false;
        room = rooms.All.FirstOrDefault(r => r.Secret.Kind == RoomKind.Direct && r.Other == id);
        if (room is { IsJoined: true }) return true;
        if (!parts.People.TryGet(id, out var profile))
        {
            Error("no-such-peer", "Nobody with that id has been seen yet.", reference, tag);
            return false;
        }

        room = rooms.Direct(profile);
        return true;
    }

    private bool TryPerson(string name, string? reference, long tag, out PeerId id)
    {
        var found = parts.People.Find(name.TrimStart('@')).Where(p => p != context.Self).ToList();
        if (found.Count > 1)
        {
            var linked = found.Where(p => parts.Links.Sessions.Any(s => s.PeerId == p)).ToList();
            if (linked.Count == 1) found = linked;
        }

        id = found.FirstOrDefault();
        if (found.Count == 1) return true;
        if (found.Count == 0) Error("no-such-peer", $"Nobody called {name} is known here; `peers` lists who is.", reference, tag);
        else Error("ambiguous", $"Several people are called {name}: {string.Join(", ", found)}. Use one of these ids.", reference, tag);
        return false;
    }

    private void Fault(FaultCommand fault, long tag)
    {
        if (!context.Options.AllowFaults)
        {
            Error("faults-off", "Faults can be made only when the program was started with --allow-faults.", null, tag);
            return;
        }

        if (fault.LossPercent is { } percent) context.Emit(new DropShare(Math.Clamp(percent, 0, 100)));
        if (fault.Block is { } block && !TryBlock(block, true, tag)) return;
        if (fault.Unblock is { } unblock && !TryBlock(unblock, false, tag)) return;
        Done(tag);
    }

    private bool TryBlock(string target, bool isBlocked, long tag)
    {
        if (IPEndPoint.TryParse(target, out var address))
        {
            context.Emit(new BlockAddress(address, isBlocked));
            return true;
        }

        if (!TryPerson(target, null, tag, out var id)) return false;
        parts.Links.Block(id, isBlocked);
        return true;
    }

    private void Quit()
    {
        foreach (var room in rooms.Active) room.Outbox.OpenAtOnce();
        _isQuitting = true;
    }

    private void Run(long tag, Action action)
    {
        action();
        Done(tag);
    }

    private void Done(long tag) => context.Tell(new DoneEvent(), tag);

    private void Error(string code, string message, string? reference, long tag) => context.Tell(new ErrorEvent(code, message, reference), tag);
}
