using LanChat.Core;
using LanChat.Protocol;
using Terminal.Gui.Input;

namespace LanChat.App.Tests.Tui;

/// <summary>Every state of the screen: its facts by name, and its picture.</summary>
public sealed class ScreenTests
{
    private readonly ScriptedSession _session = new();

    [Theory]
    [InlineData(100, 30)]
    [InlineData(60, 20)]
    [InlineData(40, 12)]
    public void A_conversation(int width, int height)
    {
        using ChatScreen screen = Conversation(width, height);
        string text = screen.Text;
        Assert.Contains("Family", text, StringComparison.Ordinal);
        Assert.Equal(width >= 50, text.Contains("Rooms", StringComparison.Ordinal));
        Snapshot.Matches(screen.Rows, $"conversation-{width}x{height}");
    }

    private ChatScreen Conversation(int width, int height)
    {
        RoomId lobby = _session.Room("#lobby", "What is for lunch?");
        RoomId design = _session.Room("#Design");
        _session.Room("#日本語");
        PeerId bruno = _session.Person(2, "bruno", PeerPath.Lan, 2, lobby, design);
        PeerId chen = _session.Person(3, "陳大文", PeerPath.Punched, 12, lobby);
        PeerId carol = _session.Person(4, "carol", PeerPath.Relay, 48, lobby);
        _session.Person(5, "dave", PeerPath.None, 0);
        _session.Now = new DateTimeOffset(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);
        _session.Keep(lobby, bruno, "Anyone on the LAN tonight?");
        const string answer = "Yes 👋 just plugged in. The switch in the hall was rebooted, so discovery took a little while.";
        _session.Keep(lobby, ScriptedSession.Self, answer, as_: m => m with { Delivery = new(true, 2, 2) });
        _session.Now = new DateTimeOffset(2026, 11, 21, 20, 58, 0, TimeSpan.Zero);
        _session.Keep(lobby, chen, "你好,大家好!今天的測試順利嗎?我這邊的延遲很低。");
        _session.Keep(lobby, carol, "Family 👨‍👩‍👧‍👦 and flags 🇬🇧🇧🇷 e\u0301 stay aligned │ right?");
        _session.Ready();
        var screen = new ChatScreen(_session, width, height);
        _session.Say(design, bruno, "ana: look at this");
        _session.Say(design, bruno, "and that");
        screen.Settle();
        return screen;
    }
}
