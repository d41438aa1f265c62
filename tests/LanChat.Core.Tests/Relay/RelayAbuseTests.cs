using System.Net;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Relay;

/// <summary>Bad input costs its sender only, and limits say what they are.</summary>
public sealed class RelayAbuseTests
{
    private readonly RelayWorld _world = new();
    private readonly RoomSecret _room;

    public RelayAbuseTests() => _room = RoomSecret.Public(_world.Crypto, "lan", "lobby");

    [Fact]
    public void Too_many_entries_are_answered_with_when_to_come_again_and_nothing_of_the_stream_is_lost()
    {
        var world = new RelayWorld(options => options with { EntriesPerSecond = 10, EntriesBurst = 5 });
        var ana = world.Connect("ana", 1);
        ana.Subscribe(_room);
        var author = new TestAuthor(world, _room, ana.Identity);
        var entries = Enumerable.Range(0, 20).Select(_ => author.Write("x")).ToArray();
        ana.Publish(_room, entries);
        var error = ana.Got<RelayErrorMessage>().Single();
        Assert.Equal((RelayErrors.RetryAfter, entries[5].Hash), (error.Code, error.Entry));
        Assert.Contains("10 entries a second", error.Text, StringComparison.Ordinal);
        for (var i = 0; i < 30 && ana.Order(_room).Length < 20; i++)
        {
            world.Advance(TimeSpan.FromMilliseconds(200));
            ana.Publish(_room, entries[ana.Order(_room).Length..]);
        }
        Assert.Equal(entries.Select(entry => entry.Hash), ana.Order(_room));
    }

    [Fact]
    public void What_is_caught_up_with_is_limited_in_bytes_alone()
    {
        var world = new RelayWorld(options => options with { EntriesPerSecond = 1, EntriesBurst = 1 });
        var ana = world.Connect("ana", 1);
        ana.Subscribe(_room);
        var author = new TestAuthor(world, _room, ana.Identity);
        ana.Publish(_room, [.. Enumerable.Range(0, 50).Select(i => author.WriteAt(world.Now.UtcMilliseconds - 3_600_000 + i, "old"))]);
        Assert.Equal(50, ana.Order(_room).Length);
    }

    [Fact]
    public void A_forged_entry_is_refused_and_the_honest_ones_around_it_are_kept()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        var (one, two, three) = (author.Write("1"), author.Write("2"), author.Write("3"));
        var eva = Join("eva", 3);
        var forged = EntryCodec.Encode(two);
        forged[^1] ^= 1;
        var unsigned = EntryCodec.Encode(two);
        unsigned.AsSpan(unsigned.AsSpan().IndexOf(two.Signature.Span), 64).Clear();
        eva.Send(_room.Id, new PublishMessage(_room.Id, [ana.Profile.Encoded], [EntryCodec.Encode(one), forged, unsigned, EntryCodec.Encode(three)]));
        _world.Run();
        Assert.Equal([one.Hash], bruno.Order(_room));
        Assert.Contains(eva.Got<RelayErrorMessage>(), error => error.Code == RelayErrors.Forged && error.Entry == two.Hash);
        ana.Publish(_room, two);
        Assert.Equal([one.Hash, two.Hash, three.Hash], bruno.Order(_room));
    }

    [Fact]
    public void An_oversized_entry_is_refused_with_the_limit_and_nobody_else_hears_of_it()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        var author = new TestAuthor(_world, _room, ana.Identity);
        ana.Send(_room.Id, new PublishMessage(_room.Id, [], [new byte[Limits.MaxEntryBytes + 1]]));
        _world.Run();
        var error = ana.Got<RelayErrorMessage>().Single();
        Assert.Equal(RelayErrors.TooLarge, error.Code);
        Assert.Contains($"{Limits.MaxEntryBytes} bytes", error.Text, StringComparison.Ordinal);
        Assert.Equal(1, _world.Node.Metrics.Drops[RelayErrors.TooLarge]);
        var fine = author.Write("fine");
        ana.Publish(_room, fine);
        Assert.Equal([fine.Hash], bruno.Order(_room));
        Assert.Empty(bruno.Got<RelayErrorMessage>());
    }

    [Fact]
    public void A_run_of_ones_own_with_a_wrong_last_signature_is_checked_one_by_one()
    {
        var ana = Join("ana", 1);
        var author = new TestAuthor(_world, _room, ana.Identity);
        var entries = Enumerable.Range(0, 4).Select(i => author.Write("x" + i)).ToArray();
        var encoded = entries.Select(EntryCodec.Encode).ToArray();
        foreach (var i in new[] { 2, 3 }) encoded[i].AsSpan(encoded[i].AsSpan().IndexOf(entries[i].Signature.Span), 64).Clear();
        ana.Send(_room.Id, new PublishMessage(_room.Id, [], [.. encoded.Select(bytes => (ReadOnlyMemory<byte>)bytes)]));
        _world.Run();
        Assert.Equal(entries[..2].Select(entry => entry.Hash), ana.Order(_room));
        Assert.Equal(2, ana.Got<RelayErrorMessage>().Count(error => error.Code == RelayErrors.Forged));
    }

    [Fact]
    public void Entries_of_an_author_nobody_knows_or_of_another_room_are_refused()
    {
        var ana = Join("ana", 1);
        var stranger = new TestAuthor(_world, _room, PeerIdentity.Create(_world.Crypto, _world.Random));
        var elsewhere = new TestAuthor(_world, RoomSecret.Public(_world.Crypto, "lan", "other"), ana.Identity);
        ana.Publish(_room, stranger.Write("x"), elsewhere.Write("y"));
        Assert.Equal([RelayErrors.UnknownAuthor, RelayErrors.Forged], ana.Got<RelayErrorMessage>().Select(error => error.Code));
    }

    [Fact]
    public void Garbage_in_a_frame_is_answered_and_a_hundred_times_of_it_ends_the_link()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        for (var i = 0; i < 101; i++) ana.SendPlaintext(8, [0x93, 1, 2]);
        _world.Run();
        Assert.Equal(1, _world.Node.Metrics.Clients);
        Assert.Equal(101, _world.Node.Metrics.Drops["frame-Truncated"]);
        Assert.Equal(MemberChange.Lost, bruno.Got<MemberMessage>().Single(member => member.Peer == ana.Id && member.State != MemberChange.Joined).State);
    }

    [Fact]
    public void A_frame_that_does_not_open_ends_the_link_and_nothing_else()
    {
        var (ana, bruno) = (Join("ana", 1), Join("bruno", 2));
        _world.Hand(new LinkBytes(ana.Link, 8, new byte[40]));
        _world.Run();
        Assert.Equal(1, _world.Node.Metrics.Clients);
        bruno.Publish(_room, new TestAuthor(_world, _room, bruno.Identity).Write("still here"));
        Assert.Single(bruno.Order(_room));
    }

    [Fact]
    public void A_kind_that_this_version_does_not_know_is_stepped_over()
    {
        var ana = Join("ana", 1);
        ana.SendPlaintext(0, [0x92, 0x7F, 0x01]);
        ana.Send(0, new ProfileRequestMessage(ana.Id));
        _world.Run();
        Assert.Single(ana.Got<ProfileAnswerMessage>());
        Assert.Equal(1, _world.Node.Metrics.Drops["unknown-kind"]);
    }

    [Fact]
    public void Both_ends_of_an_introduction_get_a_token_of_their_own_and_a_stranger_with_it_gets_nowhere()
    {
        var (ana, bruno) = (_world.Connect("ana", 1), _world.Connect("bruno", 2));
        ana.Send(0, new IntroduceMessage(bruno.Id));
        bruno.Send(0, new IntroduceMessage(ana.Id));
        _world.Run();
        var (anas, brunos) = (ana.Got<IntroductionMessage>().Single(), bruno.Got<IntroductionMessage>().Single());
        Assert.Equal((bruno.Id, ana.Id), (anas.Peer, brunos.Peer));
        Assert.NotEqual(Convert.ToHexString(anas.Token.Span), Convert.ToHexString(brunos.Token.Span));
        var inside = new IPEndPoint(IPAddress.Parse("192.168.1.5"), 44042);
        Knock(new IPEndPoint(IPAddress.Parse("6.6.6.6"), 1), anas);
        Knock(bruno.Address, brunos);
        Assert.Empty(_world.Others.OfType<IntroducePunch>());
        Knock(ana.Address, anas);
        var punch = _world.Others.OfType<IntroducePunch>().Single();
        Assert.Equal((ana.Address, bruno.Address), (punch.HostExternal, punch.ClientExternal));
        Assert.Equal($"{Convert.ToHexStringLower(anas.Token.Span)},{Convert.ToHexStringLower(brunos.Token.Span)}", punch.Token);
        Knock(ana.Address, anas);
        Assert.Single(_world.Others.OfType<IntroducePunch>());

        void Knock(IPEndPoint from, IntroductionMessage introduction)
        {
            _world.Hand(new PunchRequested(inside, from, Convert.ToHexStringLower(introduction.Token.Span)));
            _world.Run();
        }
    }

    [Fact]
    public void Forwarded_bytes_reach_the_one_they_are_for_at_the_senders_rate_and_in_order()
    {
        var world = new RelayWorld(options => options with { ForwardBytesPerSecond = 100_000 });
        var (ana, bruno) = (world.Connect("ana", 1), world.Connect("bruno", 2));
        for (byte i = 0; i < 10; i++) ana.Send(9, new ForwardMessage(bruno.Id, ForwardKind.Frame, Enumerable.Repeat(i, 40_000).ToArray()));
        world.Run();
        Assert.InRange(bruno.Got<ForwardMessage>().Count(), 1, 4);
        world.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Enumerable.Range(0, 10), bruno.Got<ForwardMessage>().Select(forward => (int)forward.Bytes.Span[0]));
        Assert.All(bruno.Got<ForwardMessage>(), forward => Assert.Equal(ana.Id, forward.Peer));
        Assert.Equal(400_000, world.Node.Metrics.BytesForwarded);
    }

    [Fact]
    public void More_forwarded_bytes_than_may_wait_end_the_forwarded_link_at_both_ends()
    {
        var world = new RelayWorld(options => options with { ForwardBytesPerSecond = 100_000 });
        var (ana, bruno) = (world.Connect("ana", 1), world.Connect("bruno", 2));
        for (var i = 0; i < 40; i++) ana.Send(9, new ForwardMessage(bruno.Id, ForwardKind.Frame, new byte[40_000]));
        world.Run();
        Assert.Contains(ana.Got<ForwardMessage>(), forward => forward.Kind == ForwardKind.Close);
        Assert.Contains(bruno.Got<ForwardMessage>(), forward => forward.Kind == ForwardKind.Close);
        Assert.Contains(ana.Got<RelayErrorMessage>(), error => error.Text.Contains("100000 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_peer_that_is_not_there_is_said_to_be_so()
    {
        var ana = _world.Connect("ana", 1);
        ana.Send(0, new IntroduceMessage(new PeerId(1)), new ForwardMessage(new PeerId(1), ForwardKind.Open, new byte[5]), new ProfileRequestMessage(new PeerId(1)));
        _world.Run();
        Assert.Equal([RelayErrors.NoSuchPeer, RelayErrors.NoSuchPeer], ana.Got<RelayErrorMessage>().Select(error => error.Code));
        Assert.True(ana.Got<ProfileAnswerMessage>().Single().Profile.IsEmpty);
    }

    private RelayTestClient Join(string nick, ulong seed)
    {
        var client = _world.Connect(nick, seed);
        client.Subscribe(_room);
        return client;
    }
}
