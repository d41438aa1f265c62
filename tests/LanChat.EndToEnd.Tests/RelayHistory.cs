using System.Diagnostics;
using System.Net;
using LanChat.Benchmarks.Relay;
using LanChat.Net;
using LanChat.Protocol;

namespace LanChat.EndToEnd.Tests;

/// <summary>Fills a relay's <c>#lobby</c> by its protocol, from its own host.</summary>
internal static class RelayHistory
{
    private const int PerMessage = 100;
    private const int UnderWay = 4000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static string TextOf(int number) => $"message {number} of a long history, as long as what people usually say to each other";

    /// <summary>Publishes so many messages of one author, an hour old, so that they count as history.</summary>
    public static async Task WriteAsync(RelayServer relay, int count)
    {
        using var crypto = new P256Cryptography();
        var random = new SystemRandomSource();
        using var room = RoomSecret.Public(crypto, "lan", "lobby");
        using var client = relay.Host.Run(() => new RelayLoadClient(crypto, random, room, new IPEndPoint(IPAddress.Loopback, relay.Port), 1));
        await TurnAsync(client, () => client.IsSubscribed);
        var clock = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        Entry? newest = null;
        var batch = new List<ReadOnlyMemory<byte>>();
        for (var n = 0; n < count; n++)
        {
            newest = EntrySeal.Create(
                crypto, client.Identity, room, (newest?.Seq ?? 0) + 1, newest?.Hash ?? EntryHash.None, [],
                HybridClock.At(clock + n), PeerId.None, new TextBody(TextOf(n)), random);
            batch.Add(EntryCodec.Encode(newest));
            if (batch.Count < PerMessage && n < count - 1) continue;
            client.Publish(batch);
            batch.Clear();
            client.Turn();
            if (n - client.Position > UnderWay) await TurnAsync(client, () => n - client.Position < UnderWay / 2);
        }

        await TurnAsync(client, () => client.Position == count);
    }

    private static async Task TurnAsync(RelayLoadClient client, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            client.Turn();
            Assert.True(clock.Elapsed < Patience, $"The relay took {client.Position} entries and no more.");
            await Until.PassedAsync(TimeSpan.FromMilliseconds(1));
        }
    }
}
