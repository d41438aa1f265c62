using LanChat.Core;
using LanChat.Protocol;
using Terminal.Gui.Input;

namespace LanChat.App.Tests.Tui;

/// <summary>Every state of the screen: its facts by name, and its picture.</summary>
public sealed class ScreenTests
{
    private readonly Conversation _talk = new();

    [Theory]
    [InlineData(100, 30)]
    [InlineData(80, 24)]
    [InlineData(79, 24)]
    [InlineData(60, 20)]
    [InlineData(50, 16)]
    [InlineData(49, 16)]
    [InlineData(40, 12)]
    public void A_conversation(int width, int height)
    {
        using ChatScreen screen = _talk.Shown(width, height);
        string text = screen.Text;
        Assert.Equal(width >= 50, text.Contains("2 #Design", StringComparison.Ordinal) && text.Contains("@2", StringComparison.Ordinal));
        Assert.Equal(width >= 50, text.Contains("People 3", StringComparison.Ordinal));
        Assert.Equal(width >= 50, text.Contains("48ms", StringComparison.Ordinal));
        Assert.Contains("─ Today ─", text, StringComparison.Ordinal);
        Assert.Contains("陳大文", text, StringComparison.Ordinal);
        Assert.Contains("Family", text, StringComparison.Ordinal);
        Assert.Contains("3 peers", text, StringComparison.Ordinal);
        Assert.Equal(width >= 50, text.Contains("● bruno", StringComparison.Ordinal));
        Assert.Equal(width >= 50, text.Contains("◐ 陳大文", StringComparison.Ordinal));
        Assert.Equal(width >= 50, text.Contains("◌ carol", StringComparison.Ordinal));
        Assert.Equal(width >= 50, text.Contains("○ dave", StringComparison.Ordinal));
        Assert.All(screen.Rows, row => Assert.InRange(LanChat.Tui.TextWidth.Of(row), 0, width));
        Snapshot.Matches(screen.Rows, $"conversation-{width}x{height}");
    }

    [Fact]
    public void The_first_start_says_who_and_where_and_after_a_while_what_to_do_alone()
    {
        var session = new ScriptedSession();
        session.Room("#lobby");
        session.Ready();
        using var screen = new ChatScreen(session, 100, 14);
        Assert.Contains("You are ana, in #lobby. Type and press Enter to talk; F1 helps.", screen.Text, StringComparison.Ordinal);
        Assert.Contains("Nobody here yet. Looking for people of the network lan", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/doctor", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "first-start-looking");
        screen.Wait(TimeSpan.FromSeconds(11));
        Assert.Contains("/doctor says why", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "first-start");
    }

    [Fact]
    public void Own_messages_show_how_far_they_got()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        EntryHash id = _talk.Session.Say(_talk.Lobby, ScriptedSession.Self, "on its way");
        Assert.Contains("on its way ·", screen.Text, StringComparison.Ordinal);
        _talk.Session.Tell(new DeliveryEvent(_talk.Session.Info(_talk.Lobby), id, null, new DeliveryState(true, 0, 2)));
        Assert.Contains("on its way ✓\n", screen.Text, StringComparison.Ordinal);
        _talk.Session.Tell(new DeliveryEvent(_talk.Session.Info(_talk.Lobby), id, null, new DeliveryState(true, 2, 2)));
        Assert.Contains("on its way ✓✓", screen.Text, StringComparison.Ordinal);
        _talk.Session.Say(_talk.Lobby, ScriptedSession.Self, "not yet");
        _talk.Session.Say(_talk.Lobby, ScriptedSession.Self, "half", change: message => message with { Delivery = new DeliveryState(false, 1, 2) });
        Assert.Contains("not yet ·", screen.Text, StringComparison.Ordinal);
        Assert.Contains("half ✓\n", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "delivery");
    }

    [Fact]
    public void Everybody_has_a_colour_and_a_family_is_one_cluster_of_two_cells()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "another of bruno's");
        string[] rows = screen.Rows;
        Terminal.Gui.Drawing.Color ColourOf(string nick, string text)
        {
            int row = Array.FindIndex(rows, shown => shown.Contains(text, StringComparison.Ordinal));
            int column = LanChat.Tui.TextWidth.Of(rows[row][..rows[row].LastIndexOf(nick + " │", StringComparison.Ordinal)]);
            return screen.Driver.Contents![row, column].Attribute!.Value.Foreground;
        }

        Assert.Equal(ColourOf("bruno", "Anyone on the LAN"), ColourOf("bruno", "another of bruno's"));
        Assert.NotEqual(ColourOf("bruno", "Anyone on the LAN"), ColourOf("carol", "Family"));
        int family = Array.FindIndex(rows, row => row.Contains("Family", StringComparison.Ordinal));
        int at = LanChat.Tui.TextWidth.Of(rows[family][..rows[family].IndexOf("👨", StringComparison.Ordinal)]);
        Assert.Equal("👨‍👩‍👧‍👦", screen.Driver.Contents![family, at].Grapheme);
        Assert.Equal(" ", screen.Driver.Contents[family, at + 2].Grapheme);
    }

    [Fact]
    public void Edits_deletions_reactions_and_late_ones_are_marked()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        EntryHash edited = _talk.Session.Say(_talk.Lobby, _talk.Bruno, "firts");
        EntryHash deleted = _talk.Session.Say(_talk.Lobby, _talk.Bruno, "a secret");
        EntryHash liked = _talk.Session.Say(_talk.Lobby, _talk.Bruno, "cake at four");
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "from the train", change: message => message with { IsLate = true });
        screen.Settle();
        RoomInfo lobby = _talk.Session.Info(_talk.Lobby);
        _talk.Session.Tell(new EditedEvent(lobby, edited, _talk.Bruno, "first"));
        _talk.Session.Tell(new DeletedEvent(lobby, deleted, _talk.Bruno));
        _talk.Session.Tell(new ReactionEvent(lobby, liked, _talk.Carol, "👍", false));
        _talk.Session.Tell(new ReactionEvent(lobby, liked, ScriptedSession.Self, "👍", false));
        _talk.Session.Tell(new ReactionEvent(lobby, liked, _talk.Carol, "🎉", false));
        _talk.Session.Tell(new ReactionEvent(lobby, liked, _talk.Carol, "🎉", true));
        string text = screen.Text;
        Assert.Contains("first (edited)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("message deleted", text, StringComparison.Ordinal);
        Assert.Contains("👍 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("🎉", text, StringComparison.Ordinal);
        Assert.Contains("from the train ⇡ late", text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "changed-messages");
    }

    [Fact]
    public void Comings_and_goings_in_a_row_are_one_line()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "now watch");
        RoomInfo lobby = _talk.Session.Info(_talk.Lobby);
        PeerId eve = ScriptedSession.Peer(9);
        _talk.Session.Tell(new MemberEvent(lobby, eve, "eve", true, PresenceReason.None));
        _talk.Session.Tell(new MemberEvent(lobby, _talk.Carol, "carol", false, PresenceReason.Bye));
        _talk.Session.Tell(new MemberEvent(lobby, ScriptedSession.Peer(10), "fred", true, PresenceReason.None));
        Assert.Contains("→ eve, fred joined · ← carol left", screen.Text, StringComparison.Ordinal);
        _talk.Session.Tell(new MemberEvent(lobby, eve, "eve", false, PresenceReason.Lost));
        Assert.Contains("→ fred joined · ← carol left", screen.Text, StringComparison.Ordinal);
        _talk.Session.Tell(new MemberEvent(lobby, _talk.Chen, "陳大文", false, PresenceReason.Kicked));
        Assert.Contains("← 陳大文 was disconnected by the relay's operator", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "joins-and-leaves");
    }

    [Fact]
    public void The_marker_of_the_unread_moves_when_the_user_has_seen_it()
    {
        using ChatScreen screen = _talk.Shown(100, 30);
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "one while away");
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "two while away");
        string[] rows = screen.Rows;
        int marker = Array.FindIndex(rows, row => row.Contains("─ new ─", StringComparison.Ordinal));
        Assert.Contains("one while away", rows[marker + 1], StringComparison.Ordinal);
        Assert.Contains("1 #lobby", rows[1], StringComparison.Ordinal);
        Assert.Equal(2, screen.Chat.Rooms.Current!.Unread);
        Snapshot.Matches(rows, "unread-marker");
        screen.Press(Key.X);
        Assert.Equal(0, screen.Chat.Rooms.Current!.Unread);
        Assert.Single(_talk.Session.Commands.OfType<MarkReadCommand>());
        _talk.Session.Say(_talk.Lobby, _talk.Bruno, "three");
        rows = screen.Rows;
        marker = Array.FindIndex(rows, row => row.Contains("─ new ─", StringComparison.Ordinal));
        Assert.Contains("three", rows[marker + 1], StringComparison.Ordinal);
        screen.Press(Key.Backspace);
        screen.Type("seen");
        screen.Press(Key.Enter);
        Assert.DoesNotContain("─ new ─", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_seen_when_the_program_ended_is_marked_and_counted_when_it_starts_again()
    {
        PeerId direct = _talk.Session.Person(6, "eve", PeerPath.Lan, 1);
        RoomId room = _talk.Session.Room("eve", direct: direct);
        _talk.Session.Keep(room, direct, "psst");
        _talk.Session.Keep(_talk.Design, _talk.Bruno, "seen before");
        _talk.Session.Keep(_talk.Design, _talk.Bruno, "ana: unseen");
        _talk.Session.Keep(_talk.Design, _talk.Bruno, "unseen too");
        _talk.Session.Seen[room] = 0;
        _talk.Session.Seen[_talk.Design] = 1;
        _talk.Session.Seen[_talk.Lobby] = 3;
        using var screen = new ChatScreen(_talk.Session, 100, 30);
        Assert.Contains("2 #Design            @2 │", screen.Text, StringComparison.Ordinal);
        Assert.Contains("4 @eve               @1 │", screen.Text, StringComparison.Ordinal);
        Assert.Equal("(4) #lobby – LanChat", screen.Chat.WindowTitle);
        Assert.Contains("1 #lobby              1 │", screen.Text, StringComparison.Ordinal);
        string[] rows = screen.Rows;
        int marker = Array.FindIndex(rows, row => row.Contains("─ new ─", StringComparison.Ordinal));
        Assert.Contains("Family", rows[marker + 1], StringComparison.Ordinal);
        Assert.Empty(_talk.Session.Commands.OfType<MarkReadCommand>());
        screen.Press(Key.D2.WithAlt);
        rows = screen.Rows;
        marker = Array.FindIndex(rows, row => row.Contains("─ new ─", StringComparison.Ordinal));
        Assert.Contains("seen before", rows[marker - 1], StringComparison.Ordinal);
        Assert.Contains("ana: unseen", rows[marker + 1], StringComparison.Ordinal);
        Assert.Equal([_talk.Lobby, _talk.Design], _talk.Session.Commands.OfType<MarkReadCommand>().Select(read => read.Room));
        Snapshot.Matches(rows, "unread-after-restart");
    }

    [Fact]
    public void Relay_completeness_and_own_nickname_are_in_the_status_line()
    {
        using ChatScreen screen = _talk.Shown(140, 20);
        _talk.Session.Tell(new RelayEvent(RelayState.Up, "10.0.0.1:42043", PeerId.None, string.Empty));
        _talk.Session.Change(_talk.Lobby, room => room with { Missing = [(_talk.Bruno, 3)] });
        string status = screen.Rows[^1];
        Assert.StartsWith(" ana #lobby │ 3 peers │ relay up │ 3 missing from bruno", status, StringComparison.Ordinal);
        Assert.Contains("3 missing from bruno", screen.Rows[0], StringComparison.Ordinal);
        _talk.Session.Tell(new RelayEvent(RelayState.Refused, "10.0.0.1:42043", PeerId.None, "fingerprint"));
        Assert.Contains("relay refused", screen.Rows[^1], StringComparison.Ordinal);
        Assert.Contains("/relay trust", screen.Text, StringComparison.Ordinal);
        Snapshot.Matches(screen.Rows, "relay-refused");
        screen.Type("/relay trust");
        screen.Press(Key.Enter);
        Assert.Equal("10.0.0.1:42043", Assert.Single(_talk.Session.Commands.OfType<TrustRelayCommand>()).Address);
    }

    [Fact]
    public void A_closed_room_is_read_only()
    {
        using ChatScreen screen = _talk.Shown(100, 20);
        _talk.Session.Change(_talk.Lobby, room => room with { IsClosed = true });
        Assert.Contains("closed, read only", screen.Rows[0], StringComparison.Ordinal);
        screen.Type("too late");
        screen.Press(Key.Enter);
        Assert.Contains("can be read, not written in", screen.Text, StringComparison.Ordinal);
        Assert.Empty(_talk.Session.Commands.OfType<SendCommand>());
        Snapshot.Matches(screen.Rows, "closed-room");
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(60, 20)]
    [InlineData(40, 12)]
    public void Typing_goes_on_through_a_change_of_size(int width, int height)
    {
        using ChatScreen screen = _talk.Shown(80, 24);
        screen.Type("日本 e\u0301 👨‍👩‍👧‍👦🇬🇧 and so on until it is long enough to be wrapped at every width");
        screen.Resize(width, height);
        screen.Type(" end");
        string[] rows = screen.Rows;
        System.Drawing.Point caret = screen.Caret!.Value;
        string before = rows[caret.Y];
        Assert.EndsWith("d", before, StringComparison.Ordinal);
        Assert.Equal(LanChat.Tui.TextWidth.Of(before), caret.X);
        Assert.Equal("日本 e\u0301 👨‍👩‍👧‍👦🇬🇧 and so on until it is long enough to be wrapped at every width end", screen.Chat.Composer.Text);
        Snapshot.Matches(rows, $"typing-{width}x{height}");
    }

    [Fact]
    public void Themes_change_every_colour_and_terminal_leaves_the_ground_alone()
    {
        using ChatScreen screen = _talk.Shown(100, 20);
        Assert.Equal(new Terminal.Gui.Drawing.Color(0x15, 0x17, 0x1C), screen.Driver.Contents![5, 50].Attribute!.Value.Background);
        screen.Type("/set theme light");
        screen.Press(Key.Enter);
        Assert.Equal(new Terminal.Gui.Drawing.Color(0xFA, 0xFA, 0xF8), screen.Driver.Contents![5, 50].Attribute!.Value.Background);
        screen.Type("/set theme terminal");
        screen.Press(Key.Enter);
        Assert.Equal(0, screen.Driver.Contents![5, 50].Attribute!.Value.Background.A);
        Assert.True(screen.Driver.Force16Colors);
        Assert.Equal("terminal", _talk.Session.Setting("theme"));
    }
}
