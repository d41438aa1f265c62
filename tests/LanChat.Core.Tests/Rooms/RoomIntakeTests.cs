using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Core.Links;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

/// <summary>Whose signature is looked at when an entry comes in, and when one goes out.</summary>
public sealed class RoomIntakeTests
{
    private readonly CountingCryptography _crypto = new();
    private readonly SeededRandomSource _random = new(7);
    private readonly PeerIdentity _ana;
    private readonly NodeContext _context;
    private readonly ChatRoom _room;

    public RoomIntakeTests()
    {
        _ana = PeerIdentity.Create(_crypto, _random);
        var options = new PeerNodeOptions { Identity = PeerIdentity.Create(_crypto, _random), Nick = "bruno", InstanceNonce = 1, LinkPort = 44042 };
        _context = new NodeContext(options, _crypto, _random) { Now = new Timestamp(TimeSpan.FromSeconds(1), 1_800_000_000_000) };
        var store = new StoreQueue(_context);
        var people = new People(_context, store, PeerSnapshot.Empty);
        var parts = new NodeParts(store, new EntryShelf(store), people, new LinkTable(options, _crypto, _random, _context.Emit));
        _room = new ChatRoom(_context, parts, RoomSecret.Public(_crypto, "lan", "#lobby"), PeerId.None, null) { IsJoined = true, IsLoaded = true };
        Assert.True(people.TryLearn(Profile.Create(_crypto, _ana, "ana", 1)));
    }

    [Fact]
    public void A_run_costs_one_signature()
    {
        var run = Write(100);
        _crypto.Verified = 0;
        Assert.Equal(100, _room.Intake.Accept(Encode(run)).Count);
        Assert.Equal(1, _crypto.Verified);
    }

    [Fact]
    public void What_a_held_entry_names_as_its_predecessor_needs_no_signature()
    {
        var run = Write(3);
        Assert.Single(_room.Intake.Accept(Encode([run[2]])));
        _crypto.Verified = 0;
        Assert.Equal(2, _room.Intake.Accept(Encode([run[0], Spoil(run[1])])).Count);
        Assert.Equal(0, _crypto.Verified);
    }

    [Fact]
    public void What_somebody_else_names_as_predecessor_needs_its_own_signature()
    {
        var run = Write(1);
        var mallory = PeerIdentity.Create(_crypto, _random);
        var claim = Create(mallory, 2, run[0].Hash, "mine");
        Assert.True(_room.Intake.Accept(Encode([claim])).Count == 0, "mallory is not known yet");
        Assert.Empty(_room.Intake.Accept(Encode([Spoil(run[0])])));
        Assert.Equal(1, _context.Counters["entry-BadSignature"]);
    }

    /// <summary>Taken within a run, its signature unseen: passed on within the run, not alone, and not to a relay.</summary>
    [Fact]
    public void A_wrong_signature_that_came_in_within_a_run_is_not_passed_on_alone()
    {
        var run = Write(3);
        var spoilt = new[] { run[0], Spoil(run[1]), run[2] };
        Assert.Equal(3, _room.Intake.Accept(Encode(spoilt)).Count);
        Assert.Equal(3, PassedOn(spoilt, isEach: false));
        Assert.Equal(1, PassedOn(spoilt[..2], isEach: false));
        Assert.Equal(2, PassedOn(spoilt, isEach: true));
        Assert.False(_room.Intake.IsProvable(spoilt[1]));
        Assert.True(_room.Intake.IsProvable(spoilt[0]));
    }

    [Fact]
    public void A_signature_is_looked_at_once_before_its_entry_is_passed_on()
    {
        var run = Write(2);
        _room.Intake.Accept(Encode(run));
        _crypto.Verified = 0;
        for (var i = 0; i < 3; i++) Assert.Equal(1, PassedOn(run[..1], isEach: false));
        Assert.Equal(1, _crypto.Verified);
    }

    private int PassedOn(Entry[] entries, bool isEach)
    {
        var batch = entries.Select(entry => (entry, (ReadOnlyMemory<byte>)EntryCodec.Encode(entry))).ToList();
        _room.Intake.DropUnprovable(batch, isEach);
        return batch.Count;
    }

    private Entry[] Write(int count)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++) entries[i] = Create(_ana, i + 1, i == 0 ? default : entries[i - 1].Hash, $"text {i}");
        return entries;
    }

    private Entry Create(PeerIdentity author, int seq, EntryHash previous, string text) => EntrySeal.Create(
        _crypto, author, _room.Secret, seq, previous, [], HybridClock.At(1_800_000_000_000 + seq), default, new TextBody(text), _random);

    /// <summary>The same entry, its hash included, with a signature that does not hold.</summary>
    private static Entry Spoil(Entry entry)
    {
        var encoded = EntryCodec.Encode(entry);
        var at = encoded.AsSpan().IndexOf(entry.Signature.Span);
        encoded[at] ^= 1;
        Assert.True(EntryCodec.TryDecode(encoded, out var spoilt, out _));
        Assert.Equal(entry.Hash, spoilt.Hash);
        return spoilt;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Encode(Entry[] entries) => [.. entries.Select(entry => (ReadOnlyMemory<byte>)EntryCodec.Encode(entry))];
}
