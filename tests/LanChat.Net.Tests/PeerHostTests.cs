using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net.Tests;

/// <summary>Whole clients on loopback: real sockets, real cryptography, no disk.</summary>
public sealed class PeerHostTests
{
    [Fact]
    public async Task Two_clients_given_an_address_meet_and_talk()
    {
        await using var ana = new Client("ana");
        await using var bruno = new Client("bruno", new PeerTarget("127.0.0.1", ana.Host.Port));
        await Until.Holds("both are up", () => ana.Has<PeerEvent>(e => e.IsUp) && bruno.Has<PeerEvent>(e => e.IsUp));
        ana.Say("hello");
        await Until.Holds("the message", () => bruno.Has<MessageEvent>(e => e.Message is { Text: "hello", IsOwn: false }));
        bruno.Say("grüß dich 👋🏽");
        await Until.Holds("the answer", () => ana.Has<MessageEvent>(e => e.Message is { Text: "grüß dich 👋🏽", IsOwn: false }));
    }

    [Fact]
    public async Task A_name_is_resolved_off_the_loop_and_leads_to_the_same_peer()
    {
        await using var ana = new Client("ana");
        await using var bruno = new Client("bruno", new PeerTarget("localhost", ana.Host.Port));
        await Until.Holds("both are up", () => ana.Has<PeerEvent>(e => e.IsUp) && bruno.Has<PeerEvent>(e => e.IsUp));
    }

    [Fact]
    public async Task Who_quits_is_gone_at_once_with_a_goodbye()
    {
        await using var ana = new Client("ana");
        await using var bruno = new Client("bruno", new PeerTarget("127.0.0.1", ana.Host.Port));
        await Until.Holds("both are up", () => ana.Has<PeerEvent>(e => e.IsUp) && bruno.Has<PeerEvent>(e => e.IsUp));
        bruno.Host.Post(new QuitCommand(), 1, "lan");
        await Until.Holds("the goodbye", () => ana.Has<PeerEvent>(e => e is { IsUp: false, Reason: PresenceReason.Bye }));
        await bruno.Host.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Processes_of_one_machine_find_each_other_by_loopback_beacons()
    {
        var port = FreePort();
        await using var ana = new Client("ana", discoveryPort: port);
        await using var bruno = new Client("bruno", discoveryPort: port);
        await using var carla = new Client("carla", discoveryPort: port);
        Client[] all = [ana, bruno, carla];
        if (!all.All(client => client.Host.IsListening)) Assert.Skip("The discovery port cannot be shared here.");
        await Until.Holds("all see all", () => all.All(client => client.Up == 2));
    }

    [Fact]
    public async Task A_link_broken_by_dropped_datagrams_is_lost_and_comes_back()
    {
        await using var ana = new Client("ana");
        await using var bruno = new Client("bruno", new PeerTarget("127.0.0.1", ana.Host.Port));
        await Until.Holds("both are up", () => ana.Has<PeerEvent>(e => e.IsUp) && bruno.Has<PeerEvent>(e => e.IsUp));
        ana.Host.Post(new FaultCommand(null, null, 100), 1, "lan");
        await Until.Holds("both have lost each other", () => ana.Up == 0 && bruno.Up == 0);
        ana.Host.Post(new FaultCommand(null, null, 0), 1, "lan");
        await Until.Holds("both are back", () => ana.Up == 1 && bruno.Up == 1);
        ana.Say("still here");
        await Until.Holds("the message", () => bruno.Has<MessageEvent>(e => e.Message is { Text: "still here" }));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    private sealed class Client : IAsyncDisposable
    {
        private readonly ConcurrentQueue<ChatEvent> _events = new();

        public Client(string nick, PeerTarget? target = null, int discoveryPort = 0)
        {
            using var crypto = new P256Cryptography();
            var identity = PeerIdentity.Create(crypto, new SystemRandomSource());
            var sockets = new NodeDriverOptions(0, IPAddress.Any, discoveryPort, discoveryPort != 0, AllowFaults: true);
            Host = PeerHost.TryStart(
                sockets,
                (port, nonce) => new PeerNodeOptions
                {
                    Identity = identity, Nick = nick, InstanceNonce = nonce, LinkPort = port, IsDiscoveryEnabled = discoveryPort != 0,
                    DiscoveryPort = discoveryPort == 0 ? PeerNodeOptions.DefaultDiscoveryPort : discoveryPort,
                    Peers = target is { } given ? [given] : ImmutableArray<PeerTarget>.Empty, UseRelays = false, AllowFaults = true,
                },
                new MemoryStore(), PeerSnapshot.Empty, (happened, _) => _events.Enqueue(happened))!;
            Host.Post(new JoinCommand("#lobby"), 1, "lan");
        }

        public PeerHost Host { get; }

        /// <summary>How many peers are up now, by what was told.</summary>
        public int Up => _events.OfType<PeerEvent>().GroupBy(e => e.PeerId).Count(told => told.Last().IsUp);

        public bool Has<T>(Func<T, bool> match) where T : ChatEvent => _events.OfType<T>().Any(match);

        public void Say(string text) => Host.Post(new SendCommand("#lobby", text), 2, "lan");

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    /// <summary>Commits at once, keeps entries, forgets the rest.</summary>
    private sealed class MemoryStore : INodeStore
    {
        private readonly Dictionary<EntryHash, ReadOnlyMemory<byte>> _entries = [];

        public bool TrySubmit(NodeOutput output, Action<NodeInput> answer)
        {
            switch (output)
            {
                case StoreBatch batch:
                    foreach (var put in batch.Writes.OfType<PutEntry>()) _entries[put.Entry.Hash] = put.Encoded.ToArray();
                    answer(new StoreCommitted(batch.Ticket));
                    return true;
                case ReadEntries read:
                    answer(new EntriesRead(read.Ticket, read.Room, [.. read.Hashes.Select(hash => _entries.GetValueOrDefault(hash))]));
                    return true;
                case LoadRoom load:
                    answer(new RoomPageLoaded(load.Room, [], [], true));
                    return true;
                default:
                    return false;
            }
        }

        public void Dispose()
        {
        }
    }
}
