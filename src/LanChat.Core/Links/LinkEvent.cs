using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>What a <see cref="LinkTable"/> tells its node, in the order it happened.</summary>
internal abstract record LinkEvent;

/// <summary>A peer's first path stands: it can be talked to.</summary>
internal sealed record PeerUp(PeerSession Peer) : LinkEvent;

/// <summary>A peer's last path is gone; the session is over.</summary>
internal sealed record PeerDown(PeerSession Peer, PresenceReason Reason) : LinkEvent;

/// <summary>
/// A peer's paths changed: another one is the best now, or one was lost or came up while messages were on their way. What was sent lately
/// may not have arrived: compare digests. To be shown only when <see cref="PeerSession.Path"/> differs from what was shown.
/// </summary>
internal sealed record PeerPathChanged(PeerSession Peer) : LinkEvent;

/// <summary><see cref="PeerSession.SharedRooms"/> changed.</summary>
internal sealed record PeerRoomsChanged(PeerSession Peer) : LinkEvent;

/// <summary><see cref="PeerSession.Profile"/> was replaced by one of a higher version.</summary>
internal sealed record PeerProfileChanged(PeerSession Peer) : LinkEvent;

/// <summary>A message of a peer. Byte strings in it are the node's to keep.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Room">The room its tag names; null for messages of no room.</param>
/// <param name="Message">Never one that the table takes itself.</param>
/// <param name="Channel">Where it came in.</param>
internal sealed record PeerMessageArrived(PeerSession Peer, RoomId? Room, PeerMessage Message, byte Channel) : LinkEvent;

/// <summary>The relay has admitted this node.</summary>
internal sealed record RelayUp(RelaySession Relay) : LinkEvent;

/// <summary>The relay is not reached; tried again by itself.</summary>
/// <param name="Address">As given or found.</param>
/// <param name="Id">Its identity, none when it was never known.</param>
/// <param name="Reason">lost, unreachable, full, kicked, bye.</param>
internal sealed record RelayDown(string Address, PeerId Id, string Reason) : LinkEvent;

/// <summary>The relay, or its fingerprint, says no; not tried again by itself.</summary>
/// <param name="Address">As given or found.</param>
/// <param name="Id">Who answered, none when unknown.</param>
/// <param name="Reason">token, fingerprint, banned, version, replaced.</param>
internal sealed record RelayRefused(string Address, PeerId Id, string Reason) : LinkEvent;

/// <summary>A message of the relay. Byte strings in it are the node's to keep.</summary>
internal sealed record RelayMessageArrived(RelayMessage Message, byte Channel) : LinkEvent;

/// <summary>How far a peer's wall clock is ahead of this node's; negative when behind. At each comparison.</summary>
internal sealed record ClockOffset(PeerSession Peer, TimeSpan Offset) : LinkEvent;

/// <summary>This node's identity runs somewhere else, too; at most once a minute.</summary>
/// <param name="Address">Where it was seen; null when told by a relay.</param>
internal sealed record IdentityElsewhere(IPEndPoint? Address) : LinkEvent;

/// <summary>A peer was reached at an address of the local network that is worth remembering.</summary>
internal sealed record AddressWorked(PeerId Peer, IPEndPoint Address) : LinkEvent;

/// <summary>Somebody refused a connection for good: another version, banned, full.</summary>
internal sealed record LinkRefused(IPEndPoint? Address, RefusalReason Reason) : LinkEvent;
