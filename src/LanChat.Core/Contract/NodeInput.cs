using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Names one transport connection between a node and its driver. The driver numbers incoming ones from 1 up, the node outgoing ones from −1 down.</summary>
public readonly record struct LinkHandle(int Value);

/// <summary>
/// Everything that can happen to a node. A driver hands in one at a time with <c>Handle(input, now)</c>, then drains the outputs.
/// Byte memory is lent for the call only unless the type says otherwise: a node copies what it keeps.
/// </summary>
public abstract record NodeInput;

/// <summary>Somebody asks for a connection; answered by <see cref="AcceptLink"/> or <see cref="RefuseLink"/> in the same turn.</summary>
public sealed record ConnectRequested(LinkHandle Link, IPEndPoint From, ReadOnlyMemory<byte> Data) : NodeInput;

/// <summary>A connection stands, asked for by either side.</summary>
public sealed record LinkOpened(LinkHandle Link, IPEndPoint Remote) : NodeInput;

/// <summary>The name in an <see cref="OpenLinkByName"/> is resolved; the connection is asked for next.</summary>
public sealed record NameResolved(LinkHandle Link, IPEndPoint Remote) : NodeInput;

/// <summary>A connection is over, or never came up.</summary>
/// <param name="Link">Which; not used again.</param>
/// <param name="End">How.</param>
/// <param name="Data">What the other side said with it, if anything.</param>
public sealed record LinkClosed(LinkHandle Link, LinkEnd End, ReadOnlyMemory<byte> Data) : NodeInput;

/// <summary>How a connection ended.</summary>
public enum LinkEnd
{
    /// <summary>The other side closed it.</summary>
    ClosedByRemote,

    /// <summary>The other side refused the request.</summary>
    Refused,

    /// <summary>No answer to any request.</summary>
    Unanswered,

    /// <summary>Silent for longer than the disconnect timeout.</summary>
    TimedOut,

    /// <summary>The system says the address cannot be reached, or the name does not resolve.</summary>
    Unreachable,

    /// <summary>The other side speaks another version of the transport.</summary>
    WrongTransport,
}

/// <summary>A message came in on a connection's channel.</summary>
public sealed record LinkBytes(LinkHandle Link, byte Channel, ReadOnlyMemory<byte> Bytes) : NodeInput;

/// <summary>
/// What the transport knows of a connection; handed in for every open one about every 100 ms, and at once when
/// <see cref="QueuedBytes"/> has fallen below 64 KiB after having been above.
/// </summary>
/// <param name="Link">Which.</param>
/// <param name="RoundTrip">Smoothed; zero before the first sample.</param>
/// <param name="Silence">Since the last packet of any kind from there.</param>
/// <param name="QueuedMessages">Reliable messages not acknowledged yet.</param>
/// <param name="QueuedBytes">Their bytes: what <see cref="SendBytes"/> handed over and the other side has not acknowledged.</param>
public sealed record LinkMeasured(
    LinkHandle Link, TimeSpan RoundTrip, TimeSpan Silence, int QueuedMessages, long QueuedBytes = 0) : NodeInput;

/// <summary>A discovery datagram (a beacon, without LiteNetLib's leading byte).</summary>
public sealed record BeaconReceived(IPEndPoint From, BeaconArrival Arrival, ReadOnlyMemory<byte> Data) : NodeInput;

/// <summary>On which socket and in which way a beacon came.</summary>
public enum BeaconArrival
{
    /// <summary>On the link port.</summary>
    LinkPort,

    /// <summary>On the shared discovery port, by broadcast or multicast.</summary>
    DiscoveryGroup,

    /// <summary>On the shared discovery port, addressed to this host alone: of several processes only one gets it.</summary>
    DiscoveryUnicast,
}

/// <summary>The machine's interfaces, at start and whenever they change or the machine wakes.</summary>
public sealed record InterfacesChanged(ImmutableArray<LocalInterface> Interfaces) : NodeInput;

/// <summary>One interface that is up.</summary>
public sealed record LocalInterface(string Name, int Index, bool IsLoopback, ImmutableArray<LocalAddress> Addresses);

/// <summary>An address with the length of its prefix in bits.</summary>
public readonly record struct LocalAddress(IPAddress Address, int PrefixLength);

/// <summary>The driver's own loop was late by this much: silences measured meanwhile are its own fault (PROTOCOL.md, section 4).</summary>
public sealed record LoopDelayed(TimeSpan By) : NodeInput;

/// <summary>LiteNetLib's NAT module opened a way to somebody.</summary>
public sealed record PunchSucceeded(IPEndPoint Target, string Token) : NodeInput;

/// <summary>A relay's NAT module got a request.</summary>
public sealed record PunchRequested(IPEndPoint Local, IPEndPoint Remote, string Token) : NodeInput;

/// <summary>Time passed; nothing else happened.</summary>
public sealed record TimePassed : NodeInput
{
    /// <summary>The only one.</summary>
    public static TimePassed Instance { get; } = new();
}

/// <summary>The store has carried out a <see cref="StoreBatch"/>.</summary>
public sealed record StoreCommitted(long Ticket) : NodeInput;

/// <summary>The store could not carry out a batch; the node says so to its user and keeps working from memory.</summary>
public sealed record StoreFailed(long Ticket, string Reason) : NodeInput;

/// <summary>Answer to <see cref="SearchEntries"/>, in no order; null when there is nothing in the words that an index knows.</summary>
public sealed record EntriesFound(long Ticket, IReadOnlyCollection<EntryHash>? Entries) : NodeInput;

/// <summary>Answer to <see cref="ReadEntries"/>: encoded entries in the order asked for; those not found are empty. The memory is the node's to keep.</summary>
public sealed record EntriesRead(long Ticket, RoomId Room, ImmutableArray<ReadOnlyMemory<byte>> Entries) : NodeInput;

/// <summary>A part of the answer to <see cref="LoadRoom"/>. The memory is the node's to keep.</summary>
public sealed record RoomPageLoaded(RoomId Room, ImmutableArray<StoredEntry> Entries, ImmutableArray<StoredStamp> Stamps, bool IsLast) : NodeInput;

/// <summary>A command of the user.</summary>
/// <param name="Tag">Returned in the events that answer it.</param>
/// <param name="Command">What to do.</param>
public sealed record CommandGiven(long Tag, ChatCommand Command) : NodeInput;
