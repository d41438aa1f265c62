using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Rooms;

/// <summary>
/// Who is in a room now: those linked whose rooms include it, and those whom the relay names. Somebody is a member as long as either says so;
/// the user is told of changes only.
/// </summary>
internal sealed class RoomMembers(NodeContext context, NodeParts parts, ChatRoom room)
{
    /// <summary>A member as the two sources see it.</summary>
    private sealed class Member
    {
        public bool IsLinked { get; set; }

        public bool IsOnRelay { get; set; }

        /// <summary>The relay said that its operator disconnected the member; its links follow, and are not what happened.</summary>
        public bool IsKicked { get; set; }
    }

    private readonly SortedDictionary<PeerId, Member> _members = new();

    /// <summary>Members now, oneself included when taking part.</summary>
    public int Count => _members.Count + (room.IsJoined ? 1 : 0);

    /// <summary>The others, in order of their ids.</summary>
    public IEnumerable<PeerId> Others => _members.Keys;

    public bool Contains(PeerId peer) => _members.ContainsKey(peer);

    /// <summary>Whether the relay names somebody as a member.</summary>
    public bool IsOnRelay(PeerId peer) => _members.TryGetValue(peer, out var member) && member.IsOnRelay;

    public void Linked(PeerId peer) => Change(peer, m => m.IsLinked = true, PresenceReason.None);

    public void Unlinked(PeerId peer, PresenceReason reason) => Change(peer, m => m.IsLinked = false, reason);

    public void OnRelay(PeerId peer) => Change(peer, m => m.IsOnRelay = true, PresenceReason.None);

    public void OffRelay(PeerId peer, PresenceReason reason) => Change(peer, m => m.IsOnRelay = false, reason);

    /// <summary>The relay is gone, and with it all it knew.</summary>
    public void RelayLost()
    {
        foreach (var peer in _members.Where(m => m.Value.IsOnRelay).Select(m => m.Key).ToArray()) OffRelay(peer, PresenceReason.Lost);
    }

    /// <summary>Nobody is a member any more: the room was left here.</summary>
    public void Clear() => _members.Clear();

    private void Change(PeerId peer, Action<Member> set, PresenceReason reason)
    {
        if (peer == context.Self) return;
        var isNew = !_members.TryGetValue(peer, out var member);
        if (isNew && _members.Count >= Limits.MaxNeighbours)
        {
            context.Count("members-full");
            return;
        }

        member ??= new Member();
        set(member);
        member.IsKicked = reason == PresenceReason.Kicked || (member.IsKicked && !member.IsOnRelay);
        if (member.IsKicked && reason == PresenceReason.Lost) reason = PresenceReason.Kicked;
        var isMember = member.IsLinked || member.IsOnRelay;
        if (isMember == !isNew) return;
        if (isMember) _members.Add(peer, member);
        else _members.Remove(peer);
        if (!room.IsJoined || (isNew && !isMember)) return;

        context.Tell(new MemberEvent(room.Describe(parts.People), peer, parts.People.Nick(peer), isMember, isMember ? PresenceReason.None : reason));
        room.Outbox.MembersChanged();
    }
}
