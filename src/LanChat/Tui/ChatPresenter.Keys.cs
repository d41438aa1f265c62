using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>What keys, pastes and the mouse do.</content>
internal sealed partial class ChatPresenter
{
    /// <summary>A paste of more lines than this is asked about.</summary>
    private const int LinesWithoutQuestion = 4;

    private const int WheelRows = 3;

    private readonly Completion _completion = new();
    private int _page = 10;
    private int _personAt;

    /// <summary>Which of <see cref="PeopleShown"/> has the cursor.</summary>
    public int PersonAt => Math.Clamp(_personAt, 0, Math.Max(0, PeopleShown().Count - 1));

    /// <summary>The people of the list: those in the open room first, those reached before those gone, by name.</summary>
    public IReadOnlyList<Person> PeopleShown()
    {
        HashSet<PeerId> members = Rooms.Current?.Members ?? [];
        return
        [
            .. People.All.Where(person => person.IsListed && person.Id != Self && person.Nick.Length > 0)
                .OrderByDescending(person => members.Contains(person.Id))
                .ThenBy(person => person.Path == PeerPath.None)
                .ThenBy(person => person.Nick, StringComparer.CurrentCultureIgnoreCase)
                .ThenBy(person => person.Id),
        ];
    }

    /// <summary>Whether somebody is in the open room.</summary>
    public bool IsHere(Person person) => Rooms.Current?.Members.Contains(person.Id) == true;

    /// <summary>The views moved the keyboard to a pane.</summary>
    public void Focused(Pane pane)
    {
        if (Focus != pane)
        {
            Focus = pane;
            Version++;
        }

        if (pane != Pane.Timeline && !SelectedMessage.IsNone && Editing.IsNone)
        {
            SelectedMessage = EntryHash.None;
        }
    }

    /// <summary>A key; false if it means nothing here.</summary>
    /// <param name="key">The key.</param>
    /// <param name="page">Rows of the timeline, or of what lies over the screen.</param>
    public bool Press(KeyPress key, int page)
    {
        _page = Math.Max(1, page);
        Version++;
        Attend();
        if (Popup is { } popup)
        {
            PressIn(popup, key);
            return true;
        }

        if (PressGlobal(key) || PressInPane(key))
        {
            return true;
        }

        // Terminals send Esc and a letter typed at once just as they send Alt and that letter. Nothing typed may be lost.
        return key is { Name: KeyName.Text, Alt: true, Ctrl: false } && PressEach(new KeyPress(KeyName.Escape), key.WithoutAlt);
    }

    private bool PressEach(KeyPress first, KeyPress second) => PressGlobal(first) | PressInPane(second);

    private bool PressInPane(KeyPress key) => Focus switch
    {
        Pane.Rooms => PressRooms(key),
        Pane.People => PressPeople(key),
        Pane.Timeline => PressTimeline(key),
        _ => PressComposer(key),
    };

    /// <summary>Text pasted as one piece.</summary>
    public void Paste(string text)
    {
        Version++;
        Attend();
        if (Popup is { HasField: true } popup)
        {
            popup.Field.Insert(text.ReplaceLineEndings(" "));
            popup.Refresh();
            return;
        }

        Focus = Pane.Composer;
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines.Length <= LinesWithoutQuestion)
        {
            Composer.Insert(string.Join('\n', lines));
            return;
        }

        Popup = Popup.Asking(
            $"Paste {lines.Length} lines",
            [new Line("The text has many lines. Send it as"), new Line()],
            new PopupChoice("one message", () => Composer.Insert(string.Join('\n', lines))),
            new PopupChoice($"{lines.Count(line => line.Trim().Length > 0)} messages, one a line", () => SendLines(lines)),
            new PopupChoice("nothing", () => { }));
    }

    /// <summary>A click on a row of the list of rooms.</summary>
    public void ClickRoom(int row)
    {
        Version++;
        if (row >= 0 && row < Rooms.All.Count)
        {
            Open(Rooms.All[row]);
        }

        Attend();
        Focus = Pane.Composer;
    }

    /// <summary>A click on a person of <see cref="PeopleShown"/>: what can be done with this person.</summary>
    public void ClickPerson(int index)
    {
        Version++;
        Attend();
        IReadOnlyList<Person> people = PeopleShown();
        if (index >= 0 && index < people.Count)
        {
            _personAt = index;
            AskAbout(people[index]);
        }
    }

    /// <summary>A click on a row of the timeline: selects the message.</summary>
    public void ClickMessage(EntryHash message)
    {
        Version++;
        Attend();
        SelectedMessage = message;
        Focus = message.IsNone ? Pane.Composer : Pane.Timeline;
    }

    /// <summary>A click on a choice of what lies over the screen.</summary>
    public void ClickChoice(int row)
    {
        Version++;
        if (Popup is { } popup && popup.Click(row) is { } choice)
        {
            Take(popup, choice);
        }
    }

    /// <summary>The wheel over the timeline, up where positive.</summary>
    public void Wheel(int steps)
    {
        Version++;
        if (Popup is { } popup)
        {
            popup.Move(-steps * WheelRows, _page);
            return;
        }

        _layout.Scroll(-steps * WheelRows);
        Attend();
    }

    /// <summary>The user is here and sees what is shown: what came is read.</summary>
    private void Attend()
    {
        if (Rooms.Current is { Unread: > 0, Timeline.Held.Count: > 0 } room && FollowsTimeline)
        {
            (room.Unread, room.Mentions) = (0, 0);
            Post(new MarkReadCommand(room.Info.Id, room.Timeline.Held[^1].Id));
        }
    }

    private void Open(RoomEntry room)
    {
        if (Rooms.Current is { Unread: 0 } left && left != room)
        {
            left.Timeline.Marker = null;
        }

        Rooms.Open(room);
        _layout.ToEnd();
        (SelectedMessage, Editing, Search) = (EntryHash.None, EntryHash.None, string.Empty);
        _personAt = 0;
        _opened = room.Timeline.Held.Count == 0 ? room : null;
        Attend();
        AskMembers();
    }

    private void PressIn(Popup popup, KeyPress key)
    {
        if (key.Name == KeyName.Escape || key.IsCtrl('q'))
        {
            Popup = null;
        }
        else if (key is { Name: KeyName.Text, Alt: true, Ctrl: false })
        {
            Popup = null;
            PressInPane(key.WithoutAlt);
        }
        else if (popup.Press(key, _page) is { } choice)
        {
            Take(popup, choice);
        }
        else if (key.IsPlain(KeyName.Enter) && popup.Choices.Count == 0 && !popup.HasField)
        {
            Popup = null;
        }
    }

    private void Take(Popup popup, PopupChoice choice)
    {
        if (Popup == popup)
        {
            Popup = null;
        }

        choice.Take();
    }

    private bool PressGlobal(KeyPress key)
    {
        switch (key)
        {
            case { Name: KeyName.Text, Alt: true, Ctrl: false, Text: [>= '1' and <= '9'] }:
                int number = key.Text[0] - '1';
                if (number < Rooms.All.Count)
                {
                    Open(Rooms.All[number]);
                }

                return true;
            case { Name: KeyName.Up or KeyName.Down, Alt: true }:
                if (Rooms.Beside(key.Name == KeyName.Up ? -1 : 1) is { } beside)
                {
                    Open(beside);
                }

                return true;
            case { Name: KeyName.PageUp }:
                _layout.Scroll(1 - _page);
                return true;
            case { Name: KeyName.PageDown }:
                _layout.Scroll(_page - 1);
                return true;
            case { Name: KeyName.End, Ctrl: true } or { Name: KeyName.End, Alt: true }:
                ToNewest();
                return true;
            case { Name: KeyName.Home, Ctrl: true } or { Name: KeyName.Home, Alt: true }:
                ToOldest();
                return true;
            case { Name: KeyName.F1 }:
                ShowHelp(string.Empty);
                return true;
            case { Name: KeyName.Text, Ctrl: true, Alt: false, Text: "q" }:
                Quit();
                return true;
            case { Name: KeyName.Text, Ctrl: true, Alt: false, Text: "k" }:
                SwitchRooms();
                return true;
            case { Name: KeyName.Text, Ctrl: true, Alt: false, Text: "r" }:
                SearchHistory();
                return true;
            case { Name: KeyName.Text, Ctrl: true, Alt: false, Text: "f" }:
                AskForWords();
                return true;
            case { Name: KeyName.Escape }:
                Escape();
                return true;
            default:
                return false;
        }
    }

    private void Escape()
    {
        if (!Editing.IsNone)
        {
            Editing = EntryHash.None;
            Composer.Text = string.Empty;
        }

        (SelectedMessage, Search) = (EntryHash.None, string.Empty);
        Focus = Pane.Composer;
        _layout.Scroll(0);
    }

    private bool PressComposer(KeyPress key)
    {
        switch (key)
        {
            case { Name: KeyName.Enter, Ctrl: false, Alt: false, Shift: false }:
                Submit();
                return true;
            // How newer and older terminals send Ctrl+J, and Alt, Shift or Ctrl with Enter.
            case { Name: KeyName.Enter } or { Name: KeyName.Text, Ctrl: true, Text: "j" } or { Name: KeyName.Text, Ctrl: true, Alt: true, Text: "m" }:
                Composer.Insert("\n");
                return true;
            case { Name: KeyName.Tab, Shift: false }:
                return _completion.Press(Composer, SlashCommands.All.Select(help => help.Name), Rooms.All.Select(room => room.Name), Nicknames());
            case { Name: KeyName.Up, Ctrl: false }:
                if (!Composer.MoveLine(-1) && History.Older(Composer.Text) is { } older)
                {
                    Composer.Text = older;
                }

                return true;
            case { Name: KeyName.Down, Ctrl: false }:
                if (!Composer.MoveLine(1) && History.Newer() is { } newer)
                {
                    Composer.Text = newer;
                }

                return true;
            case { Name: KeyName.End } when Composer.IsEmpty:
                ToNewest();
                return true;
            default:
                return Composer.Press(key);
        }
    }

    private bool PressRooms(KeyPress key)
    {
        switch (key.Name)
        {
            case KeyName.Up or KeyName.Down:
                if (Rooms.Beside(key.Name == KeyName.Up ? -1 : 1) is { } beside)
                {
                    Open(beside);
                }

                return true;
            case KeyName.Enter:
                Focus = Pane.Composer;
                return true;
            default:
                return TypeElsewhere(key);
        }
    }

    private bool PressPeople(KeyPress key)
    {
        IReadOnlyList<Person> people = PeopleShown();
        switch (key.Name)
        {
            case KeyName.Up or KeyName.Down:
                _personAt = Math.Clamp(PersonAt + (key.Name == KeyName.Up ? -1 : 1), 0, Math.Max(0, people.Count - 1));
                return true;
            case KeyName.Enter when people.Count > 0:
                AskAbout(people[PersonAt]);
                return true;
            default:
                return TypeElsewhere(key);
        }
    }

    private bool PressTimeline(KeyPress key)
    {
        switch (key)
        {
            case { Name: KeyName.Up or KeyName.Down }:
                SelectBeside(key.Name == KeyName.Up ? -1 : 1);
                return true;
            case { Name: KeyName.Home }:
                ToOldest();
                return true;
            case { Name: KeyName.End }:
                ToNewest();
                return true;
            case { Name: KeyName.Text, Text: "r" } when !SelectedMessage.IsNone:
                ChooseReaction();
                return true;
            case { Name: KeyName.Text, Text: "e" } when !SelectedMessage.IsNone:
                BeginEdit();
                return true;
            case { Name: KeyName.Text, Text: "d" } or { Name: KeyName.Delete } when !SelectedMessage.IsNone:
                AskToDelete();
                return true;
            case { Name: KeyName.Enter }:
                Focus = Pane.Composer;
                return true;
            default:
                return TypeElsewhere(key);
        }
    }

    // Whoever begins to type wants to write.
    private bool TypeElsewhere(KeyPress key)
    {
        if (!key.IsTyping)
        {
            return false;
        }

        Focus = Pane.Composer;
        return Composer.Press(key);
    }

    private void SelectBeside(int by)
    {
        if (Rooms.Current?.Timeline is not { Held.Count: > 0 } timeline)
        {
            return;
        }

        int at = timeline.IndexOf(SelectedMessage);
        at = at < 0 ? timeline.Held.Count - 1 : Math.Clamp(at + by, 0, timeline.Held.Count - 1);
        SelectedMessage = timeline.Held[at].Id;
        _layout.Show(SelectedMessage);
    }

    private void ToNewest()
    {
        _layout.ToEnd();
        if (Rooms.Current is { Timeline.HoldsEnd: false } room)
        {
            PageQuery query = room.Timeline.Jump(room.Timeline.Count);
            Post(query, answer => TakePage(room, query, answer));
        }

        Attend();
    }

    private void ToOldest()
    {
        if (Rooms.Current is not { } room)
        {
            return;
        }

        if (room.Timeline.From == 0)
        {
            _layout.ToStart();
            return;
        }

        PageQuery query = room.Timeline.Jump(0);
        Post(query, answer =>
        {
            TakePage(room, query, answer);
            LayOut(room);
            _layout.ToStart();
        });
    }

    private IEnumerable<string> Nicknames() => PeopleShown().Select(People.Name);
}
