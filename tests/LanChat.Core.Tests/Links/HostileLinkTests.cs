using System.Net;
using LanChat.Core.Links;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Links;

/// <summary>What strangers and linked peers may send that no honest one does: nothing is thrown, and the honest ones go on.</summary>
public sealed class HostileLinkTests
{
    private const int Inputs = 30_000;

    private readonly LinkWorld _world = new(21);
    private readonly SeededRandomSource _random = new(22);

    [Fact]
    public void Thirty_thousand_inputs_at_random_throw_nothing_and_disturb_no_link()
    {
        var nodes = _world.AddMany(2);
        Assert.True(_world.RunUntilLinked(LinkWorld.Ms(500), nodes));
        var network = _world.Network;
        for (var i = 0; i < 200; i++) network.AddGhost(new LinkHandle(5000 + i));
        for (var i = 0; i < Inputs; i++)
        {
            nodes[0].Handle(Input());
            if (i % 100 == 0) network.Run(LinkWorld.Ms(20));
        }
        network.Run(LinkWorld.Ms(5000));
        Assert.True(nodes[0].Table.Find(nodes[1].Id) is { IsUp: true });
        Assert.Empty(nodes[0].Of<PeerDown>());
        Assert.Single(nodes[0].Table.Sessions);
    }

    [Fact]
    public void A_linked_peer_that_talks_nonsense_is_cut_off_after_a_while_and_nothing_is_thrown()
    {
        var node = _world.Add(1);
        var (attacker, handle) = Link(node);
        for (var i = 0; i < LinkTimings.MaxOffences + 1; i++)
        {
            Assert.NotNull(node.Table.Find(attacker.Id));
            Send(node, handle, [0xC1, .. _random.Bytes(20)]);
        }
        Assert.DoesNotContain(node.Table.Sessions, session => session.Best is not null);
        Assert.Equal(LinkTimings.MaxOffences, node.Table.Counters.Where(c => c.Key.StartsWith("frame-", StringComparison.Ordinal)).Sum(c => c.Value));
    }

    [Fact]
    public void Messages_that_decode_and_make_no_sense_change_nothing()
    {
        var node = _world.Add(1);
        var (_, handle) = Link(node);
        PeerMessage[] messages =
        [
            new SummaryMessage(123, 5), new ProfileMessage(_random.Bytes(100)), new AliveMessage(7, true), new AliveMessage(7, false),
            new ProfileMessage(Profile.Create(new KeyedHashCryptography(), _world.NewIdentity(), "mallory", 9).Encoded),
            new KnownPeersMessage([new KnownPeer(node.Id, new IPEndPoint(IPAddress.Loopback, 1)), new KnownPeer(default, new IPEndPoint(IPAddress.Any, 9))]),
        ];
        var before = node.Events.Count;
        foreach (var message in messages)
        {
            _attack!.Append(0, message);
            Flush(node, handle);
        }
        Assert.Equal(before, node.Events.Count);
        Assert.Single(node.Table.Sessions);
        Assert.Equal(1, node.Table.Counters["room-not-shared"]);
        Assert.Equal(1, node.Table.Counters["profile-misdirected"]);
    }

    private SecureLink? _attack;

    private NodeInput Input()
    {
        var handle = new LinkHandle(5000 + _random.Next(200));
        var data = _random.Bytes(_random.Next(200));
        var from = new IPEndPoint(new IPAddress([10, 9, (byte)_random.Next(4), (byte)_random.Next(256)]), 1 + _random.Next(65535));
        return _random.Next(9) switch
        {
            0 => new ConnectRequested(handle, from, data),
            1 => new ConnectRequested(
                handle, from, new ConnectRequestPayload(default, SecureLink.Initiate(new KeyedHashCryptography(), _world.NewIdentity(), _random).FirstMessage).Encode()),
            2 => new LinkOpened(handle, from),
            3 => new LinkBytes(handle, (byte)_random.Next(64), data),
            4 => new LinkClosed(handle, (LinkEnd)_random.Next(6), data),
            5 => new LinkMeasured(handle, TimeSpan.FromMilliseconds(_random.Next(100)), TimeSpan.FromMilliseconds(_random.Next(5000)), 1, 1),
            6 => new BeaconReceived(from, (BeaconArrival)_random.Next(3), data),
            7 => new BeaconReceived(from, (BeaconArrival)_random.Next(3), Beacon()),
            _ => new PunchSucceeded(from, Convert.ToHexStringLower(data)),
        };
    }

    private byte[] Beacon()
    {
        var beacon = new Beacon((BeaconKind)_random.Next(3), new PeerId(_random.Next()), 1 + _random.Next(65535), _random.Next(), Protocol.Beacon.HashOf("lan"), false, 0).Encode();
        if (_random.Next(2) == 0) beacon[_random.Next(beacon.Length)] ^= (byte)(1 << _random.Next(8));
        return beacon;
    }

    /// <summary>A link of somebody who keeps the handshake's rules, made by hand.</summary>
    private (PeerIdentity Attacker, LinkHandle Link) Link(TableNode node)
    {
        var crypto = new KeyedHashCryptography();
        var attacker = _world.NewIdentity();
        var handle = new LinkHandle(5000);
        _world.Network.AddGhost(handle);
        _attack = SecureLink.Initiate(crypto, attacker, _random);
        var sent = new List<SendBytes>();
        node.Sniffer = output =>
        {
            if (output is SendBytes bytes && bytes.Link == handle) sent.Add(bytes with { Bytes = bytes.Bytes.ToArray() });
        };
        node.Handle(new ConnectRequested(handle, LinkWorld.Address(66), new ConnectRequestPayload(default, _attack.FirstMessage).Encode()));
        node.Handle(new LinkOpened(handle, LinkWorld.Address(66)));
        var own = new HandshakePayload(Profile.Create(crypto, attacker, "mallory", 0).Encoded, 4, "");
        Assert.True(_attack.TryReadHandshake(sent[0].Bytes, own, out var third, out _));
        node.Handle(new LinkBytes(handle, 0, third));
        Assert.True(_attack.TryOpen(0, sent[1].Bytes.Span, new byte[Limits.MaxFrameBytes], out _));
        Assert.NotNull(node.Table.Find(attacker.Id));
        return (attacker, handle);
    }

    private void Send(TableNode node, LinkHandle handle, byte[] plaintext)
    {
        _attack!.Append(0, plaintext);
        Flush(node, handle);
    }

    private void Flush(TableNode node, LinkHandle handle)
    {
        var frame = new byte[Limits.MaxFrameBytes + LinkCipher.Overhead];
        while (_attack!.TryTakeFrame(frame, out var channel, out var length)) node.Handle(new LinkBytes(handle, channel, frame.AsMemory(0, length)));
    }
}
