using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net;

/// <summary>
/// Asks the network what it lets through: sends hellos of its own by every way there is, each from sockets of its own, and notes by which
/// way answers come (PROTOCOL.md, section 5). It shows an identity of its own that nobody can link with, and takes its leave at the end.
/// </summary>
public sealed class NetworkProbe
{
    /// <summary>Hellos of one way, so that a lost one does not decide: when each is sent.</summary>
    private static readonly TimeSpan[] Burst = [TimeSpan.Zero, TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(1100), TimeSpan.FromMilliseconds(2200)];

    /// <summary>Different people are remembered up to this number; a LAN's cause shows with far fewer.</summary>
    private const int MaxNoted = 256;

    private readonly ProbeRequest _request;
    private readonly ImmutableArray<LocalInterface> _interfaces = LocalNetworks.Read(null);
    private readonly Lock _gate = new();
    private readonly Dictionary<(ProbeWay, IPEndPoint), ProbeAnswer> _answers = [];
    private readonly Dictionary<(IPAddress, bool), ProbeOverheard> _overheard = [];
    private readonly Dictionary<IPAddress, ProbeUnsent> _unsent = [];
    private readonly HashSet<PeerId> _own = [];
    private readonly List<ProbeSocket> _sockets = [];

    private NetworkProbe(ProbeRequest request) => _request = request;

    /// <summary>Interfaces that are up.</summary>
    public static ImmutableArray<LocalInterface> Interfaces() => LocalNetworks.Read(null);

    /// <summary>The own address that packets to a destination leave from; null when there is no route.</summary>
    public static IPAddress? SourceFor(IPAddress destination)
    {
        using var socket = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(destination, 9));
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Probes for a while.</summary>
    /// <param name="request">What to look for.</param>
    /// <param name="duration">Others say hello every five seconds or so: a shorter one overhears less.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static async Task<ProbeReport> RunAsync(ProbeRequest request, TimeSpan duration, CancellationToken cancellation)
    {
        var probe = new NetworkProbe(request);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listeners = probe.Listen(out var isShared);
        try
        {
            var reading = listeners.Select(l => probe.OverhearAsync(l, ended.Token)).ToList();
            probe.OpenSockets();
            reading.AddRange(probe._sockets.Select(s => probe.ReadAsync(s, ended.Token)));
            await probe.AskAsync(duration, cancellation).ConfigureAwait(false);
            probe.TakeLeave();
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading).ConfigureAwait(false);
        }
        finally
        {
            foreach (var socket in probe._sockets) socket.Dispose();
            foreach (var listener in listeners) listener.Dispose();
        }

        return new ProbeReport(probe._interfaces, isShared, [.. probe._answers.Values], [.. probe._overheard.Values], [.. probe._unsent.Values]);
    }

    private static bool IsUsable(LocalAddress address) => address.Address.AddressFamily == AddressFamily.InterNetwork || address.Address.IsIPv6LinkLocal;

    private List<Socket> Listen(out bool isShared)
    {
        var listeners = new List<Socket>();
        isShared = true;
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            if (family == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6) continue;
            if (DiscoverySockets.TryListen(family, _request.DiscoveryPort) is { } listener)
            {
                DiscoverySockets.JoinGroups(listener, family, _interfaces);
                listeners.Add(listener);
            }
            else if (family == AddressFamily.InterNetwork)
            {
                // A machine may lack IPv6 altogether, which is nobody's doing.
                isShared = false;
            }
        }

        return listeners;
    }

    private void OpenSockets()
    {
        var network = Beacon.HashOf(_request.Network);
        foreach (var local in _interfaces.Where(i => !i.IsLoopback))
        {
            foreach (var address in local.Addresses.Where(IsUsable)) Add(ProbeSocket.TryOpen(ProbeWay.Everywhere, address.Address, 0, network, local));
        }

        foreach (var family in (IPAddress[])[IPAddress.Any, IPAddress.IPv6Any])
        {
            Add(ProbeSocket.TryOpen(ProbeWay.Direct, family, 0, network));
            Add(ProbeSocket.TryOpen(ProbeWay.LinkPort, family, 0, network));
            // From the end: the first ones are usually in use.
            for (var port = PeerNodeOptions.LastLinkPort; port >= PeerNodeOptions.FirstLinkPort; port--)
            {
                if (Add(ProbeSocket.TryOpen(ProbeWay.LinkRange, family, port, network))) break;
            }
        }
    }

    private bool Add(ProbeSocket? socket)
    {
        if (socket is null) return false;
        _own.Add(socket.Peer);
        _sockets.Add(socket);
        return true;
    }

    private async Task AskAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var at in Burst)
        {
            if (at >= duration) break;
            if (at > clock.Elapsed) await Task.Delay(at - clock.Elapsed, cancellation).ConfigureAwait(false);
            AskEverybody();
        }

        if (duration > clock.Elapsed) await Task.Delay(duration - clock.Elapsed, cancellation).ConfigureAwait(false);
    }

    private void AskEverybody()
    {
        foreach (var socket in _sockets.Where(s => s.Way == ProbeWay.Everywhere)) socket.SayEverywhere(_request.DiscoveryPort);
        foreach (var target in _request.Targets)
        {
            Say(ProbeWay.Direct, new IPEndPoint(target.Address, _request.DiscoveryPort));
            AskLinkPort(new IPEndPoint(target.Address, target.Port == 0 ? PeerNodeOptions.FirstLinkPort : target.Port));
        }

        ImmutableArray<IPEndPoint> answered;
        lock (_gate) answered = [.. _answers.Values.Where(a => a.Way is ProbeWay.Everywhere or ProbeWay.Direct).Select(a => a.From).Distinct()];
        foreach (var address in answered) AskLinkPort(address);
    }

    private void AskLinkPort(IPEndPoint address)
    {
        Say(ProbeWay.LinkPort, address);
        Say(ProbeWay.LinkRange, address);
    }

    private void Say(ProbeWay way, IPEndPoint to)
    {
        if (_sockets.FirstOrDefault(s => s.Way == way && s.Family == to.AddressFamily) is not { } socket) return;
        if (socket.Say(BeaconKind.Hello, to) is not { } problem) return;
        lock (_gate) _unsent[to.Address] = new ProbeUnsent(to.Address, problem);
    }

    private void TakeLeave()
    {
        foreach (var socket in _sockets) socket.SayBye();
    }

    private async Task ReadAsync(ProbeSocket socket, CancellationToken cancellation)
    {
        await foreach (var (from, data) in socket.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (!Beacon.TryDecode(data, out var beacon, out _) || beacon.Kind != BeaconKind.Reply || beacon.IsRelay) continue;
            if (beacon.NetworkHash != Beacon.HashOf(_request.Network)) continue;
            bool isNew;
            lock (_gate) isNew = _answers.Count < MaxNoted && _answers.TryAdd((socket.Way, from), new ProbeAnswer(socket.Way, from, beacon.Peer));

            // Whether its link port lets others in is asked at once: there may be no later round.
            if (isNew && socket.Way is ProbeWay.Everywhere or ProbeWay.Direct) AskLinkPort(from);
        }
    }

    private async Task OverhearAsync(Socket listener, CancellationToken cancellation)
    {
        await foreach (var (from, data) in ProbeSocket.ReadAsync(listener, cancellation).ConfigureAwait(false))
        {
            var isRead = Beacon.TryDecode(data, out var beacon, out var rejection);
            if (!isRead && rejection != Rejection.WrongVersion) continue;
            if (beacon is not null && (beacon.Kind != BeaconKind.Hello || _own.Contains(beacon.Peer))) continue;
            if (beacon is not null && beacon.NetworkHash != Beacon.HashOf(_request.Network)) continue;
            lock (_gate)
            {
                if (_overheard.Count < MaxNoted)
                    _overheard.TryAdd((from.Address, !isRead), new ProbeOverheard(from.Address, beacon?.Peer ?? PeerId.None, !isRead));
            }
        }
    }
}
