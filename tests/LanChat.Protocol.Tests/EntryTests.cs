using System.Collections.Immutable;

namespace LanChat.Protocol.Tests;

/// <summary>Entries from sealing to opening.</summary>
public sealed class EntryTests
{
    private readonly P256Cryptography _crypto = new();
    private readonly SeededRandomSource _random = new(2);
    private readonly PeerIdentity _ana;
    private readonly RoomSecret _lobby;

    public EntryTests()
    {
        _ana = PeerIdentity.Create(_crypto, _random);
        _lobby = RoomSecret.Public(_crypto, "lan", "lobby");
    }

    [Fact]
    public void An_entry_comes_back_as_it_was_sent()
    {
        var parent = new EntryRef(PeerIdentity.Create(_crypto, _random).Id, 7, 123);
        var entry = EntrySeal.Create(
            _crypto, _ana, _lobby, 1, EntryHash.None, [parent], HybridClock.At(1_700_000_000_000), PeerId.None, new TextBody("hello"),
            _random);
        Assert.True(EntryCodec.TryDecode(EntryCodec.Encode(entry), out var read, out _));
        Assert.Equal(entry.Hash, read.Hash);
        Assert.Equal(parent, Assert.Single(read.After));
        Assert.Equal(new TextBody("hello"), EntrySeal.Open(_lobby, read));
        Assert.True(EntryProof.VerifySignature(_crypto, read, _ana.SigningKey.Span));
    }

    [Fact]
    public void A_run_is_proved_by_its_last_signature_and_broken_by_a_missing_entry()
    {
        var run = Chain(5);
        Assert.Equal(Rejection.None, EntryProof.VerifyRun(_crypto, run, _ana.SigningKey.Span));
        Assert.Equal(Rejection.Inconsistent, EntryProof.VerifyRun(_crypto, [run[0], run[2]], _ana.SigningKey.Span));
        Assert.Equal(Rejection.BadSignature, EntryProof.VerifyRun(_crypto, run, PeerIdentity.Create(_crypto, _random).SigningKey.Span));
    }

    private List<Entry> Chain(int length)
    {
        var entries = new List<Entry>();
        var previous = EntryHash.None;
        for (var seq = 1; seq <= length; seq++)
        {
            var entry = EntrySeal.Create(
                _crypto, _ana, _lobby, seq, previous, ImmutableArray<EntryRef>.Empty, HybridClock.At(seq), PeerId.None,
                new TextBody($"{seq}"), _random);
            entries.Add(entry);
            previous = entry.Hash;
        }
        return entries;
    }
}
