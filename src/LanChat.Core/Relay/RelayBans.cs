using System.Collections.Immutable;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Whom the operator keeps out: peers and addresses until unbanned, on disk; those kicked for 60 s, in memory.</summary>
internal sealed class RelayBans(RelayContext context)
{
    /// <summary>How long somebody kicked stays out.</summary>
    public static readonly TimeSpan KickTime = TimeSpan.FromSeconds(60);

    private const string Prefix = "ban:";

    private readonly HashSet<PeerId> _peers = [];
    private readonly HashSet<IPAddress> _addresses = [];
    private readonly Dictionary<PeerId, TimeSpan> _kicked = [];

    /// <summary>All bans: peer ids and addresses.</summary>
    public ImmutableArray<string> All => [.. _peers.Select(peer => peer.ToString()).Order(StringComparer.Ordinal), .. _addresses.Select(address => address.ToString())];

    public void Load(RelaySnapshot snapshot)
    {
        foreach (var name in snapshot.Values.Keys)
            if (name.StartsWith(Prefix, StringComparison.Ordinal)) Set(name[Prefix.Length..], isBanned: true);
    }

    public bool IsBanned(PeerId peer) => _peers.Contains(peer);

    public bool IsBanned(IPAddress address) => _addresses.Contains(Plain(address));

    /// <summary>Whether the operator has just thrown this peer out.</summary>
    public bool IsKicked(PeerId peer) => _kicked.TryGetValue(peer, out var until) && context.Now.Monotonic < until;

    public void Kick(PeerId peer)
    {
        foreach (var (other, until) in _kicked.ToArray())
            if (context.Now.Monotonic >= until) _kicked.Remove(other);
        _kicked[peer] = context.Now.Monotonic + KickTime;
    }

    public void Ban(PeerId peer) => Put(peer.ToString(), isBanned: true);

    public void Ban(IPAddress address) => Put(Plain(address).ToString(), isBanned: true);

    /// <summary>Takes a ban back; false when there is none.</summary>
    public bool Unban(string peerOrAddress)
    {
        var name = IPAddress.TryParse(peerOrAddress, out var address) ? Plain(address).ToString() : Unique(peerOrAddress);
        if (name is null || !All.Contains(name)) return false;
        Put(name, isBanned: false);
        return true;
    }

    private string? Unique(string prefix)
    {
        var found = _peers.Select(peer => peer.ToString()).Where(peer => peer.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return found.Count == 1 && prefix.Length > 0 ? found[0] : null;
    }

    private void Put(string name, bool isBanned)
    {
        Set(name, isBanned);
        context.Store(new PutValue(Prefix + name, isBanned ? new byte[] { 1 } : default));
    }

    private void Set(string name, bool isBanned)
    {
        if (PeerId.TryParse(name, out var peer)) _ = isBanned ? _peers.Add(peer) : _peers.Remove(peer);
        else if (IPAddress.TryParse(name, out var address)) _ = isBanned ? _addresses.Add(address) : _addresses.Remove(address);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
