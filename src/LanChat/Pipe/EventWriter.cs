using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Pipe;

/// <summary>Events as scripts read them: one JSON object per line, fields as the contract names them.</summary>
internal sealed class EventWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The event as a line, UTF-8, with its end, until the next is asked for; empty for what scripts are not told.</summary>
    public ReadOnlySpan<byte> Line(ChatEvent happened, DateTimeOffset time, string? reference, Action<Utf8JsonWriter>? more = null)
    {
        if (NameOf(happened) is not { } name) return [];
        if (happened is DoneEvent && reference is null) return [];
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, Compact);
        json.WriteStartObject();
        json.WriteString("event", name);
        json.WriteString("time", Iso(time));
        WriteFields(json, happened, reference);
        more?.Invoke(json);
        json.WriteEndObject();
        json.Flush();
        _buffer.Write("\n"u8);
        return _buffer.WrittenSpan;
    }

    /// <summary>ISO 8601, UTC, milliseconds.</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? NameOf(ChatEvent happened) => happened switch
    {
        ReadyEvent => "ready",
        PeerEvent => "peer",
        RelayEvent => "relay",
        JoinedEvent => "joined",
        PartedEvent => "parted",
        CreatedEvent => "created",
        RemovedEvent => "removed",
        RoomChangedEvent => "room",
        MemberEvent => "member",
        MessageEvent { Message.Kind: "text" or "me" } => "message",
        MessageEvent => "entry",
        EditedEvent => "edited",
        DeletedEvent => "deleted",
        ReactionEvent => "reaction",
        TopicEvent => "topic",
        OrderedEvent => "ordered",
        DeliveryEvent => "delivery",
        AcceptedEvent => "accepted",
        NoticeEvent => "notice",
        WarningEvent => "warning",
        TranscriptEvent => "transcript",
        RoomsEvent => "rooms",
        MembersEvent => "members",
        PeersEvent => "peers",
        DoneEvent => "done",
        ErrorEvent => "error",
        _ => null,
    };

    private static void WriteFields(Utf8JsonWriter json, ChatEvent happened, string? reference)
    {
        switch (happened)
        {
            case ReadyEvent ready:
                json.WriteString("peerId", ready.PeerId.ToString());
                json.WriteString("nick", ready.Nick);
                break;
            case PeerEvent peer: WritePeer(json, peer); break;
            case RelayEvent relay: WriteRelay(json, relay); break;
            case CreatedEvent created:
                json.WriteString("room", created.Room.Label);
                json.WriteString("invite", created.Invite);
                break;
            case JoinedEvent joined: WriteRoom(json, joined.Room); break;
            case PartedEvent parted: WriteRoom(json, parted.Room); break;
            case RemovedEvent removed: WriteRoom(json, removed.Room); break;
            case RoomChangedEvent changed: WriteRoom(json, changed.Room); break;
            case MemberEvent member: WriteMember(json, member); break;
            case MessageEvent message:
                json.WriteString("room", message.Room.Label);
                WriteMessage(json, message.Message);
                if (message.Ref is not null) json.WriteString("ref", message.Ref);
                break;
            case ErrorEvent error:
                json.WriteString("code", error.Code);
                json.WriteString("message", error.Message);
                WriteOptional(json, "ref", error.Ref ?? reference);
                break;
            case DoneEvent: json.WriteString("ref", reference); break;
            default: WriteChange(json, happened); break;
        }
    }

    private static void WriteChange(Utf8JsonWriter json, ChatEvent happened)
    {
        switch (happened)
        {
            case EditedEvent edited: WriteTarget(json, edited.Room, edited.Id, edited.PeerId, "text", edited.Text); break;
            case DeletedEvent deleted: WriteTarget(json, deleted.Room, deleted.Id, deleted.PeerId, null, null); break;
            case ReactionEvent reaction:
                WriteTarget(json, reaction.Room, reaction.Id, reaction.PeerId, "emoji", reaction.Emoji);
                json.WriteBoolean("removed", reaction.IsRemoved);
                break;
            case TopicEvent topic:
                json.WriteString("room", topic.Room.Label);
                json.WriteString("peerId", topic.PeerId.ToString());
                json.WriteString("text", topic.Text);
                break;
            case OrderedEvent ordered:
                json.WriteString("room", ordered.Room.Label);
                json.WriteString("id", ordered.Id.ToString());
                json.WriteNumber("stamp", ordered.Place);
                break;
            case DeliveryEvent delivery:
                json.WriteString("room", delivery.Room.Label);
                json.WriteString("id", delivery.Id.ToString());
                WriteOptional(json, "ref", delivery.Ref);
                json.WriteBoolean("relay", delivery.State.IsOnRelay);
                json.WriteNumber("delivered", delivery.State.Delivered);
                json.WriteNumber("of", delivery.State.Of);
                break;
            case AcceptedEvent accepted:
                json.WriteString("room", accepted.Room.Label);
                json.WriteString("id", accepted.Id.ToString());
                WriteOptional(json, "ref", accepted.Ref);
                break;
            case NoticeEvent notice:
                json.WriteString("text", notice.Text);
                json.WriteString("from", notice.From);
                break;
            case WarningEvent warning:
                json.WriteString("code", warning.Code);
                json.WriteString("message", warning.Text);
                if (!warning.PeerId.IsNone) json.WriteString("peerId", warning.PeerId.ToString());
                break;
            default: WriteList(json, happened); break;
        }
    }

    private static void WriteList(Utf8JsonWriter json, ChatEvent happened)
    {
        switch (happened)
        {
            case TranscriptEvent transcript:
                json.WriteString("room", transcript.Room.Label);
                json.WriteStartArray("entries");
                foreach (var entry in transcript.Entries) WriteObject(json, () => WriteMessage(json, entry));
                json.WriteEndArray();
                break;
            case RoomsEvent rooms:
                json.WriteStartArray("rooms");
                foreach (var room in rooms.Rooms) WriteObject(json, () => WriteRoom(json, room));
                json.WriteEndArray();
                break;
            case MembersEvent members:
                json.WriteString("room", members.Room.Label);
                json.WriteStartArray("members");
                foreach (var member in members.Members) WriteObject(json, () => WriteMemberInfo(json, member));
                json.WriteEndArray();
                break;
            case PeersEvent peers:
                json.WriteStartArray("peers");
                foreach (var peer in peers.Peers) WriteObject(json, () => WritePeer(json, peer));
                json.WriteEndArray();
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, Action fields)
    {
        json.WriteStartObject();
        fields();
        json.WriteEndObject();
    }

    private static void WritePeer(Utf8JsonWriter json, PeerEvent peer)
    {
        json.WriteString("peerId", peer.PeerId.ToString());
        json.WriteString("nick", peer.Nick);
        json.WriteString("state", peer.IsUp ? "up" : "down");
        WriteOptional(json, "path", PathOf(peer.Path));
        WriteOptional(json, "address", peer.Address?.ToString());
        json.WriteNumber("rttMs", Math.Round(peer.RoundTrip.TotalMilliseconds, 1));
        WriteOptional(json, "reason", ReasonOf(peer.Reason));
    }

    private static void WriteRelay(Utf8JsonWriter json, RelayEvent relay)
    {
        json.WriteString("state", relay.State switch { RelayState.Up => "up", RelayState.Down => "down", _ => "refused" });
        json.WriteString("address", relay.Address);
        WriteOptional(json, "fingerprint", relay.Id.IsNone ? null : Fingerprint.Digits(relay.Id));
        WriteOptional(json, "reason", relay.Reason.Length == 0 ? null : relay.Reason);
        if (relay.State == RelayState.Refused) json.WriteString("advice", AdviceOn(relay));
    }

    private static string AdviceOn(RelayEvent relay) => relay.Reason switch
    {
        "fingerprint" => $"The relay at {relay.Address} is not the one that was there before, or not the one asked for. "
            + $"If its operator says that this is right, start with --relay {relay.Address}#{Fingerprint.Digits(relay.Id).Replace(' ', '-')}.",
        RelayByes.Token => "The relay wants another secret: start with the --relay-token that its operator gives.",
        RelayByes.Banned => "The relay's operator keeps this client out: ask to be let in again, then start anew.",
        RelayByes.Replaced => "The same identity has connected from elsewhere: close one of the two, or make a new identity.",
        _ => "The relay speaks another version: update both, then start anew.",
    };

    private static void WriteRoom(Utf8JsonWriter json, RoomInfo room)
    {
        json.WriteString("room", room.Label);
        json.WriteString("title", room.Title);
        json.WriteString("kind", room.Kind.ToString().ToLowerInvariant());
        json.WriteString("topic", room.Topic);
        json.WriteBoolean("joined", room.IsJoined);
        json.WriteBoolean("closed", room.IsClosed);
        json.WriteNumber("members", room.Members);
        json.WriteNumber("missing", room.Missing.Sum(m => m.Count));
    }

    private static void WriteMember(Utf8JsonWriter json, MemberEvent member)
    {
        json.WriteString("room", member.Room.Label);
        json.WriteString("peerId", member.PeerId.ToString());
        json.WriteString("nick", member.Nick);
        json.WriteString("state", member.IsJoined ? "joined" : "left");
        WriteOptional(json, "reason", ReasonOf(member.Reason));
    }

    private static void WriteMemberInfo(Utf8JsonWriter json, MemberInfo member)
    {
        json.WriteString("peerId", member.PeerId.ToString());
        json.WriteString("nick", member.Nick);
        WriteOptional(json, "path", PathOf(member.Path));
        json.WriteNumber("rttMs", Math.Round(member.RoundTrip.TotalMilliseconds, 1));
        json.WriteBoolean("verified", member.IsVerified);
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageView message)
    {
        json.WriteString("id", message.Id.ToString());
        json.WriteString("peerId", message.PeerId.ToString());
        json.WriteString("nick", message.Nick);
        json.WriteString("kind", message.Kind);
        json.WriteString("text", message.Text);
        json.WriteString("sentAt", Iso(message.SentAt));
        json.WriteBoolean("own", message.IsOwn);
        json.WriteBoolean("late", message.IsLate);
        if (message.Stamp is { } stamp) json.WriteNumber("stamp", stamp);
        else json.WriteNull("stamp");
        if (message.IsEdited) json.WriteBoolean("edited", true);
        if (message.Mark.Length > 0) json.WriteString("mark", message.Mark);
    }

    private static void WriteTarget(Utf8JsonWriter json, RoomInfo room, EntryHash id, PeerId author, string? field, string? value)
    {
        json.WriteString("room", room.Label);
        json.WriteString("id", id.ToString());
        json.WriteString("peerId", author.ToString());
        if (field is not null) json.WriteString(field, value);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null) json.WriteNull(name);
        else json.WriteString(name, value);
    }

    private static string? PathOf(PeerPath path) => path switch
    {
        PeerPath.Lan => "lan",
        PeerPath.Punched => "punched",
        PeerPath.Relay => "relay",
        _ => null,
    };

    private static string? ReasonOf(PresenceReason reason) => reason == PresenceReason.None ? null : reason.ToString().ToLowerInvariant();
}
