using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LanChat.Benchmarks.Relay;
using LanChat.Protocol;
using LanChat.Testing;

namespace LanChat.Relay.Tests;

/// <summary>The program itself, over loopback.</summary>
public sealed class RelayProgramTests : IDisposable
{
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("lanchat-relay-tests-").FullName, "data");
    private readonly P256Cryptography _crypto = new();
    private readonly SeededRandomSource _random = new((ulong)Stopwatch.GetTimestamp());
    private readonly RoomSecret _room;

    public RelayProgramTests() => _room = RoomSecret.NewPrivate(_crypto, _random, "lan", "test", new PeerId(5));

    public void Dispose()
    {
        _room.Dispose();
        _crypto.Dispose();
        Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);
    }

    [Fact]
    public async Task SIGTERM_stops_it_cleanly_and_its_identity_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM on Windows.");
        using var first = await RelayProgram.StartAsync(_data);
        Assert.Equal(12, first.Fingerprint.Split('-').Length);
        first.Terminate();
        Assert.Equal(0, await first.ExitAsync());
        using var second = await RelayProgram.StartAsync(_data);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
    }

    [Fact]
    public async Task The_end_of_stdin_stops_nothing_and_quit_does()
    {
        using var relay = await RelayProgram.StartAsync(_data, "--http", $"127.0.0.1:{FreeTcpPort()}");
        relay.Input.Close();
        using var client = Client(relay, 1);
        await Until.TrueAsync(() => client.IsSubscribed, client);
        using var other = await RelayProgram.StartAsync(_data + "2");
        other.Input.WriteLine("quit");
        Assert.Equal(0, await other.ExitAsync());
    }

    [Fact]
    public async Task What_keeps_it_from_starting_is_said_with_its_exit_code()
    {
        using var relay = await RelayProgram.StartAsync(_data);
        var (code, error) = await RelayProgram.FailAsync("--data", _data, "--no-discovery", "--port", "0");
        Assert.Equal(4, code);
        Assert.Contains("in use", error, StringComparison.Ordinal);
        (code, error) = await RelayProgram.FailAsync("--data", _data + "3", "--no-discovery", "--bind", "127.0.0.1", "--port", $"{relay.Port}");
        Assert.Equal(1, code);
        Assert.Contains("--port", error, StringComparison.Ordinal);
        Assert.Equal(2, (await RelayProgram.FailAsync("--no-such-option")).Code);
        Assert.Equal(2, (await RelayProgram.FailAsync("--data", _data + "4", "--port", "many")).Code);
    }

    [Fact]
    public async Task Health_and_metrics_are_served()
    {
        var port = FreeTcpPort();
        using var relay = await RelayProgram.StartAsync(_data, "--http", $"127.0.0.1:{port}");
        using var client = Client(relay, 1);
        await Until.TrueAsync(() => client.IsSubscribed, client);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Until.Patience };
        Assert.Equal("ok\n", await http.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Contains("\nlanchat_relay_clients 1\n", await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_kill_under_load_in_the_same_order()
    {
        var acknowledged = new List<ulong>();
        Entry? newest = null;
        using (var relay = await RelayProgram.StartAsync(_data))
        using (var client = Client(relay, 1))
        {
            client.Received = entry => acknowledged.Add(RelayLoadClient.KeyOf(entry.Span));
            await Until.TrueAsync(() => client.IsSubscribed, client);
            await Until.TrueAsync(
                () =>
                {
                    for (var i = 0; i < 5; i++) client.Publish([EntryCodec.Encode(newest = Write(client.Identity, newest, "under load"))]);
                    return acknowledged.Count >= 300;
                },
                client);
            relay.Kill();
            await relay.ExitAsync();
        }
        var kept = new List<ulong>();
        using var again = await RelayProgram.StartAsync(_data);
        using var reader = Client(again, 2);
        reader.Received = entry => kept.Add(RelayLoadClient.KeyOf(entry.Span));
        await Until.TrueAsync(() => kept.Count >= acknowledged.Count, reader);
        Assert.Equal(acknowledged, kept.Take(acknowledged.Count));
    }

    [Fact]
    public async Task The_operator_finds_no_text_on_its_disk_nor_in_its_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/PID/mem.");
        var marker = $"marker-{Convert.ToHexString(_random.Bytes(12))}";
        using var relay = await RelayProgram.StartAsync(_data);
        using var client = Client(relay, 1);
        var received = 0;
        client.Received = _ => received++;
        await Until.TrueAsync(() => client.IsSubscribed, client);
        client.Publish([EntryCodec.Encode(Write(client.Identity, null, marker))]);
        await Until.TrueAsync(() => received == 1, client);
        Assert.False(ProcessMemory.Holds(ProcessMemory.Read(relay.Id), marker));

        // The same search finds what the relay does know, or it would prove nothing.
        Assert.True(ProcessMemory.Holds(ProcessMemory.Read(relay.Id), "load1"));
        relay.Terminate();
        Assert.Equal(0, await relay.ExitAsync());
        Assert.False(ProcessMemory.Holds(Directory.GetFiles(_data).Select(File.ReadAllBytes), marker));
        Assert.True(ProcessMemory.Holds(Directory.GetFiles(_data).Select(File.ReadAllBytes), "load1"));
    }

    [Fact]
    public async Task Garbage_from_a_stranger_does_not_slow_the_others_down()
    {
        using var relay = await RelayProgram.StartAsync(_data);
        using var client = Client(relay, 1);
        var received = 0;
        client.Received = _ => received++;
        await Until.TrueAsync(() => client.IsSubscribed, client);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Connect(IPAddress.Loopback, relay.Port);
        Entry? newest = null;
        var start = Stopwatch.GetTimestamp();
        var (sent, published) = (0, 0);
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < TimeSpan.FromSeconds(2))
        {
            for (; sent < elapsed.TotalSeconds * 20_000; sent++) stranger.Send(_random.Bytes(1 + _random.Next(200)));
            for (; published < elapsed.TotalSeconds * 50; published++)
                client.Publish([EntryCodec.Encode(newest = Write(client.Identity, newest, "through the noise"))]);
            client.Turn();
        }
        await Until.TrueAsync(() => received == published, client);
        Assert.True(published > 50);
    }

    [Fact]
    public async Task A_wrong_token_is_said_to_be_one()
    {
        using var relay = await RelayProgram.StartAsync(_data, "--token", "sesame");
        using var client = Client(relay, 1);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Until.TrueAsync(() => client.IsSubscribed, client));
        Assert.Contains("token", refused.Message, StringComparison.Ordinal);
    }

    private RelayLoadClient Client(RelayProgram relay, int index) => new(_crypto, _random, _room, new IPEndPoint(IPAddress.Loopback, relay.Port), index);

    private Entry Write(PeerIdentity author, Entry? before, string text) => EntrySeal.Create(
        _crypto, author, _room, (before?.Seq ?? 0) + 1, before?.Hash ?? EntryHash.None, [],
        HybridClock.At(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), PeerId.None, new TextBody(text), _random);

    private static int FreeTcpPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
