using System.Net;
using System.Text.Json;
using LanChat.Core;
using LanChat.Pipe;
using LanChat.Protocol;

namespace LanChat.App.Tests.Commands;

/// <summary>The events of <c>pipe</c> have the contract's names and fields.</summary>
public sealed class EventWriterTests
{
    private static readonly PeerId Ana = new(0x7f3a);
    private static readonly RoomInfo Room = new(default, "#ops", "#Ops", RoomKind.Public, "on call", true, false, 2, 1, [], PeerId.None);
    private static readonly MessageView Message = new(
        default, Ana, "ana", "text", "olá 👋 \u200d", DateTimeOffset.UnixEpoch, true, false, false, 7, [], default, "");

    public static TheoryData<ChatEvent, string, string> Contract() => new()
    {
        { new ReadyEvent(Ana, "ana"), "ready", "peerId nick" },
        {
            new PeerEvent(Ana, "ana", true, PeerPath.Lan, IPEndPoint.Parse("10.7.0.1:44042"), TimeSpan.FromMilliseconds(1.5), PresenceReason.Switched),
            "peer", "peerId nick state path address rttMs reason"
        },
        { new RelayEvent(RelayState.Refused, "10.7.0.9:42043", Ana, "token"), "relay", "state address fingerprint reason" },
        { new JoinedEvent(Room), "joined", "room" },
        { new PartedEvent(Room), "parted", "room" },
        { new CreatedEvent(Room, "lanchat:x"), "created", "room invite" },
        { new RemovedEvent(Room), "removed", "room" },
        { new MemberEvent(Room, Ana, "ana", false, PresenceReason.Lost), "member", "room peerId nick state reason" },
        { new MessageEvent(Room, Message, "r"), "message", "room id peerId nick kind text sentAt own late stamp ref" },
        { new EditedEvent(Room, default, Ana, "better"), "edited", "room id peerId text" },
        { new DeletedEvent(Room, default, Ana), "deleted", "room id peerId" },
        { new ReactionEvent(Room, default, Ana, "👍", false), "reaction", "room id peerId emoji" },
        { new TopicEvent(Room, Ana, "on call"), "topic", "room peerId text" },
        { new OrderedEvent(Room, default, 7), "ordered", "room id stamp" },
        { new DeliveryEvent(Room, default, "r", new DeliveryState(true, 1, 2)), "delivery", "room id ref relay delivered of" },
        { new NoticeEvent("down at noon", "relay"), "notice", "text from" },
        { new TranscriptEvent(Room, 0, [Message]), "transcript", "room entries" },
        { new RoomsEvent([Room]), "rooms", "rooms" },
        { new MembersEvent(Room, [new MemberInfo(Ana, "ana", PeerPath.Lan, TimeSpan.Zero, false)]), "members", "room members" },
        { new PeersEvent([]), "peers", "peers" },
        { new ErrorEvent("bad-room", "No.", "r"), "error", "code message ref" },
    };

    [Theory]
    [MemberData(nameof(Contract), DisableDiscoveryEnumeration = true)]
    public void Each_event_has_its_fields(ChatEvent happened, string name, string fields)
    {
        var json = Write(happened);
        Assert.Equal(name, json.GetProperty("event").GetString());
        Assert.Equal("2026-01-31T12:00:00.123Z", json.GetProperty("time").GetString());
        foreach (var field in fields.Split(' ')) Assert.True(json.TryGetProperty(field, out _), field);
    }

    [Fact]
    public void Values_are_written_as_the_contract_says()
    {
        var peer = Write(new PeerEvent(Ana, "ana", false, PeerPath.None, null, TimeSpan.Zero, PresenceReason.Bye));
        Assert.Equal("00000000000000000000000000007f3a", peer.GetProperty("peerId").GetString());
        Assert.Equal(("down", "bye"), (peer.GetProperty("state").GetString(), peer.GetProperty("reason").GetString()));
        var message = Write(new MessageEvent(Room, Message, null));
        Assert.Equal("olá 👋 \u200d", message.GetProperty("text").GetString());
        Assert.Equal(7, message.GetProperty("stamp").GetInt64());
        Assert.Equal(JsonValueKind.Null, Write(new MessageEvent(Room, Message with { Stamp = null }, null)).GetProperty("stamp").ValueKind);
        var entry = Write(new TranscriptEvent(Room, 0, [Message])).GetProperty("entries")[0];
        foreach (var field in (string[])["id", "peerId", "nick", "kind", "text", "stamp"]) Assert.True(entry.TryGetProperty(field, out _), field);
    }

    [Fact]
    public void What_nobody_asked_a_reference_for_gives_no_line() =>
        Assert.True(new EventWriter().Line(new DoneEvent(), new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), null).IsEmpty);

    private static JsonElement Write(ChatEvent happened)
    {
        var line = new EventWriter().Line(happened, new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero), null).ToArray();
        Assert.NotEmpty(line);
        Assert.Equal(line.Length - 1, Array.IndexOf(line, (byte)'\n'));
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
