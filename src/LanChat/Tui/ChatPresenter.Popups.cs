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
        ("Enter", "send"), ("Ctrl+J, Alt+Enter", "new line"), ("Tab", "complete a nickname, #room or /command; with nothing typed: next pane"),
        ("↑ ↓", "what you sent before"), ("Ctrl+R", "search what you sent before"), ("Alt+1…9, Alt+↑↓", "rooms"), ("Ctrl+K", "find a room or a person"),
        ("PgUp PgDn, wheel", "scroll"), ("End", "newest messages"), ("Ctrl+F", "search in the room"),
        ("Tab, click", "go to the messages; ↑↓ select one: r react, e edit, d delete"), ("Ctrl+Z", "suspend"), ("Ctrl+Q", "quit"),
    ];

    private static readonly (string Key, string What)[] Signs =
    [
        ("● ◐ ◌ ○", "reached on the LAN, through NATs, through the relay; gone"), ("· ✓ ✓✓", "sent; kept by a relay or somebody; all have it"),
        ("⇡ late", "came after what stands below it"), ("name ✓ ! z", "verified; a known nickname with other keys; muted"),
        ("@3  3  z", "unread with a mention, unread, a room that never rings"),
    ];

    private static Line Term(string term, string what) => new Line(term, Tone.Accent) { Hang = 26 }.Add(what, Tone.Dim);

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
        var text = new List<Line> { new($"{person.Sign} {person.Reach}{(person.IsVerified ? ", verified ✓" : string.Empty)}", Tone.Dim), new() };
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
        string name = command.TrimStart('/');
        List<Line> text = [.. SlashCommands.All
            .Where(help => name.Length == 0 || help.Name == name)
            .Select(help => Term($"/{help.Name} {help.Usage}".TrimEnd(), help.Help))];
        if (name.Length == 0)
        {
            text =
            [
                new Line("Keys", Tone.Heading), .. Keys.Select(key => Term(key.Key, key.What)), new Line(),
                new Line("Commands", Tone.Heading), .. text, new Line(),
                new Line("Signs", Tone.Heading), .. Signs.Select(sign => Term(sign.Key, sign.What)),
            ];
        }
        else if (text.Count == 0)
        {
            text.Add(new Line($"There is no command /{name}; the nearest is /{SlashCommands.Nearest(name)}.", Tone.Bad));
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
