namespace LanChat.EndToEnd.Tests;

/// <summary>One conversation over changing paths: the LAN, a relay, through NATs, and back.</summary>
public sealed class PathTests
{
    private const string Lobby = "#lobby";

    [Fact]
    public async Task Cut_off_from_the_others_in_mid_conversation_the_relay_carries_it_and_the_LAN_takes_it_back()
    {
        await using var lab = NetworkLab.Create();
        var network = lab.AddSwitch();
        var hosts = lab.AddHosts(network, "ana", "bruno", "carla");
        var relayHost = lab.AddHost("relay", network, "10.7.0.9/24");
        await RelayServer.ReadyAsync(relayHost, "relay");
        var chats = await Chat.AllReadyAsync(hosts, "--relay", relayHost.Address);
        await AllOnAsync("lan", chats);
        foreach (var chat in chats) await chat.EventAsync("relay", e => e["state"] == "up");

        SayFifty("before", chats);
        var from = chats.Select(chat => chat.LineCount).ToArray();
        var cut = DateTime.UtcNow;
        hosts[0].Filter(
            """
            chain in { type filter hook input priority 0; ip saddr { 10.7.0.2, 10.7.0.3 } drop
            ip6 saddr fe80::/10 drop
            }
            chain out { type filter hook output priority 0; ip daddr { 10.7.0.2, 10.7.0.3 } drop
            ip6 daddr fe80::/10 drop
            }
            """);
        SayFifty("cut off", chats);
        foreach (var chat in chats) await chat.MessagesAsync(Lobby, 300, TimeSpan.FromSeconds(20));
        var last = chats.Max(chat => chat.Events("message").Max(e => e.Time));
        Assert.InRange((last - cut).TotalSeconds, 0, 3);
        await chats[0].SeesAsync(chats[1], path: "relay", from: from[0]);
        await chats[1].SeesAsync(chats[0], path: "relay", from: from[1]);

        hosts[0].ClearFilter();
        SayFifty("back again", chats);
        var order = await Chat.SameTranscriptAsync(Lobby, 450, TimeSpan.FromSeconds(20), chats);
        Assert.Equal(450, order.Distinct().Count());
        for (var i = 0; i < chats.Length; i++)
        {
            Assert.Equal(450, chats[i].Events("message").Count);
            Assert.DoesNotContain(chats[i].Events("peer"), e => e["state"] == "down");
        }
        var relayed = chats[0].Lines().ToList().FindLastIndex(l => l.Event.Name == "peer" && l.Event["path"] == "relay");
        await chats[0].SeesAsync(chats[1], path: "lan", from: relayed);
        await chats[0].SeesAsync(chats[2], path: "lan", from: relayed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_homes_behind_NATs_talk_through_the_relay_at_once_and_directly_where_the_NATs_keep_ports(bool isSymmetric)
    {
        await using var lab = NetworkLab.Create();
        var internet = lab.AddSwitch("net");
        var relayHost = lab.AddHost("relay", internet, "203.0.113.9/24");
        await RelayServer.ReadyAsync(relayHost, "relay");
        Chat[] chats =
        [
            await Chat.ReadyAsync(AddHome(lab, internet, "ana", 1, isSymmetric), "ana", "--relay", relayHost.Address),
            await Chat.ReadyAsync(AddHome(lab, internet, "bruno", 2, isSymmetric), "bruno", "--relay", relayHost.Address),
        ];
        chats[0].Say(Lobby, "hello from home");
        await chats[1].EventAsync("message", e => e["text"] == "hello from home");
        Assert.DoesNotContain(chats[1].Events("peer"), e => e["path"] == "punched");
        await AllOnAsync("relay", chats);
        if (!isSymmetric) await AllOnAsync("punched", chats);

        SayFifty("home", chats);
        var order = await Chat.SameTranscriptAsync(Lobby, 101, TimeSpan.FromSeconds(20), chats);
        Assert.Equal(101, order.Distinct().Count());
        Assert.All(chats, chat => Assert.DoesNotContain(chat.Events("peer"), e => e["state"] == "down" || e["path"] == "lan"));
        if (isSymmetric) Assert.All(chats, chat => Assert.DoesNotContain(chat.Events("peer"), e => e["path"] == "punched"));
    }

    /// <summary>A host in a network of its own, behind a router that translates addresses and lets in what was asked for.</summary>
    private static Host AddHome(NetworkLab lab, Switch internet, string name, int number, bool isSymmetric)
    {
        var inside = lab.AddSwitch("sw" + number);
        var router = lab.AddHost("nat" + number, internet, $"203.0.113.{number}/24");
        router.Plug(inside, $"192.168.{number}.1/24");
        router.Forward();
        var ports = isSymmetric ? " fully-random" : "";
        router.Filter(
            $$"""
            chain post { type nat hook postrouting priority 100; oif eth0 ip saddr 192.168.0.0/16 masquerade{{ports}}
            }
            chain pass { type filter hook forward priority 0; iif eth0 ct state new drop
            }
            chain in { type filter hook input priority 0; iif eth0 ct state new drop
            }
            """);
        var host = lab.AddHost(name, inside, $"192.168.{number}.2/24");
        host.Configure("route", "add", "default", "via", $"192.168.{number}.1");
        return host;
    }

    private static void SayFifty(string what, Chat[] chats)
    {
        foreach (var chat in chats) chat.SayAll(Lobby, Enumerable.Range(0, 50).Select(n => $"{chat.Nick} {what} {n}"));
    }

    private static async Task AllOnAsync(string path, Chat[] chats)
    {
        foreach (var chat in chats)
            foreach (var other in chats)
                if (other != chat) await chat.SeesAsync(other, TimeSpan.FromSeconds(20), path);
    }
}
