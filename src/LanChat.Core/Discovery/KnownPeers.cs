using System.Collections.Immutable;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Discovery;

/// <summary>Linked peers tell each other whom they are linked to on the local network, for those whom no beacon reaches (PROTOCOL.md, section 5).</summary>
internal sealed class KnownPeers(LinkContext context, PeerSessions sessions, Dialer dialer)
{
    private TimeSpan? _tellAt;

    /// <summary>Somebody new is linked: the others are told before long.</summary>
    public void Linked()
    {
        _tellAt ??= context.Now + DiscoveryTimings.TellDelay;
        context.Arm(_tellAt.Value);
    }

    /// <summary>Takes what a peer tells; at most one message in a while counts, whatever is sent.</summary>
    public void Handle(PeerSession from, KnownPeersMessage message)
    {
        if (from.Best is not { } link || context.Now < link.NextListen)
        {
            context.Count("known-peers-limited");
            return;
        }
        // A little less than the sender's own pause: the network may bring two of them closer together.
        link.NextListen = context.Now + (DiscoveryTimings.TellPause * 0.8);
        foreach (var known in message.Peers.Take(Limits.MaxKnownPeersPerMessage))
        {
            if (LinkContext.IsLinkLocal(known.Address.Address) || known.Address.Port == 0) continue;
            if (sessions.IsLinkedOnLan(known.Id, null)) continue;
            dialer.Consider(known.Id, null, LinkContext.Plain(known.Address), 0, DiscoveryTimings.ToldWanted);
        }
    }

    /// <summary>Tells who has not been told.</summary>
    public void Tick()
    {
        if (_tellAt is not { } at || context.IsQuitting) return;
        if (at > context.Now)
        {
            context.Arm(at);
            return;
        }
        _tellAt = null;
        TimeSpan? next = null;
        foreach (var session in sessions.All)
        {
            if (session.Best is not { IsForwarded: false } link || Untold(session, link) is not { Length: > 0 } news) continue;
            if (link.NextTell > context.Now)
            {
                if (next is null || link.NextTell < next) next = link.NextTell;
                continue;
            }
            link.NextTell = context.Now + DiscoveryTimings.TellPause;
            link.Told ??= [];
            foreach (var peer in news) link.Told.Add(peer.Id);
            sessions.Append(link, new KnownPeersMessage(news), null);
            if (news.Length == Limits.MaxKnownPeersPerMessage && (next is null || link.NextTell < next)) next = link.NextTell;
        }
        if (next is null) return;
        _tellAt = next;
        context.Arm(next.Value);
    }

    private ImmutableArray<KnownPeer> Untold(PeerSession to, Link link)
    {
        var peers = ImmutableArray.CreateBuilder<KnownPeer>();
        foreach (var session in sessions.All)
        {
            if (peers.Count == Limits.MaxKnownPeersPerMessage) break;
            if (session == to || link.Told?.Contains(session.PeerId) == true) continue;
            var lan = session.Links.Find(candidate => candidate is { Path: PeerPath.Lan, Remote: not null, IsSuperseded: false });
            // An address of this machine, or of one link alone, means something else to the other side.
            if (lan?.Remote is not { } address || LinkContext.IsLinkLocal(address.Address)) continue;
            if (System.Net.IPAddress.IsLoopback(address.Address) && !System.Net.IPAddress.IsLoopback(link.Remote!.Address)) continue;
            peers.Add(new KnownPeer(session.PeerId, address));
        }
        return peers.ToImmutable();
    }
}
