using System.Drawing;
using System.Text;
using LanChat.Protocol;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LanChat.Tui.Views;

/// <summary>
/// The window: panes side by side, all direct subviews, and a pane that lies over them. It shows what the presenter says and tells it what the
/// user does; it decides nothing but where the panes are.
/// </summary>
internal sealed class ChatWindow : Window
{
    /// <summary>Below this width the left panes are narrow.</summary>
    public const int RoomyWidth = 80;

    /// <summary>Below this width the left panes are hidden.</summary>
    public const int NarrowWidth = 50;

    private readonly ChatPresenter _chat;
    private readonly PaneView _rooms;
    private readonly PaneView _people;
    private readonly PaneView _header;
    private readonly PaneView _timeline;
    private readonly PaneView _composer;
    private readonly PaneView _status;
    private readonly PaneView _over;
    private Palette _palette;
    private string _title = string.Empty;
    private int _leftWidth = -1;
    private int _composerHeight = -1;
    private int _roomsHeight = -1;
    private Rectangle _overFrame;
    private bool _syncing;

    /// <summary>A window on a presenter.</summary>
    public ChatWindow(ChatPresenter chat)
    {
        _chat = chat;
        _palette = new Palette(chat.Theme);
        BorderStyle = LineStyle.None;
        SetScheme(_palette.Scheme);
        _composer = new PaneView(this, Pane.Composer, ComposerContent, _ => chat.Focused(Pane.Composer)) { Id = "composer" };
        _rooms = new PaneView(this, Pane.Rooms, (w, h) => new(PaneLines.Rooms(chat, w, h)), ClickRoom) { Id = "rooms", HasRule = true };
        _people = new PaneView(this, Pane.People, (w, h) => new(PaneLines.People(chat, w, h)), ClickPerson) { Id = "people", HasRule = true };
        _timeline = new PaneView(this, Pane.Timeline, (w, h) => new(PaneLines.Messages(chat, w, h)), ClickMessage) { Id = "timeline" };
        _header = new PaneView(this, null, (w, _) => new([PaneLines.Header(chat, w)])) { Id = "header" };
        _status = new PaneView(this, null, (w, _) => new([StatusText.Of(chat, w)])) { Id = "status" };
        _over = new PaneView(this, null, OverContent, ClickOver)
        {
            Id = "over",
            Visible = false,
            CanFocus = true,
            BorderStyle = LineStyle.Rounded,
            HotKeySpecifier = new Rune('\uffff'),
        };
        Add(_composer, _rooms, _people, _timeline, _header, _status, _over);
        Place(RoomyWidth, 25);
    }

    internal Palette Palette => _palette;

    /// <summary>Takes in what the session told; returns whether more waits.</summary>
    public bool TakeEvents()
    {
        if (_chat.TakeEvents())
        {
            Sync();
        }

        return _chat.HasMore;
    }

    /// <inheritdoc cref="ChatPresenter.UntilTick"/>
    public TimeSpan UntilTick => _chat.UntilTick;

    /// <inheritdoc cref="ChatPresenter.Tick"/>
    public void Tick()
    {
        int before = _chat.Version;
        _chat.Tick();
        if (_chat.Version != before)
        {
            Sync();
        }
    }

    /// <summary>Makes the views show what the presenter has come to.</summary>
    public void Sync()
    {
        if (_syncing)
        {
            return;
        }

        _syncing = true;
        if (_palette.Theme != _chat.Theme)
        {
            UseTheme();
        }

        Place(Viewport.Width, Viewport.Height);
        FocusRightPane();
        foreach (View view in SubViews)
        {
            view.SetNeedsDraw();
        }

        TellTerminal();
        _syncing = false;
        if (_chat.HasQuit)
        {
            RequestStop();
        }
    }

    internal bool Press(KeyPress key)
    {
        bool taken = _chat.Press(key, Math.Max(1, (_chat.Popup is null ? _timeline : _over).Viewport.Height - 1));
        Sync();
        return taken;
    }

    internal void PasteText(string text)
    {
        _chat.Paste(text);
        Sync();
    }

    internal void Wheel(int steps)
    {
        _chat.Wheel(steps);
        Sync();
    }

    internal void PaneFocused(Pane pane)
    {
        if (!_syncing)
        {
            _chat.Focused(pane);
            Sync();
        }
    }

    // Esc would end the program at the application's level.
    protected override bool OnKeyDownNotHandled(Key key) => key == Key.Esc;

    protected override void OnSubViewLayout(LayoutEventArgs args) => Place(Viewport.Width, Viewport.Height);

    protected override void OnSubViewsLaidOut(LayoutEventArgs args)
    {
        foreach (View view in SubViews)
        {
            view.SetNeedsDraw();
        }
    }

    private PaneContent ComposerContent(int width, int height)
    {
        (List<Line> lines, int row, int column) = PaneLines.Composer(_chat, width, height);
        return new PaneContent(lines, new Point(column, row));
    }

    private PaneContent OverContent(int width, int height)
    {
        if (_chat.Popup is not { } popup)
        {
            return new PaneContent([]);
        }

        (List<Line> lines, int? fieldColumn) = PaneLines.Over(popup, width, height);
        return new PaneContent(lines, fieldColumn is { } column ? new Point(column, 0) : null);
    }

    private void ClickRoom(Point at)
    {
        int height = _rooms.Viewport.Height;
        if (at.Y >= PaneLines.HeadingRows)
        {
            _chat.ClickRoom(at.Y - PaneLines.HeadingRows + PaneLines.FirstShown(_chat.Rooms.All, _chat.Rooms.Current, height));
        }
    }

    private void ClickPerson(Point at)
    {
        if (at.Y >= PaneLines.HeadingRows)
        {
            _chat.ClickPerson(at.Y - PaneLines.HeadingRows + PaneLines.FirstPersonShown(_chat, _people.Viewport.Height));
        }
    }

    private void ClickMessage(Point at) =>
        _chat.ClickMessage(PaneLines.MessageAt(_chat, at.Y, _timeline.Viewport.Width, _timeline.Viewport.Height));

    private void ClickOver(Point at)
    {
        if (_chat.Popup is { } popup)
        {
            _chat.ClickChoice(at.Y - PaneLines.FirstChoiceRow(popup, _over.Viewport.Width, _over.Viewport.Height));
        }
    }

    private void UseTheme()
    {
        _palette = new Palette(_chat.Theme);
        SetScheme(_palette.Scheme);
        if (App?.Driver is { } driver)
        {
            driver.Force16Colors = _chat.Theme.UsesTerminalColours;
        }
    }

    private void TellTerminal()
    {
        if (App?.Driver is not { } driver)
        {
            return;
        }

        if (_title != _chat.WindowTitle)
        {
            _title = _chat.WindowTitle;
            driver.SetTerminalTitle(_title);
        }

        if (_chat.TakeRing())
        {
            driver.WriteRaw("\a");
        }
    }

    private void FocusRightPane()
    {
        PaneView wanted = _chat.Popup is not null ? _over : _chat.Focus switch
        {
            Pane.Rooms when _rooms.Visible => _rooms,
            Pane.People when _people.Visible => _people,
            Pane.Timeline => _timeline,
            _ => _composer,
        };
        if (!wanted.HasFocus)
        {
            wanted.SetFocus();
        }
    }

    // Assigning a size has the original send the whole screen again: only what differs is assigned.
    private void Place(int width, int height)
    {
        int left = width < NarrowWidth ? 0 : width < RoomyWidth ? 18 : Math.Clamp(width / 4, 22, 30);
        int composer = PaneLines.ComposerHeight(_chat, Math.Max(4, width - left), height);
        if (left != _leftWidth)
        {
            _leftWidth = left;
            PlaceColumns(left);
        }

        if (composer != _composerHeight)
        {
            _composerHeight = composer;
            _composer.Y = Pos.AnchorEnd(composer + 1);
            _composer.Height = composer;
            _timeline.Height = Dim.Fill(composer + 1);
        }

        // As many rows as there are rooms, so that the people come right below; many rooms leave the people their half.
        int rooms = Math.Clamp(_chat.Rooms.All.Count + PaneLines.HeadingRows + 1, 4, Math.Max(4, (height - 1) / 2));
        if (rooms != _roomsHeight)
        {
            _roomsHeight = rooms;
            _rooms.Height = rooms;
        }

        PlaceOver(width, height);
    }

    private void PlaceColumns(int left)
    {
        _rooms.Visible = _people.Visible = left > 0;
        _rooms.Width = _people.Width = left;
        _people.Y = Pos.Bottom(_rooms);
        _people.Height = Dim.Fill(1);
        foreach (PaneView view in (PaneView[])[_header, _timeline, _composer])
        {
            view.X = left;
            view.Width = Dim.Fill();
        }

        _header.Height = 1;
        _timeline.Y = 1;
        _status.Y = Pos.AnchorEnd(1);
        _status.Width = Dim.Fill();
        _status.Height = 1;
    }

    private void PlaceOver(int width, int height)
    {
        Popup? popup = _chat.Popup;
        if (popup is not null)
        {
            (int wide, int high) = PaneLines.SizeOf(popup, Math.Max(8, width - 4), Math.Max(2, height - 4));
            var frame = new Rectangle(Math.Max(0, (width - wide - 2) / 2), Math.Max(0, (height - high - 2) / 2), wide + 2, high + 2);
            if (frame != _overFrame)
            {
                _overFrame = frame;
                (_over.X, _over.Y, _over.Width, _over.Height) = (frame.X, frame.Y, frame.Width, frame.Height);
            }

            _over.Title = popup.Title;
        }

        if (_over.Visible != popup is not null)
        {
            _over.Visible = popup is not null;
        }
    }
}
