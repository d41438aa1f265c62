using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// Tells clients of direct rooms in which somebody has written to them and to which they are not subscribed: at once, and again when they
/// connect, until they subscribe. Kept on disk with the sender's profile, from which the receiver makes the room's key.
/// </summary>
internal sealed class DirectInvitations(RelayContext context)
{
    private const string Prefix = "invited:";

    /// <summary>Rooms kept per receiver; the relay has no use for more than a client may have.</summary>
    private const int MaxPerRecipient = Limits.MaxRoomsPerPeer;

    /// <summary>Invitations kept in all; about 500 bytes each.</summary>
    private const int MaxInAll = 16 * 1024;

    private readonly Dictionary<PeerId, OrderedDictionary<RoomId, ReadOnlyMemory<byte>>> _open = [];
    private int _count;

    public void Load(RelaySnapshot snapshot)
    {
        foreach (var (name, profile) in snapshot.Values)
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.Length != Prefix.Length + 65) continue;
            if (PeerId.TryParse(name.Substring(Prefix.Length, 32), out var recipient) && RoomId.TryParse(name[^32..], out var room))
                Add(recipient, room, profile);
        }
    }

    /// <summary>An entry for somebody is on disk.</summary>
    public void Invite(RelayRoom room, PeerId author, PeerId recipient)
    {
        if (room.Index.FindAuthor(author)?.Profile is not { } sender || sender.Id == recipient) return;
        var client = context.Clients.GetValueOrDefault(recipient);
        if (client?.Subscriptions.ContainsKey(room.Id) == true) return;
        if (Add(recipient, room.Id, sender.Encoded)) context.Store(new PutValue(Name(recipient, room.Id), sender.Encoded));
        if (client is not null) Tell(client, room.Id, sender.Encoded);
    }

    /// <summary>A client has connected.</summary>
    public void Tell(RelayClient client)
    {
        if (!_open.TryGetValue(client.Id, out var rooms)) return;
        foreach (var (room, sender) in rooms) Tell(client, room, sender);
    }

    /// <summary>A client has subscribed to a room: it knows of it.</summary>
    public void Accepted(RelayClient client, RoomId room)
    {
        if (!_open.TryGetValue(client.Id, out var rooms) || !rooms.Remove(room)) return;
        _count--;
        if (rooms.Count == 0) _open.Remove(client.Id);
        context.Store(new PutValue(Name(client.Id, room), default));
    }

    private bool Add(PeerId recipient, RoomId room, ReadOnlyMemory<byte> sender)
    {
        if (!_open.TryGetValue(recipient, out var rooms)) _open.Add(recipient, rooms = []);
        if (rooms.ContainsKey(room)) return false;
        rooms.Add(room, sender);
        _count++;

        // Who is invited again and again to what it never opens must not become deaf to the next: the oldest go, where there are most.
        if (rooms.Count > MaxPerRecipient) RemoveOldest(recipient);
        else if (_count > MaxInAll) RemoveOldest(_open.MaxBy(open => open.Value.Count).Key);
        return rooms.ContainsKey(room);
    }

    private void RemoveOldest(PeerId recipient)
    {
        var rooms = _open[recipient];
        var oldest = rooms.GetAt(0).Key;
        rooms.RemoveAt(0);
        _count--;
        if (rooms.Count == 0) _open.Remove(recipient);
        context.Store(new PutValue(Name(recipient, oldest), default));
        context.Counters.Drop("invitations");
    }

    private void Tell(RelayClient client, RoomId room, ReadOnlyMemory<byte> sender)
    {
        if (client.Invited.Count < MaxPerRecipient && client.Invited.Add(room)) context.Send(client, 0, new InvitedMessage(room, sender));
    }

    private static string Name(PeerId recipient, RoomId room) => $"{Prefix}{recipient}:{room}";
}
