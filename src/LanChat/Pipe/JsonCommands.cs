using System.Text.Json;
using LanChat.Core;
using LanChat.Protocol;

namespace LanChat.Pipe;

/// <summary>Commands as scripts write them: a JSON object with <c>do</c> and the fields of that command.</summary>
internal static class JsonCommands
{
    /// <summary>Every name that <c>do</c> may have.</summary>
    public static readonly string[] Names =
    [
        "send", "me", "dm", "join", "part", "forget", "create", "invite", "remove", "topic", "nick", "edit", "delete", "react", "mute", "unmute", "rooms", "peers",
        "members", "transcript", "fault", "verify", "withdraw", "quit",
    ];

    /// <summary>Reads one line. False with a sentence that says what is wrong.</summary>
    public static bool TryParse(string line, out ChatCommand? command, out string? reference, out string problem)
    {
        (command, reference, problem) = (null, null, "");
        try
        {
            using var document = JsonDocument.Parse(line);
            var fields = new Fields(document.RootElement);
            reference = fields.Text("ref");
            command = Read(fields);
            return true;
        }
        catch (JsonException)
        {
            problem = "The line starts with { but is not a JSON object.";
        }
        catch (FormatException error)
        {
            problem = error.Message;
        }

        return false;
    }

    private static ChatCommand Read(Fields fields)
    {
        var name = fields.Required("do");
        return name switch
        {
            "send" => new SendCommand(fields.Required("room"), fields.Required("text"), Ref: fields.Text("ref")),
            "me" => new SendCommand(fields.Required("room"), fields.Required("text"), IsAction: true, fields.Text("ref")),
            "dm" => new DirectCommand(fields.Required("to"), fields.Required("text"), fields.Text("ref")),
            "join" => new JoinCommand(fields.Required("room"), fields.Text("passphrase")),
            "part" => new PartCommand(fields.Required("room")),
            "forget" => new ForgetCommand(fields.Required("room")),
            "create" => new CreateCommand(fields.Required("room"), fields.Flag("private"), fields.Text("passphrase"), fields.Text("topic") ?? ""),
            "invite" => new InviteCommand(fields.Required("link")),
            "remove" => new RemoveCommand(fields.Required("room")),
            "topic" => new TopicCommand(fields.Required("room"), fields.Required("text")),
            "nick" => new NickCommand(fields.Required("nick")),
            "edit" => new EditCommand(fields.Id("id"), fields.Required("text")),
            "delete" => new DeleteCommand(fields.Id("id")),
            "withdraw" => new WithdrawCommand(fields.Id("id")),
            "react" => new ReactCommand(fields.Id("id"), fields.Required("emoji")),
            "mute" => new MuteCommand(fields.Required("peer"), true),
            "unmute" => new MuteCommand(fields.Required("peer"), false),
            "verify" => new VerifyCommand(fields.Required("peer"), !fields.Flag("undo")),
            "rooms" => new RoomsQuery(),
            "peers" => new PeersQuery(),
            "members" => new MembersQuery(fields.Required("room")),
            "transcript" => fields.Text("search") is { } words
                ? new SearchQuery(fields.Required("room"), words, Count: fields.Number("last") ?? int.MaxValue)
                : new TranscriptQuery(fields.Required("room"), fields.Number("last")),
            "fault" => new FaultCommand(fields.Text("block"), fields.Text("unblock"), fields.Real("loss")),
            "quit" => new QuitCommand(),
            _ => throw new FormatException($"'{name}' is no command; there are {string.Join(", ", Names)}."),
        };
    }

    /// <summary>The fields of one command, with the sentence for each way they can be wrong.</summary>
    private readonly struct Fields
    {
        private readonly JsonElement _root;

        public Fields(JsonElement root)
        {
            if (root.ValueKind != JsonValueKind.Object) throw new FormatException("A command is a JSON object with the field \"do\".");
            _root = root;
        }

        public string? Text(string name)
        {
            if (!Has(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            if (value.ValueKind != JsonValueKind.String) throw new FormatException($"The field \"{name}\" has to be a string.");
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new FormatException($"The field \"{name}\" has half of a surrogate pair, which is no text.");
            }
        }

        private bool Has(string name, out JsonElement value)
        {
            try
            {
                return _root.TryGetProperty(name, out value);
            }
            catch (InvalidOperationException)
            {
                throw new FormatException("The name of a field has half of a surrogate pair, which is no text.");
            }
        }

        public string Required(string name) => Text(name) ?? throw new FormatException($"The field \"{name}\" is missing.");

        public bool Flag(string name)
        {
            if (!Has(name, out var value) || value.ValueKind == JsonValueKind.Null) return false;
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? value.GetBoolean()
                : throw new FormatException($"The field \"{name}\" has to be true or false.");
        }

        public int? Number(string name)
        {
            if (!Has(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
                ? number
                : throw new FormatException($"The field \"{name}\" has to be a whole number from 0.");
        }

        public double? Real(string name)
        {
            if (!Has(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number and >= 0 and <= 100
                ? number
                : throw new FormatException($"The field \"{name}\" has to be a number from 0 to 100.");
        }

        public EntryHash Id(string name) => EntryHash.TryParse(Required(name), out var hash)
            ? hash
            : throw new FormatException($"The field \"{name}\" has to be a message's id, 64 hexadecimal digits.");
    }
}
