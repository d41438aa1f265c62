using System.Collections.Immutable;
using System.Security.Cryptography;
using LanChat.Core;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <summary>Entries and stamps of one room, made up by seed: several authors with skewed clocks, forks, and relays that stamp some of it.</summary>
internal sealed class RoomScript
{
    public static readonly RoomId Room = new(0x5EED);
    private readonly Random _random;

    public RoomScript(int seed, int authors = 4, int entries = 40, double forks = 0.05, double skew = 0.3)
    {
        _random = new Random(seed);
        Authors = [.. Enumerable.Range(0, authors).Select(i => new PeerId((UInt128)_random.NextInt64() << 64 | (UInt128)(ulong)i))];
        for (var i = 0; i < entries; i++) Write(forks, skew);
    }

    public ImmutableArray<PeerId> Authors { get; }

    public List<Entry> Entries { get; } = [];

    public List<StoredStamp> Stamps { get; } = [];

    /// <summary>An entry made up field by field; its hash is random, as hashes are.</summary>
    public static Entry Make(PeerId author, int seq, EntryHash previous, ImmutableArray<EntryRef> after, HybridClock clock, int salt, int size = 300)
    {
        Span<byte> bytes = stackalloc byte[28];
        author.Write(bytes);
        BitConverter.TryWriteBytes(bytes[16..], seq);
        BitConverter.TryWriteBytes(bytes[20..], salt);
        BitConverter.TryWriteBytes(bytes[24..], after.Length);
        return new Entry
        {
            Room = Room, Author = author, Seq = seq, Previous = previous, After = after, Clock = clock, Nonce = new byte[12], BodyHash = default,
            Recipient = default, Header = new byte[200], Signature = new byte[64], Body = new byte[size - 264],
            Hash = EntryHash.Read(SHA256.HashData(bytes)),
        };
    }

    /// <summary>Lets a relay stamp a share of the entries in two epochs, mostly in the order they were written.</summary>
    public void StampSome(PeerId relay, double share, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var epoch = new Epoch(1000 + e, (ulong)_random.NextInt64());
            var chosen = Entries.Where(_ => _random.NextDouble() < share).ToList();
            for (var swaps = chosen.Count / 10; swaps > 0; swaps--)
            {
                var (i, j) = (_random.Next(chosen.Count), _random.Next(chosen.Count));
                (chosen[i], chosen[j]) = (chosen[j], chosen[i]);
            }
            EntryHash chain = default;
            for (var place = 1; place <= chosen.Count; place++)
            {
                chain = StampChain.Next(chain, relay, Room, epoch, place, chosen[place - 1].Hash);
                var signature = _random.Next(3) == 0 ? new byte[64] : [];
                Stamps.Add(new StoredStamp(relay, new byte[130], new Stamp(epoch, place, chosen[place - 1].Hash), false, chain, signature));
            }
        }
    }

    private void Write(double forks, double skew)
    {
        var author = Authors[_random.Next(Authors.Length)];
        var own = Entries.Where(e => e.Author == author).ToList();
        var previous = own.Count == 0 ? null : _random.NextDouble() < forks ? own[_random.Next(own.Count)] : own[^1];
        var seq = (previous?.Seq ?? 0) + 1;
        if (own.Count(e => e.Seq == seq) >= 3) return;
        var parents = Enumerable.Range(0, Entries.Count == 0 ? 0 : _random.Next(5)).Select(_ => Entries[^(1 + _random.Next(Math.Min(12, Entries.Count)))])
            .Where(e => e != previous).Distinct().Select(e => e.Ref).ToImmutableArray();
        var lead = _random.NextDouble() < skew ? _random.Next(-2000, 2000) : 0;
        var clock = HybridClock.At(1_000_000 + Entries.Count * 100 + lead);
        if (previous is not null) clock = HybridClock.Max(clock, previous.Clock.Next);
        Entries.Add(Make(author, seq, previous?.Hash ?? default, parents, clock, Entries.Count));
    }
}
