using System.Diagnostics;

namespace LanChat.EndToEnd.Tests;

/// <summary>People who reach each other through a relay alone, and what is asked of them again and again.</summary>
internal sealed class RelayScene
{
    private const string RelayAddress = "10.7.0.100";

    private RelayScene(NetworkLab lab, Host relayHost, Host[] hosts)
    {
        Lab = lab;
        RelayHost = relayHost;
        Hosts = hosts;
    }

    public NetworkLab Lab { get; }

    public Host RelayHost { get; }

    public Host[] Hosts { get; }

    /// <summary>A relay's host and others on one switch whose firewalls let in nothing but what comes from the relay.</summary>
    public static RelayScene Create(NetworkLab lab, params string[] names)
    {
        var network = lab.AddSwitch();
        var hosts = lab.AddHosts(network, names);
        foreach (var host in hosts)
        {
            host.DisableIpv6();
            host.Filter($"chain only {{ type filter hook input priority -5; iif lo accept\nip saddr != {RelayAddress} drop\n}}");
        }

        return new RelayScene(lab, lab.AddHost("relay", network, RelayAddress + "/24"), hosts);
    }

    public Task<RelayServer> StartRelayAsync(params string[] arguments) => RelayServer.ReadyAsync(RelayHost, "relay-data", ["--no-discovery", .. arguments]);

    public Task<Chat> JoinAsync(int host, params string[] arguments) => JoinAsync(Hosts[host], Hosts[host].Name, arguments);

    public static async Task<Chat> JoinAsync(Host host, string nick, params string[] arguments)
    {
        var chat = await Chat.ReadyAsync(host, nick, ["--no-discovery", "--relay", RelayAddress, .. arguments]);
        await chat.EventAsync("relay", e => e["state"] == "up");
        return chat;
    }

    /// <summary>Starts everybody at once and waits until each has seen each join.</summary>
    public async Task<Chat[]> AllJoinAsync(params string[] arguments)
    {
        var chats = await Chat.AllReadyAsync(Hosts, ["--no-discovery", "--relay", RelayAddress, .. arguments]);
        await MeetAsync("#lobby", chats);
        return chats;
    }

    public static async Task MeetAsync(string room, params Chat[] chats)
    {
        foreach (var chat in chats)
        {
            foreach (var other in chats.Where(c => c != chat))
                await chat.EventAsync("member", e => e["room"] == room && e["peerId"] == other.PeerId && e["state"] == "joined");
        }
    }

    /// <summary>The places in the relay's order that a client has told of so far, by entry; the last word on each.</summary>
    public static Dictionary<string, long> Stamps(Chat chat, string room)
    {
        var stamps = new Dictionary<string, long>();
        foreach (var line in chat.Lines())
            if (line.Event.Name is "message" or "ordered" && line.Event["room"] == room && line.Event.Number("stamp") is { } stamp) stamps[line.Event["id"]] = stamp;
        return stamps;
    }

    /// <summary>Waits until a client knows so many places.</summary>
    public static async Task<Dictionary<string, long>> StampedAsync(Chat chat, string room, int count, TimeSpan within)
    {
        var known = new HashSet<string>();
        await chat.LineAsync(
            $"{count} stamped messages in {room}",
            l =>
            {
                if (l.Event.Name is "message" or "ordered" && l.Event["room"] == room && l.Event.Number("stamp") is not null) known.Add(l.Event["id"]);
                return known.Count >= count;
            },
            within);
        return Stamps(chat, room);
    }

    /// <summary>What stood in an order stands in the later one in the same order.</summary>
    public static void AssertKeepsOrder(IEnumerable<string> before, IEnumerable<string> after)
    {
        string[] earlier = [.. before];
        var known = earlier.ToHashSet();
        Assert.Equal(earlier, after.Where(known.Contains));
    }

    /// <summary>How long each message took from its author's clock to being shown, at everybody but its author; one machine, one clock.</summary>
    public static List<TimeSpan> Delays(params Chat[] chats) =>
        [.. chats.SelectMany(c => c.Events("message")).Where(e => !e.Flag("own")).Select(e => e.Time - e.SentAt)];

    /// <summary>Everybody says a text again and again for a while.</summary>
    /// <returns>How many texts each has said.</returns>
    public static async Task<int> TalkAsync(TimeSpan duration, TimeSpan pause, string word, params Chat[] chats)
    {
        var clock = Stopwatch.StartNew();
        var count = 0;
        while (clock.Elapsed < duration)
        {
            foreach (var chat in chats) chat.Say("#lobby", $"{chat.Nick} {word} {count}");
            count++;
            await Until.PassedAsync(pause);
        }

        return count;
    }
}
