using System.Collections.Immutable;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>One room of a client: its secret, its log, and the parts that keep it in step with others and show it.</summary>
internal sealed class ChatRoom
{
    public ChatRoom(NodeContext context, NodeParts parts, RoomSecret secret, PeerId other, RelayAddress? relay)
    {
        Secret = secret;
        Other = other;
        Relay = relay;
        Log = new RoomLog(secret.Id, context.Self, secret.Creator, secret.Kind, context.Guards);
        Meaning = new RoomView(Log, secret.Kind != RoomKind.Public || secret.FoldedName != Lobby, context.Guards);
        Intake = new RoomIntake(context, parts.Store, parts.Shelf, parts.People, this);
        Members = new RoomMembers(context, parts, this);
        Sync = new RoomSync(context, parts, this);
        Feed = new RoomFeed(context, parts, this);
        Outbox = new RoomOutbox(context, parts, this);
        Display = new RoomDisplay(context, parts, this);
        Search = new RoomSearch(context, parts, this);
        Upkeep = new RoomUpkeep(context, parts, this);
    }

    /// <summary>The room everybody is in at first: nobody made it, and nobody can close it.</summary>
    public const string Lobby = "lobby";

    public RoomId Id => Secret.Id;

    public RoomSecret Secret { get; }

    /// <summary>The other one of a direct room.</summary>
    public PeerId Other { get; }

    /// <summary>The ordering relay that an invite named.</summary>
    public RelayAddress? Relay { get; }

    public bool IsJoined { get; set; }

    /// <summary>Whether the stored index has been read; nothing is taken or sent before.</summary>
    public bool IsLoaded { get; set; }

    public RoomLog Log { get; }

    public RoomView Meaning { get; }

    public RoomIntake Intake { get; }

    public RoomMembers Members { get; }

    public RoomSync Sync { get; }

    public RoomFeed Feed { get; }

    public RoomOutbox Outbox { get; }

    public RoomDisplay Display { get; }

    public RoomSearch Search { get; }

    public RoomUpkeep Upkeep { get; }

    public bool IsActive => IsJoined && IsLoaded;

    /// <summary>Case-folded name with <c>#</c>, or <c>@</c> and the other's peer id.</summary>
    public string Label => Secret.Kind == RoomKind.Direct ? "@" + Other : "#" + Secret.FoldedName;

    public StoredRoom ToStored() =>
        new(Id, Secret.Kind, Secret.Network, Secret.Name, Secret.Key, Secret.Creator, Other, IsJoined, Relay);

    /// <summary>The room as shown.</summary>
    public RoomInfo Describe(People people) => new(
        Id, Label, Secret.Kind == RoomKind.Direct ? people.Nick(Other) : "#" + Secret.Name, Secret.Kind, Meaning.Topic, IsJoined, Meaning.IsClosed,
        Members.Count, Log.Count, Missing(), Log.OrderingRelay);

    private ImmutableArray<(PeerId Author, int Count)> Missing() =>
        Log.Missing() is { Count: > 0 } missing ? [.. missing.Select(m => (m.Key, m.Value)).OrderBy(m => m.Key)] : [];
}

/// <summary>What the rooms of one client share beside the <see cref="NodeContext"/>.</summary>
internal sealed record NodeParts(StoreQueue Store, EntryShelf Shelf, People People, LinkTable Links)
{
    /// <summary>Every room, so that one room can tell whether another still concerns somebody.</summary>
    public Func<IEnumerable<ChatRoom>> Rooms { get; set; } = () => [];

    /// <summary>Somebody left a room at the relay: without any room in common there, the link through it is over.</summary>
    public void MemberLeftRelay(PeerId peer, PresenceReason reason)
    {
        if (!Rooms().Any(r => r.Members.IsOnRelay(peer))) Links.CloseForwarded(peer, reason);
    }
}
