using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// The rooms this node takes part in, and by which tag each of them goes on each link: only who has the room's key recognises it
/// (PROTOCOL.md, section 6).
/// </summary>
internal sealed class RoomTags(LinkContext context, PeerSessions sessions)
{
    private readonly Dictionary<RoomId, RoomSecret> _rooms = [];
    private readonly Dictionary<PeerId, RoomSecret> _direct = [];
    private readonly List<RoomId> _gone = [];

    /// <summary>Replaces the rooms; whoever is linked hears of a change at once.</summary>
    public void Set(IReadOnlyCollection<RoomSecret> rooms)
    {
        var named = rooms.Where(room => room.Kind != RoomKind.Direct).Take(Limits.MaxRoomsPerPeer - 1).ToList();
        if (named.Count == _rooms.Count && named.All(room => _rooms.ContainsKey(room.Id))) return;
        _rooms.Clear();
        foreach (var room in named) _rooms[room.Id] = room;
        foreach (var session in sessions.All)
        {
            foreach (var link in session.Links) Announce(link);
            // What was said on a link that is gone meanwhile still counts until something newer comes.
            if (session.RoomsFrom.Link is not { } source) continue;
            if (!session.Links.Contains(source)) Prepare(source);
            Resolve(session, source);
        }
    }

    /// <summary>The room of two with a peer; it goes to that peer alone.</summary>
    public void SetDirect(PeerSession session, RoomSecret room)
    {
        if (_direct.TryGetValue(session.PeerId, out var known) && known.Id == room.Id && session.Links.All(l => l.TagByRoom.ContainsKey(room.Id))) return;
        _direct[session.PeerId] = room;
        foreach (var link in session.Links) Announce(link);
        if (session.RoomsFrom.Link is not { } source) return;
        if (!session.Links.Contains(source)) Prepare(source);
        Resolve(session, source);
    }

    /// <summary>Somebody is not linked any more.</summary>
    public void ForgetDirect(PeerId peer) => _direct.Remove(peer);

    /// <summary>Says on a link which rooms this node is in.</summary>
    public void Announce(Link link)
    {
        Prepare(link);
        sessions.Append(link, new RoomsMessage([.. link.RoomByTag.Keys], context.UtcMilliseconds), null);
    }

    /// <summary>Announces again what changed since the handshake's end.</summary>
    public void Renew(Link link)
    {
        var rooms = RoomsFor(link).ToList();
        if (link.TagByRoom.Count != rooms.Count || !rooms.All(room => link.TagByRoom.ContainsKey(room.Id))) Announce(link);
    }

    /// <summary>Takes what the other side says of its rooms and of its clock.</summary>
    public void Handle(PeerSession session, Link link, RoomsMessage message)
    {
        context.Tell(new ClockOffset(
            session, TimeSpan.FromMilliseconds(message.UtcMilliseconds - context.UtcMilliseconds) + (link.RoundTrip / 2)));
        link.RemoteTags = message.Tags;
        var (taken, source) = session.RoomsFrom;
        if (source is not null && source != link && message.UtcMilliseconds < taken) return;
        session.RoomsFrom = (message.UtcMilliseconds, link);
        Resolve(session, link);
    }

    private void Prepare(Link link)
    {
        var rooms = RoomsFor(link).ToDictionary(room => room.Id);
        _gone.Clear();
        foreach (var known in link.TagByRoom.Keys)
            if (!rooms.ContainsKey(known)) _gone.Add(known);
        foreach (var room in _gone)
        {
            link.TagByRoom.Remove(room, out var tag);
            link.RoomByTag.Remove(tag);
        }
        foreach (var (id, room) in rooms)
        {
            if (link.TagByRoom.ContainsKey(id)) continue;
            var tag = room.MemberTag(link.Secure.HandshakeHash.Span);
            link.TagByRoom[id] = tag;
            link.RoomByTag[tag] = id;
        }
    }

    private IEnumerable<RoomSecret> RoomsFor(Link link)
    {
        var peer = link.Session?.PeerId ?? link.Secure.RemoteProfile?.Id ?? default;
        return _direct.TryGetValue(peer, out var direct) ? _rooms.Values.Append(direct) : _rooms.Values;
    }

    private void Resolve(PeerSession session, Link source)
    {
        var shared = new HashSet<RoomId>();
        foreach (var tag in source.RemoteTags)
            if (source.RoomByTag.TryGetValue(tag, out var room)) shared.Add(room);
        if (shared.SetEquals(session.SharedRooms)) return;
        session.SharedRoomSet.Clear();
        session.SharedRoomSet.UnionWith(shared);
        context.Tell(new PeerRoomsChanged(session));
    }
}
