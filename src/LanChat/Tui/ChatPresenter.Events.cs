using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>What the session tells.</content>
internal sealed partial class ChatPresenter
{
    /// <summary>Warnings kept for a diagnosis; beyond, the oldest go.</summary>
    private const int WarningsKept = 16;

    private void Handle(Heard heard)
    {
        Version++;
        if (heard.Tag != 0)
        {
            bool isOurs = _answers.Remove(heard.Tag, out Action<ChatEvent>? answer);
            answer?.Invoke(heard.Event);
            // What another program asked of this client, or what its asker has just dealt with, is no news.
            bool isAnswer = heard.Event is TranscriptEvent or MembersEvent or PeersEvent or RoomsEvent or UnreadEvent or AcquaintancesEvent;
            if (isAnswer || (!isOurs && heard.Event is ErrorEvent))
            {
                return;
            }
        }

        Handle(heard.Event);
    }

    private void Handle(ChatEvent told)
    {
        switch (told)
        {
            case ReadyEvent ready:
                BecomeReady(ready);
                break;
            case PeerEvent peer:
                TakePeer(peer);
                break;
            case RelayEvent relay:
                TakeRelay(relay);
                break;
            case JoinedEvent joined:
                Enter(Rooms.Update(joined.Room));
                break;
            case CreatedEvent created:
                _awaitsRoom = true;
                Enter(Rooms.Update(created.Room));
                Say($"{created.Room.Title} is yours. Whoever has this link can join: {created.Invite}", Tone.Good);
                break;
            case PartedEvent parted:
                Leave(parted.Room);
                break;
            case RemovedEvent removed:
                Rooms.Update(removed.Room);
                break;
            case RoomChangedEvent changed:
                Rooms.Update(changed.Room);
                break;
            case MemberEvent member:
                TakeMember(member);
                break;
            case MessageEvent message:
                TakeMessage(message);
                break;
            case RoomsEvent rooms:
                foreach (RoomInfo room in rooms.Rooms.Where(room => room.IsJoined))
                {
                    Enter(Rooms.Update(room));
                }

                break;
            case NoticeEvent notice:
                Say($"{notice.From} says: {notice.Text}", Tone.Warning);
                break;
            case WarningEvent warning:
                TakeWarning(warning);
                break;
            case ErrorEvent error:
                _awaitsRoom = false;
                Say(error.Message, Tone.Bad);
                break;
            default:
                ChangeMessage(told);
                break;
        }
    }

    private void ChangeMessage(ChatEvent told)
    {
        switch (told)
        {
            case EditedEvent edited:
                Change(edited.Room, edited.Id, message => message with { Text = edited.Text, IsEdited = true });
                break;
            case DeletedEvent deleted:
                Change(deleted.Room, deleted.Id, message => message with { Kind = "deleted", Text = string.Empty, Reactions = [] });
                break;
            case ReactionEvent reaction:
                Change(reaction.Room, reaction.Id, message => message with { Reactions = Reacted(message.Reactions, reaction) });
                break;
            case OrderedEvent ordered:
                Change(ordered.Room, ordered.Id, message => message with { Stamp = ordered.Place });
                break;
            case DeliveryEvent delivery:
                Change(delivery.Room, delivery.Id, message => message with { Delivery = delivery.State });
                break;
            case TopicEvent topic:
                Rooms.Update(topic.Room);
                break;
        }
    }

    private void BecomeReady(ReadyEvent ready)
    {
        if (IsReady)
        {
            return;
        }

        (Self, Nick) = (ready.PeerId, ready.Nick);
        _namesVersion++;
        Post(new AcquaintancesQuery(), answer =>
        {
            People.Remember(answer is AcquaintancesEvent known ? known.People : []);
            _namesVersion++;
        });
        Post(new RoomsQuery(), answer =>
        {
            Handle(answer);
            IsReady = true;
            if ((Rooms.Find(_startRoom) ?? Rooms.Current) is { } room)
            {
                Open(room);
                // Nobody need be looking when the program starts: the first key says so.
                _opened = null;
                Say($"You are {Nick}, in {room.Name}. Type and press Enter to talk; F1 helps.", Tone.Accent);
            }
        });
        Post(new PeersQuery(), answer =>
        {
            foreach (PeerEvent peer in answer is PeersEvent peers ? peers.Peers : [])
            {
                People.Update(peer);
            }

            _namesVersion++;
        });
    }

    private void TakePeer(PeerEvent peer)
    {
        Person? known = People.Find(peer.PeerId) is { IsListed: true } listed ? listed : null;
        string before = known?.Nick ?? string.Empty;
        Person person = People.Update(peer);
        // Whose profile has not come yet goes by the beginning of the id, which is no name to take leave of.
        if (before.Length > 0 && before != person.Id.Tag && before != person.Nick && Rooms.Current is not null)
        {
            Say($"{before} is now {person.Nick}", Tone.Dim);
        }

        _namesVersion += before == person.Nick ? 0 : 1;
        _refreshedAt = peer.IsUp && before.Length == 0 ? Now - RefreshEvery + RefreshSoon : _refreshedAt;
        if (known is null && person.Doubt.Length > 0)
        {
            Say($"! {person.Doubt}, with other keys. /verify {People.Name(person)} tells whether it is the same person.", Tone.Warning);
        }
    }

    private void TakeRelay(RelayEvent relay)
    {
        _relays[relay.Address] = relay;
        Relay = relay.State switch
        {
            RelayState.Up => "relay up",
            RelayState.Refused => $"relay refused ({relay.Reason})",
            _ => relay.Reason.Length > 0 ? $"relay down ({relay.Reason})" : "relay down",
        };
        if (relay.State == RelayState.Refused)
        {
            _refusedRelay = relay.Reason == "fingerprint" ? relay.Address : null;
            string advice = _refusedRelay is not null
                ? "Its fingerprint changed. If its operator says that is right, type /relay trust"
                : "It is not tried again until LanChat starts anew.";
            Say($"The relay {relay.Address} said no: {relay.Reason}. {advice}", Tone.Bad);
        }
    }

    private void TakeWarning(WarningEvent warning)
    {
        _warnings.Enqueue(warning);
        while (_warnings.Count > WarningsKept)
        {
            _warnings.Dequeue();
        }

        if (!warning.PeerId.IsNone)
        {
            People.Named(warning.PeerId, string.Empty).Doubt = warning.Text;
        }

        Say("! " + warning.Text, Tone.Warning);
    }

    private void Enter(RoomEntry room)
    {
        if (!room.IsUnreadAsked)
        {
            room.IsUnreadAsked = true;
            AskUnread(room);
        }

        room.Notify = ParseNotify(_session.Setting($"notify {room.Info.Label}")) ?? (room.IsDirect ? Notify.All : DefaultNotify);
        // A room opens because the user asked for it, not because somebody else writes.
        if (_awaitsRoom)
        {
            _awaitsRoom = false;
            Open(room);
        }
    }

    // What came while this program did not run, or was shown by another face of it and not seen.
    private void AskUnread(RoomEntry room) => Post(new UnreadQuery(room.Info.Id), answer =>
    {
        if (answer is not UnreadEvent { Count: > 0 } unread)
        {
            return;
        }

        room.Unread = unread.Count;
        room.Timeline.Marker = unread.First.IsNone ? null : unread.First;
        room.Mentions = room.IsDirect ? unread.Count : 0;
        if (!room.IsDirect)
        {
            int from = Math.Max(unread.From, unread.Room.Count - Timeline.PageSize);
            Post(new PageQuery(room.Info.Id, from, Timeline.PageSize), page => CountMentions(room, page));
        }
    });

    private void CountMentions(RoomEntry room, ChatEvent answer)
    {
        if (answer is TranscriptEvent page && room.Unread > 0)
        {
            int mentions = page.Entries.Count(message => IsNews(message) && IsMention(message.Text));
            room.Mentions = Math.Clamp(room.Mentions + mentions, 0, room.Unread);
        }
    }

    private static bool IsNews(MessageView message) => message is { IsOwn: false, Kind: "text" or "me" or "file", Mark: not "muted" };

    private void Leave(RoomInfo info)
    {
        if (Rooms.Find(info.Id) is { } room)
        {
            bool wasOpen = Rooms.Current == room;
            Rooms.Remove(room);
            if (wasOpen && Rooms.Current is { } next)
            {
                Open(next);
            }
        }
    }

    private void TakeMember(MemberEvent member)
    {
        RoomEntry room = Rooms.Update(member.Room);
        if (member.PeerId == Self)
        {
            return;
        }

        People.Named(member.PeerId, member.Nick);
        _namesVersion++;
        bool changed = member.IsJoined ? room.Members.Add(member.PeerId) : room.Members.Remove(member.PeerId);
        if (!changed)
        {
            return;
        }

        if (member.Reason == PresenceReason.Kicked)
        {
            room.Timeline.Say($"← {member.Nick} was disconnected by the relay's operator", Tone.Warning, Now);
        }
        else
        {
            room.Timeline.SayPresence(People.Name(member.PeerId), member.IsJoined, Now);
        }
    }

    private void TakeMessage(MessageEvent told)
    {
        MessageView message = told.Message;
        RoomEntry room = Rooms.Find(told.Room.Id) ?? Rooms.Update(told.Room);
        if (!message.IsOwn)
        {
            People.Named(message.PeerId, message.Nick);
        }

        room.Timeline.Add(message, told.Room.Count);
        Rooms.Update(told.Room);
        if (message.IsOwn)
        {
            room.Timeline.Marker = null;
            return;
        }

        if (!IsNews(message))
        {
            return;
        }

        bool isMention = room.IsDirect || IsMention(message.Text);
        room.Timeline.Marker = room.Unread == 0 ? null : room.Timeline.Marker;
        // What came late stands among what was seen, with a mark of its own.
        room.Timeline.Marker ??= message.IsLate ? null : message.Id;
        room.Unread++;
        room.Mentions += isMention ? 1 : 0;
        Rings |= room.Notify == Notify.All || (room.Notify == Notify.Mentions && isMention);
    }

    private void Change(RoomInfo info, EntryHash id, Func<MessageView, MessageView> change) =>
        Rooms.Update(info).Timeline.Change(id, change);

    private static ImmutableArray<(string Emoji, PeerId PeerId)> Reacted(
        ImmutableArray<(string Emoji, PeerId PeerId)> reactions, ReactionEvent told)
    {
        ImmutableArray<(string Emoji, PeerId PeerId)> before = reactions.IsDefault ? [] : reactions;
        (string Emoji, PeerId PeerId) one = (told.Emoji, told.PeerId);
        return told.IsRemoved ? before.Remove(one) : before.Contains(one) ? before : before.Add(one);
    }

    private void TakeMembers(RoomEntry room, ChatEvent answer, bool say)
    {
        if (answer is not MembersEvent members)
        {
            return;
        }

        room.Members.Clear();
        foreach (MemberInfo member in members.Members)
        {
            if (member.PeerId != Self)
            {
                string before = People.Find(member.PeerId)?.Nick ?? string.Empty;
                People.Update(member);
                _namesVersion += before == member.Nick ? 0 : 1;
                room.Members.Add(member.PeerId);
            }
        }

        if (say)
        {
            IEnumerable<string> names = members.Members.Select(member => member.PeerId == Self ? $"{member.Nick} (you)" : People.Name(member.PeerId));
            Say($"In {room.Name}: {string.Join(", ", names)}", Tone.Dim);
        }
    }
}
