namespace LanChat.EndToEnd.Tests;

/// <summary>Public servers on one wire, and homes of one host each behind routers of their own.</summary>
internal sealed class Internet(NetworkLab lab)
{
    private readonly Switch _backbone = lab.AddSwitch("net");
    private int _homes;

    /// <summary>The address of the server, out of a block for documentation (RFC 5737).</summary>
    public const string ServerAddress = "198.51.100.1";

    public Host AddServer(string name) => lab.AddHost(name, _backbone, ServerAddress + "/24");

    /// <summary>A home: the host in it, which reaches the server through a router that lets nothing in uninvited.</summary>
    /// <param name="name">The host's.</param>
    /// <param name="isSymmetric">Whether the router takes another port for each destination; else it keeps the host's.</param>
    public Host AddHome(string name, bool isSymmetric)
    {
        var number = ++_homes;
        var router = lab.AddHost("r" + name);
        var inside = lab.AddSwitch("s" + name);
        router.Plug(_backbone, $"198.51.100.{10 + number}/24");
        router.Plug(inside, $"192.168.{number}.1/24");
        router.Forward();
        router.Filter(
            $$"""
            chain nat { type nat hook postrouting priority 100; oifname eth0 masquerade {{(isSymmetric ? "random,fully-random" : "")}}
            }
            chain toward { type filter hook input priority 0; iifname eth0 ct state established,related accept
            iifname eth0 drop
            }
            chain through { type filter hook forward priority 0; iifname eth0 ct state established,related accept
            iifname eth0 drop
            }
            """);
        var host = lab.AddHost(name, inside, $"192.168.{number}.2/24");
        host.Configure("route", "add", "default", "via", $"192.168.{number}.1");
        return host;
    }
}
