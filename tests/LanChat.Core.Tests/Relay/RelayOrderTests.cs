using System.Collections.Immutable;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

public sealed class RelayOrderTests
{
    private readonly RelayWorld _world = new();
    private readonly RoomSecret _room;

    public RelayOrderTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void What_is_published_reaches_every_subscriber_in_one_order_with_consecutive_places()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var (anas, brunos) = (Author(ana), Author(bruno));
        for (var i = 0; i < 20; i++)
        {
            ana.SendEntries(_room, anas.Write("a"));
            bruno.SendEntries(_room, brunos.Write("b"));
            _world.Run();
        }
        Assert.Equal(40, ana.Order(_room).Length);
        Assert.Equal(ana.Order(_room), bruno.Order(_room));
        Assert.Equal(Enumerable.Range(1, 40).Select(place => (long)place), ana.Ordered[_room.Id].Select(item => item.Place));
    }

    [Fact]
    public void The_chain_and_signature_of_each_commit_prove_every_place_before_it()
    {
        var ana = Join("ana", 1);
        var author = Author(ana);
        ana.Publish(_room, author.Write("1"), author.Write("2"));
        ana.Publish(_room, author.Write("3"));
        var (chain, place) = (EntryHash.None, 0);
        foreach (var item in ana.Ordered[_room.Id])
            chain = StampChain.Next(chain, RelayWorld.RelayIdentity.Id, _room.Id, item.Epoch, ++place, item.Entry.Hash);
        var proofs = ana.Got<StampProofMessage>().ToList();
        Assert.Equal(2, proofs.Count);
        Assert.Equal((3L, chain), (proofs[^1].Place, proofs[^1].Chain));
    }

    [Fact]
    public void Nothing_is_shown_before_it_is_on_disk()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        _world.HoldAppends = true;
        ana.Publish(_room, Author(ana).Write("hello"));
        Assert.Empty(ana.Order(_room));
        Assert.Empty(bruno.Order(_room));
        _world.ReleaseAppends();
        Assert.Single(bruno.Order(_room));
    }

    [Fact]
    public void What_comes_during_a_commit_shares_the_next_one()
    {
        var ana = Join("ana", 1);
        var author = Author(ana);
        _world.HoldAppends = true;
        for (var i = 0; i < 10; i++) ana.Publish(_room, author.Write("x"));
        _world.ReleaseAppends();
        Assert.Equal(10, ana.Order(_room).Length);
        Assert.Equal(2, _world.Log.Appends);
    }

    [Fact]
    public void A_frame_holds_all_that_leaves_for_a_client_on_a_channel_in_one_turn()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = Author(ana);
        var frames = bruno.Frames;
        ana.Publish(_room, [.. Enumerable.Range(0, 30).Select(_ => author.Write("x"))]);
        Assert.Equal(30, bruno.Order(_room).Length);
        Assert.Equal(1, bruno.Frames - frames);
    }

    [Fact]
    public void An_entry_published_again_changes_nothing()
    {
        var ana = Join("ana", 1);
        var entry = Author(ana).Write("once");
        ana.Publish(_room, entry);
        ana.Publish(_room, entry);
        Assert.Single(ana.Order(_room));
        Assert.Equal(1, _world.Node.Metrics.Drops["duplicate"]);
        Assert.Empty(ana.Got<RelayErrorMessage>());
    }

    [Fact]
    public void An_entry_waits_for_its_parent_and_the_publisher_is_asked_for_it()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var parent = Author(ana).Write("question");
        var child = Author(bruno).Write("answer", parent);
        bruno.Publish(_room, child);
        Assert.Empty(bruno.Order(_room));
        Assert.Equal(parent.Ref, bruno.Got<RelayWantMessage>().Single().Entries.Single());
        ana.Publish(_room, parent);
        Assert.Equal([parent.Hash, child.Hash], bruno.Order(_room));
        Assert.DoesNotContain(bruno.Ordered[_room.Id], item => item.IsWaived);
        Assert.Equal((0, 0L), (_world.Node.Metrics.HeldEntries, _world.Node.Metrics.HeldBytes));
    }

    [Fact]
    public void Others_are_asked_for_a_parent_that_the_publisher_does_not_bring()
    {
        var (ana, bruno, cora) = (Join("ana", 1), Join("bruno", 2), Join("cora", 3));
        var parent = Author(ana).Write("question");
        bruno.Publish(_room, Author(bruno).Write("answer", parent));
        Assert.Empty(cora.Got<RelayWantMessage>());
        _world.Advance(TimeSpan.FromSeconds(1.2));
        Assert.Single(ana.Got<RelayWantMessage>());
        cora.Send(_room.Id, new PublishMessage(_room.Id, [ana.Profile.Encoded], [EntryCodec.Encode(parent)]));
        _world.Run();
        Assert.Equal(2, cora.Order(_room).Length);
    }

    [Fact]
    public void A_parent_that_nobody_brings_is_waived_after_ten_seconds_and_the_stamp_says_so()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        bruno.Publish(_room, Author(bruno).Write("answer", Author(ana).Write("never sent")));
        _world.Advance(TimeSpan.FromSeconds(9.8));
        Assert.Empty(ana.Order(_room));
        _world.Advance(TimeSpan.FromSeconds(0.4));
        Assert.True(ana.Ordered[_room.Id].Single().IsWaived);
    }

    /// <summary>What is held is not missing: it is stamped, or waived itself, before what names it.</summary>
    [Fact]
    public void A_parent_that_waits_itself_is_waited_for()
    {
        var (ana, bruno, cora) = (Join("ana", 1), Join("bruno", 2), Join("cora", 3));
        var question = Author(ana).Write("question", Author(cora).Write("never sent"));
        var answer = Author(bruno).Write("answer", question);
        bruno.Publish(_room, answer);
        _world.Advance(TimeSpan.FromSeconds(6));
        ana.Publish(_room, question);
        _world.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(cora.Order(_room));
        _world.Advance(TimeSpan.FromSeconds(1.4));
        Assert.Equal([question.Hash, answer.Hash], cora.Order(_room));
        Assert.Equal([true, false], cora.Ordered[_room.Id].Select(item => item.IsWaived));
        Assert.Equal((0, 0L), (_world.Node.Metrics.HeldEntries, _world.Node.Metrics.HeldBytes));
    }

    /// <summary>Each comes in time for the one before it, and names another one that has not come: that does not go on for ever.</summary>
    [Fact]
    public void Who_strings_parents_together_holds_up_nobody_for_longer_than_the_bound()
    {
        var bruno = Join("bruno", 2);
        var authors = Enumerable.Range(0, 8).Select(i => Join($"author{i}", 100 + (ulong)i)).ToList();
        var strung = new List<Entry>();
        foreach (var author in authors) strung.Add(strung.Count == 0 ? Author(author).Write("never sent") : Author(author).Write("link", strung[^1]));
        bruno.Publish(_room, Author(bruno).Write("answer", strung[^1]));
        for (var i = strung.Count - 1; i > 2; i--)
        {
            _world.Advance(TimeSpan.FromSeconds(8));
            authors[i].Publish(_room, strung[i]);
        }
        Assert.Contains(bruno.Ordered[_room.Id], item => item.IsWaived);
    }

    [Fact]
    public void A_missing_predecessor_is_never_waived()
    {
        var ana = Join("ana", 1);
        var author = Author(ana);
        var first = author.Write("lost");
        var second = author.Write("kept back");
        ana.Publish(_room, second);
        Assert.Equal(first.Ref, ana.Got<RelayWantMessage>().Single().Entries.Single());
        _world.Advance(TimeSpan.FromSeconds(11));
        Assert.Empty(ana.Order(_room));
        Assert.Equal((RelayErrors.Gap, second.Hash), (Errors(ana).Single().Code, Errors(ana).Single().Entry));
        ana.Publish(_room, first, second);
        Assert.Equal([first.Hash, second.Hash], ana.Order(_room));
    }

    [Fact]
    public void A_chain_whose_beginning_its_publisher_has_pruned_is_taken_from_its_floor_on()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = Author(ana);
        author.Write("pruned");
        var second = author.Write("kept");
        bruno.Send(_room.Id, new RelayDigestMessage(_room.Id, [new DigestLine(ana.Id, 2, [new SeqRange(2, 2)], second.Hash.A)], WantsAnswer: false));
        bruno.Send(_room.Id, new PublishMessage(_room.Id, [ana.Profile.Encoded], [EntryCodec.Encode(second)]));
        _world.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([second.Hash], ana.Order(_room));
    }

    [Fact]
    public void A_second_entry_in_one_place_of_a_chain_is_refused()
    {
        var ana = Join("ana", 1);
        var author = Author(ana);
        var first = author.Write("one");
        author.Fork(first);
        var other = author.Write("other");
        ana.Publish(_room, first, other);
        Assert.Equal([first.Hash], ana.Order(_room));
        Assert.Equal((RelayErrors.Fork, other.Hash), (Errors(ana).Single().Code, Errors(ana).Single().Entry));
        ana.Publish(_room, author.Write("on the other branch"));
        Assert.Equal(2, Errors(ana).Count(error => error.Code == RelayErrors.Fork));
    }

    [Fact]
    public void A_child_of_a_refused_branch_is_stamped_at_once_without_that_parent()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = Author(ana);
        var first = author.Write("one");
        author.Fork(first);
        var other = author.Write("other");
        ana.Publish(_room, first);
        bruno.Publish(_room, Author(bruno).Write("answer", other));
        Assert.True(bruno.Ordered[_room.Id][^1].IsWaived);
    }

    [Fact]
    public void Held_entries_are_bounded_per_client()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var missing = Author(ana).Write("missing");
        var author = Author(bruno);
        for (var i = 0; i < 300; i++) bruno.Publish(_room, author.Write("x", missing));
        Assert.Equal(256, _world.Node.Metrics.HeldEntries);
        Assert.Equal(44, Errors(bruno).Count(error => error.Code == RelayErrors.RetryAfter));
        _world.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(256, ana.Order(_room).Length);
        Assert.Equal(0L, _world.Node.Metrics.HeldBytes);
    }

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }

    private TestAuthor Author(RelayTestClient client) => new(_world, _room, client.Identity);

    private static ImmutableArray<RelayErrorMessage> Errors(RelayTestClient client) => [.. client.Got<RelayErrorMessage>()];
}
