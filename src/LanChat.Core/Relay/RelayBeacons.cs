using System.Buffers.Binary;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>Answers hellos, so that a relay on the LAN is found without setup: at most one reply per stranger and second, 50 a second in all.</summary>
internal sealed class RelayBeacons(RelayContext context, RelayAdmission admission)
{
    private const int RepliesPerSecond = 50;

    private readonly UInt128 _network = Beacon.HashOf(context.Options.Network);
    private readonly HashSet<(PeerId, UInt128)> _answered = [];
    private TimeSpan _second;

    public void Answer(BeaconReceived received)
    {
        if (context.Options.BeaconPort == 0) return;
        if (!Beacon.TryDecode(received.Data, out var beacon, out var rejection))
        {
            context.Counters.Drop("beacon-" + rejection);
            return;
        }
        if (beacon.Kind != BeaconKind.Hello || beacon.Peer == context.Options.Identity.Id || context.Clients.ContainsKey(beacon.Peer)) return;
        if (received.Arrival == BeaconArrival.DiscoveryUnicast) context.Emit(new RepeatBeaconLocally(received.Data.ToArray()));
        if (context.Now.Monotonic - _second >= TimeSpan.FromSeconds(1))
        {
            _second = context.Now.Monotonic;
            _answered.Clear();
        }
        if (_answered.Count >= RepliesPerSecond || !_answered.Add((beacon.Peer, beacon.InstanceNonce)))
        {
            context.Counters.Drop("beacon-rate");
            return;
        }
        var to = new IPEndPoint(received.From.Address, beacon.LinkPort);
        var cookie = BinaryPrimitives.ReadUInt128BigEndian(admission.CookieFor(to));
        var reply = new Beacon(
            BeaconKind.Reply, context.Options.Identity.Id, context.Options.BeaconPort, admission.Instance, _network, IsRelay: true, cookie);
        context.Emit(new SendBeacon(reply.Encode(), to));
    }
}
