using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>For which messages of a room the terminal rings.</summary>
internal enum Notify
{
    All,
    Mentions,
    None,
}

/// <summary>A room in the list.</summary>
internal sealed class RoomEntry
{
    /// <summary>A room with nothing read or unread.</summary>
    public RoomEntry(RoomInfo info)
    {
        Info = info;
        Timeline = new Timeline(info.Id, info.Count);
    }

    /// <summary>As told last.</summary>
    public RoomInfo Info { get; set; }

    /// <summary>Its messages.</summary>
    public Timeline Timeline { get; }

    /// <summary>Messages of others not seen yet.</summary>
    public int Unread { get; set; }

    /// <summary>Those of them that name the user, or all in a direct room.</summary>
    public int Mentions { get; set; }

    /// <summary>Whether it was asked what of it the user has not seen.</summary>
    public bool IsUnreadAsked { get; set; }

    /// <summary>When the terminal rings.</summary>
    public Notify Notify { get; set; } = Notify.Mentions;

    /// <summary>Who is in it, as told last.</summary>
    public HashSet<PeerId> Members { get; } = [];

    /// <summary>Whether it is a room of two.</summary>
    public bool IsDirect => Info.Label.StartsWith('@');

    /// <summary>As shown in the list: <c>#name</c> as written, or the other's nickname with <c>@</c>.</summary>
    public string Name => Info.Title.Length == 0 || Info.Title[0] is '#' or '@' ? Info.Title : (IsDirect ? "@" : "#") + Info.Title;

    /// <summary>How complete the room is.</summary>
    public string Completeness(Func<PeerId, string> nick)
    {
        if (Info.Missing.IsDefaultOrEmpty)
        {
            return "complete";
        }

        (PeerId author, int count) = Info.Missing.MaxBy(missing => missing.Count);
        int others = Info.Missing.Length - 1;
        return $"{count} missing from {nick(author)}" + (others == 0 ? string.Empty : $" and {others} more");
    }
}

/// <summary>The rooms in the order of the list, and which is open.</summary>
internal sealed class RoomBook
{
    private readonly List<RoomEntry> _rooms = [];

    /// <summary>Rooms first, direct rooms after them, each in the order they came.</summary>
    public IReadOnlyList<RoomEntry> All => _rooms;

    /// <summary>The open room; null before there is one.</summary>
    public RoomEntry? Current { get; private set; }

    /// <summary>The room of an id.</summary>
    public RoomEntry? Find(RoomId id) => _rooms.Find(room => room.Info.Id == id);

    /// <summary>The room a user means by a name, with or without its sign, in any case.</summary>
    public RoomEntry? Find(string name) => _rooms.Find(room =>
        name.Equals(room.Name, StringComparison.OrdinalIgnoreCase)
        || name.Equals(room.Info.Label, StringComparison.OrdinalIgnoreCase)
        || ("#" + name).Equals(room.Info.Label, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes what is told about a room in; the first room opens by itself.</summary>
    public RoomEntry Update(RoomInfo info)
    {
        if (Find(info.Id) is { } known)
        {
            known.Info = info;
            known.Timeline.Recount(info.Count);
            return known;
        }

        var room = new RoomEntry(info);
        int at = room.IsDirect ? _rooms.Count : _rooms.FindIndex(other => other.IsDirect);
        _rooms.Insert(at < 0 ? _rooms.Count : at, room);
        Current ??= room;
        return room;
    }

    /// <summary>Takes a room off the list; the one beside it opens.</summary>
    public void Remove(RoomEntry room)
    {
        int at = _rooms.IndexOf(room);
        if (at < 0)
        {
            return;
        }

        _rooms.RemoveAt(at);
        if (Current == room)
        {
            Current = _rooms.Count == 0 ? null : _rooms[Math.Min(at, _rooms.Count - 1)];
        }
    }

    /// <summary>Opens a room.</summary>
    public void Open(RoomEntry room) => Current = room;

    /// <summary>The room so many below the open one, round and round.</summary>
    public RoomEntry? Beside(int by) =>
        Current is null ? null : _rooms[(((_rooms.IndexOf(Current) + by) % _rooms.Count) + _rooms.Count) % _rooms.Count];
}
