using System.Collections.Immutable;
using LanChat.Core;
using LanChat.Core.Rooms;
using LanChat.Protocol;

namespace LanChat.Core.Tests.Rooms;

public sealed class RoomViewTests
{
    private static readonly PeerId Ana = new(10);
    private static readonly PeerId Bruno = new(20);
    private readonly Dictionary<PeerId, Entry> _last = [];
    private RoomLog _log = new(RoomScript.Room, Ana, default, RoomKind.Public);
    private RoomView _view;
    private int _time = 1000;

    public RoomViewTests() => _view = new RoomView(_log, hasCreator: true);

    [Fact]
    public void Edits_count_from_the_author_alone_and_in_the_order_of_their_seqs()
    {
        var message = Write(Ana, null);
        var first = Make(Ana);
        var second = Make(Ana);
        Take(second, new EditBody(message.Hash, "second"));
        Write(Bruno, new EditBody(message.Hash, "not mine"));
        Assert.Equal("second", _view.PresentText(message.Hash));
        Take(first, new EditBody(message.Hash, "first"));
        Assert.Equal("second", _view.PresentText(message.Hash));
    }

    [Fact]
    public void A_delete_counts_from_the_author_alone_and_wins()
    {
        var message = Write(Ana, null);
        Write(Bruno, new DeleteBody(message.Hash));
        Assert.False(_view.IsDeleted(message.Hash));
        Write(Ana, new DeleteBody(message.Hash));
        Write(Ana, new EditBody(message.Hash, "back"));
        Assert.True(_view.IsDeleted(message.Hash));
    }

    [Fact]
    public void Reactions_come_and_go_by_author_and_emoji()
    {
        var message = Write(Ana, null);
        Write(Bruno, new ReactionBody(message.Hash, "+"));
        Write(Ana, new ReactionBody(message.Hash, "+"));
        Write(Bruno, new ReactionBody(message.Hash, "-"));
        Write(Bruno, new ReactionBody(message.Hash, "+", Removed: true));
        Assert.Equal([("+", Ana), ("-", Bruno)], _view.Reactions(message.Hash));
    }

    [Fact]
    public void The_last_topic_of_the_order_stands_and_a_creation_brings_the_first()
    {
        Write(Ana, new RoomCreatedBody("x", "made", null));
        Assert.Equal("made", _view.Topic);
        var later = Make(Ana);
        Write(Bruno, new TopicBody("newer"));
        Take(later, new TopicBody("older"));
        Assert.Equal("newer", _view.Topic);
        Write(Ana, new TopicBody(""));
        Assert.Equal("", _view.Topic);
    }

    [Fact]
    public void In_a_public_room_the_first_room_created_of_the_order_makes_the_creator()
    {
        var early = Make(Bruno);
        Write(Ana, new RoomCreatedBody("x", "", null));
        Assert.Equal(Ana, _view.Creator);
        Take(early, new RoomCreatedBody("x", "", null));
        Assert.Equal(Bruno, _view.Creator);
        Write(Ana, new RoomClosedBody());
        Assert.False(_view.IsClosed);
        Write(Bruno, new RoomClosedBody());
        Assert.True(_view.IsClosed);
    }

    [Fact]
    public void A_room_without_creator_is_never_closed()
    {
        _view = new RoomView(_log, hasCreator: false);
        Write(Ana, new RoomCreatedBody("lobby", "", null));
        Write(Ana, new RoomClosedBody());
        Assert.False(_view.IsClosed);
        Assert.True(_view.Creator.IsNone);
    }

    [Fact]
    public void What_was_written_without_having_seen_the_close_stays()
    {
        Write(Ana, new RoomCreatedBody("x", "", null));
        var unaware = Make(Bruno);
        _time += 10;
        var close = Write(Ana, new RoomClosedBody());
        var aware = Write(new PeerId(30), null, close.Ref);
        var later = Write(new PeerId(40), null, aware.Ref);
        Take(unaware, new TextBody("late"));
        Assert.True(_view.IsHidden(aware.Hash));
        Assert.True(_view.IsHidden(later.Hash));
        Assert.False(_view.IsHidden(unaware.Hash));
        Assert.False(_view.IsHidden(close.Hash));
    }

    [Fact]
    public void In_a_private_room_the_creator_alone_names_the_relay_and_the_last_word_counts()
    {
        _log = new RoomLog(RoomScript.Room, Bruno, Ana, RoomKind.Private);
        _view = new RoomView(_log, hasCreator: true);
        var first = new RelayAddress(new PeerId(500), "a", 1);
        var second = new RelayAddress(new PeerId(600), "b", 1);
        Write(Ana, new RoomCreatedBody("x", "", first));
        Write(Bruno, new RelayBody(second));
        Write(Bruno, new RoomCreatedBody("y", "z", second));
        Assert.Equal((first, new PeerId(500), Ana, ""), (_view.NamedRelay, _log.OrderingRelay, _view.Creator, _view.Topic));
        Write(Ana, new RelayBody(second));
        Assert.Equal((second, new PeerId(600)), (_view.NamedRelay, _log.OrderingRelay));
    }

    [Fact]
    public void Retention_spares_what_the_room_needs()
    {
        var created = Write(Ana, new RoomCreatedBody("x", "t", null));
        var message = Write(Ana, null);
        var edit = Write(Ana, new EditBody(message.Hash, "e"));
        var outdated = Write(Ana, new TopicBody("1"));
        var topic = Write(Ana, new TopicBody("2"));
        var close = Write(Ana, new RoomClosedBody());
        Assert.Equal(
            [created.Hash, edit.Hash, topic.Hash, close.Hash],
            new[] { created, message, edit, outdated, topic, close }.Where(e => _view.IsSpared(e.Hash, kept => kept == message.Hash)).Select(e => e.Hash));
        _view.Forget([outdated.Hash, edit.Hash]);
        Assert.Null(_view.PresentText(message.Hash));
        Assert.Equal("2", _view.Topic);
    }

    private Entry Make(PeerId author, params ImmutableArray<EntryRef> after)
    {
        _last.TryGetValue(author, out var previous);
        _time += 10;
        return _last[author] = RoomScript.Make(author, (previous?.Seq ?? 0) + 1, previous?.Hash ?? default, after, HybridClock.At(_time), _time);
    }

    private void Take(Entry entry, EntryBody body)
    {
        _log.Add(entry, 0, EntryFlags.None, new Timestamp(TimeSpan.Zero, _time));
        _view.Feed(entry.Hash, body);
    }

    private Entry Write(PeerId author, EntryBody? body, params ImmutableArray<EntryRef> after)
    {
        var entry = Make(author, after);
        Take(entry, body ?? new TextBody("hello"));
        return entry;
    }
}
