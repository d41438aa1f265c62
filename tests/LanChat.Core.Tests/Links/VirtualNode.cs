using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>Something with an address on a <see cref="VirtualNetwork"/>.</summary>
internal abstract class VirtualNode(IPEndPoint endPoint)
{
    private int _lastHandle;

    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>Further addresses it is reached at.</summary>
    public List<IPEndPoint> Aliases { get; } = [];

    public VirtualNetwork Network { get; set; } = null!;

    public bool IsOnLan { get; set; } = true;

    public bool IsBehindNat { get; set; }

    /// <summary>Its NAT gives every destination another port: no punch gets through.</summary>
    public bool IsNatSymmetric { get; set; }

    /// <summary>Answers no request to connect.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Changes what arrives, channel by channel.</summary>
    public Func<byte, byte[], byte[]>? Tampering { get; set; }

    /// <summary>Sees every output before it is carried.</summary>
    public Action<NodeOutput>? Sniffer { get; set; }

    /// <summary>Outputs that the network does not carry.</summary>
    public List<NodeOutput> Others { get; } = [];

    public HashSet<LinkHandle> Closed { get; } = [];

    public long SentBytes { get; set; }

    public abstract TimeSpan? NextWakeup { get; }

    public abstract void Handle(NodeInput input);

    public LinkHandle NewIncomingHandle() => new(++_lastHandle);

    /// <summary>Which of its addresses it sends from: the one in the other's network.</summary>
    public IPEndPoint SourceFor(IPEndPoint target) =>
        Aliases.Find(alias => alias.Address.GetAddressBytes()[0] == target.Address.GetAddressBytes()[0]) ?? EndPoint;
}

/// <summary>A <see cref="LinkTable"/> on the network, with all it told.</summary>
internal sealed class TableNode : VirtualNode
{
    private static readonly KeyedHashCryptography Crypto = new();

    private readonly Queue<NodeOutput> _outputs = new();

    public TableNode(PeerNodeOptions options, IPEndPoint endPoint, ulong seed)
        : base(endPoint)
    {
        Options = options;
        Table = new LinkTable(options, Crypto, new SeededRandomSource(seed), _outputs.Enqueue);
    }

    public PeerNodeOptions Options { get; }

    public LinkTable Table { get; }

    public PeerId Id => Options.Identity.Id;

    public List<LinkEvent> Events { get; } = [];

    public override TimeSpan? NextWakeup => Table.NextWakeup;

    public IEnumerable<T> Of<T>() => Events.OfType<T>();

    public override void Handle(NodeInput input)
    {
        Table.Handle(input, Network.Time);
        Turn();
    }

    /// <summary>Does something with the table as its node would, within one turn.</summary>
    public void Do(Action<LinkTable> action)
    {
        action(Table);
        Turn();
    }

    /// <summary>Says something in a room.</summary>
    public void Say(PeerId to, RoomSecret room, UInt128 value) =>
        Do(table => table.Send(table.Find(to)!, new SummaryMessage(default, value), room.Id));

    /// <summary>What was heard in rooms, in order.</summary>
    public List<UInt128> Heard => [.. Of<PeerMessageArrived>().Select(e => e.Message).OfType<SummaryMessage>().Select(m => m.Value)];

    private void Turn()
    {
        Table.Tick(Network.Time);
        while (Table.TryTakeEvent(out var happened)) Events.Add(happened);
        Table.Flush(Network.Time);
        while (_outputs.TryDequeue(out var output))
        {
            Sniffer?.Invoke(output);
            Network.Carry(this, output);
        }
    }
}
