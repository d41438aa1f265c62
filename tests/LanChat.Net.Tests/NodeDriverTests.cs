using System.Net;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Net.Tests;

/// <summary>Real sockets on loopback, ephemeral ports, two drivers with nodes that record what they are handed.</summary>
public sealed class NodeDriverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private sealed class NoStore : INodeStore
    {
        public bool TrySubmit(NodeOutput output, Action<NodeInput> answer) => false;

        public void Dispose()
        {
        }
    }

    /// <summary>Accepts whoever connects, echoes what comes, records everything.</summary>
    private sealed class EchoNode : INode
    {
        private readonly Queue<NodeOutput> _outputs = new();
        private readonly Queue<NodeOutput> _wanted = new();

        public List<NodeInput> Seen { get; } = [];

        public bool IsEcho { get; init; }

        public TimeSpan? NextWakeup => null;

        public void Want(NodeOutput output)
        {
            lock (_wanted) _wanted.Enqueue(output);
        }

        public bool Has<T>(Func<T, bool>? match = null) where T : NodeInput
        {
            lock (Seen) return Seen.OfType<T>().Any(i => match is null || match(i));
        }

        public void Handle(NodeInput input, Timestamp now)
        {
            lock (Seen) Seen.Add(input);
            lock (_wanted)
            {
                while (_wanted.TryDequeue(out var wanted)) _outputs.Enqueue(wanted);
            }

            if (input is ConnectRequested asked) _outputs.Enqueue(new AcceptLink(asked.Link));
            if (IsEcho && input is LinkBytes bytes) _outputs.Enqueue(new SendBytes(bytes.Link, bytes.Channel, bytes.Bytes));
        }

        public bool TryTakeOutput([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeOutput? output) => _outputs.TryDequeue(out output);
    }

    private static NodeDriver Start(EchoNode node)
    {
        Assert.True(NodeDriver.TryBind(new NodeDriverOptions(0, IPAddress.Loopback, 0, false, AllowFaults: true), new NoStore(), _ => true, out var driver));
        driver.Run(_ => node);
        return driver;
    }

    private static void Wake(NodeDriver driver) => driver.Post(TimePassed.Instance);

    private static void Until(string what, Func<bool> condition)
    {
        Assert.True(SpinWait.SpinUntil(condition, Patience), $"Not within {Patience.TotalSeconds} s: {what}");
    }

    [Fact]
    public void A_link_opens_and_carries_messages_both_ways_in_order()
    {
        var server = new EchoNode { IsEcho = true };
        var client = new EchoNode();
        using var a = Start(server);
        using var b = Start(client);
        var link = new LinkHandle(-1);
        client.Want(new OpenLink(link, new IPEndPoint(IPAddress.Loopback, a.Port), new byte[] { 1, 2, 3 }, 3));
        Wake(b);
        Until("the link is open", () => client.Has<LinkOpened>() && server.Has<LinkOpened>());
        Assert.True(server.Has<ConnectRequested>(r => r.Data.Span.SequenceEqual(new byte[] { 1, 2, 3 })));
        for (var i = 0; i < 200; i++) client.Want(new SendBytes(link, 8, BitConverter.GetBytes(i)));
        Wake(b);
        Until("all have come back", () => { lock (client.Seen) return client.Seen.OfType<LinkBytes>().Count() == 200; });
        lock (client.Seen) Assert.Equal(Enumerable.Range(0, 200), client.Seen.OfType<LinkBytes>().Select(m => BitConverter.ToInt32(m.Bytes.Span)));
    }

    [Fact]
    public void Links_are_measured_while_they_are_open()
    {
        var server = new EchoNode();
        var client = new EchoNode();
        using var a = Start(server);
        using var b = Start(client);
        client.Want(new OpenLink(new LinkHandle(-1), new IPEndPoint(IPAddress.Loopback, a.Port), default, 3));
        Wake(b);
        Until("a measurement", () => client.Has<LinkMeasured>(m => m.Link == new LinkHandle(-1)) && server.Has<LinkMeasured>());
    }

    [Fact]
    public void A_backlog_is_counted_until_the_other_side_has_acknowledged_all_of_it()
    {
        var server = new EchoNode();
        var client = new EchoNode();
        using var a = Start(server);
        using var b = Start(client);
        var link = new LinkHandle(-1);
        client.Want(new OpenLink(link, new IPEndPoint(IPAddress.Loopback, a.Port), default, 3));
        Wake(b);
        Until("the link is open", () => client.Has<LinkOpened>() && server.Has<LinkOpened>());
        for (var i = 0; i < 400; i++) client.Want(new SendBytes(link, 8, new byte[10_000]));
        Wake(b);
        Until("a backlog is told", () => client.Has<LinkMeasured>(m => m.QueuedBytes >= 10_000 && m.QueuedMessages > 0));
        Until("all has arrived", () => { lock (server.Seen) return server.Seen.OfType<LinkBytes>().Count() == 400; });
        Until("nothing is left", () => { lock (client.Seen) return client.Seen.OfType<LinkMeasured>().Last() is { QueuedBytes: 0, QueuedMessages: 0 }; });
        // Between the full backlog and none it was told at once that it had become low.
        Assert.True(client.Has<LinkMeasured>(m => m.QueuedBytes is > 0 and < 64 * 1024));
    }

    [Fact]
    public void Nobody_there_closes_the_link_as_unanswered()
    {
        var client = new EchoNode();
        using var b = Start(client);
        using var nobody = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Want(new OpenLink(new LinkHandle(-1), (IPEndPoint)nobody.Client.LocalEndPoint!, default, 3));
        Wake(b);
        Until("unanswered", () => client.Has<LinkClosed>(c => c.End == LinkEnd.Unanswered));
    }

    [Fact]
    public void A_name_that_does_not_resolve_closes_the_link_as_unreachable()
    {
        var client = new EchoNode();
        using var b = Start(client);
        // No name server is asked for a label this long.
        client.Want(new OpenLinkByName(new LinkHandle(-1), $"{new string('n', 64)}.invalid", 1, default, 3));
        Wake(b);
        Until("unreachable", () => client.Has<LinkClosed>(c => c.End == LinkEnd.Unreachable));
    }

    [Fact]
    public void A_beacon_to_an_address_arrives_on_the_link_port()
    {
        var server = new EchoNode();
        var client = new EchoNode();
        using var a = Start(server);
        using var b = Start(client);
        client.Want(new SendBeacon(new byte[] { 7, 7, 7 }, new IPEndPoint(IPAddress.Loopback, a.Port)));
        Wake(b);
        Until("the beacon", () => server.Has<BeaconReceived>(r => r.Arrival == BeaconArrival.LinkPort && r.Data.Span.SequenceEqual(new byte[] { 7, 7, 7 })));
    }

    [Fact]
    public void A_blocked_address_is_heard_no_more_and_the_link_times_out()
    {
        var server = new EchoNode();
        var client = new EchoNode();
        using var a = Start(server);
        using var b = Start(client);
        var remote = new IPEndPoint(IPAddress.Loopback, a.Port);
        client.Want(new OpenLink(new LinkHandle(-1), remote, default, 3));
        Wake(b);
        Until("the link is open", () => client.Has<LinkOpened>());
        client.Want(new BlockAddress(remote, true));
        Wake(b);
        Until("the link has timed out at both ends", () => client.Has<LinkClosed>(c => c.End == LinkEnd.TimedOut) && server.Has<LinkClosed>());
    }
}
