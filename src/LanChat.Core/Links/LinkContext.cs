using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Links;

/// <summary>
/// What the parts of a <see cref="LinkTable"/> share: time, chance, the way out, the one wakeup, the links by handle. Owned by the table.
/// </summary>
internal sealed class LinkContext(PeerNodeOptions options, ICryptography crypto, IRandomSource random, Action<NodeOutput> emit)
{
    private readonly Queue<LinkEvent> _events = new();
    private readonly Dictionary<string, long> _counters = [];
    private readonly List<Link> _dirty = [];
    private int _lastHandle;

    public PeerNodeOptions Options { get; } = options;

    public ICryptography Crypto { get; } = crypto;

    public IRandomSource Random { get; } = random;

    public PeerId OwnId { get; } = options.Identity.Id;

    public Profile OwnProfile { get; set; } = Profile.Create(crypto, options.Identity, options.Nick, 0);

    public UInt128 NetworkHash { get; } = Beacon.HashOf(options.Network);

    public TimeSpan Now { get; private set; }

    public long UtcMilliseconds { get; private set; }

    /// <summary>Monotonic time at which something is due; null for never.</summary>
    public TimeSpan? Wakeup { get; private set; }

    public ImmutableArray<LocalInterface> Interfaces { get; set; } = [];

    /// <summary>Every link that has a transport of its own.</summary>
    public Dictionary<LinkHandle, Link> ByHandle { get; } = [];

    public IReadOnlyDictionary<string, long> Counters => _counters;

    /// <summary>Peers cut off by the test command <c>fault</c>, with the addresses whose datagrams are dropped for it.</summary>
    public Dictionary<PeerId, HashSet<IPEndPoint>> Blocked { get; } = [];

    /// <summary>Whether this node is saying its goodbyes: nothing new is begun.</summary>
    public bool IsQuitting { get; set; }

    public HandshakePayload Payload(string token) => new(OwnProfile.Encoded, Options.InstanceNonce, token);

    public void SetNow(Timestamp now)
    {
        Now = now.Monotonic;
        UtcMilliseconds = now.UtcMilliseconds;
    }

    /// <summary>Asks for a tick at this time at the latest.</summary>
    public void Arm(TimeSpan at)
    {
        if (Wakeup is not { } wakeup || at < wakeup) Wakeup = at;
    }

    /// <summary>Takes the wakeup when it is due: everything that waits arms it again.</summary>
    public bool TryTakeWakeup()
    {
        if (Wakeup is not { } wakeup || wakeup > Now) return false;
        Wakeup = null;
        return true;
    }

    public void Emit(NodeOutput output) => emit(output);

    public void Tell(LinkEvent happened) => _events.Enqueue(happened);

    public bool TryTakeEvent([NotNullWhen(true)] out LinkEvent? happened) => _events.TryDequeue(out happened);

    public void Count(string counter) => _counters[counter] = _counters.GetValueOrDefault(counter) + 1;

    public LinkHandle NewHandle() => new(--_lastHandle);

    /// <summary>Evenly from 0 up to 1, in steps of 2^−32.</summary>
    public double Chance()
    {
        Span<byte> bytes = stackalloc byte[4];
        Random.Fill(bytes);
        return BitConverter.ToUInt32(bytes) / 4294967296.0;
    }

    /// <summary>A duration longer or shorter by up to a share of itself.</summary>
    public TimeSpan Jitter(TimeSpan duration, double share) => duration * (1 + (share * ((2 * Chance()) - 1)));

    /// <summary>The link has something that waits to be sealed.</summary>
    public void MarkDirty(Link link)
    {
        if (link.IsDirty || !link.Secure.HasFrames) return;
        link.IsDirty = true;
        _dirty.Add(link);
    }

    /// <summary>Links with something to seal; forwarded ones come first, for their frames go into the relay's.</summary>
    public List<Link> Dirty => _dirty;

    /// <summary>Whether an address is in the subnet of one of this machine's interfaces, or link-local.</summary>
    public bool IsOnLocalNetwork(IPAddress address)
    {
        var target = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IsLinkLocal(target) || IPAddress.IsLoopback(target)) return true;
        foreach (var local in Interfaces)
            foreach (var own in local.Addresses)
                if (IsSameSubnet(own, target)) return true;
        return false;
    }

    /// <summary>Whether an address means something else on every machine.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.IsIPv6LinkLocal) return true;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4 && bytes[0] == 169 && bytes[1] == 254;
    }

    /// <summary>The same address in the one form that compares.</summary>
    public static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;

    private static bool IsSameSubnet(LocalAddress own, IPAddress target)
    {
        if (own.Address.AddressFamily != target.AddressFamily) return false;
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        if (!own.Address.TryWriteBytes(left, out var length) || !target.TryWriteBytes(right, out _)) return false;
        var bits = Math.Min(own.PrefixLength, length * 8);
        for (var i = 0; i < length && bits > 0; i++, bits -= 8)
        {
            var mask = bits >= 8 ? 0xFF : (byte)(0xFF << (8 - bits));
            if ((left[i] & mask) != (right[i] & mask)) return false;
        }
        return own.PrefixLength > 0;
    }
}
