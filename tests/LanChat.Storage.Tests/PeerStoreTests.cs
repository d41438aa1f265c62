using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Storage.Tests;

/// <summary>What a peer stores comes back, in the order and to the extent that the contract says.</summary>
public sealed class PeerStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Answers _answers = new();
    private PeerStore _store;
    private long _ticket;

    public PeerStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        _answers.Dispose();
        _folder.Dispose();
    }

    private PeerStore Open() => PeerStore.Open(_folder.File("history.db"), FileSystemKind.Local, Samples.Now);

    private void Reopen()
    {
        _store.Dispose();
        _store = Open();
    }

    private void Write(params StoreWrite[] writes)
    {
        Submit(new StoreBatch(++_ticket, IsDurable: true, [.. writes]));
        Assert.Equal(_ticket, _answers.Next<StoreCommitted>().Ticket);
    }

    private void Submit(NodeOutput output) => Assert.True(_store.TrySubmit(output, _answers.Take));

    private (List<StoredEntry> Entries, List<StoredStamp> Stamps) Load(int room)
    {
        Submit(new LoadRoom(Samples.Id(room)));
        List<StoredEntry> entries = [];
        List<StoredStamp> stamps = [];
        RoomPageLoaded page;
        do
        {
            page = _answers.Next<RoomPageLoaded>();
            Assert.Equal(Samples.Id(room), page.Room);
            entries.AddRange(page.Entries);
            stamps.AddRange(page.Stamps);
        }
        while (!page.IsLast);
        return (entries, stamps);
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Read(int room, params EntryHash[] hashes)
    {
        Submit(new ReadEntries(++_ticket, Samples.Id(room), [.. hashes]));
        var read = _answers.Next<EntriesRead>();
        Assert.Equal((_ticket, Samples.Id(room)), (read.Ticket, read.Room));
        return read.Entries;
    }

    private IReadOnlyCollection<EntryHash> Search(string words, int room = 1) => Search(words, Samples.Id(room));

    private IReadOnlyCollection<EntryHash> Search(string words, RoomId room)
    {
        Submit(new SearchEntries(++_ticket, room, words));
        var found = _answers.Next<EntriesFound>();
        Assert.Equal(_ticket, found.Ticket);
        return found.Entries!;
    }

    [Fact]
    public void A_new_profile_starts_from_nothing()
    {
        Assert.Empty(_store.Snapshot.Rooms);
        Assert.Empty(_store.Snapshot.Values);
        Assert.Null(_store.Notice);
    }

    [Fact]
    public void Rooms_profiles_addresses_and_values_come_back_after_a_restart()
    {
        var direct = new StoredRoom(Samples.Id(2), RoomKind.Direct, "", "", Samples.Key(2), PeerId.None, Samples.Bruno, false, null);
        Write(new PutRoom(Samples.Room(1)), new PutRoom(direct), new PutRoom(Samples.Room(1, isJoined: false)));
        Write(new PutProfile(Samples.Ana, new byte[] { 1 }), new PutProfile(Samples.Ana, new byte[] { 2 }));
        Write(new PutValue("a", new byte[] { 3 }), new PutValue("b", new byte[] { 4 }), new PutValue("b", Array.Empty<byte>()));
        Write(new PutAddress(Samples.Ana, "192.0.2.1:44042"), new PutAddress(Samples.Bruno, "[2001:db8::1]:44042"));
        Write(new PutAddress(Samples.Ana, "192.0.2.1:44042"));

        Reopen();

        var snapshot = _store.Snapshot;
        Assert.Equal([Samples.Id(1), Samples.Id(2)], snapshot.Rooms.Select(room => room.Id));
        Assert.Equal(Samples.Room(1, isJoined: false) with { Key = default }, snapshot.Rooms[0] with { Key = default });
        Assert.Equal(Samples.Key(1), snapshot.Rooms[0].Key.ToArray());
        Assert.Equal(direct with { Key = default }, snapshot.Rooms[1] with { Key = default });
        Assert.Equal([2], Assert.Single(snapshot.Profiles).ToArray());
        Assert.Equal(["192.0.2.1:44042", "[2001:db8::1]:44042"], snapshot.Addresses.Select(address => address.Address));
        Assert.Equal(3, Assert.Single(snapshot.Values).Value.Span[0]);
    }

    [Fact]
    public void The_last_64_addresses_are_kept_newest_first()
    {
        Write([.. Enumerable.Range(0, 70).Select(i => new PutAddress(Samples.Ana, $"192.0.2.{i}:1"))]);
        Reopen();
        Assert.Equal(Enumerable.Range(6, 64).Reverse().Select(i => $"192.0.2.{i}:1"), _store.Snapshot.Addresses.Select(address => address.Address));
    }

    [Fact]
    public void A_room_is_loaded_in_the_order_of_writing_over_several_pages()
    {
        const int Count = 2 * PeerReads.PageRows + 5;
        Write(new PutRoom(Samples.Room(1)), new PutRoom(Samples.Room(2)));
        var puts = Enumerable.Range(1, Count).Select(i => Samples.Put(i % 7 == 0 ? 2 : 1, Samples.Ana, i, (EntryFlags)(i % 4))).ToArray();
        Write(puts);
        var stamps = Enumerable.Range(1, Count).Select(i => new PutStamp(Samples.Id(1), Samples.Stamp(i, Samples.Bruno, puts[0].Entry.Hash, i % 5 == 0))).ToArray();
        Write(stamps);

        var loaded = Load(1);

        var expected = puts.Where(put => put.Room == Samples.Id(1)).ToArray();
        Assert.Equal(expected.Select(put => put.Entry.Header.ToArray()), loaded.Entries.Select(entry => entry.Header.ToArray()));
        Assert.Equal(expected.Select(put => (put.Flags, put.Encoded.Length)), loaded.Entries.Select(entry => (entry.Flags, entry.Size)));
        Assert.Equal(stamps.Select(put => put.Stamp.Stamp), loaded.Stamps.Select(stamp => stamp.Stamp));
        Assert.Equal(stamps.Select(put => (put.Stamp.IsWaived, put.Stamp.Chain)), loaded.Stamps.Select(stamp => (stamp.IsWaived, stamp.Chain)));
        Assert.Equal(stamps.Select(put => put.Stamp.Signature.Length), loaded.Stamps.Select(stamp => stamp.Signature.Length));
        Assert.All(loaded.Stamps, stamp => Assert.Equal((Samples.Bruno, 130), (stamp.Relay, stamp.RelayKey.Length)));
        Assert.Empty(Load(3).Entries);
    }

    [Fact]
    public void What_is_written_while_a_room_is_loaded_is_not_part_of_the_load()
    {
        Write(new PutRoom(Samples.Room(1)));
        Write([.. Enumerable.Range(1, PeerReads.PageRows).Select(i => Samples.Put(1, Samples.Ana, i))]);
        Submit(new LoadRoom(Samples.Id(1)));
        Submit(new StoreBatch(++_ticket, false, [Samples.Put(1, Samples.Bruno, 1)]));
        var entries = 0;
        for (var isLast = false; !isLast;)
        {
            if (_answers.Next() is not RoomPageLoaded page) continue;
            entries += page.Entries.Length;
            isLast = page.IsLast;
        }

        Assert.Equal(PeerReads.PageRows, entries);
    }

    [Fact]
    public void Entries_are_read_in_the_order_asked_for_and_missing_ones_are_empty()
    {
        Write(new PutRoom(Samples.Room(1)));
        var (first, second) = (Samples.Put(1, Samples.Ana, 1), Samples.Put(1, Samples.Ana, 2, bodySize: 30_000));
        Write(first, second);

        var read = Read(1, second.Entry.Hash, EntryHash.Read(Samples.Key(9)), first.Entry.Hash);

        Assert.Equal([second.Encoded.ToArray(), [], first.Encoded.ToArray()], read.Select(entry => entry.ToArray()));
        Assert.True(Assert.Single(Read(2, first.Entry.Hash)).IsEmpty);
    }

    [Fact]
    public void Flags_texts_and_removals_take_effect()
    {
        Write(new PutRoom(Samples.Room(1)));
        var puts = Enumerable.Range(1, 4).Select(i => Samples.Put(1, Samples.Ana, i)).ToArray();
        Write(puts);
        Write(new PutFlags(Samples.Id(1), puts[1].Entry.Hash, EntryFlags.Shown | EntryFlags.Late), new RemoveEntry(Samples.Id(1), puts[3].Entry.Hash));
        Write(new PruneEntries(Samples.Id(1), Samples.Ana, 3, new HashSet<EntryHash> { puts[1].Entry.Hash }));

        var (entries, _) = Load(1);

        Assert.Equal([EntryFlags.Shown | EntryFlags.Late, EntryFlags.None], entries.Select(entry => entry.Flags));
        Assert.Equal([puts[1].Entry.Header.ToArray(), puts[2].Entry.Header.ToArray()], entries.Select(entry => entry.Header.ToArray()));
    }

    [Fact]
    public void A_forgotten_room_leaves_neither_key_nor_text_in_any_file()
    {
        var put = Samples.Put(1, Samples.Ana, 1);
        Write(new PutRoom(Samples.Room(1)), new PutRoom(Samples.Room(2)), put);
        Write(new PutText(Samples.Id(1), put.Entry.Hash, "unforgettable"), new PutStamp(Samples.Id(1), Samples.Stamp(1, Samples.Bruno, put.Entry.Hash)));
        Assert.True(_folder.Holds(Samples.Key(1)));

        Write(new ForgetRoom(Samples.Id(1)), new ForgetRoom(Samples.Id(3)));

        Assert.False(_folder.Holds(Samples.Key(1)));
        Assert.False(_folder.Holds(put.Entry.Header.ToArray()));
        Assert.False(_folder.Holds("unforgettable"u8.ToArray()));
        Assert.True(_folder.Holds(Samples.Key(2)));
        Assert.Empty(Load(1).Entries);
        Assert.Empty(Load(1).Stamps);
    }

    [Fact]
    public void A_relay_that_was_put_out_leaves_no_stamp_and_comes_back_as_another()
    {
        var put = Samples.Put(1, Samples.Ana, 1);
        Write(new PutRoom(Samples.Room(1)), new PutRoom(Samples.Room(2)), put);
        var (bruno, ana) = (Samples.Stamp(1, Samples.Bruno, put.Entry.Hash), Samples.Stamp(1, Samples.Ana, put.Entry.Hash));
        Write(new PutStamp(Samples.Id(1), bruno), new PutStamp(Samples.Id(1), ana), new PutStamp(Samples.Id(2), bruno));

        Write(new RemoveStamps(Samples.Id(1), bruno.Relay));
        Assert.Equal(ana.Relay, Assert.Single(Load(1).Stamps).Relay);
        Assert.Equal(bruno.Relay, Assert.Single(Load(2).Stamps).Relay);

        Write(new RemoveStamps(Samples.Id(2), bruno.Relay), new PutStamp(Samples.Id(1), bruno));
        Assert.Equal(2, Load(1).Stamps.Count());
        Assert.Empty(Load(2).Stamps);
    }

    [Fact]
    public async Task A_dropped_body_leaves_header_and_signature_and_no_word()
    {
        using var crypto = new P256Cryptography();
        var random = new SystemRandom();
        var author = PeerIdentity.Create(crypto, random);
        var secret = RoomSecret.NewPrivate(crypto, random, "lan", "#room1", author.Id);
        var entry = EntrySeal.Create(
            crypto, author, secret, 1, EntryHash.None, [], HybridClock.At(1), PeerId.None, new TextBody("embarrassing"), random);
        Write(new PutRoom(Samples.Room(1) with { Id = secret.Id }), new PutEntry(secret.Id, entry, EntryCodec.Encode(entry), 0, EntryFlags.Shown));
        Write(new PutText(secret.Id, entry.Hash, "embarrassing"));

        Write(new DropBody(secret.Id, entry.Hash), new DropBody(secret.Id, EntryHash.Read(Samples.Key(3))));

        Submit(new ReadEntries(++_ticket, secret.Id, [entry.Hash]));
        Assert.True(EntryCodec.TryDecode(_answers.Next<EntriesRead>().Entries[0], out var bare, out _));
        Assert.True(bare.IsBodyDropped);
        Assert.True(EntryProof.VerifySignature(crypto, bare, author.SigningKey.Span));
        Assert.Empty(Search("embarrassing", secret.Id));
        Submit(new LoadRoom(secret.Id));
        var stored = Assert.Single(_answers.Next<RoomPageLoaded>().Entries);
        Assert.Equal(EntryFlags.Shown | EntryFlags.BodyDropped, stored.Flags);
        Assert.Equal(entry.Header.ToArray(), stored.Header.ToArray());
        Assert.True(_folder.Holds(entry.Header.ToArray()));
        Reopen();
        Assert.False(_folder.Holds(entry.Body.ToArray()));
        Assert.False(_folder.Holds("embarrassing"u8.ToArray()));
    }

    [Fact]
    public void Words_are_found_in_every_script_in_any_case_and_as_beginnings()
    {
        Write(new PutRoom(Samples.Room(1)), new PutRoom(Samples.Room(2)));
        string[] texts = ["Does the Printer work?", "São João às 9h 🎉", "我们明天去北京吃饭", "Привет, как дела", "der drucker druckt \"nicht\" AND so"];
        var puts = texts.Select((_, i) => Samples.Put(1 + (i % 2), Samples.Ana, i + 1)).ToArray();
        Write(puts);
        Write([.. texts.Select((text, i) => new PutText(puts[i].Room, puts[i].Entry.Hash, text))]);
        EntryHash At(int i) => puts[i].Entry.Hash;

        Assert.Equal([At(0)], Search("print DOES"));
        Assert.Equal([At(1)], Search("joao", room: 2));
        Assert.Equal([At(1)], Search("🎉", room: 2));
        Assert.Equal([At(2)], Search("北京"));
        Assert.Equal([At(3)], Search("прив", room: 2));
        Assert.Equal([At(4)], Search("\"nicht\" AND"));
        Assert.Equal([At(0), At(4)], Search("d"));
        Assert.Empty(Search("print", room: 2));
        Assert.Empty(Search("京北"));
        Assert.Null(Search("  ?!  "));

        Write(new PutText(puts[0].Room, At(0), "Is the scanner on?"), new PutText(puts[4].Room, At(4), null));
        Assert.Empty(Search("print"));
        Assert.Equal([At(0)], Search("scanner"));
        Assert.Empty(Search("druckt"));
    }

    [Fact]
    public void A_write_to_a_room_that_is_not_there_fails_alone()
    {
        Submit(new StoreBatch(1, false, [new PutValue("before", new byte[] { 1 })]));
        Submit(new StoreBatch(2, true, [new PutValue("within", new byte[] { 1 }), Samples.Put(1, Samples.Ana, 1)]));
        Submit(new StoreBatch(3, false, [new PutValue("after", new byte[] { 1 })]));

        Assert.Equal(1, _answers.Next<StoreCommitted>().Ticket);
        Assert.Contains(Samples.Id(1).ToString(), _answers.Next<StoreFailed>().Reason, StringComparison.Ordinal);
        Assert.Equal(3, _answers.Next<StoreCommitted>().Ticket);
        Reopen();
        Assert.Equal(["after", "before"], _store.Snapshot.Values.Keys.Order());
    }

    [Fact]
    public void What_was_committed_together_with_a_write_that_fails_is_whole()
    {
        using var release = new ManualResetEventSlim();
        var put = Samples.Put(1, Samples.Ana, 1);
        var stamp = Samples.Stamp(1, Samples.Bruno, put.Entry.Hash);
        Assert.True(_store.TrySubmit(new LoadRoom(Samples.Id(1)), answer =>
        {
            release.Wait(TestContext.Current.CancellationToken);
            _answers.Take(answer);
        }));
        Submit(new StoreBatch(1, false, [new PutRoom(Samples.Room(1)), put, new PutText(Samples.Id(1), put.Entry.Hash, "word"), new PutStamp(Samples.Id(1), stamp)]));
        Submit(new StoreBatch(2, false, [Samples.Put(2, Samples.Ana, 1)]));
        release.Set();

        Assert.False(_answers.Next<RoomPageLoaded>().IsLast);
        Assert.Equal(1, _answers.Next<StoreCommitted>().Ticket);
        Assert.Equal(2, _answers.Next<StoreFailed>().Ticket);
        Assert.True(_answers.Next<RoomPageLoaded>().IsLast);
        Assert.Equal((1, 2), _store.Committed);
        Reopen();
        var (entries, stamps) = Load(1);
        Assert.Single(entries);
        Assert.Equal(stamp.Stamp, Assert.Single(stamps).Stamp);
        Submit(new SearchEntries(3, Samples.Id(1), "word"));
        Assert.Equal([put.Entry.Hash], _answers.Next<EntriesFound>().Entries);
    }

    [Fact]
    public void What_was_submitted_is_written_before_the_store_closes()
    {
        Write(new PutRoom(Samples.Room(1)));
        for (var i = 1; i <= 500; i++) Submit(new StoreBatch(++_ticket, i % 100 == 0, [Samples.Put(1, Samples.Ana, i)]));
        Reopen();
        for (var i = 0; i < 500; i++) _answers.Next<StoreCommitted>();
        Assert.Equal(500, Load(1).Entries.Count);
    }

    [Fact]
    public void A_closed_store_takes_nothing_more()
    {
        _store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _store.TrySubmit(new LoadRoom(Samples.Id(1)), _answers.Take));
    }

    [Fact]
    public void Other_outputs_are_not_the_stores() => Assert.False(_store.TrySubmit(new Finished(), _answers.Take));
}
