using System.Diagnostics;

namespace LanChat.EndToEnd.Tests;

/// <summary>Clients that take too little or send too much.</summary>
public sealed class RelayLoadTests
{
    [Fact]
    public async Task A_client_that_stops_reading_for_thirty_seconds_costs_the_relay_no_memory_and_the_others_no_time()
    {
        const long QueueBound = 4 * 1024 * 1024;
        const long ResidentBound = 64 * 1024 * 1024;
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "sleeper");
        var relay = await scene.StartRelayAsync();
        var chats = await scene.AllJoinAsync();
        var (ana, bruno, sleeper) = (chats[0], chats[1], chats[2]);
        var count = await SendAsync(TimeSpan.FromSeconds(3), 0);
        await bruno.MessagesAsync("#lobby", count);
        var (resident, queued) = (relay.ResidentBytes(), 0.0);
        var start = resident;
        var from = bruno.Events("message").Count;
        sleeper.Pause();
        for (var part = 0; part < 15; part++)
        {
            count += await SendAsync(TimeSpan.FromSeconds(2), count);
            queued = Math.Max(queued, await relay.NumberAsync("queued_bytes"));
            resident = Math.Max(resident, relay.ResidentBytes());
        }

        await bruno.MessagesAsync("#lobby", count);
        sleeper.Resume();
        var clock = Stopwatch.StartNew();
        await sleeper.MessagesAsync("#lobby", count, TimeSpan.FromSeconds(30));
        var caughtUp = clock.Elapsed;
        await Chat.SameTranscriptAsync("#lobby", count, TimeSpan.FromSeconds(20), chats);
        await Chat.AssertShownOnceAsync(count, chats);
        TimeSpan[] delays = [.. bruno.Events("message").Skip(from).Select(e => e.Time - e.SentAt).Order()];
        TestContext.Current.SendDiagnosticMessage(
            $"{count} messages of 12 KB: queued at most {queued / 1e6:0.00} MB, resident from {start / 1e6:0.0} to {resident / 1e6:0.0} MB, "
            + $"others' median {delays[delays.Length / 2].TotalMilliseconds:0} ms, slowest {delays[^1].TotalMilliseconds:0} ms, caught up in {caughtUp.TotalSeconds:0.0} s");
        Assert.InRange(queued, 0, QueueBound);
        Assert.InRange(resident - start, long.MinValue, ResidentBound);
        Assert.InRange(delays[delays.Length * 99 / 100].TotalSeconds, -1, 1.5);

        async Task<int> SendAsync(TimeSpan duration, int first)
        {
            var time = Stopwatch.StartNew();
            var sent = 0;
            for (; time.Elapsed < duration; sent++)
            {
                ana.Say("#lobby", $"{first + sent} {new string('x', 12_000)}");
                await Until.PassedAsync(TimeSpan.FromMilliseconds(10));
            }

            return sent;
        }
    }

    [Fact]
    public async Task The_rate_limit_slows_a_client_down_says_so_and_loses_nothing()
    {
        const int Count = 150;
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "carla");
        var relay = await scene.StartRelayAsync("--entries-per-second", "20", "--entries-burst", "20");
        var chats = await scene.AllJoinAsync();
        var (ana, bruno, carla) = (chats[0], chats[1], chats[2]);
        var clock = Stopwatch.StartNew();
        ana.SayAll("#lobby", Enumerable.Range(0, Count).Select(n => $"ana {n}"));
        var warning = await ana.EventAsync("warning", e => e["code"] == "relay-retry-after");
        Assert.Contains("20 entries a second", warning["message"], StringComparison.Ordinal);

        // The others are not slowed with her.
        carla.Say("#lobby", "carla");
        await bruno.EventAsync("message", e => e["text"] == "carla", TimeSpan.FromSeconds(5));
        Assert.True(bruno.Events("message").Count < Count);
        await bruno.MessagesAsync("#lobby", Count + 1, TimeSpan.FromSeconds(30));
        Assert.InRange(clock.Elapsed.TotalSeconds, (Count - 20) / 20.0 - 1, 25);
        var order = await Chat.SameTranscriptAsync("#lobby", Count + 1, TimeSpan.FromSeconds(10), chats);
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"ana {n}"), order.Where(t => t != "carla"));
        await Chat.AssertShownOnceAsync(Count + 1, chats);
        Assert.Equal(Count + 1, await relay.NumberAsync("entries_in_total"));
    }

    [Fact]
    public async Task Somebody_new_has_a_hundred_thousand_messages_of_history_in_under_five_seconds()
    {
        const int Count = 100_000;
        await using var lab = NetworkLab.Create();
        var scene = RelayScene.Create(lab, "ana", "bruno", "carla", "diogo");
        var relay = await scene.StartRelayAsync();
        await RelayHistory.WriteAsync(relay, Count);
        Assert.Equal(Count, await relay.NumberAsync("entries_in_total"));

        // The time is a promise of the programs as they are given away.
        var promised = ProgramFiles.IsRelease ? 5.0 : 60.0;
        var next = 0;
        var took = await Least.OfAsync(promised, async () =>
        {
            var newcomer = await scene.JoinAsync(next++);

            // What its lines say is read afterwards: who reads a hundred thousand of them at once takes the processor from those it measures.
            var lines = 0;
            await newcomer.LineAsync($"{Count} messages", l => l.Text.StartsWith("{\"event\":\"message\"", StringComparison.Ordinal) && ++lines == Count, TimeSpan.FromSeconds(90));
            var shown = await newcomer.MessagesAsync("#lobby", Count);
            var took = shown[^1].Time - newcomer.ReadyAt;
            TestContext.Current.SendDiagnosticMessage($"{Count} messages through the relay: client's CPU {newcomer.ProcessorTime().TotalSeconds:0.00} s");
            Assert.Equal(Enumerable.Range(0, Count).Select(RelayHistory.TextOf), shown.Select(e => e["text"]));
            await newcomer.QuitAsync();
            return took.TotalSeconds;
        });
        Assert.True(took < promised, $"took {took:0.00} s");
    }
}
