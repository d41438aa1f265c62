using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <summary>The panes that can have the keyboard.</summary>
internal enum Pane
{
    Composer,
    Rooms,
    People,
    Timeline,
}

/// <summary>
/// All that the screen shows and all that keys and the mouse do to it, without a terminal. Owned by the screen's thread: events are taken in by
/// <see cref="TakeEvents"/>, commands go out through the session, which never blocks.
/// </summary>
internal sealed partial class ChatPresenter
{
    /// <summary>How long to wait before saying what to do about an empty network.</summary>
    public static readonly TimeSpan LonelyAfter = TimeSpan.FromSeconds(10);

    /// <summary>How often the people of the open room are asked for anew, for their round-trip times.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5);

    /// <summary>The same after somebody came, whose round trip is measured by then.</summary>
    public static readonly TimeSpan RefreshSoon = TimeSpan.FromSeconds(2);

    /// <summary>Who does not manage to say bye in this time goes without.</summary>
    public static readonly TimeSpan ByeWithin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Events taken in at once; the rest waits for the next turn, so that keys come through.</summary>
    private const int EventsPerTurn = 2000;

    private readonly IChatSession _session;
    private readonly TimeProvider _clock;
    private readonly Dictionary<long, Action<ChatEvent>?> _answers = [];
    private readonly Queue<Action> _later = new();
    private readonly TimelineLayout _layout = new();
    private readonly DateTimeOffset _startedAt;
    private readonly string _startRoom;
    private DateTimeOffset _refreshedAt;
    private int _namesVersion;
    private bool _offersDoctor;
    private bool _awaitsRoom;
    private RoomEntry? _opened;
    private int _lastWidth = 80;
    private int _lastHeight = 20;

    /// <summary>A screen of a session that may not be ready yet.</summary>
    public ChatPresenter(IChatSession session, TimeProvider clock, string nick, string startRoom = "#lobby")
    {
        _startRoom = startRoom;
        _session = session;
        _clock = clock;
        Nick = nick;
        _startedAt = _refreshedAt = clock.GetUtcNow();
        Theme = Theme.Named(session.Setting("theme"));
        DefaultNotify = ParseNotify(session.Setting("notify")) ?? Notify.Mentions;
    }

    /// <summary>The own nickname.</summary>
    public string Nick { get; private set; }

    /// <summary>The own identity; none until ready.</summary>
    public PeerId Self { get; private set; }

    /// <summary>Whether the rooms are loaded.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The rooms.</summary>
    public RoomBook Rooms { get; } = new();

    /// <summary>The people.</summary>
    public PeopleBook People { get; } = new();

    /// <summary>What is being typed.</summary>
    public Composer Composer { get; } = new();

    /// <summary>What was typed before.</summary>
    public InputHistory History { get; } = new();

    /// <summary>The colours.</summary>
    public Theme Theme { get; private set; }

    /// <summary>When the terminal rings in rooms without a setting of their own.</summary>
    public Notify DefaultNotify { get; private set; }

    /// <summary>The relay in a word or two.</summary>
    public string Relay { get; private set; } = "no relay";

    /// <summary>What lies over the screen.</summary>
    public Popup? Popup { get; private set; }

    /// <summary>Which pane has the keyboard.</summary>
    public Pane Focus { get; private set; }

    /// <summary>The selected message; none for none.</summary>
    public EntryHash SelectedMessage { get; private set; }

    /// <summary>The message being edited; none for none.</summary>
    public EntryHash Editing { get; private set; }

    /// <summary>The words searched for; empty for none.</summary>
    public string Search { get; private set; } = string.Empty;

    /// <summary>Set when the user wants to leave and everybody was told.</summary>
    public bool HasQuit { get; private set; }

    /// <summary>The terminal is to ring once.</summary>
    public bool Rings { get; private set; }

    /// <summary>Counts up with each change of what is shown.</summary>
    public int Version { get; private set; }

    /// <summary>The window's title, with what is unread.</summary>
    public string WindowTitle
    {
        get
        {
            int unread = Rooms.All.Sum(room => room.Notify == Notify.None ? 0 : room.Unread);
            string name = Rooms.Current?.Name ?? "LanChat";
            return unread > 0 ? $"({unread}) {name} – LanChat" : $"{name} – LanChat";
        }
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Shows a theme, for as long as the program runs.</summary>
    public void UseTheme(string name) => Theme = Theme.Named(name);

    /// <summary>Tells once that the terminal is to ring.</summary>
    public bool TakeRing()
    {
        bool rings = Rings;
        Rings = false;
        return rings;
    }

    /// <summary>Takes in what the session tells; true if anything changed. More may be waiting when <see cref="HasMore"/>.</summary>
    public bool TakeEvents()
    {
        int before = Version;
        HasMore = false;
        for (int i = 0; _session.TryTake(out Heard heard); i++)
        {
            Handle(heard);
            if (i >= EventsPerTurn)
            {
                HasMore = true;
                break;
            }
        }

        if (_session.IsOver && !HasQuit)
        {
            HasQuit = true;
            Version++;
        }

        lock (_later)
        {
            while (_later.TryDequeue(out Action? action))
            {
                action();
                Version++;
            }
        }

        return Version != before;
    }

    /// <summary>Whether <see cref="TakeEvents"/> stopped before the end.</summary>
    public bool HasMore { get; private set; }

    /// <summary>
    /// How long until <see cref="Tick"/> has something to do, unless something happens before. Between a tenth of a second and <see cref="RefreshEvery"/>:
    /// a screen on which nothing happens is not to wake for nothing.
    /// </summary>
    public TimeSpan UntilTick
    {
        get
        {
            DateTimeOffset next = _refreshedAt + RefreshEvery;
            if (!_offersDoctor && IsReady && People.Reached == 0 && _startedAt + LonelyAfter < next)
            {
                next = _startedAt + LonelyAfter;
            }

            if (_quitAt is { } asked && asked + ByeWithin < next)
            {
                next = asked + ByeWithin;
            }

            TimeSpan wait = next - Now;
            return wait < ShortestTick ? ShortestTick : wait > RefreshEvery ? RefreshEvery : wait;
        }
    }

    /// <summary>Time passed: what waits for a while is done. To be called when <see cref="UntilTick"/> has passed.</summary>
    public void Tick()
    {
        if (_quitAt is { } asked && !HasQuit && Now - asked >= ByeWithin)
        {
            HasQuit = true;
            Version++;
        }

        if (!_offersDoctor && IsReady && People.Reached == 0 && Now - _startedAt >= LonelyAfter)
        {
            _offersDoctor = true;
            Version++;
        }

        if (Now - _refreshedAt >= RefreshEvery)
        {
            _refreshedAt = Now;
            AskMembers();
        }
    }

    /// <summary>What stands below the messages while nobody is reached: what is looked for, and after a while what to do.</summary>
    public IReadOnlyList<Line> Lonely(int width)
    {
        if (!IsReady || People.Reached > 0)
        {
            return [];
        }

        string text = $"Nobody here yet. {_session.Seeks}" + (_offersDoctor ? "\nIf somebody is there and you do not see each other, /doctor says why." : string.Empty);
        int indent = MessageLines.NoteIndent(width);
        return [.. TextWidth.Wrap(text, Math.Max(8, width - indent)).Select(row => new Line().PadTo(indent).Add(row, Tone.Warning))];
    }

    /// <summary>The rows of the timeline in a pane of a size.</summary>
    public IReadOnlyList<TimelineRow> TimelineRows(int width, int height)
    {
        if (Rooms.Current is not { } room)
        {
            return [];
        }

        (_lastWidth, _lastHeight) = (width, height);
        LayOut(room);
        LoadMore(room);
        return [.. _layout.Shown()];
    }

    private void LayOut(RoomEntry room)
    {
        var style = new MessageStyle(_lastWidth, _clock.LocalTimeZone, id => id == Self ? Nick : People.Name(id), Search, IsMention);
        _layout.Update(room.Timeline, style, _lastHeight, _namesVersion, Now);
    }

    /// <summary>Whether the newest messages are shown, and stay so.</summary>
    public bool FollowsTimeline => _layout.Follows && (Rooms.Current?.Timeline.HoldsEnd ?? true);

    /// <summary>The keys worth knowing now.</summary>
    public IEnumerable<(string Key, string What)> Hints()
    {
        if (Popup is not null)
        {
            return [("Esc", "closes")];
        }

        if (!Editing.IsNone)
        {
            return [("Enter", "saves"), ("Esc", "leaves it as it was")];
        }

        if (!SelectedMessage.IsNone)
        {
            bool isOwn = Rooms.Current?.Timeline.Held.FirstOrDefault(held => held.Id == SelectedMessage) is { } message && IsOwnTalk(message);
            return isOwn ? [("r", "react"), ("e", "edit"), ("d", "delete"), ("Esc", "done")] : [("r", "react"), ("Esc", "done")];
        }

        return FollowsTimeline
            ? [("F1", "help"), ("Ctrl+K", "rooms"), ("Tab", "completes"), ("Ctrl+Q", "quit")]
            : [("End", "newest"), ("PgUp", "older"), ("F1", "help")];
    }

    /// <summary>Whether a text names the user.</summary>
    public bool IsMention(string text)
    {
        for (int at = 0; Nick.Length > 0 && (at = text.IndexOf(Nick, at, StringComparison.CurrentCultureIgnoreCase)) >= 0; at++)
        {
            int end = at + Nick.Length;
            bool begins = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            bool ends = end >= text.Length || !char.IsLetterOrDigit(text[end]);
            if (begins && ends)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs something on the screen's thread at the next <see cref="TakeEvents"/>; for any thread.</summary>
    private void Later(Action action)
    {
        lock (_later)
        {
            _later.Enqueue(action);
        }

        Woken?.Invoke();
    }

    /// <summary>Raised, on any thread, when <see cref="TakeEvents"/> has something to do that the session does not know of.</summary>
    public event Action? Woken;

    private void Post(ChatCommand command, Action<ChatEvent>? answer = null)
    {
        _awaitsRoom |= command is JoinCommand or InviteCommand or OpenDirectCommand or DirectCommand;
        _answers[_session.Post(command)] = answer;
    }

    private void Say(string text, Tone tone)
    {
        Rooms.Current?.Timeline.Say(text, tone, Now);
        Version++;
    }

    private void LoadMore(RoomEntry room)
    {
        (bool older, bool newer) = _layout.Nears;
        if (room.Timeline.Next(older, newer, _layout.Follows) is { } query)
        {
            Post(query, answer => TakePage(room, query, answer));
        }
    }

    private void TakePage(RoomEntry room, PageQuery query, ChatEvent answer)
    {
        if (answer is TranscriptEvent page)
        {
            room.Timeline.Take(query, page);
        }
        else
        {
            room.Timeline.Forget(query);
        }

        if (_opened == room)
        {
            _opened = null;
            Attend();
        }

        Version++;
    }

    private void AskMembers()
    {
        if (Rooms.Current is { } room)
        {
            Post(new MembersQuery(room.Info.Label), answer => TakeMembers(room, answer, say: false));
        }
    }

    private static Notify? ParseNotify(string? text) => text switch
    {
        "all" => Notify.All,
        "mentions" => Notify.Mentions,
        "none" => Notify.None,
        _ => null,
    };
}
