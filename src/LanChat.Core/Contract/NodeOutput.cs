using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>What a node wants done. The driver takes them one by one with <c>TryTakeOutput</c> after each input, in order.</summary>
public abstract record NodeOutput;

/// <summary>Connect there and send this in the request. Answered by <see cref="LinkOpened"/> or <see cref="LinkClosed"/>.</summary>
/// <param name="Link">Chosen by the node.</param>
/// <param name="Remote">Where.</param>
/// <param name="Data">The request's data.</param>
/// <param name="Attempts">How many requests to send, 500 ms apart, before giving up.</param>
public sealed record OpenLink(LinkHandle Link, IPEndPoint Remote, ReadOnlyMemory<byte> Data, int Attempts) : NodeOutput;

/// <summary>Resolve a name and connect; otherwise as <see cref="OpenLink"/>. A name that does not resolve closes the link as unreachable.</summary>
public sealed record OpenLinkByName(LinkHandle Link, string Host, int Port, ReadOnlyMemory<byte> Data, int Attempts) : NodeOutput;

/// <summary>Accept a request.</summary>
public sealed record AcceptLink(LinkHandle Link) : NodeOutput;

/// <summary>Refuse a request.</summary>
/// <param name="Link">Which.</param>
/// <param name="Data">The reason, as the protocol encodes it.</param>
/// <param name="IsForced">One datagram and nothing remembered (RejectForce), rather than repeated until acknowledged.</param>
public sealed record RefuseLink(LinkHandle Link, ReadOnlyMemory<byte> Data, bool IsForced) : NodeOutput;

/// <summary>Close a connection. No <see cref="LinkClosed"/> follows.</summary>
/// <param name="Link">Which.</param>
/// <param name="IsForced">Without a word to the other side (DisconnectPeerForce).</param>
public sealed record CloseLink(LinkHandle Link, bool IsForced) : NodeOutput;

/// <summary>Send a message, reliably and in the channel's order. The memory is the driver's until the next <c>TryTakeOutput</c>.</summary>
public sealed record SendBytes(LinkHandle Link, byte Channel, ReadOnlyMemory<byte> Bytes) : NodeOutput;

/// <summary>Send a beacon from the link socket to one address, or to everybody on the local networks as section 4 of PROTOCOL.md lists.</summary>
/// <param name="Data">The beacon, without LiteNetLib's leading byte.</param>
/// <param name="To">One address; null for the local networks and the processes of this machine.</param>
public sealed record SendBeacon(ReadOnlyMemory<byte> Data, IPEndPoint? To) : NodeOutput;

/// <summary>Repeat a unicast hello once to the loopback group, for the other processes of this machine.</summary>
public sealed record RepeatBeaconLocally(ReadOnlyMemory<byte> Data) : NodeOutput;

/// <summary>Ask a relay's NAT module for an introduction.</summary>
public sealed record RequestPunch(IPEndPoint Relay, string Token) : NodeOutput;

/// <summary>A relay's NAT module: introduce the two to each other.</summary>
public sealed record IntroducePunch(
    IPEndPoint HostInternal, IPEndPoint HostExternal, IPEndPoint ClientInternal, IPEndPoint ClientExternal, string Token) : NodeOutput;

/// <summary>Drop every datagram from and to this address, or stop dropping them: the test command <c>fault</c>.</summary>
public sealed record BlockAddress(IPEndPoint Address, bool IsBlocked) : NodeOutput;

/// <summary>Drop this share of all datagrams, 0 to 100 percent: the test command <c>fault</c>.</summary>
public sealed record DropShare(double Percent) : NodeOutput;

/// <summary>Write these, all or nothing; answered by <see cref="StoreCommitted"/> or <see cref="StoreFailed"/>. Batches are committed in order.</summary>
/// <param name="Ticket">Ascending.</param>
/// <param name="IsDurable">Whether it must survive a power cut before it is answered; otherwise it must survive a kill.</param>
/// <param name="Writes">What to write, in order.</param>
public sealed record StoreBatch(long Ticket, bool IsDurable, ImmutableArray<StoreWrite> Writes) : NodeOutput;

/// <summary>Find the messages of a room that hold all the words; answered by <see cref="EntriesFound"/>.</summary>
public sealed record SearchEntries(long Ticket, RoomId Room, string Words) : NodeOutput;

/// <summary>Read encoded entries; answered by <see cref="EntriesRead"/>.</summary>
public sealed record ReadEntries(long Ticket, RoomId Room, ImmutableArray<EntryHash> Hashes) : NodeOutput;

/// <summary>Read a room's index; answered by <see cref="RoomPageLoaded"/> in pages, in the order the entries were written.</summary>
public sealed record LoadRoom(RoomId Room) : NodeOutput;

/// <summary>Tell the user.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Tag">The command it answers; 0 for none.</param>
public sealed record Tell(ChatEvent Event, long Tag = 0) : NodeOutput;

/// <summary>The node has said its goodbyes and is done; the driver flushes and stops.</summary>
public sealed record Finished : NodeOutput;
