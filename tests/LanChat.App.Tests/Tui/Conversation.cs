using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.App.Tests.Tui;

/// <summary>A lobby with a few people and messages of two days, a room that mentions the user, and one in another script.</summary>
internal sealed class Conversation
{
    public Conversation()
    {
        Lobby = Session.Room("#lobby", "What is for lunch?");
        Design = Session.Room("#Design");
        Session.Room("#日本語");
        Bruno = Session.Person(2, "bruno", PeerPath.Lan, 2, Lobby, Design);
        Chen = Session.Person(3, "陳大文", PeerPath.Punched, 12, Lobby);
        Carol = Session.Person(4, "carol", PeerPath.Relay, 48, Lobby);
        Session.Person(5, "dave", PeerPath.None, 0);
        Session.Now = new DateTimeOffset(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);
        Session.Keep(Lobby, Bruno, "Anyone on the LAN tonight?");
        const string answer = "Yes 👋 just plugged in. The switch in the hall was rebooted, so discovery took a little while.";
        Session.Keep(Lobby, ScriptedSession.Self, answer, change: message => message with { Delivery = new(true, 2, 2) });
        Session.Now = new DateTimeOffset(2026, 11, 21, 20, 58, 0, TimeSpan.Zero);
        Session.Keep(Lobby, Chen, "你好,大家好!今天的測試順利嗎?我這邊的延遲很低。");
        Session.Keep(Lobby, Carol, "Family 👨‍👩‍👧‍👦 and flags 🇬🇧🇧🇷 e\u0301 stay aligned │ right?");
        Session.Ready();
    }

    public ScriptedSession Session { get; } = new();

    public RoomId Lobby { get; }

    public RoomId Design { get; }

    public PeerId Bruno { get; }

    public PeerId Chen { get; }

    public PeerId Carol { get; }

    /// <summary>The screen, after two messages in the other room, one with a mention.</summary>
    public ChatScreen Shown(int width, int height)
    {
        var screen = new ChatScreen(Session, width, height);
        Session.Say(Design, Bruno, "ana: look at this");
        Session.Say(Design, Bruno, "and that");
        screen.Settle();
        return screen;
    }
}
