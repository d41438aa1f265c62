using LanChat.Core;
using LanChat.Protocol;
using LanChat.Tui;
using Terminal.Gui.Input;

namespace LanChat.App.Tests.Tui;

/// <summary>Long rooms, floods, order, bells.</summary>
public sealed class TimelineTests
{
    private const int Many = 100_000;

    private readonly ScriptedSession _session = new();
    private readonly RoomId _lobby;
    private readonly PeerId _bruno;

    public TimelineTests()
    {
        _lobby = _session.Room("#lobby");
        _bruno = _session.Person(2, "bruno", PeerPath.Lan, 2, _lobby);
    }

    [Fact]
    public void A_room_of_a_hundred_thousand_is_scrolled_in_pages()
    {
        Fill(Many);
        using var screen = new ChatScreen(_session);
        Assert.Contains("message 99999", screen.Text, StringComparison.Ordinal);
        Assert.Single(_session.Pages);
        for (int i = 0; i < 40; i++)
        {
            screen.Press(Key.PageUp);
        }

        Assert.DoesNotContain("message 99999", screen.Text, StringComparison.Ordinal);
        Assert.False(screen.Chat.FollowsTimeline);
        Assert.Contains("older messages, End shows the newest", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "older-messages");
        Assert.InRange(screen.Chat.Rooms.Current!.Timeline.Held.Count, 1, Timeline.Capacity);
        Assert.All(_session.Pages, page => Assert.InRange(page.Count, 1, Timeline.PageSize));
        screen.Press(Key.Home.WithCtrl);
        Assert.Contains("message 0\n", screen.Text, StringComparison.Ordinal);
        screen.Press(Key.End);
        Assert.Contains("message 99999", screen.Text, StringComparison.Ordinal);
        Assert.True(screen.Chat.FollowsTimeline);
        Assert.InRange(_session.Pages.Count, 3, 30);
    }

    [Fact]
    public void What_is_read_does_not_move_when_something_comes()
    {
        Fill(300);
        using var screen = new ChatScreen(_session, 100, 20);
        screen.Press(Key.PageUp, Key.PageUp);
        string[] before = [.. screen.Rows[1..15].Select(row => row[24..])];
        _session.Say(_lobby, _bruno, "new below");
        Assert.Equal(before, screen.Rows[1..15].Select(row => row[24..]));
        Assert.DoesNotContain("new below", screen.Text, StringComparison.Ordinal);
        screen.Wheel(50, 5, up: false);
        for (int i = 0; i < 20; i++)
        {
            screen.Wheel(50, 5, up: false);
        }

        Assert.Contains("new below", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_messages_at_once_cost_one_picture_each_turn()
    {
        Fill(10);
        using var screen = new ChatScreen(_session);
        for (int i = 0; i < 1000; i++)
        {
            _session.Say(_lobby, _bruno, $"flood {i}");
        }

        screen.Type("x");
        Assert.Contains("flood 999", screen.Text, StringComparison.Ordinal);
        Assert.Contains("❯ x", screen.Text, StringComparison.Ordinal);
        Assert.InRange(screen.Chat.Rooms.Current!.Timeline.Held.Count, 1000, Timeline.Capacity);
    }

    [Fact]
    public void A_message_that_belongs_above_others_is_shown_there()
    {
        Fill(5);
        using var screen = new ChatScreen(_session);
        EntryHash late = _session.Keep(_lobby, _bruno, "should have been third", change: message => message with { IsLate = true });
        _session.Reorder(_lobby, 5, 2);
        _session.Tell(new MessageEvent(_session.Info(_lobby), _session.Message(_lobby, late), null));
        string[] rows = screen.Rows;
        int at = Array.FindIndex(rows, row => row.Contains("should have been third", StringComparison.Ordinal));
        Assert.Contains("message 1", rows[at - 1], StringComparison.Ordinal);
        Assert.Contains("message 2", rows[at + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void Search_goes_back_to_what_is_not_loaded()
    {
        Fill(300);
        _session.Keep(_lobby, _bruno, "the needle");
        Fill(900);
        using var screen = new ChatScreen(_session);
        screen.Type("/search needle");
        screen.Press(Key.Enter);
        Assert.Contains("the needle", screen.Text, StringComparison.Ordinal);
        Assert.False(screen.Chat.SelectedMessage.IsNone);
    }

    [Fact]
    public void What_is_searched_for_may_be_longer_than_what_it_finds()
    {
        Fill(3);
        _session.Keep(_lobby, _bruno, "with a heart ❤");
        using var screen = new ChatScreen(_session);
        screen.Type("/search ❤\uFE0F");
        screen.Press(Key.Enter);
        Assert.Contains("with a heart", screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mentions", "hello all", false)]
    [InlineData("mentions", "hello Ana!", true)]
    [InlineData("mentions", "banana", false)]
    [InlineData("all", "hello all", true)]
    [InlineData("none", "ana?", false)]
    public void The_terminal_rings_as_the_room_is_set(string setting, string text, bool rings)
    {
        _session.Keep("notify #lobby", setting);
        ChatPresenter chat = Started();
        _session.Say(_lobby, _bruno, text);
        chat.TakeEvents();
        Assert.Equal(rings, chat.TakeRing());
        Assert.False(chat.TakeRing());
    }

    [Fact]
    public void The_title_counts_what_is_unread()
    {
        RoomId other = _session.Room("#other");
        ChatPresenter chat = Started();
        Assert.Equal("#lobby – LanChat", chat.WindowTitle);
        _session.Say(other, _bruno, "one");
        _session.Say(other, _bruno, "two");
        chat.TakeEvents();
        Assert.Equal("(2) #lobby – LanChat", chat.WindowTitle);
    }

    [Fact]
    public void A_direct_message_of_somebody_does_not_take_the_user_away()
    {
        ChatPresenter chat = Started();
        RoomId direct = _session.Room("bruno", direct: _bruno);
        _session.Say(direct, _bruno, "psst");
        chat.TakeEvents();
        Assert.Equal("#lobby", chat.Rooms.Current!.Name);
        Assert.Equal(1, chat.Rooms.Find(direct)!.Mentions);
        Assert.True(chat.TakeRing());
    }

    [Fact]
    public void What_another_program_asked_of_this_client_is_not_shown()
    {
        ChatPresenter chat = Started();
        int notes = chat.Rooms.Current!.Timeline.Notes.Count;
        _session.Answer(new ErrorEvent("bad-room", "not yours", null), 4711);
        chat.TakeEvents();
        Assert.Equal(notes, chat.Rooms.Current!.Timeline.Notes.Count);
    }

    private ChatPresenter Started()
    {
        _session.Ready();
        var chat = new ChatPresenter(_session, new FixedClock(), "ana");
        while (_session.HasNews)
        {
            chat.TakeEvents();
        }

        chat.TakeRing();
        return chat;
    }

    private void Fill(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _session.Keep(_lobby, _bruno, $"message {i}");
        }

        _session.Ready();
    }
}
