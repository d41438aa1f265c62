using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LanChat.Testing;

namespace LanChat.EndToEnd.Tests;

/// <summary>What a relay's operator can find out about a private room: not a word.</summary>
public sealed class RelaySecrecyTests
{
    private const ProtocolType AllProtocols = (ProtocolType)0x0300;

    [Fact]
    public async Task No_text_of_a_private_room_is_on_the_relays_disk_in_its_memory_or_on_its_wire()
    {
        var marker = $"marker-{RandomNumberGenerator.GetHexString(24)}";
        var openly = $"openly-{RandomNumberGenerator.GetHexString(24)}";
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno");
        var relay = await scene.StartRelayAsync("--name", "zibeline");
        using var wire = scene.RelayHost.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, AllProtocols));
        var frames = new List<byte[]>();
        var capture = Task.Run(() => Capture(wire, frames), TestContext.Current.CancellationToken);
        var chats = await scene.AllJoinAsync();
        chats[0].Do(new { @do = "create", room = "#plans", @private = true, topic = "topic-" + marker });
        var created = await chats[0].EventAsync("created", e => e["room"] == "#plans");
        chats[1].Do(new { @do = "invite", link = created["invite"] });
        await RelayScene.MeetAsync("#plans", chats);
        for (var n = 0; n < 20; n++) foreach (var chat in chats) chat.Say("#plans", $"{marker} {n}");
        chats[0].Do(new { @do = "dm", to = chats[1].PeerId, text = "between us: " + marker });
        foreach (var chat in chats) await chat.MessagesAsync("#plans", 40);
        await chats[1].EventAsync("message", e => e["text"] == "between us: " + marker);
        foreach (var chat in chats) await RelayScene.StampedAsync(chat, "#plans", 40, TimeSpan.FromSeconds(10));

        // The same searches find what is there, or they would prove nothing.
        using (var socket = scene.Hosts[0].Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)))
            socket.SendTo(Encoding.UTF8.GetBytes(openly), new IPEndPoint(IPAddress.Parse(scene.RelayHost.Address), 9));
        Assert.False(ProcessMemory.Holds(ProcessMemory.Read(relay.Id), marker));
        Assert.True(ProcessMemory.Holds(ProcessMemory.Read(relay.Id), "bruno"));
        await relay.StopAsync();
        Assert.False(ProcessMemory.Holds(Directory.GetFiles(relay.Folder).Select(File.ReadAllBytes), marker));
        Assert.True(ProcessMemory.Holds(Directory.GetFiles(relay.Folder).Select(File.ReadAllBytes), "bruno"));
        wire.Close();
        await capture;
        Assert.True(frames.Count > 100);
        Assert.True(ProcessMemory.Holds(frames, openly));
        Assert.False(ProcessMemory.Holds(frames, marker));
        Assert.DoesNotContain(marker, string.Concat(relay.Lines().Select(l => l.Text)) + relay.Errors, StringComparison.Ordinal);
    }

    private static void Capture(Socket wire, List<byte[]> frames)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true) frames.Add(buffer[..wire.Receive(buffer)]);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test has seen enough.
        }
    }
}
