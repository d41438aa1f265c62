using System.Net;
using LanChat.Core.Tests.Relay;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>A real relay on a <see cref="VirtualNetwork"/>, with its log in memory.</summary>
internal sealed class RelayVirtualNode : VirtualNode
{
    private readonly MemoryLog _log = new();

    public RelayVirtualNode(RelayNodeOptions options, IPEndPoint endPoint)
        : base(endPoint)
    {
        Options = options;
        Node = new RelayNode(options, _log.Snapshot);
    }

    public RelayNodeOptions Options { get; }

    public PeerId Id => Options.Identity.Id;

    public RelayNode Node { get; private set; }

    public override TimeSpan? NextWakeup => Node.NextWakeup;

    /// <summary>Killed and started again: it knows no link any more.</summary>
    public void Restart() => Node = new RelayNode(Options, _log.Snapshot);

    public override void Handle(NodeInput input)
    {
        Node.Handle(input, Network.Time);
        while (Node.TryTakeOutput(out var output))
        {
            if (output is AppendLog or TrimLog or ReadLog or ReadLogIndex or StoreBatch)
                foreach (var answer in _log.Carry(output).ToArray()) Network.Post(this, answer);
            else
                Network.Carry(this, output);
        }
    }
}
