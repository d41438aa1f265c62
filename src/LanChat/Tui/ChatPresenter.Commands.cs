using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>What is sent, and the slash commands.</content>
internal sealed partial class ChatPresenter
{
    private DateTimeOffset? _quitAt;
    private readonly Dictionary<string, RelayEvent> _relays = [];
    private readonly Queue<WarningEvent> _warnings = new();
    private string? _refusedRelay;

    /// <summary>Says bye to all; <see cref="HasQuit"/> once that is done.</summary>
    public void Quit()
    {
        _quitAt ??= Now;
        Post(new QuitCommand(), _ => HasQuit = true);
        Woken?.Invoke();
    }

    private void Submit()
    {
        string text = Composer.Take();
        if (text.Trim().Length == 0)
        {
            return;
        }

        History.Add(text);
        if (!Editing.IsNone)
        {
            Post(new EditCommand(Editing, text));
            (Editing, SelectedMessage) = (EntryHash.None, EntryHash.None);
            return;
        }

        if (text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal))
        {
            Run(text);
            return;
        }

        Send(text.StartsWith("//", StringComparison.Ordinal) ? text[1..] : text);
    }

    private void Send(string text)
    {
        if (Rooms.Current is not { } room)
        {
            return;
        }

        if (room.Info.IsClosed)
        {
            Say("This room was closed by its creator: it can be read, not written in.", Tone.Bad);
            return;
        }

        ToNewest();
        room.Timeline.Marker = null;
        Post(new SendCommand(room.Info.Label, text));
    }

    private void SendLines(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(line => line.Trim().Length > 0))
        {
            Send(line);
        }
    }

    // Nicknames may have blanks inside; the parser, which knows nobody, takes one word.
    private string WithIds(string line)
    {
        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words is not ["/dm" or "/mute" or "/unmute" or "/verify", var rest])
        {
            return line;
        }

        Person? meant = People.All
            .Where(person => person.Nick.Contains(' ', StringComparison.Ordinal)
                && (rest + " ").StartsWith(People.Name(person) + " ", StringComparison.OrdinalIgnoreCase))
            .MaxBy(person => person.Nick.Length);
        return meant is null ? line : $"{words[0]} {meant.Id}{rest[People.Name(meant).Length..]}";
    }

    private void Run(string line)
    {
        line = WithIds(line);
        if (line.Trim() == "/edit")
        {
            BeginEdit();
            return;
        }

        switch (SlashCommands.Parse(line, Where(isReaction: line.StartsWith("/react", StringComparison.OrdinalIgnoreCase))))
        {
            case TypedWrong wrong:
                Say(wrong.Message, Tone.Bad);
                break;
            case TypedCommand typed:
                Run(typed.Command);
                break;
            case TypedForScreen screen:
                RunOnScreen(screen.Name, screen.Arguments);
                break;
        }
    }

    private void Run(ChatCommand command)
    {
        switch (command)
        {
            case QuitCommand:
                Quit();
                break;
            case RoomsQuery:
                Post(command, SayRooms);
                break;
            case PeersQuery:
                Post(command, SayPeers);
                break;
            case MembersQuery query:
                Post(command, answer =>
                {
                    if (Rooms.Find(query.Room) is { } room)
                    {
                        TakeMembers(room, answer, say: true);
                    }
                });
                break;
            case JoinCommand { Passphrase: null } join when Rooms.Find(join.Room) is { } known:
                Open(known);
                break;
            case NickCommand nick:
                Post(nick, answer =>
                {
                    Nick = answer is ErrorEvent ? Nick : nick.Nick;
                    _namesVersion++;
                });
                break;
            case MuteCommand mute:
                WithPerson(mute.Peer, person => Mute(person, mute.IsMuted));
                break;
            case DirectCommand direct:
                WithPerson(direct.To, person => Write(person, direct.Text));
                break;
            case OpenDirectCommand direct:
                WithPerson(direct.To, person => Write(person, text: null));
                break;
            default:
                Post(command);
                break;
        }
    }

    private void Mute(Person person, bool isMuted)
    {
        person.IsMuted = isMuted;
        Post(new MuteCommand(person.Id.ToString(), isMuted));
        Say(isMuted ? $"You hear nothing from {People.Name(person)} any more." : $"You hear {People.Name(person)} again.", Tone.Dim);
    }

    // A direct room that is there already tells nothing when it is opened again.
    private void Write(Person person, string? text)
    {
        string id = person.Id.ToString();
        if (Rooms.Find("@" + id) is { } room)
        {
            Open(room);
        }

        Post(text is null ? new OpenDirectCommand(id) : new DirectCommand(id, text), _ =>
        {
            _awaitsRoom = false;
            if (Rooms.Find("@" + id) is { } there)
            {
                Open(there);
            }
        });
    }

    private void RunOnScreen(string name, string argument)
    {
        switch (name)
        {
            case "help":
                ShowHelp(argument);
                break;
            case "search":
                BeginSearch(argument);
                break;
            case "set":
                Set(argument);
                break;
            case "relay":
                RunRelay(argument);
                break;
            case "verify":
                WithPerson(argument, Verify);
                break;
            case "log" when Rooms.Current is { } room:
                Post(new TranscriptQuery(room.Info.Label, null), answer =>
                {
                    if (answer is TranscriptEvent whole)
                    {
                        _ = Report(_session.SaveAsync(room.Name, argument.Length > 0 ? argument : null, whole.Entries, CancellationToken.None));
                    }
                });
                break;
            case "doctor":
                Say("Looking into it …", Tone.Dim);
                Post(new PeersQuery(), answer => _ = Report(_session.DoctorAsync(
                    new Circumstances(answer is PeersEvent peers ? peers.Peers : [], [.. _relays.Values], [.. _warnings]), CancellationToken.None)));
                break;
        }
    }

    private async Task Report(Task<string> task) => await Report(Lines(task));

    private static async Task<IReadOnlyList<string>> Lines(Task<string> task) => [await task];

    // The environment's failures end here: they are told, not thrown into a thread nobody watches.
    private async Task Report(Task<IReadOnlyList<string>> task)
    {
        try
        {
            IReadOnlyList<string> lines = await task;
            Later(() => Say(string.Join('\n', lines), Tone.Dim));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            Later(() => Say(exception.Message, Tone.Bad));
        }
    }

    // The selected message; else the user's own last one, or for a reaction the last one of anybody.
    private TypedWhere Where(bool isReaction)
    {
        string room = Rooms.Current?.Info.Label ?? string.Empty;
        if (!SelectedMessage.IsNone)
        {
            return new TypedWhere(room, SelectedMessage);
        }

        IReadOnlyList<MessageView> held = Rooms.Current?.Timeline.Held ?? [];
        return new TypedWhere(room, held.LastOrDefault(message => isReaction ? message.Kind is "text" or "me" : IsOwnTalk(message))?.Id);
    }

    private static bool IsOwnTalk(MessageView message) => message is { IsOwn: true, Kind: "text" or "me" };

    private void SayRooms(ChatEvent answer)
    {
        Handle(answer);
        if (answer is RoomsEvent rooms)
        {
            foreach (RoomInfo room in rooms.Rooms)
            {
                string state = room.IsClosed ? "closed" : room.IsJoined ? "joined" : "not joined";
                Say($"{room.Title}  {state}, {room.Members} in it, {room.Count} messages{(room.Topic.Length > 0 ? $" — {room.Topic}" : string.Empty)}", Tone.Dim);
            }
        }
    }

    private void SayPeers(ChatEvent answer)
    {
        if (answer is not PeersEvent peers)
        {
            return;
        }

        if (peers.Peers.IsDefaultOrEmpty)
        {
            Say("Nobody is reached. /doctor says why that may be.", Tone.Dim);
        }

        foreach (PeerEvent peer in peers.Peers.IsDefault ? [] : peers.Peers)
        {
            Person person = People.Update(peer);
            var address = person.Path == PeerPath.None ? string.Empty : $", {peer.Address?.ToString() ?? "no address"}";
            Say($"{person.Sign} {People.Name(person)}  {person.Reach}{address}", Tone.Dim);
        }
    }

    private void RunRelay(string argument)
    {
        if (argument.Length == 0)
        {
            Say($"{Relay}. A relay is used where two people cannot reach each other; /relay HOST names one.", Tone.Dim);
        }
        else if (_refusedRelay is { } refused && (argument == refused || argument == "trust"))
        {
            _refusedRelay = null;
            Post(new TrustRelayCommand(refused));
        }
        else
        {
            KeepRelay(argument);
        }
    }

    /// <summary>Keeps what the next start will understand: one that it refuses would keep the program from starting at all.</summary>
    private void KeepRelay(string address)
    {
        try
        {
            _ = Addresses.ParseRelay(address);
            _session.Keep("relay", address);
            Say($"{address} is the relay from the next start on.", Tone.Dim);
        }
        catch (UsageException wrong)
        {
            Say(wrong.Message.Replace("--relay", "/relay", StringComparison.Ordinal), Tone.Bad);
        }
    }

    private void WithPerson(string typed, Action<Person> act)
    {
        IReadOnlyList<Person> found = typed.Length == 0 ? [] : People.Find(typed);
        switch (found.Count)
        {
            case 1:
                act(found[0]);
                break;
            case 0 when typed.Length == 0:
                Say("Say whom: a nickname, or the first digits of an id.", Tone.Bad);
                break;
            case 0:
                string? near = Fuzzy.Nearest(typed, People.All.Select(person => person.Nick));
                Say($"Nobody here is called {typed}." + (near is null ? " /peers lists everybody." : $" Did you mean {near}?"), Tone.Bad);
                break;
            default:
                Say($"Several people are called that: {string.Join(", ", found.Select(People.Name))}", Tone.Bad);
                break;
        }
    }

    private void BeginEdit()
    {
        EntryHash id = Where(isReaction: false).Selected ?? EntryHash.None;
        MessageView? message = Rooms.Current?.Timeline.Held.FirstOrDefault(held => held.Id == id);
        if (message is null || !IsOwnTalk(message))
        {
            Say("Only your own messages can be edited.", Tone.Bad);
            return;
        }

        (Editing, SelectedMessage, Focus) = (id, id, Pane.Composer);
        Composer.Text = message.Text;
    }

    private void Set(string argument)
    {
        string[] words = argument.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["theme", var name] when Theme.NamesOfAll.Contains(name):
                Theme = Theme.Named(name);
                _session.Keep("theme", name);
                break;
            case ["notify", var level] when ParseNotify(level) is { } notify && Rooms.Current is { } room:
                room.Notify = notify;
                _session.Keep($"notify {room.Info.Label}", level);
                Say($"{room.Name} rings for {(notify == Notify.All ? "every message" : notify == Notify.Mentions ? "mentions" : "nothing")}.", Tone.Dim);
                break;
            case []:
                string here = Rooms.Current is { } open ? $"  notify {open.Notify.ToString().ToLowerInvariant()} (here)" : string.Empty;
                Say($"theme {Theme.Name}{here}", Tone.Dim);
                break;
            default:
                Say("What can be set: theme dark, light or terminal; notify all, mentions or none (for this room).", Tone.Bad);
                break;
        }
    }
}
