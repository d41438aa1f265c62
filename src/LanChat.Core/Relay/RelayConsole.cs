using System.Net;
using System.Text;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Carries out what the operator types. Knows peers by nickname, <c>nick#7f3a</c> or a prefix of their id; rooms by public name or a prefix of their id.</summary>
internal sealed class RelayConsole(RelayContext context, RelayBans bans, RelayRooms rooms, Action<RelayClient, string, MemberChange> remove)
{
    /// <summary>Carries out a command other than <see cref="StopRelay"/> and <see cref="AskStatistics"/>.</summary>
    public RelayNotice Carry(RelayCommand command) => command switch
    {
        ListClients => new ClientList([.. context.Clients.Values.Select(client => client.Info).OrderBy(client => client.SinceUtcMilliseconds)]),
        ListRooms => new RoomList([.. Rooms()]),
        ListBans => new BanList(bans.All),
        SayToRoom say => Say(say),
        SayToPeer say => Say(say),
        KickPeer kick => Kick(kick.Peer),
        Ban ban => PutBan(ban.PeerOrAddress),
        Unban unban => bans.Unban(unban.PeerOrAddress)
            ? new CommandDone($"{unban.PeerOrAddress} is no longer banned.")
            : new CommandRefused($"There is no ban of '{unban.PeerOrAddress}'. 'bans' lists them."),
        CloseRoom close => Close(close.Room),
        _ => new CommandRefused("That is no command."),
    };

    private IEnumerable<RelayRoomInfo> Rooms()
    {
        foreach (var room in context.Rooms.Values.OrderBy(room => room.Id))
        {
            if (!rooms.Closed.Contains(room.Id)) yield return new RelayRoomInfo(room.Id, room.Subscriptions.Count, room.Index.Count, room.Index.Bytes, IsClosed: false);
        }
        foreach (var closed in rooms.Closed.Order()) yield return new RelayRoomInfo(closed, 0, 0, 0, IsClosed: true);
    }

    private RelayNotice Say(SayToRoom say)
    {
        if (Problem(say.Text) is { } problem) return problem;
        if (say.Room == "*")
        {
            foreach (var client in context.Clients.Values) context.Send(client, 0, new NoticeMessage(say.Text, IsPrivate: false, default));
            return new CommandDone($"Said to {context.Clients.Count} clients.");
        }
        if (FindRoom(say.Room, out var id) is { } refused) return refused;
        if (!context.Rooms.TryGetValue(id, out var room) || room.Subscriptions.Count == 0) return new CommandRefused("Nobody is in that room now.");
        foreach (var member in room.Subscriptions) context.Send(member.Client, 0, new NoticeMessage(say.Text, IsPrivate: false, id));
        return new CommandDone($"Said to {room.Subscriptions.Count} clients.");
    }

    private RelayNotice Say(SayToPeer say)
    {
        if (Problem(say.Text) is { } problem) return problem;
        if (FindClient(say.Peer, out var client) is { } refused) return refused;
        context.Send(client!, 0, new NoticeMessage(say.Text, IsPrivate: true, default));
        return new CommandDone($"Said to {client!.Profile.Nick}.");
    }

    private RelayNotice Kick(string peer)
    {
        if (FindClient(peer, out var client) is { } refused) return refused;
        bans.Kick(client!.Id);
        remove(client, RelayByes.Kicked, MemberChange.Kicked);
        return new CommandDone($"{client.Profile.Nick} is out for {RelayBans.KickTime.TotalSeconds:0} s.");
    }

    private RelayNotice PutBan(string peerOrAddress)
    {
        // A number alone also reads as an IPv4 address; nobody means that by it.
        if (peerOrAddress.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(peerOrAddress, out var address))
        {
            bans.Ban(address);
            foreach (var client in context.Clients.Values.Where(client => bans.IsBanned(client.Remote.Address)).ToArray())
                remove(client, RelayByes.Banned, MemberChange.Kicked);
            return new CommandDone($"{address} is banned.");
        }
        if (!PeerId.TryParse(peerOrAddress, out var peer))
        {
            if (FindClient(peerOrAddress, out var found) is { } refused) return refused;
            peer = found!.Id;
        }
        bans.Ban(peer);
        if (context.Clients.TryGetValue(peer, out var banned)) remove(banned, RelayByes.Banned, MemberChange.Kicked);
        return new CommandDone($"{peer} is banned.");
    }

    private RelayNotice Close(string room)
    {
        if (FindRoom(room, out var id) is { } refused) return refused;
        rooms.Close(id);
        return new CommandDone($"Room {id} is closed here. Its members go on without this relay.");
    }

    private static CommandRefused? Problem(string text)
    {
        if (text.Length == 0) return new CommandRefused("There is nothing to say.");
        if (text.Any(char.IsControl)) return new CommandRefused("A notice is one line without control characters.");
        return Encoding.UTF8.GetByteCount(text) > Limits.MaxNoticeBytes ? new CommandRefused($"A notice is at most {Limits.MaxNoticeBytes} bytes.") : null;
    }

    private CommandRefused? FindClient(string peer, out RelayClient? client)
    {
        var found = context.Clients.Values.Where(candidate => IsNamed(candidate, peer)).ToList();
        client = found.Count == 1 ? found[0] : null;
        if (client is not null) return null;
        if (found.Count == 0) return new CommandRefused($"Nobody here is '{peer}'. 'clients' lists who is.");
        return new CommandRefused($"'{peer}' fits several: {string.Join(", ", found.Select(candidate => $"{candidate.Profile.Nick}#{candidate.Id.Tag} ({candidate.Id})"))}.");
    }

    private static bool IsNamed(RelayClient client, string peer) =>
        peer.Length > 0
        && (string.Equals(client.Profile.Nick, peer, StringComparison.OrdinalIgnoreCase)
            || string.Equals($"{client.Profile.Nick}#{client.Id.Tag}", peer, StringComparison.OrdinalIgnoreCase)
            || (peer.Length >= 4 && client.Id.ToString().StartsWith(peer, StringComparison.OrdinalIgnoreCase)));

    private CommandRefused? FindRoom(string room, out RoomId id)
    {
        id = default;
        if (RoomId.TryParse(room, out id)) return null;
        if (room.StartsWith('#'))
        {
            if (!RoomNames.TryFold(RoomNames.Bare(room), out _, out var problem)) return new CommandRefused(problem);
            using var secret = RoomSecret.Public(context.Crypto, context.Options.Network, RoomNames.Bare(room));
            id = secret.Id;
            return null;
        }
        var found = context.Rooms.Keys.Concat(rooms.Closed).Distinct().Where(known => known.ToString().StartsWith(room, StringComparison.OrdinalIgnoreCase)).ToList();
        if (room.Length > 0 && found.Count == 1)
        {
            id = found[0];
            return null;
        }
        return new CommandRefused(
            found.Count > 1 && room.Length > 0
                ? $"'{room}' fits {found.Count} rooms: give more digits."
                : $"There is no room '{room}' here. Give #name of a public room, or the beginning of a room's id; 'rooms' lists them.");
    }
}
