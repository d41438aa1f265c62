using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using LanChat.Core;
using LanChat.Net;
using LanChat.Protocol;
using LanChat.Storage;

namespace LanChat.EndToEnd.Tests;

/// <summary>A peer on a host of the lab whose wall clock is off: clocks are the machine's, not a namespace's, so it is a node of this process.</summary>
internal sealed class PeerWithWrongClock : IDisposable
{
    private readonly NodeDriver _driver;
    private readonly P256Cryptography _crypto = new();

    private PeerWithWrongClock(Host host, TimeSpan offset)
    {
        var random = new SystemRandomSource();
        var identity = PeerIdentity.Create(_crypto, random);
        var store = PeerStore.Open(Path.Combine(host.Lab.Folder, "wrong-clock.db"), DateTimeOffset.UtcNow);
        if (!NodeDriver.TryBind(new NodeDriverOptions(0, null, PeerNodeOptions.DefaultDiscoveryPort, true, false), store, _ => true, out var driver))
            throw new InvalidOperationException("No link port is free.");
        _driver = driver;
        Span<byte> nonce = stackalloc byte[16];
        random.Fill(nonce);
        var options = new PeerNodeOptions
        {
            Identity = identity,
            Nick = host.Name,
            InstanceNonce = BinaryPrimitives.ReadUInt128BigEndian(nonce),
            LinkPort = _driver.Port,
            IsNewIdentity = true,
        };
        _driver.Run(now => new Shifted(new PeerNode(options, store.Snapshot, _crypto, random, Shifted.Shift(now, offset)), offset));
    }

    public static PeerWithWrongClock Start(Host host, TimeSpan offset) => host.Run(() => new PeerWithWrongClock(host, offset));

    public void Dispose()
    {
        _driver.Dispose();
        _crypto.Dispose();
    }

    private sealed class Shifted(PeerNode node, TimeSpan offset) : INode
    {
        public TimeSpan? NextWakeup => node.NextWakeup;

        public static Timestamp Shift(Timestamp now, TimeSpan offset) => now with { UtcMilliseconds = now.UtcMilliseconds + (long)offset.TotalMilliseconds };

        public void Handle(NodeInput input, Timestamp now) => node.Handle(input, Shift(now, offset));

        public bool TryTakeOutput([NotNullWhen(true)] out NodeOutput? output) => node.TryTakeOutput(out output);
    }
}
