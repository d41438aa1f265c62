using LanChat.Core;
using LanChat.Protocol;
using LanChat.Tui;
using Terminal.Gui.Input;

namespace LanChat.App.Tests.Tui;

/// <summary>What the keyboard and the mouse do.</summary>
public sealed class UseTests
{
    private readonly Conversation _talk = new();

    [Fact]
    public void Enter_sends_and_the_message_is_shown()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("hello 你好 👍");
        screen.Press(Key.Enter);
        Assert.Equal("hello 你好 👍", Assert.Single(_talk.Session.Commands.OfType<SendCommand>()).Text);
        Assert.Contains("ana │ hello 你好 👍 ·", screen.Text, StringComparison.Ordinal);
        Assert.True(screen.Chat.Composer.IsEmpty);
    }

    [Fact]
    public void Every_way_terminals_send_it_makes_a_new_line()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("a");
        screen.Press(Key.Enter.WithCtrl);
        screen.Type("b");
        screen.Press(Key.M.WithCtrl.WithAlt);
        screen.Type("c");
        screen.Press(Key.Enter.WithShift);
        screen.Type("d");
        screen.Press(Key.J.WithCtrl);
        screen.Type("e");
        Assert.Equal("a\nb\nc\nd\ne", screen.Chat.Composer.Text);
        Snapshot.Matches(screen.Rows, "composer-lines");
    }

    [Fact]
    public void Rooms_open_by_number_by_arrows_by_a_click_and_by_a_few_letters()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Press(Key.D2.WithAlt);
        Assert.Equal("#Design", screen.Chat.Rooms.Current!.Name);
        Assert.Equal(0, screen.Chat.Rooms.Current.Unread);
        screen.Press(Key.CursorDown.WithAlt);
        Assert.Equal("#日本語", screen.Chat.Rooms.Current!.Name);
        screen.Click("1 #lobby");
        Assert.Equal("#lobby", screen.Chat.Rooms.Current!.Name);
        screen.Press(Key.K.WithCtrl);
        screen.Type("des");
        Snapshot.Matches(screen.Rows, "room-switcher");
        screen.Press(Key.Enter);
        Assert.Equal("#Design", screen.Chat.Rooms.Current!.Name);
        Assert.Null(screen.Chat.Popup);
    }

    [Fact]
    public void Tab_completes_and_with_nothing_typed_goes_round_the_panes()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("br");
        screen.Press(Key.Tab);
        Assert.Equal("bruno: ", screen.Chat.Composer.Text);
        screen.Chat.Composer.Text = "/jo";
        screen.Press(Key.Tab);
        Assert.Equal("/join ", screen.Chat.Composer.Text);
        screen.Chat.Composer.Text = "see #d";
        screen.Press(Key.Tab);
        Assert.Equal("see #Design ", screen.Chat.Composer.Text);
        screen.Chat.Composer.Text = string.Empty;
        var visited = new List<Pane>();
        for (int i = 0; i < 4; i++)
        {
            screen.Press(Key.Tab);
            visited.Add(screen.Chat.Focus);
        }

        Assert.Equal([Pane.Rooms, Pane.People, Pane.Timeline, Pane.Composer], visited);
    }

    [Fact]
    public void Typing_in_any_pane_writes()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Press(Key.Tab);
        screen.Type("hi");
        Assert.Equal(Pane.Composer, screen.Chat.Focus);
        Assert.Equal("hi", screen.Chat.Composer.Text);
    }

    [Fact]
    public void A_paste_of_many_lines_is_asked_about()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Paste("one\ntwo");
        Assert.Equal("one\ntwo", screen.Chat.Composer.Text);
        screen.Chat.Composer.Text = string.Empty;
        screen.Paste("1\r\n2\r\n3\r\n\r\n5\r\n6");
        Assert.Contains("Paste 6 lines", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "paste-question");
        screen.Press(Key.CursorDown, Key.Enter);
        Assert.Equal(["1", "2", "3", "5", "6"], _talk.Session.Commands.OfType<SendCommand>().Select(send => send.Text));
        screen.Paste("1\n2\n3\n4\n5");
        screen.Press(Key.Enter);
        Assert.Equal("1\n2\n3\n4\n5", screen.Chat.Composer.Text);
    }

    [Fact]
    public void A_wrong_command_is_explained_with_the_nearest_right_one()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("/jion #x");
        screen.Press(Key.Enter);
        Assert.Contains("did you mean /join?", screen.Text, StringComparison.Ordinal);
        screen.Type("/verify brno");
        screen.Press(Key.Enter);
        Assert.Contains("Did you mean bruno?", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrows_bring_back_what_was_sent_and_control_r_finds_it()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        foreach (string line in (string[])["first thing", "second thing"])
        {
            screen.Type(line);
            screen.Press(Key.Enter);
        }

        screen.Type("draft");
        screen.Press(Key.CursorUp, Key.CursorUp);
        Assert.Equal("first thing", screen.Chat.Composer.Text);
        screen.Press(Key.CursorDown, Key.CursorDown);
        Assert.Equal("draft", screen.Chat.Composer.Text);
        screen.Press(Key.R.WithCtrl);
        screen.Type("fir");
        Assert.Contains("▸ first thing", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "history");
        screen.Press(Key.Enter);
        Assert.Equal("first thing", screen.Chat.Composer.Text);
    }

    [Fact]
    public void A_click_selects_a_message_to_react_edit_or_delete()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Click("just plugged in");
        Assert.Equal(Pane.Timeline, screen.Chat.Focus);
        Assert.Contains("r react │ e edit │ d delete │ Esc done", screen.Rows[^1], StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "selected-message");
        screen.Press(Key.R);
        Assert.Contains("React with", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "reaction-chooser");
        screen.Press(Key.Enter);
        ReactCommand react = Assert.Single(_talk.Session.Commands.OfType<ReactCommand>());
        Assert.Equal("👍", react.Emoji);
        screen.Press(Key.E);
        Assert.StartsWith("Yes 👋", screen.Chat.Composer.Text, StringComparison.Ordinal);
        Assert.Contains("── editing ", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "editing");
        screen.Chat.Composer.Text = "changed";
        screen.Press(Key.Enter);
        Assert.Equal(new EditCommand(react.Id, "changed"), Assert.Single(_talk.Session.Commands.OfType<EditCommand>()));
        screen.Click("Yes 👋");
        screen.Press(Key.D);
        Assert.Contains("▸ keep it", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "delete-question");
        screen.Press(Key.CursorDown, Key.Enter);
        Assert.Equal(react.Id, Assert.Single(_talk.Session.Commands.OfType<DeleteCommand>()).Id);
    }

    [Fact]
    public void The_messages_of_others_cannot_be_edited_or_deleted()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Click("Anyone on the LAN");
        screen.Press(Key.E);
        Assert.Contains("Only your own messages can be edited.", screen.Text, StringComparison.Ordinal);
        screen.Press(Key.D);
        Assert.Contains("Only your own messages can be deleted.", screen.Text, StringComparison.Ordinal);
        screen.Press(Key.Esc);
        Assert.Equal(Pane.Composer, screen.Chat.Focus);
        Assert.False(screen.IsStopped);
    }

    [Fact]
    public void Verify_shows_both_fingerprints_as_digits_and_words()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("/verify bruno");
        screen.Press(Key.Enter);
        string text = screen.Text;
        Assert.Contains(Fingerprint.Digits(_talk.Bruno)[..23], text, StringComparison.Ordinal);
        Assert.Contains(Fingerprint.Words(_talk.Bruno), text, StringComparison.Ordinal);
        Assert.Contains(Fingerprint.Digits(ScriptedSession.Self)[..23], text, StringComparison.Ordinal);
        Assert.Contains(Fingerprint.Words(ScriptedSession.Self), text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "verify");
        screen.Press(Key.CursorDown, Key.Enter);
        Assert.True(Assert.Single(_talk.Session.Commands.OfType<VerifyCommand>()).IsVerified);
        Assert.Contains("● bruno✓", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_nickname_with_other_keys_is_marked_until_the_user_says_it_is_fine()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        PeerId other = _talk.Session.Person(77, "bruno", PeerPath.Lan, 1, _talk.Lobby);
        string text = screen.Text;
        Assert.Contains($"bruno#{other.Tag}!", text, StringComparison.Ordinal);
        Assert.Contains("with other keys", text, StringComparison.Ordinal);
        screen.Type($"/verify bruno#{other.Tag}");
        screen.Press(Key.Enter, Key.CursorDown, Key.Enter);
        Assert.DoesNotContain($"bruno#{other.Tag}!", screen.Text, StringComparison.Ordinal);
        Assert.Contains($"bruno#{other.Tag}✓", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_nickname_known_from_another_day_with_other_keys_is_marked()
    {
        PeerId before = ScriptedSession.Peer(88);
        _talk.Session.Acquaintances.Add(new Acquaintance(before, "Bruno", IsVerified: true, IsMuted: false));
        _talk.Session.Acquaintances.Add(new Acquaintance(_talk.Bruno, "bruno", IsVerified: false, IsMuted: false));
        using ChatScreen screen = _talk.Shown(100, 30);
        Assert.Contains($"● bruno#{_talk.Bruno.Tag}!", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(before.Tag, screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "other-keys");
        screen.Type("/verify bruno");
        screen.Press(Key.Enter);
        Assert.Contains("! somebody else was bruno before", screen.Text, StringComparison.Ordinal);
        screen.Press(Key.CursorDown, Key.Enter);
        Assert.Contains($"● bruno#{_talk.Bruno.Tag}✓", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Escape_and_a_letter_that_come_together_lose_nothing()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Press(((Key)'/').WithAlt);
        screen.Type("jo");
        screen.Press(Key.X.WithAlt.WithShift);
        Assert.Equal("/joX", screen.Chat.Composer.Text);
        screen.Press(Key.K.WithCtrl, Key.Y.WithAlt);
        Assert.Null(screen.Chat.Popup);
        Assert.Equal("/joXy", screen.Chat.Composer.Text);
    }

    [Fact]
    public void A_click_on_a_person_offers_what_can_be_done()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Click("● bruno");
        Assert.Contains("write to bruno", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "person");
        screen.Click("write to bruno");
        Assert.Equal(_talk.Bruno.ToString(), Assert.Single(_talk.Session.Commands.OfType<OpenDirectCommand>()).To);
        _talk.Session.Room("bruno", direct: _talk.Bruno);
        screen.Settle();
        Assert.Equal("@bruno", screen.Chat.Rooms.Current!.Name);
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(40, 12)]
    public void Help_lists_keys_and_commands_and_scrolls(int width, int height)
    {
        using ChatScreen screen = _talk.Shown(width, height);
        screen.Press(Key.F1);
        Assert.Contains("Enter", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, $"help-{width}x{height}");
        for (int i = 0; i < 20; i++)
        {
            screen.Press(Key.PageDown);
        }

        Assert.Contains("rings", screen.Text, StringComparison.Ordinal);
        screen.Press(Key.Esc);
        Assert.Null(screen.Chat.Popup);
    }

    [Fact]
    public void Search_marks_what_it_finds_and_says_when_there_is_nothing()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Press(Key.F.WithCtrl);
        screen.Type("LAN");
        screen.Press(Key.Enter);
        Assert.False(screen.Chat.SelectedMessage.IsNone);
        Assert.Equal("LAN", screen.Chat.Search);
        string[] rows = screen.Rows;
        int row = Array.FindIndex(rows, shown => shown.Contains("Anyone on the LAN", StringComparison.Ordinal));
        Assert.Equal(screen.Chat.SelectedMessage, PaneLinesAt(screen, row));
        Snapshot.Matches(rows, "search-hit");
        screen.Chat.Focused(Pane.Composer);
        screen.Settle();
        int column = TextWidth.Of(rows[row][..rows[row].IndexOf("LAN", StringComparison.Ordinal)]);
        Assert.NotEqual(screen.Driver.Contents![row, column - 2].Attribute, screen.Driver.Contents![row, column].Attribute);
        screen.Press(Key.Esc);
        screen.Type("/search zebra");
        screen.Press(Key.Enter);
        Assert.Contains("“zebra” is nowhere in #lobby.", screen.Text, StringComparison.Ordinal);
    }

    private static EntryHash PaneLinesAt(ChatScreen screen, int row)
    {
        screen.Click(60, row);
        return screen.Chat.SelectedMessage;
    }

    [Theory]
    [InlineData("/join #dev", "JoinCommand { Room = #dev")]
    [InlineData("/join dev secret words", "Passphrase = secret words")]
    [InlineData("/part", "PartCommand { Room = #lobby")]
    [InlineData("/forget #design", "ForgetCommand { Room = #design")]
    [InlineData("/create #x private For us", "CreateCommand { Room = #x, IsPrivate = True")]
    [InlineData("/invite lanchat:abc", "InviteCommand { Link = lanchat:abc")]
    [InlineData("/remove #design", "RemoveCommand { Room = #design")]
    [InlineData("/dm bruno psst", "Text = psst")]
    [InlineData("/me waves", "IsAction = True")]
    [InlineData("/nick ana maria", "NickCommand { Nick = ana maria")]
    [InlineData("/topic tea at five", "TopicCommand { Room = #lobby, Text = tea at five")]
    [InlineData("/edit better", "EditCommand")]
    [InlineData("/delete", "DeleteCommand")]
    [InlineData("/react 👍", "ReactCommand")]
    [InlineData("/mute carol", "IsMuted = True")]
    [InlineData("/unmute carol", "IsMuted = False")]
    public void A_slash_command_is_given_to_the_client(string typed, string command)
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type(typed);
        screen.Press(Key.Enter);
        Assert.Contains(command, string.Join('\n', _talk.Session.Commands), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/rooms", "#Design  joined, 2 in it, 2 messages")]
    [InlineData("/peers", "◌ carol  through the relay, 48ms, 127.0.0.1:44042")]
    [InlineData("/members", "In #lobby: ana (you), bruno, 陳大文, carol")]
    [InlineData("/relay", "no relay. A relay is used where two people cannot reach each other")]
    [InlineData("/relay chat.example.org", "chat.example.org is the relay from the next start on.")]
    [InlineData("/relay chat.example.org:99999", "/relay is 'chat.example.org:99999', but its port")]
    [InlineData("/set", "theme dark  notify mentions (here)")]
    [InlineData("/set notify all", "#lobby rings for every message.")]
    [InlineData("/log", "4 messages of #lobby are in room.log")]
    [InlineData("/doctor", "The firewall drops UDP port 42042: allow it.")]
    [InlineData("/help react", "put an emoji under a message")]
    [InlineData("/help raect", "the nearest is /react")]
    [InlineData("/react", "/react [id] emoji: put an emoji under a message")]
    [InlineData("/join", "/join #room [passphrase]: take part in a room")]
    [InlineData("/mute", "/mute nick: hide what somebody says")]
    public void A_slash_command_is_answered_on_the_screen(string typed, string answer)
    {
        using ChatScreen screen = _talk.Shown(110, 30);
        screen.Type(typed);
        screen.Press(Key.Enter);
        Assert.Contains(answer, screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_nickname_with_a_blank_is_one_name_to_commands()
    {
        PeerId maria = _talk.Session.Person(21, "ana maria", PeerPath.Lan, 1, _talk.Lobby);
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("/dm Ana Maria are you there?");
        screen.Press(Key.Enter);
        Assert.Equal((maria.ToString(), "are you there?"), _talk.Session.Commands.OfType<DirectCommand>().Select(direct => (direct.To, direct.Text)).Single());
    }

    [Fact]
    public void The_lists_and_answers_of_commands_look_like_this()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        foreach (string typed in (string[])["/rooms", "/peers", "/members", "/jion", "/set theme pink"])
        {
            screen.Type(typed);
            screen.Press(Key.Enter);
        }

        Assert.Contains("did you mean /join?", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "answers");
    }

    [Fact]
    public void While_nothing_happens_the_screen_wakes_for_the_round_trips_alone()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Wait(ChatPresenter.RefreshEvery * 12);
        Assert.InRange(screen.Ticks, 11, 12);
    }

    [Fact]
    public void Bye_is_said_before_the_screen_goes_and_not_waited_for_too_long()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Press(Key.Q.WithCtrl);
        Assert.Single(_talk.Session.Commands.OfType<QuitCommand>());
        Assert.False(screen.IsStopped);
        screen.Wait(ChatPresenter.ByeWithin);
        Assert.True(screen.IsStopped);
    }

    [Theory]
    [InlineData("/quit")]
    [InlineData("/sair")]
    public void Quit_ends_when_the_client_has_finished(string command)
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type(command);
        screen.Press(Key.Enter);
        Assert.False(screen.IsStopped);
        _talk.Session.IsOver = true;
        screen.Settle();
        Assert.True(screen.IsStopped);
    }

    [Fact]
    public void Doctor_and_log_tell_when_they_are_done()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        screen.Type("/doctor");
        screen.Press(Key.Enter);
        Assert.Contains("allow it", screen.Text, StringComparison.Ordinal);
        screen.Type("/set nothing");
        screen.Press(Key.Enter);
        Assert.Contains("What can be set: theme dark, light or terminal", screen.Text, StringComparison.Ordinal);
    }
}
