using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Answers hellos, so that a relay on the LAN is found without setup: at most one reply per stranger and second, 50 a second in all.</summary>
internal sealed class RelayBeacons(RelayContext context, RelayAdmission admission)
{
    private const int RepliesPerSecond = 50;

    /// <summary>Hellos repeated to the other programs of this machine in a second.</summary>
    private const int RepeatsPerSecond = 50;

    private readonly UInt128 _network = Beacon.HashOf(context.Options.Network);
    private readonly HashSet<(PeerId, UInt128)> _answered = [];
    private TimeSpan _second;
    private int _repeated;

    public void Answer(BeaconReceived received)
    {
        if (context.Options.BeaconPort == 0) return;
        if (!TryDecode(received, out var beacon, out var from)) return;
        if (beacon.Kind != BeaconKind.Hello || beacon.Peer == context.Options.Identity.Id) return;
        Refill();
        if (received.Arrival == BeaconArrival.DiscoveryUnicast && !IPAddress.IsLoopback(from) && _repeated++ < RepeatsPerSecond)
            context.Emit(new RepeatBeaconLocally(new RepeatedBeacon(from, received.Data).Encode()));
        if (context.Clients.ContainsKey(beacon.Peer)) return;
        if (_answered.Count >= RepliesPerSecond || !_answered.Add((beacon.Peer, beacon.InstanceNonce)))
        {
            context.Counters.Drop("beacon-rate");
            return;
        }
        var to = new IPEndPoint(from, beacon.LinkPort);
        var cookie = BinaryPrimitives.ReadUInt128BigEndian(admission.CookieFor(to));
        var reply = new Beacon(
            BeaconKind.Reply, context.Options.Identity.Id, context.Options.BeaconPort, admission.Instance, _network, IsRelay: true, cookie);
        context.Emit(new SendBeacon(reply.Encode(), to));
    }

    /// <summary>Reads a beacon, or one that another process of this machine got and repeated; from elsewhere a repeated one would point answers at anybody.</summary>
    private bool TryDecode(BeaconReceived received, [NotNullWhen(true)] out Beacon? beacon, out IPAddress from)
    {
        from = received.From.Address;
        if (Beacon.TryDecode(received.Data, out beacon, out var rejection)) return true;
        if (IPAddress.IsLoopback(from) && RepeatedBeacon.TryDecode(received.Data, out var repeated, out _) && Beacon.TryDecode(repeated.Beacon, out beacon, out rejection))
        {
            from = repeated.Source;
            return true;
        }
        context.Counters.Drop("beacon-" + rejection);
        return false;
    }

    private void Refill()
    {
        if (context.Now.Monotonic - _second < TimeSpan.FromSeconds(1)) return;
        _second = context.Now.Monotonic;
        _repeated = 0;
        _answered.Clear();
    }
}
