using LanChat.Client;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Tui;

/// <content>What lies over the screen: help, questions, lists to choose from.</content>
internal sealed partial class ChatPresenter
{
    private static readonly string[] Emoji = ["👍", "❤", "😂", "🎉", "👀", "🙏", "✅", "🚀", "😮", "😢"];

    private static readonly (string Key, string What)[] Keys =
    [
        ("Enter", "send"), ("Ctrl+J, Alt+Enter", "new line"), ("Tab", "complete a nickname, #room or /command; empty: next pane"),
        ("↑ ↓", "what you sent before"), ("Ctrl+R", "search what you sent before"), ("Alt+1…9, Alt+↑↓", "rooms"), ("Ctrl+K", "find a room or a person"),
        ("PgUp PgDn, wheel", "scroll"), ("End", "newest messages"), ("Ctrl+F", "search in the room"),
        ("Tab to the messages, ↑↓ or a click", "select: r react, e edit, d delete"), ("Ctrl+Z", "suspend"), ("Ctrl+Q", "quit"),
    ];

    private void Verify(Person person)
    {
        string name = People.Name(person);
        var text = new List<Line>
        {
            new($"Read this to each other, over the phone or face to face. If both of you see the same, nobody stands between."),
            new(),
            new($"{name}:", Tone.Heading),
        };
        AddFingerprint(text, person.Id);
        text.Add(new Line());
        text.Add(new Line("you:", Tone.Heading));
        AddFingerprint(text, Self);
        text.Add(new Line());
        if (person.Doubt.Length > 0)
        {
            text.Add(new Line("! " + person.Doubt, Tone.Warning));
        }

        Popup = Popup.Asking(
            $"Verify {name}",
            text,
            new PopupChoice("not now", () => { }),
            new PopupChoice($"it is the same: this is {name}", () =>
            {
                person.IsVerified = true;
                People.Clear(person);
                Post(new VerifyCommand(person.Id.ToString(), IsVerified: true));
                Say($"{name} is verified ✓", Tone.Good);
            }),
            new PopupChoice("take a verification back", () =>
            {
                person.IsVerified = false;
                Post(new VerifyCommand(person.Id.ToString(), IsVerified: false));
                Say($"{name} is not verified any more.", Tone.Dim);
            }));
    }

    private static void AddFingerprint(List<Line> text, PeerId id)
    {
        string[] groups = Fingerprint.Digits(id).Split(' ');
        for (int i = 0; i < groups.Length; i += 4)
        {
            text.Add(new Line("  " + string.Join(' ', groups[i..Math.Min(i + 4, groups.Length)]), Tone.Accent));
        }

        text.Add(new Line("  " + Fingerprint.Words(id), Tone.Accent));
    }

    private void AskAbout(Person person)
    {
        string name = People.Name(person);
        string way = person.Path switch { PeerPath.Lan => "on the LAN", PeerPath.Punched => "through NATs", PeerPath.Relay => "through the relay", _ => "gone" };
        var text = new List<Line> { new($"{person.Sign} {way}, {person.Delay}{(person.IsVerified ? ", verified ✓" : string.Empty)}", Tone.Dim), new() };
        if (person.Doubt.Length > 0)
        {
            text.Insert(1, new Line("! " + person.Doubt, Tone.Warning));
        }

        Popup = Popup.Asking(
            name,
            text,
            new PopupChoice("write to " + name, () => Write(person, text: null)),
            new PopupChoice("verify", () => Verify(person)),
            new PopupChoice(person.IsMuted ? "hear again" : "mute", () => Mute(person, !person.IsMuted)));
    }

    private void ShowHelp(string command)
    {
        List<Line> text = [.. SlashCommands.All
            .Where(help => command.Length == 0 || help.Name == command.TrimStart('/'))
            .Select(help => new Line($"/{help.Name} {help.Usage}".TrimEnd(), Tone.Accent).Add("  " + help.Help, Tone.Dim))];
        if (command.Length == 0)
        {
            text.InsertRange(0, [.. Keys.Select(key => new Line(key.Key, Tone.Accent).Add("  " + key.What, Tone.Dim)), new Line()]);
            text.Add(new Line());
            text.Add(new Line("● LAN  ◐ through NATs  ◌ relay  ○ gone", Tone.Dim));
            text.Add(new Line("· sent  ✓ kept  ✓✓ all have it", Tone.Dim));
        }
        else if (text.Count == 0)
        {
            text.Add(new Line($"There is no command {command}.", Tone.Bad));
        }

        Popup = Popup.Reading("Help", text);
    }

    private void SwitchRooms() => Popup = Popup.Finding("Go to", typed =>
    [
        .. Fuzzy.Rank(typed, Rooms.All, room => room.Name)
            .Select(room => new PopupChoice(room.Name, () => Open(room), room.Unread > 0 ? $"{room.Unread} new" : room.Info.Topic)),
        .. Fuzzy.Rank(typed, PeopleShown(), People.Name)
            .Select(person => new PopupChoice("@" + People.Name(person), () => Write(person, text: null), person.Sign)),
    ]);

    private void SearchHistory() => Popup = Popup.Finding("Sent before", typed =>
    [
        .. History.Lines.Reverse().Where(line => line.Contains(typed, StringComparison.CurrentCultureIgnoreCase)).Distinct().Take(50)
            .Select(line => new PopupChoice(line.ReplaceLineEndings(" ⏎ "), () => Composer.Text = line)),
    ]);

    private void AskForWords() => Popup = Popup.Finding("Search in this room", typed => typed.Length == 0
        ? [new PopupChoice("type what to look for", () => { })]
        : [new PopupChoice($"find “{typed}”", () => BeginSearch(typed), "from the newest back")]);

    private void ChooseReaction()
    {
        EntryHash message = SelectedMessage;
        Popup = Popup.Finding("React with", typed =>
        [
            .. (typed.Length > 0 ? Emoji.Prepend(typed).Where(emoji => emoji.StartsWith(typed, StringComparison.Ordinal)).Distinct() : Emoji)
                .Select(emoji => new PopupChoice(emoji, () => Post(new ReactCommand(message, emoji)))),
        ]);
    }

    private void AskToDelete()
    {
        EntryHash id = SelectedMessage;
        MessageView? message = Rooms.Current?.Timeline.Held.FirstOrDefault(held => held.Id == id);
        if (message is null || !IsOwnTalk(message))
        {
            Say("Only your own messages can be deleted.", Tone.Bad);
            return;
        }

        Popup = Popup.Asking(
            "Delete",
            [new Line(TextWidth.Cut(message.Text.ReplaceLineEndings(" "), 60), Tone.Dim), new Line()],
            new PopupChoice("keep it", () => { }),
            new PopupChoice("delete it for everybody", () =>
            {
                Post(new DeleteCommand(id));
                SelectedMessage = EntryHash.None;
            }));
    }
}
