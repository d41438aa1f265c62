using LanChat.Protocol;

namespace LanChat.Core;

/// <summary>
/// What every part of a <see cref="PeerNode"/> shares. One per node, owned by whoever owns the node; <see cref="Now"/> is set at the
/// start of each turn and is the same for all that happens within it.
/// </summary>
internal sealed class NodeContext(PeerNodeOptions options, ICryptography crypto, IRandomSource random)
{
    private readonly Queue<NodeOutput> _outputs = new();
    private readonly Dictionary<string, long> _counters = new();

    public PeerNodeOptions Options { get; } = options;

    public ICryptography Crypto { get; } = crypto;

    public IRandomSource Random { get; } = random;

    public PeerIdentity Identity => Options.Identity;

    public PeerId Self => Options.Identity.Id;

    public Timestamp Now { get; set; }

    public Guards Guards => Options.Guards;

    public IReadOnlyDictionary<string, long> Counters => _counters;

    public void Emit(NodeOutput output) => _outputs.Enqueue(output);

    public void Tell(ChatEvent happened, long tag = 0) => _outputs.Enqueue(new Tell(happened, tag));

    public bool TryTakeOutput([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeOutput? output) => _outputs.TryDequeue(out output);

    /// <summary>Every discard has a name and a number.</summary>
    public void Count(string reason) => Count(reason, 1);

    public void Count(string reason, long amount) => _counters[reason] = _counters.GetValueOrDefault(reason) + amount;

    public void Count(string where, Rejection reason) => Count($"{where}-{reason}");

    /// <summary>A number from 0 up to but not including <paramref name="bound"/>; the bias of the remainder does not matter for jitter and choices.</summary>
    public int NextInt(int bound)
    {
        Span<byte> bytes = stackalloc byte[4];
        Random.Fill(bytes);
        return (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) % (uint)bound);
    }
}
