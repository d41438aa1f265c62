using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a relay's operator can ask for. Rooms and peers are as typed.</summary>
public abstract record RelayCommand;

/// <summary>A command of the operator.</summary>
/// <param name="Tag">Returned in the notices that answer it.</param>
/// <param name="Command">What to do.</param>
public sealed record RelayCommandGiven(long Tag, RelayCommand Command) : NodeInput;

/// <summary>Tell the operator.</summary>
/// <param name="Notice">What.</param>
/// <param name="Tag">The command it answers; 0 for none.</param>
public sealed record TellOperator(RelayNotice Notice, long Tag = 0) : NodeOutput;

/// <summary>List the clients.</summary>
public sealed record ListClients : RelayCommand;

/// <summary>List the rooms that are in use.</summary>
public sealed record ListRooms : RelayCommand;

/// <summary>A word to a room, or with <c>*</c> to everybody.</summary>
public sealed record SayToRoom(string Room, string Text) : RelayCommand;

/// <summary>A private word to one client.</summary>
public sealed record SayToPeer(string Peer, string Text) : RelayCommand;

/// <summary>Disconnect a client for 60 s.</summary>
public sealed record KickPeer(string Peer) : RelayCommand;

/// <summary>Keep a peer, or everybody at an IP address, out until unbanned.</summary>
public sealed record Ban(string PeerOrAddress) : RelayCommand;

/// <summary>Take a ban back.</summary>
public sealed record Unban(string PeerOrAddress) : RelayCommand;

/// <summary>List the bans.</summary>
public sealed record ListBans : RelayCommand;

/// <summary>Drop a room's log and keep no more of it.</summary>
public sealed record CloseRoom(string Room) : RelayCommand;

/// <summary>Ask for the metrics.</summary>
public sealed record AskStatistics : RelayCommand;

/// <summary>Say bye to all, put everything on disk, finish.</summary>
public sealed record StopRelay : RelayCommand;

/// <summary>What a relay's operator is told.</summary>
public abstract record RelayNotice;

/// <summary>A client came.</summary>
/// <param name="Client">Who.</param>
/// <param name="Connected">How many are connected now.</param>
public sealed record ClientCame(RelayClientInfo Client, int Connected) : RelayNotice;

/// <summary>A client is gone.</summary>
/// <param name="Client">Who.</param>
/// <param name="Reason">bye, lost, kicked, banned, replaced, slow, misbehaved.</param>
/// <param name="Connected">How many are connected now.</param>
public sealed record ClientWent(RelayClientInfo Client, string Reason, int Connected) : RelayNotice;

/// <summary>A client as listed.</summary>
/// <param name="Id">Peer id.</param>
/// <param name="Nick">Nickname.</param>
/// <param name="Address">Where it is.</param>
/// <param name="SinceUtcMilliseconds">When it came.</param>
/// <param name="Rooms">How many it is subscribed to.</param>
/// <param name="Messages">Entries it published that were kept.</param>
/// <param name="Bytes">Bytes received from it.</param>
public sealed record RelayClientInfo(
    PeerId Id, string Nick, IPEndPoint Address, long SinceUtcMilliseconds, int Rooms, long Messages, long Bytes);

/// <summary>The clients.</summary>
public sealed record ClientList(ImmutableArray<RelayClientInfo> Clients) : RelayNotice;

/// <summary>A room as listed.</summary>
/// <param name="Id">Room id: a relay does not know names.</param>
/// <param name="Members">Clients subscribed.</param>
/// <param name="Entries">Entries kept.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsClosed">Whether the operator closed it.</param>
public sealed record RelayRoomInfo(RoomId Id, int Members, long Entries, long Bytes, bool IsClosed);

/// <summary>The rooms in use, and the closed ones.</summary>
public sealed record RoomList(ImmutableArray<RelayRoomInfo> Rooms) : RelayNotice;

/// <summary>The bans: peer ids and addresses.</summary>
public sealed record BanList(ImmutableArray<string> Bans) : RelayNotice;

/// <summary>The metrics.</summary>
public sealed record Statistics(RelayMetrics Metrics) : RelayNotice;

/// <summary>A command was carried out.</summary>
public sealed record CommandDone(string Text) : RelayNotice;

/// <summary>A command was not carried out, and why.</summary>
public sealed record CommandRefused(string Text) : RelayNotice;

/// <summary>Something the operator should know.</summary>
public sealed record RelayWarning(string Text) : RelayNotice;

/// <summary>A relay's numbers at one moment.</summary>
/// <param name="Clients">Connected and past the handshake.</param>
/// <param name="Rooms">In memory.</param>
/// <param name="EntriesIn">Entries kept since the start.</param>
/// <param name="Deliveries">Entries sent to clients since the start.</param>
/// <param name="BytesIn">Bytes of frames received.</param>
/// <param name="BytesOut">Bytes of frames sent.</param>
/// <param name="BytesForwarded">Bytes passed from client to client.</param>
/// <param name="HeldEntries">Entries waiting for a parent now.</param>
/// <param name="HeldBytes">Their bytes.</param>
/// <param name="WaitingEntries">Entries stamped and not yet on disk now.</param>
/// <param name="LaggingSubscriptions">Subscriptions catching up from the log now.</param>
/// <param name="QueuedBytes">Bytes handed to the transport and not acknowledged, of all clients.</param>
/// <param name="Commits">Appends carried out.</param>
/// <param name="CommitTime">Total time between append and answer.</param>
/// <param name="HandshakeFailures">Handshakes not finished.</param>
/// <param name="Drops">What was refused or dropped, by reason.</param>
/// <param name="Epoch">The present epoch.</param>
public sealed record RelayMetrics(
    int Clients, int Rooms, long EntriesIn, long Deliveries, long BytesIn, long BytesOut, long BytesForwarded, int HeldEntries, long HeldBytes,
    int WaitingEntries, int LaggingSubscriptions, long QueuedBytes, long Commits, TimeSpan CommitTime, long HandshakeFailures,
    ImmutableSortedDictionary<string, long> Drops, Epoch Epoch);
