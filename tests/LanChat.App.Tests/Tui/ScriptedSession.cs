using System.Collections.Immutable;
using System.Net;
using LanChat.Core;
using LanChat.Protocol;
using LanChat.Tui;

namespace LanChat.App.Tests.Tui;

/// <summary>A client that knows what the test tells it: rooms with messages, people. It answers queries and notes the other commands.</summary>
internal sealed class ScriptedSession : IChatSession
{
    private readonly Queue<Heard> _told = new();
    private readonly Dictionary<RoomId, List<MessageView>> _messages = [];
    private readonly Dictionary<RoomId, RoomInfo> _rooms = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<PeerId, string> _nicks = [];
    private ulong _ids;
    private long _tags;

    public event Action? Arrived;

    public static PeerId Self { get; } = Peer(1);

    public List<ChatCommand> Commands { get; } = [];

    /// <summary>The pages asked for.</summary>
    public List<PageQuery> Pages { get; } = [];

    public bool IsOver { get; set; }

    public string Seeks => "Looking for people of the network lan on every LAN of this computer, UDP port 42042 …";

    /// <summary>Whether something was told and not taken.</summary>
    public bool HasNews => _told.Count > 0;

    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 21, 0, 0, TimeSpan.Zero);

    /// <summary>Own messages are told as sent.</summary>
    public bool Echoes { get; set; } = true;

    public static PeerId Peer(int number) => new(((UInt128)(uint)(number * 0x1357) << 108) | (uint)number);

    public long Post(ChatCommand command)
    {
        long tag = ++_tags;
        switch (command)
        {
            case PageQuery query:
                Pages.Add(query);
                List<MessageView> held = _messages[query.Room];
                int from = Math.Clamp(query.From, 0, held.Count);
                Answer(new TranscriptEvent(Info(query.Room), query.From, [.. held.Skip(from).Take(query.Count)]), tag);
                break;
            case SearchQuery query:
                Answer(Find(query), tag);
                break;
            case MembersQuery query:
                RoomInfo room = _rooms.Values.First(info => info.Label == query.Room);
                Answer(new MembersEvent(room, [.. Members[room.Id]]), tag);
                break;
            case RoomsQuery:
                Answer(new RoomsEvent([.. _rooms.Keys.Select(Info)]), tag);
                break;
            case UnreadQuery query:
                Answer(Unread(query.Room), tag);
                break;
            case TranscriptQuery query:
                RoomId asked = _rooms.Values.First(info => info.Label == query.Room).Id;
                Answer(new TranscriptEvent(Info(asked), 0, [.. _messages[asked]]), tag);
                break;
            case AcquaintancesQuery:
                Answer(new AcquaintancesEvent([.. Acquaintances]), tag);
                break;
            case PeersQuery:
                Answer(new PeersEvent([.. Peers]), tag);
                break;
            case SendCommand send when Echoes:
                Commands.Add(command);
                Say(_rooms.Values.First(info => info.Label == send.Room).Id, Self, send.Text, send.IsAction ? "me" : "text");
                break;
            default:
                Commands.Add(command);
                break;
        }

        return tag;
    }

    private TranscriptEvent Find(SearchQuery query)
    {
        RoomInfo room = _rooms.Values.First(info => info.Label == query.Room);
        List<MessageView> held = _messages[room.Id];
        int place = held.FindLastIndex(Math.Min(query.Before, held.Count) - 1, m => m.Text.Contains(query.Words, StringComparison.OrdinalIgnoreCase));
        return new TranscriptEvent(Info(room.Id), Math.Max(0, place), place < 0 ? [] : [held[place]]);
    }

    public bool TryTake(out Heard heard) => _told.TryDequeue(out heard);

    public string? Setting(string name) => _settings.GetValueOrDefault(name);

    public void Keep(string name, string value) => _settings[name] = value;

    public Task<IReadOnlyList<string>> DoctorAsync(Circumstances circumstances, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(["The firewall drops UDP port 42042: allow it."]);

    public Task<string> SaveAsync(string room, string? file, IReadOnlyList<MessageView> messages, CancellationToken cancellationToken) =>
        Task.FromResult($"{messages.Count} messages of {room} are in {file ?? "room.log"}");

    public Dictionary<RoomId, List<MemberInfo>> Members { get; } = [];

    public List<PeerEvent> Peers { get; } = [];

    /// <summary>Whom the profile knows from before.</summary>
    public List<Acquaintance> Acquaintances { get; } = [];

    /// <summary>How many messages of a room the user saw when the program ran last; all where nothing is said.</summary>
    public Dictionary<RoomId, int> Seen { get; } = [];

    private UnreadEvent Unread(RoomId room)
    {
        int seen = Seen.GetValueOrDefault(room, _messages[room].Count);
        List<MessageView> unseen = [.. _messages[room].Skip(seen).Where(message => !message.IsOwn)];
        return new UnreadEvent(Info(room), unseen.Count > 0 ? unseen[0].Id : EntryHash.None, seen, unseen.Count);
    }

    public void Tell(ChatEvent told) => Answer(told, 0);

    /// <summary>Answers the last command.</summary>
    public void Answer(ChatEvent told, long tag)
    {
        _told.Enqueue(new Heard(told, tag));
        Arrived?.Invoke();
    }

    public RoomId Room(string title, string topic = "", bool isClosed = false, PeerId direct = default)
    {
        var id = new RoomId((UInt128)(uint)(_rooms.Count + 1));
        string label = direct.IsNone ? title.ToLowerInvariant() : "@" + direct;
        RoomKind kind = direct.IsNone ? RoomKind.Public : RoomKind.Direct;
        _rooms[id] = new RoomInfo(id, label, title, kind, topic, true, isClosed, 1, 0, [], PeerId.None);
        _messages[id] = [];
        Members[id] = [new MemberInfo(Self, "ana", PeerPath.Lan, TimeSpan.Zero, false)];
        Tell(new JoinedEvent(Info(id)));
        return id;
    }

    public PeerId Person(int number, string nick, PeerPath path, double milliseconds, params RoomId[] rooms)
    {
        PeerId id = Peer(number);
        _nicks[id] = nick;
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(milliseconds);
        var told = new PeerEvent(id, nick, path != PeerPath.None, path, new IPEndPoint(IPAddress.Loopback, 44042), roundTrip, PresenceReason.None);
        Peers.Add(told);
        Tell(told);
        foreach (RoomId room in rooms)
        {
            Members[room].Add(new MemberInfo(id, nick, path, roundTrip, false));
            Tell(new MemberEvent(Info(room), id, nick, true, PresenceReason.None));
        }

        return id;
    }

    public EntryHash Say(RoomId room, PeerId from, string text, string kind = "text", Func<MessageView, MessageView>? change = null)
    {
        EntryHash id = Keep(room, from, text, kind, change);
        Tell(new MessageEvent(Info(room), _messages[room][^1], null));
        return id;
    }

    /// <summary>A message that was in the store before the screen came up.</summary>
    public EntryHash Keep(RoomId room, PeerId from, string text, string kind = "text", Func<MessageView, MessageView>? change = null)
    {
        var id = new EntryHash(++_ids, 0, 0, 7);
        string nick = from == Self ? "ana" : _nicks.GetValueOrDefault(from, "somebody");
        var message = new MessageView(
            id, from, nick, kind, text, Now, from == Self, false, false, null, [], new DeliveryState(false, 0, 2), string.Empty);
        _messages[room].Add(change?.Invoke(message) ?? message);
        return id;
    }

    public void Ready() => Tell(new ReadyEvent(Self, "ana"));

    public RoomInfo Info(RoomId id) => _rooms[id] with { Count = _messages[id].Count, Members = Members[id].Count };

    public void Change(RoomId id, Func<RoomInfo, RoomInfo> change)
    {
        _rooms[id] = change(_rooms[id]);
        Tell(new RoomChangedEvent(Info(id)));
    }

    public MessageView Message(RoomId room, EntryHash id) => _messages[room].First(message => message.Id == id);

    public void Reorder(RoomId id, int from, int to)
    {
        MessageView moved = _messages[id][from];
        _messages[id].RemoveAt(from);
        _messages[id].Insert(to, moved);
    }
}
